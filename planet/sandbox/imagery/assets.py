"""The assets of a scene: file names and contents."""

import json
from typing import Any

import attrs
import numpy as np

from ..._models.bands import COLOURS, FOUR, UDM2
from ..catalog.noise import Array
from ..catalog.scene import Scene
from .images import BANDS, Raster, View
from .metadata_xml import metadata_xml
from .radiometry import reflectance_coefficients
from .sky import CLEAR, CLOUD, HEAVY_HAZE, LIGHT_HAZE, SHADOW, SNOW

__all__ = ["Asset", "file_name", "make"]


_PSSCENE_NAMES = {
    "ortho_analytic_3b": "_3B_Analytic.tif",
    "ortho_analytic_3b_xml": "_3B_Analytic_metadata.xml",
    "ortho_analytic_4b": "_3B_AnalyticMS.tif",
    "ortho_analytic_4b_xml": "_3B_AnalyticMS_metadata.xml",
    "ortho_analytic_4b_sr": "_3B_AnalyticMS_SR.tif",
    "ortho_analytic_8b": "_3B_AnalyticMS_8b.tif",
    "ortho_analytic_8b_xml": "_3B_AnalyticMS_8b_metadata.xml",
    "ortho_analytic_8b_sr": "_3B_AnalyticMS_SR_8b.tif",
    "ortho_udm2": "_3B_udm2.tif",
    "ortho_visual": "_3B_Visual.tif",
    "basic_analytic_4b": "_1B_AnalyticMS.tif",
    "basic_analytic_4b_rpc": "_1B_AnalyticMS_RPC.TXT",
    "basic_analytic_4b_xml": "_1B_AnalyticMS_metadata.xml",
    "basic_analytic_8b": "_1B_AnalyticMS_8b.tif",
    "basic_analytic_8b_xml": "_1B_AnalyticMS_8b_metadata.xml",
    "basic_udm2": "_1B_udm2.tif",
}
_LEGACY_NAMES = {
    "analytic": "_3B_AnalyticMS.tif",
    "analytic_sr": "_3B_AnalyticMS_SR.tif",
    "analytic_xml": "_3B_AnalyticMS_metadata.xml",
    "udm": "_3B_AnalyticMS_DN_udm.tif",
    "visual": "_3B_Visual.tif",
    "visual_xml": "_3B_Visual_metadata.xml",
}


@attrs.define
class Asset:
    """An asset before it is written: an image that tools can process, or other content.

    Attributes:
        type: the asset type.
        name: the file name; tools add suffixes.
        media_type: the media type in the manifest.
        raster: the image; None for other content.
        content: the bytes of other content; None for an image.
        is_mask: whether the image is a mask, which tools do not calculate with.
    """

    type: str
    name: str
    media_type: str
    raster: Raster | None = None
    content: bytes | None = None
    is_mask: bool = False


def file_name(scene: Scene, asset_type: str) -> str:
    """Return the file name of an asset."""
    if scene.item_type == "PSScene" and asset_type in _PSSCENE_NAMES:
        return scene.id + _PSSCENE_NAMES[asset_type]
    if scene.item_type in ("PSScene3Band", "PSScene4Band"):
        name = _LEGACY_NAMES[asset_type]
        return scene.id + (name if scene.item_type == "PSScene4Band" else name.replace("AnalyticMS", "Analytic"))
    for ending, suffix in (("_xml", ".xml"), ("_sci", ".xml"), ("_rpc", "_RPC.TXT"), ("_txt", ".txt"), ("_aux", ".txt"),
                           ("_json", ".json"), ("_hdf5", ".h5")):  # fmt: skip
        if asset_type.endswith(ending):
            return f"{scene.id}_{asset_type.removesuffix(ending)}{suffix}"
    return f"{scene.id}_{asset_type}.tif"


def make(scene: Scene, asset_type: str, view: View) -> Asset:
    """Create an asset of a scene."""
    name = file_name(scene, asset_type)
    if name.endswith(".xml"):
        image_name = file_name(scene, asset_type.removesuffix("_xml"))
        is_basic = asset_type.startswith("basic_")
        content = metadata_xml(scene, image_name, _bands(asset_type), view.grid, is_basic=is_basic)
        return Asset(asset_type, name, "text/xml", content=content)
    if name.endswith(".json"):
        plumes = {"item_id": scene.id, "plumes": []}
        return Asset(asset_type, name, "application/json", content=json.dumps(plumes).encode())
    if name.lower().endswith(".txt"):
        return Asset(asset_type, name, "text/plain", content=_rpc(scene).encode())
    if name.endswith(".h5"):
        return Asset(asset_type, name, "application/x-hdf5", content=_hdf5(view))
    raster = _raster(scene, asset_type, view)
    return Asset(asset_type, name, "image/tiff", raster=raster, is_mask="udm" in asset_type)


