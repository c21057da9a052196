"""Convert results to a GeoDataFrame: a row for each, with its footprint in the column `geometry`, in EPSG:4326.

It needs `pip install "planet[geo]"` and sends no requests.

    scenes = collect(pl.data.search(["PSScene"], geometry=aoi)).to_geodataframe()
    scenes[scenes.cloud_cover < 0.1].plot()
"""

from ._models.to_geodataframe import to_geodataframe

__all__ = ["to_geodataframe"]
