"""The bands of asset types, as the catalogue of today names them."""

__all__ = ["COMMON_NAMES", "bands_of", "is_mask"]

_EIGHT = ("coastal_blue", "blue", "green_i", "green", "yellow", "red", "rededge", "nir")
_FOUR = ("blue", "green", "red", "nir")
_COLOURS = ("red", "green", "blue")
_MASK = ("clear", "snow", "shadow", "haze_light", "haze_heavy", "cloud", "confidence", "udm1")

# What STAC calls them, where it has a name.
COMMON_NAMES = {
    "coastal_blue": "coastal", "blue": "blue", "green": "green", "yellow": "yellow", "red": "red",
    "rededge": "rededge", "red_edge": "rededge", "nir": "nir", "pan": "pan",
}  # fmt: skip


def is_mask(asset_type: str) -> bool:
    """Whether its values say what a pixel is, and not how bright."""
    return bool({"udm", "udm2"} & set(asset_type.split("_")))


def bands_of(asset_type: str) -> tuple[str, ...]:
    """The names of the bands of an asset type; none where that does not follow from its name.

    >>> bands_of("ortho_analytic_4b_sr")
    ('blue', 'green', 'red', 'nir')
    """
    words = asset_type.split("_")
    if words[-1] in ("xml", "rpc"):
        return ()
    if "udm2" in words:
        return _MASK
    if "visual" in words or "3b" in words:
        return _COLOURS
    return _EIGHT if "8b" in words else _FOUR if "4b" in words else ()
