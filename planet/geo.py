"""Results as tables for GeoPandas: a row for each, its outline in the column `geometry`, in degrees (EPSG:4326).

It comes with `pip install "planet[geo]"`, and asks the service for nothing.

    scenes = collect(pl.data.search(["PSScene"], geometry=aoi)).to_geodataframe()
    scenes[scenes.cloud_cover < 0.1].plot()
"""

from ._models.to_geodataframe import to_geodataframe

__all__ = ["to_geodataframe"]
