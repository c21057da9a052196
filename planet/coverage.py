"""How much of an area the items of a search cover: each of them, or all of a day or of a strip together.

It works on search results while they come, of both colours, and asks the service for nothing. It needs shapely, which
comes with `pip install "planet[geo]"`.

    for item in coverage.covering(pl.data.search(["PSScene"], geometry=aoi), aoi, at_least=0.9): ...

Areas are compared on the sphere: a share is one of square kilometres, also far from the equator.
"""

from ._imagery.coverage import Group, by_day, by_strip, covering, share

__all__ = ["Group", "by_day", "by_strip", "covering", "share"]
