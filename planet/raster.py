"""An order on disk as an xarray Dataset: one call, and no pixel is read before it is wanted.

It comes with `pip install "planet[xarray]"`.

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

__all__ = ["open_order"]


def open_order(
    folder: Path | str,
    asset_types: Iterable[str] | None = None,
    *,
    crs: Any = None,
    resolution: float | None = None,
    resampling: str = "nearest",
    masked: bool = False,
    chunks: Any = 1024,
) -> "xarray.Dataset":
    """The scenes of a downloaded order, one above the other in time.

    Its variables are the bands of the images, `blue`, `nir`, `clear` and so on, of the shape (time, y, x); a band that
    two asset types have is called `<asset type>_<band>`. `time` is when a scene was taken, in UTC, and ascends; the
    coordinate `item_id` says which one it is. Scenes lie on different grids: they are brought to a common one while
    they are read, in the projection and at the resolution of the first, over the extent of all. Where a scene has no
    image, there is its value for that, 0.

    Args:
        folder: the folder of the order, the one with `manifest.json`.
        asset_types: those that are wanted; left out: all images but the `basic_` ones, which are not rectified.
        crs: another projection, for example `EPSG:32611`.
        resolution: the length of a pixel in the units of the projection: metres, or degrees.
        resampling: how values are found between pixels: `nearest`, which changes none, `bilinear`, `cubic`, ….
        masked: make numbers with a fraction of all but masks, and NaN of what has no image.
        chunks: how many pixels a side are read at once, or as xarray takes it; None reads everything now, without dask.

    Raises:
        ClientError: `planet[xarray]` is not installed, the folder is none of an order, its files are still in
            archives, or none of them is a rectified image of these types.

    Example:
        ```python
        from planet import raster

        scenes = raster.open_order(folder / order_id, masked=True)
        print(scenes.sizes, scenes.rio.crs, float(scenes.red.mean()))
        ```
    """
    require("xarray", "A dataset", "rasterio", "xarray", "rioxarray", "dask")
    from ._imagery.xarray_stack import stack

    return stack(Path(folder), asset_types, crs, resolution, resampling, masked=masked, chunks=chunks)
