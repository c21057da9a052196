"""The attributes of datasets, by the CF conventions: names, units, scales and the meaning of mask values."""

import uuid
from pathlib import Path
from typing import Any

from .._models.bands import is_mask

__all__ = ["ITEM_ID", "TIME", "band_attributes", "dataset_attributes"]


TIME = {"standard_name": "time", "long_name": "acquisition time in UTC"}
ITEM_ID = {"long_name": "id of the item"}

# What a pixel of 1 means in the bands of a usable data mask.
_MEANINGS = {
    "clear": "clear", "snow": "snow_or_ice", "shadow": "cloud_shadow", "haze_light": "light_haze",
    "haze_heavy": "heavy_haze", "cloud": "cloud",
}  # fmt: skip


def band_attributes(asset_type: str, band: str) -> dict[str, Any]:
    """Return the attributes of a band.

    >>> band_attributes("ortho_analytic_4b_sr", "nir")["scale_to_reflectance"]
    0.0001
    """
    attributes: dict[str, Any] = {"asset_type": asset_type, "long_name": f"{band.replace('_', ' ')} ({asset_type})"}
    if is_mask(asset_type):
        if band in _MEANINGS:
            meaning = _MEANINGS[band]
            attributes |= {"units": "1", "flag_values": [0, 1], "flag_meanings": f"not_{meaning} {meaning}"}
        elif band == "confidence":
            attributes |= {"units": "percent", "long_name": f"confidence of the clear pixels ({asset_type})"}
    elif asset_type.endswith("_sr"):
        # Surface reflectance is delivered as integers, 10,000 for a reflectance of 1. The attribute is not called
        # `scale_factor`: xarray keeps attributes in calculations, and files of an index would be scaled once more.
        long_name = f"{band.replace('_', ' ')}, surface reflectance"
        attributes |= {"long_name": long_name, "units": "1", "scale_to_reflectance": 0.0001}
    return attributes


def dataset_attributes(folder: Path) -> dict[str, str]:
    """Return the attributes of the dataset of an order; the name of its folder is its id, if nobody renamed it."""
    try:
        order_id = {"order_id": str(uuid.UUID(folder.name))}
    except ValueError:
        order_id = {}
    return {"Conventions": "CF-1.11", "title": "Scenes of an order of Planet imagery", **order_id}
