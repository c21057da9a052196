"""Open a downloaded order as an xarray Dataset, which reads pixels on demand.

It needs `pip install "planet[xarray]"`.

    scenes = raster.open_order("downloads/<order id>")
    ndvi = (scenes.nir - scenes.red) / (scenes.nir + scenes.red)
    ndvi.where(scenes.clear == 1).median("time").plot()
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._utils.optional import require

if TYPE_CHECKING:
    import xarray

    from ._models.orders import Order
    from .download_report import DownloadReport

__all__ = ["open_order"]


def open_order(
    order: "Path | str | DownloadReport | Order",
    asset_types: Iterable[str] | None = None,
    *,
    crs: Any = None,
    resolution: float | None = None,
    resampling: str = "nearest",
    masked: bool = False,
    chunks: Any = 1024,
) -> "xarray.Dataset":
    """Open the scenes of a downloaded order as a dataset, stacked along time.

    The variables are the bands of the images, such as `blue`, `nir` and `clear`, with the shape (time, y, x). A band
    that two asset types have in common is named `<asset type>_<band>`. `time` is the acquisition time in UTC,
    ascending; the coordinate `item_id` has the id of the scene. Scenes with different grids are resampled while they
    are read, to the coordinate reference system and the resolution of the first scene and the extent of all. Pixels
    without data have the nodata value of the image, 0. The attributes follow the CF conventions: `long_name`, `units`,
    the meaning of mask values, and the `scale_to_reflectance` of surface reflectance, which is not applied.

    Args:
        order: the folder of the order, which contains `manifest.json`; the report of its download; or an `Order`,
            whose folder is in the current directory.
        asset_types: the asset types to open; defaults to all images except `basic_` ones, which are not
            orthorectified.
        crs: the coordinate reference system of the dataset, for example `EPSG:32611`.
        resolution: the size of a pixel in the units of the coordinate reference system: metres or degrees.
        resampling: the resampling method, for example `nearest`, which does not change values, `bilinear` or `cubic`.
        masked: convert all bands except masks to floating point, with NaN for pixels without data.
        chunks: the side length of dask chunks in pixels, or another value that xarray accepts; None reads all pixels
            at once, without dask.

    Raises:
        ClientError: `planet[xarray]` is not installed, the folder is not an order, its files are still in archives,
            or it has no orthorectified image of these asset types.

    Example:
        ```python
        from planet import raster

        report = pl.orders.download_order(order_id, folder)
        scenes = raster.open_order(report, masked=True)
        print(scenes.sizes, scenes.rio.crs, float(scenes.red.mean()))
        ```
    """
    require("xarray", "A dataset", "rasterio", "xarray", "rioxarray", "dask")
    from ._imagery.order_folder import folder_of
    from ._imagery.xarray_stack import stack

    return stack(Path(folder_of(order)), asset_types, crs, resolution, resampling, masked=masked, chunks=chunks)