def _raster(scene: Scene, asset_type: str, view: View) -> Raster:
    names: tuple[str, ...]
    coefficients: tuple[float, ...] = ()
    if asset_type.endswith("udm2"):
        pixels, names = _udm2(view), UDM2
    elif "udm" in asset_type:
        pixels, names = _udm(view)[None], ("udm",)
    elif "visual" in asset_type or "browse" in asset_type or "basemap" in asset_type:
        pixels, names = _visual(view), COLOURS
    else:
        names = _bands(asset_type)
        is_reflectance = asset_type.endswith("_sr") or "_sr_" in asset_type
        coefficients = () if is_reflectance else reflectance_coefficients(scene, names)
        pixels = _analytic(view, names, coefficients)
    tags = {"TIFFTAG_DATETIME": f"{scene.acquired:%Y:%m:%d %H:%M:%S}"}
    is_basic = asset_type.startswith("basic_")
    return Raster(
        pixels, view.grid.transform, view.grid.crs, names, gcps=is_basic, coefficients=coefficients, tags=tags
    )


def _bands(asset_type: str) -> tuple[str, ...]:
    if "panchromatic" in asset_type or "_b" in asset_type or "ch4" in asset_type:
        return ("panchromatic",)
    if "8b" in asset_type:
        return BANDS
    if "3b" in asset_type:
        return COLOURS
    if "5b" in asset_type:
        return ("blue", "green", "red", "rededge", "nir")
    return FOUR


def _analytic(view: View, names: tuple[str, ...], coefficients: tuple[float, ...]) -> Array:
    """Return radiance in hundredths, or reflectance times 10000 if there are no coefficients."""
    if names == ("panchromatic",):
        wanted = view.reflectance[3:6].mean(axis=0)[None]
    else:
        wanted = view.reflectance[[BANDS.index(name) for name in names]]
    scale = np.array(coefficients)[:, None, None] if coefficients else 1e-4
    values = np.clip(np.round(wanted / scale), 1, 65535).astype(np.uint16)
    return np.where(view.valid, values, 0)


def _visual(view: View) -> Array:
    bands = view.reflectance[[BANDS.index(name) for name in COLOURS]]
    scaled = np.clip(bands / 0.30, 0, 1) ** (1 / 1.7)
    return np.where(view.valid, np.clip(np.round(scaled * 254) + 1, 1, 255), 0).astype(np.uint8)


def _udm2(view: View) -> Array:
    covers = (CLEAR, SNOW, SHADOW, LIGHT_HAZE, HEAVY_HAZE, CLOUD)
    masks = [(view.valid & (view.cover == cover)).astype(np.uint8) for cover in covers]
    confidence = np.where(view.valid, np.where(view.cover == CLEAR, 92, 81), 0).astype(np.uint8)
    return np.stack([*masks, confidence, _udm(view)])


def _udm(view: View) -> Array:
    """Return the legacy mask: bit 0 is blackfill, bit 1 is cloud."""
    bits: Array = np.where(view.valid, 0, 1) | np.where(view.valid & (view.cover >= HEAVY_HAZE), 2, 0)
    return bits.astype(np.uint8)


def _rpc(scene: Scene) -> str:
    facts: dict[str, Any] = {
        "LINE_OFF": 1000, "SAMP_OFF": 1000, "LAT_OFF": scene.lat, "LONG_OFF": scene.lon, "HEIGHT_OFF": 0,
        "LINE_SCALE": 1000, "SAMP_SCALE": 1000, "LAT_SCALE": 0.16, "LONG_SCALE": 0.16, "HEIGHT_SCALE": 500,
    }  # fmt: skip
    lines = [f"{name}: {value}" for name, value in facts.items()]
    for name, unit in (("LINE_NUM", 2), ("LINE_DEN", 0), ("SAMP_NUM", 1), ("SAMP_DEN", 0)):
        lines += [f"{name}_COEFF_{n}: {int(n - 1 == unit)}" for n in range(1, 21)]
    return "\n".join(lines) + "\n"


def _hdf5(view: View) -> bytes:
    import io

    import h5py

    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        data = file.create_dataset(
            "HDFEOS/GRIDS/HYP/Data Fields/toa_radiance", data=view.reflectance.astype("f4"), compression="gzip"
        )
        data.attrs["crs"] = view.grid.crs.to_string()
        data.attrs["transform"] = list(view.grid.transform)[:6]
    return buffer.getvalue()
