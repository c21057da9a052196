"""The XML metadata of analytic assets, in the places where that of the service has it."""

import datetime
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from ..catalog.scene import Scene
from .grid import Grid
from .radiometry import RADIANCE_SCALE, reflectance_coefficients

__all__ = ["metadata_xml"]


_LEVELS = {"basic": ("basic", "L1B"), "ortho": ("geocorrected", "L3B")}
_SPACES = {
    "gml": "http://www.opengis.net/gml",
    "eop": "http://earth.esa.int/eop",
    "opt": "http://earth.esa.int/opt",
}
_FLIGHT = datetime.timedelta(milliseconds=700)  # how long an exposure takes


def metadata_xml(scene: Scene, image_name: str, bands: Sequence[str], grid: Grid, *, is_basic: bool = False) -> bytes:
    """Write the metadata of an analytic image.

    Args:
        scene: the scene.
        image_name: the file name of the image.
        bands: its bands.
        grid: its pixels.
        is_basic: whether it is not rectified.
    """
    level, product = _LEVELS["basic" if is_basic else "ortho"]
    document = _Document(f"http://schemas.planet.com/ps/v1/planet_product_metadata_{level}_level")
    _add_identity(document, scene, image_name.rpartition(".")[0], product)
    _add_equipment(document, scene)
    _add_footprint(document, scene)
    _add_result(document, scene, image_name, bands, grid)
    return document.to_bytes()


