"""Compute how much of an AOI items cover: one by one, or together by day or by strip.

The functions read search results, sync and async, as they arrive, and send no requests themselves. They need shapely:
`pip install "planet[geo]"`.

    for item in coverage.covering(pl.data.search(["PSScene"], geometry=aoi), aoi, at_least=0.9): ...

Areas are computed on the sphere, so that shares are right at any latitude.
"""

from ._imagery.coverage import Group, by_day, by_strip, covering, share

__all__ = ["Group", "by_day", "by_strip", "covering", "share"]
