"""Items with images for the sandbox's catalogue."""

import time
from types import SimpleNamespace

import numpy as np
import rasterio
from rasterio.transform import from_bounds

BOX = (6.5, 45.8, 6.6, 45.9)
COLLECTION = {
    "id": "fields",
    "type": "Collection",
    "stac_version": "1.0.0",
    "description": "What is grown",
    "license": "proprietary",
    "links": [],
    "extent": {"spatial": {"bbox": [list(BOX)]}, "temporal": {"interval": [["2024-01-01T00:00:00Z", None]]}},
}


def an_item(name, href="https://example.com/a.tif", day=1, box=BOX, **properties):
    """An item of the collection `fields` with one asset."""
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": name,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "bbox": list(box),
        "properties": {"datetime": f"2024-06-{day:02}T10:00:00Z", "eo:cloud_cover": 10.0 * day, **properties},
        "assets": {"image": {"href": href, "type": "image/tiff; application=geotiff", "roles": ["data"]}},
        "links": [],
    }


def put_image(sandbox, container, name, day=1, box=BOX):
    """Write an image of three bands into a container of the sandbox; the item that has it.

    Its first band grows from west to east, its second one from north to south; the third one is *day*.
    """
    folder = sandbox.folder / "delivered" / "azure_blob_storage" / container
    folder.mkdir(parents=True, exist_ok=True)
    ramp = np.linspace(1, 255, 64).astype("uint8")
    pixels = np.stack([np.tile(ramp, (64, 1)), np.tile(ramp[:, None], (1, 64)), np.full((64, 64), day, "uint8")])
    profile = {"driver": "COG", "width": 64, "height": 64, "count": 3, "dtype": "uint8", "crs": "EPSG:4326"}
    with rasterio.open(folder / f"{name}.tif", "w", transform=from_bounds(*box, 64, 64), **profile) as image:
        image.write(pixels)
    return an_item(name, f"{sandbox.container_url(container)}/{name}.tif", day, box)


def fill(sandbox, gc):
    """Put a collection `naip` with one item into the catalogue, as the examples of the guide have it."""
    gc.ingestion.wait(gc.stac.create_collection({**COLLECTION, "id": "naip"}), delay=0.02)
    gc.ingestion.create_source(sandbox.container_url("naip"), sas_token=sandbox.sas_token("naip"))
    item = put_image(sandbox, "naip", "ga_m_3308421_se_16_060_20211114", box=(-85.05, 35.44, -85.0, 35.5))
    gc.ingestion.wait(gc.stac.create_item("naip", item), delay=0.02)


async def asynchronous(*scopes, claims=None):
    """The method `get_token` of an asynchronous credential; this file is not converted."""
    return SimpleNamespace(token="eyJasynchronous", expires_on=time.time() + 3600)