class _Document:
    def __init__(self, space: str) -> None:
        self._spaces = {**_SPACES, "ps": space}
        self._root = ET.Element(self._qualified("ps:EarthObservation"), {"planet_standard_product_version": "1.0"})

    def add(self, path: str, text: object = None, parent: ET.Element | None = None, **attributes: str) -> ET.Element:
        """Add an element, and those that lead to it as far as there are none; the last one is always new."""
        at = self._root if parent is None else parent
        *way, last = path.split("/")
        for step in way:
            found = at.find(step, self._spaces)
            at = found if found is not None else ET.SubElement(at, self._qualified(step))
        element = ET.SubElement(at, self._qualified(last), attributes)
        element.text = None if text is None else str(text)
        return element

    def to_bytes(self) -> bytes:
        for prefix, uri in self._spaces.items():
            ET.register_namespace(prefix, uri)
        ET.indent(self._root)
        content: bytes = ET.tostring(self._root, encoding="UTF-8", xml_declaration=True)
        return content + b"\n"

    def _qualified(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return f"{{{self._spaces[prefix]}}}{local}"


def _add_identity(document: _Document, scene: Scene, identifier: str, product: str) -> None:
    facts = "gml:metaDataProperty/ps:EarthObservationMetaData"
    document.add(f"{facts}/eop:identifier", identifier)
    document.add(f"{facts}/eop:acquisitionType", "NOMINAL")
    document.add(f"{facts}/eop:productType", product)
    document.add(f"{facts}/eop:status", "ARCHIVED")
    document.add(
        f"{facts}/eop:downlinkedTo/eop:DownlinkInformation/eop:acquisitionStation", "Planet Ground Station Network"
    )
    document.add(f"{facts}/eop:archivedIn/eop:ArchivingInformation/eop:archivingCenter", "Planet Archive Center")
    document.add(f"{facts}/eop:archivedIn/eop:ArchivingInformation/eop:archivingDate", scene.published.isoformat())
    document.add(f"{facts}/eop:archivedIn/eop:ArchivingInformation/eop:archivingIdentifier", identifier)
    document.add(f"{facts}/eop:processing/eop:ProcessingInformation/eop:processorName", "CMO Processor")
    document.add(f"{facts}/eop:processing/eop:ProcessingInformation/eop:processorVersion", "4.1.4")
    document.add(f"{facts}/eop:processing/eop:ProcessingInformation/eop:nativeProductFormat", "GeoTIFF")
    document.add(f"{facts}/eop:license/ps:LicenseType", "20160101 - Inc - Single User")
    document.add(f"{facts}/ps:versionIsd", "1.0")
    document.add(f"{facts}/ps:pixelFormat", "16U")
    period = "gml:validTime/gml:TimePeriod"
    document.add(f"{period}/gml:beginPosition", scene.acquired.isoformat())
    document.add(f"{period}/gml:endPosition", (scene.acquired + _FLIGHT).isoformat())


def _add_equipment(document: _Document, scene: Scene) -> None:
    properties = scene.properties()
    used = "gml:using/eop:EarthObservationEquipment"
    platform = f"{used}/eop:platform/eop:Platform"
    document.add(f"{platform}/eop:shortName", "PlanetScope")
    document.add(f"{platform}/eop:serialIdentifier", properties["satellite_id"])
    document.add(f"{platform}/eop:orbitType", "LEO-SSO")
    document.add(f"{used}/eop:instrument/eop:Instrument/eop:shortName", properties.get("instrument", "PS2"))
    sensor = f"{used}/eop:sensor/eop:Sensor"
    document.add(f"{sensor}/eop:sensorType", "OPTICAL")
    document.add(f"{sensor}/eop:resolution", f"{scene.kind.pixel_size:.1f}", uom="m")
    document.add(f"{sensor}/ps:scanType", "FRAME")
    flight = f"{used}/eop:acquisitionParameters/ps:Acquisition"
    angles = {
        "eop:incidenceAngle": properties["view_angle"] * 1.08,
        "opt:illuminationAzimuthAngle": properties["sun_azimuth"],
        "opt:illuminationElevationAngle": properties["sun_elevation"],
        "ps:azimuthAngle": properties["satellite_azimuth"],
        "ps:spaceCraftViewAngle": properties["view_angle"],
    }
    document.add(f"{flight}/eop:orbitDirection", "DESCENDING")
    for name, angle in angles.items():
        document.add(f"{flight}/{name}", f"{angle:.6e}", uom="deg")
    document.add(f"{flight}/ps:acquisitionDateTime", scene.acquired.isoformat())


def _add_footprint(document: _Document, scene: Scene) -> None:
    ring = scene.footprint
    target = "gml:target/ps:Footprint"
    surface = f"{target}/gml:multiExtentOf/gml:MultiSurface/gml:surfaceMembers/gml:Polygon"
    corners = " ".join(f"{lon},{lat}" for lon, lat in ring)
    document.add(f"{surface}/gml:outerBoundaryIs/gml:LinearRing/gml:coordinates", corners)
    document.add(f"{target}/gml:centerOf/gml:Point/gml:pos", f"{scene.lon:.6f} {scene.lat:.6f}")
    for name, (lon, lat) in zip(("bottomLeft", "bottomRight", "topRight", "topLeft"), ring[:4], strict=True):
        document.add(f"{target}/ps:geographicLocation/ps:{name}/ps:latitude", lat)
        document.add(f"{target}/ps:geographicLocation/ps:{name}/ps:longitude", lon)


def _add_result(document: _Document, scene: Scene, image_name: str, bands: Sequence[str], grid: Grid) -> None:
    result = "gml:resultOf/ps:EarthObservationResult"
    product = f"{result}/eop:product/ps:ProductInformation"
    zone, hemisphere = grid.epsg % 100, "N" if grid.epsg < 32700 else "S"
    facts = {
        "eop:fileName": image_name, "eop:productFormat": "GeoTIFF", "ps:resamplingKernel": "CC",
        "ps:numRows": grid.rows, "ps:numColumns": grid.columns, "ps:numBands": len(bands),
        "ps:rowGsd": f"{grid.size:.1f}",
        "ps:columnGsd": f"{grid.size:.1f}", "ps:radiometricCorrectionApplied": "true",
        "ps:geoCorrectionLevel": "Precision Geocorrection", "ps:elevationCorrectionApplied": "FineDEM",
        "ps:atmosphericCorrectionApplied": "false",
        "ps:spatialReferenceSystem/ps:epsgCode": grid.epsg,
        "ps:spatialReferenceSystem/ps:geodeticDatum": "WGS_1984",
        "ps:spatialReferenceSystem/ps:projection": f"WGS 84 / UTM zone {zone}{hemisphere}",
        "ps:spatialReferenceSystem/ps:projectionZone": f"{zone}{hemisphere}",
    }  # fmt: skip
    for name, value in facts.items():
        document.add(f"{product}/{name}", value)
    mask = f"{result}/eop:mask/eop:MaskInformation"
    document.add(f"{mask}/eop:type", "UNUSABLE DATA")
    document.add(f"{mask}/eop:format", "RASTER")
    document.add(f"{mask}/eop:fileName", f"{scene.id}_3B_udm2.tif")
    covered = 100 * scene.cloud_cover
    document.add(f"{result}/opt:cloudCoverPercentage", f"{covered:.1f}", uom="percentage")
    document.add(f"{result}/ps:cloudCoverPercentageQuotationMode", "AUTOMATIC")
    document.add(f"{result}/ps:unusableDataPercentage", f"{100 - scene.conditions.clear:.1f}", uom="percentage")
    for number, coefficient in enumerate(reflectance_coefficients(scene, bands), 1):
        band = document.add(f"{result}/ps:bandSpecificMetadata")
        document.add("ps:bandNumber", number, band)
        document.add("ps:radiometricScaleFactor", RADIANCE_SCALE, band)
        document.add("ps:reflectanceCoefficient", coefficient, band)
