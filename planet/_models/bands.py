"""The bands of asset types, as the current catalogue names them."""

__all__ = ["COLOURS", "COMMON_NAMES", "EIGHT", "FOUR", "UDM2", "bands_of", "is_mask"]


EIGHT = ("coastal_blue", "blue", "green_i", "green", "yellow", "red", "rededge", "nir")
FOUR = ("blue", "green", "red", "nir")
COLOURS = ("red", "green", "blue")
UDM2 = ("clear", "snow", "shadow", "haze_light", "haze_heavy", "cloud", "confidence", "udm1")

# Their common names in STAC. Not every band has one.
COMMON_NAMES = {
    "coastal_blue": "coastal", "blue": "blue", "green": "green", "yellow": "yellow", "red": "red",
    "rededge": "rededge", "red_edge": "rededge", "nir": "nir", "pan": "pan",
}  # fmt: skip


def is_mask(asset_type: str) -> bool:
    """Whether the pixel values of an asset type are classes, and not intensities."""
    return bool({"udm", "udm2"} & set(asset_type.split("_")))


def bands_of(asset_type: str) -> tuple[str, ...]:
    """Return the band names of an asset type; an empty tuple if its name does not determine them.

    >>> bands_of("ortho_analytic_4b_sr")
    ('blue', 'green', 'red', 'nir')
    """
    words = asset_type.split("_")
    if words[-1] in ("xml", "rpc"):
        return ()
    if "udm2" in words:
        return UDM2
    if "visual" in words or "3b" in words:
        return COLOURS
    return EIGHT if "8b" in words else FOUR if "4b" in words else ()
