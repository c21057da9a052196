"""Fulfilment of orders: create the assets, apply the tools, write the files."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import rasterio.errors

from ..catalog.scene import Scene
from . import rasters, workers
from .assets import Asset, make
from .bandmath import BandMathError
from .basemaps import Mosaic, find_mosaic, quad_asset
from .grid import Grid, NoOverlap, area_grid, scene_grid
from .images import Raster, render
from .output_files import File, Written, pack, write_file, write_manifest
from .quad_grid import quads_intersecting
from .tools import apply

__all__ = ["Failure", "Job", "fulfil", "fulfil_asset", "fulfil_quad", "fulfil_scene", "write_part"]


_IN_PLACE = ("toar", "harmonize", "bandmath", "coregister")  # tools that leave every pixel where it is


class Failure(Exception):
    """An order cannot be fulfilled. The message goes to its `error_hints`."""


@attrs.frozen
class Job:
    """The work of an order.

    Attributes:
        order_id: the id of the order.
        name: the name of the order.
        items: (scene, bundle, asset types) of each item.
        quads: (mosaic name, quad id, geometry to clip to) of each quad of a basemap.
        tools: (tool, parameters) in the order in which they are applied.
        delivery: the delivery block of the request.
        pixels: the width of rendered scenes.
        clip_pixels: clips have the true resolution as far as they have no more pixels than this.
        image_bytes: the minimum size of image files; smaller ones are padded.
    """

    order_id: str
    name: str
    items: tuple[tuple[Scene, str, tuple[str, ...]], ...] = ()
    quads: tuple[tuple[str, str, Any], ...] = ()
    tools: tuple[tuple[str, dict[str, Any]], ...] = ()
    delivery: Mapping[str, Any] = attrs.field(factory=dict)
    pixels: int = 512
    clip_pixels: int = 400_000
    image_bytes: int = 0


def fulfil(job: Job, folder: Path) -> list[str]:
    """Write the files of an order to *folder*; returns their relative paths, the manifest last.

    Several scenes are rendered at the same time, in worker processes.

    Raises:
        Failure: the order cannot be fulfilled.
    """
    parts = _parts(job)
    with ThreadPoolExecutor(max_workers=min(workers.COUNT, len(parts))) as threads:
        made = threads.map(lambda part: workers.run(write_part, part, folder), parts)
        files = _checked([file for files in made for file in files])
    if job.delivery.get("archive_type") == "zip":
        files = workers.run(pack, folder, files, job.name, job.order_id, job.delivery)
    return write_manifest(folder, files)


def fulfil_scene(job: Job, folder: Path) -> list[str]:
    """Write the files of a job with one scene to *folder* without subfolders; returns their names, the manifest last.

    Raises:
        Failure: the job cannot be fulfilled.
    """
    return write_manifest(folder, _checked(workers.run(write_part, job, folder, True)))


def _parts(job: Job) -> list[Job]:
    """The parts of an order that can be made independently: scenes and quads, unless a tool joins them."""
    if any(tool in ("composite", "merge") for tool, _ in job.tools):
        return [job]
    if job.quads:
        return [attrs.evolve(job, quads=(quad,)) for quad in job.quads]
    by_scene: dict[Scene, list[Any]] = {}
    for item in job.items:
        by_scene.setdefault(item[0], []).append(item)
    return [attrs.evolve(job, items=tuple(items)) for items in by_scene.values()]


def _checked(files: list[Written]) -> list[Written]:
    if not files:
        raise Failure("the clip geometry does not overlap any of the items")
    return files


def write_part(job: Job, folder: Path, is_flat: bool = False) -> list[Written]:
    """Write the files of a part of an order. Runs in a worker process.

    Raises:
        Failure: a tool cannot be applied.
    """
    try:
        files = _basemap_files(job) if job.quads else _scene_files(job)
    except BandMathError as error:
        raise Failure(f"bandmath: {error}") from None
    except rasters.TooLarge as error:
        raise Failure(str(error)) from None
    except (rasterio.errors.RasterioError, rasterio.errors.CRSError, ValueError, KeyError, TypeError) as error:
        raise Failure(f"a tool could not be applied: {error}") from None
    if is_flat:
        files = [attrs.evolve(file, path=file.path.rpartition("/")[2]) for file in files]
    return [write_file(folder, file, job.image_bytes) for file in files]


def fulfil_asset(scene: Scene, asset_type: str, folder: Path, pixels: int, image_bytes: int) -> tuple[str, str]:
    """Write the file of an asset to *folder*; returns its name and MD5 digest."""
    asset = make(scene, asset_type, render(scene, scene_grid(scene, pixels)))
    file = write_file(folder, _file(asset.name, asset, {}, ""), image_bytes)
    return file.path, file.md5


def fulfil_quad(mosaic: Mosaic, quad_id: str, folder: Path, pixels: int, image_bytes: int) -> str:
    """Write the file of a quad to *folder* unless it exists; returns its name."""
    x, y = quad_id.split("-")
    found = next(folder.glob(f"L*-{int(x):04d}E-{int(y):04d}N.tif"), None)
    if found is not None:
        return found.name
    asset = quad_asset(mosaic, quad_id, pixels)
    assert asset is not None
    made = folder / f".{asset.name}"
    write_file(folder, _file(made.name, asset, {}, ""), image_bytes)
    made.replace(folder / asset.name)  # atomic: concurrent requests never see a partial file
    return asset.name


def _scene_files(job: Job) -> list[File]:
    composite = next((parameters for tool, parameters in job.tools if tool == "composite"), None)
    made: list[tuple[Scene, str, list[Asset], dict[str, Any]]] = []
    for scene, bundle, asset_types in job.items:
        try:
            view = render(scene, _grid(scene, job))
        except NoOverlap:
            continue
        assets = [make(scene, asset_type, view) for asset_type in asset_types]
        metadata = {
            key: value for key, value in scene.item().items() if key in ("id", "type", "geometry", "properties")
        }
        try:
            for tool, parameters in job.tools:
                if tool == "composite":
                    break  # later tools are applied to the composite
                assets = apply(assets, tool, parameters)
                if tool == "clip":
                    metadata["geometry"] = _clipped(scene, parameters["aoi"])
        except NoOverlap:
            continue
        made.append((scene, bundle, assets, metadata))
    if composite is not None and made:
        return _composite(job, made, composite)
    files = []
    for scene, bundle, assets, metadata in made:
        group = f"{scene.item_type}_{scene.id}_{bundle}"
        files.append(_metadata_file(f"{scene.item_type}/{scene.id}_metadata.json", metadata, scene, group))
        for asset in assets:
            annotations = _annotations(scene) | {"planet/asset_type": asset.type, "planet/bundle_type": bundle}
            files.append(_file(f"{scene.item_type}/{asset.name}", asset, annotations, group))
    return files


def _grid(scene: Scene, job: Job) -> Grid:
    """What to render of a scene: all of it, or the area of a clip that comes before all tools that move pixels.

    Raises:
        NoOverlap: the area is elsewhere.
    """
    for tool, parameters in job.tools:
        if tool == "clip":
            return area_grid(scene, parameters["aoi"], job.clip_pixels)
        if tool not in _IN_PLACE:
            break
    return scene_grid(scene, job.pixels)


def _composite(
    job: Job, made: list[tuple[Scene, str, list[Asset], dict[str, Any]]], parameters: dict[str, Any]
) -> list[File]:
    """Merge scenes: all of them, or each strip. The files have no subfolders."""
    groups: dict[str, list[tuple[Scene, str, list[Asset], dict[str, Any]]]] = {}
    for entry in made:
        strip = str(entry[0].properties()["strip_id"]) if parameters.get("group_by") == "strip_id" else ""
        groups.setdefault(strip, []).append(entry)
    later = [tool for number, tool in enumerate(job.tools) if "composite" in [name for name, _ in job.tools[:number]]]
    files = []
    for strip, entries in groups.items():
        stem = f"{strip}_composite" if strip else "composite"
        bundle = entries[0][1]
        by_type: dict[tuple[bool, str], list[Raster]] = {}
        for _, _, assets, _ in entries:
            for asset in assets:
                if asset.raster is not None and not asset.raster.gcps:
                    by_type.setdefault((asset.is_mask, asset.type), []).append(asset.raster)
        images = [kind for kind in by_type if not kind[0]]
        joined = []
        for (is_mask, kind), parts in sorted(by_type.items(), reverse=True):
            name = f"{stem}_udm" if is_mask else stem if len(images) == 1 else f"{stem}_{kind}"
            raster = rasters.merge(parts, "composite")
            joined.append(Asset(kind, f"{name}.tif", "image/tiff", raster=raster, is_mask=is_mask))
        for tool, tool_parameters in later:
            joined = apply(joined, tool, tool_parameters)
        files += [_file(asset.name, asset, {"planet/bundle_type": bundle}, stem) for asset in joined]
        for scene, _, assets, metadata in entries:
            files.append(_metadata_file(f"{scene.id}_metadata.json", metadata, scene, stem))
            for asset in assets:
                if asset.raster is None:
                    annotations = _annotations(scene) | {"planet/asset_type": asset.type, "planet/bundle_type": bundle}
                    files.append(_file(asset.name, asset, annotations, stem))
    return files


def _basemap_files(job: Job) -> list[File]:
    images: dict[str, list[Asset]] = {}
    for mosaic, quad_id, aoi in job.quads:
        found = find_mosaic(mosaic)
        asset = None if found is None else quad_asset(found, quad_id, job.pixels)
        assert asset is not None
        images.setdefault(mosaic, []).append(asset)
        for tool, parameters in job.tools:
            if tool == "clip":
                area = parameters.get("aoi") or aoi
                try:
                    images[mosaic][-1:] = apply(images[mosaic][-1:], "clip", {"aoi": area})
                except NoOverlap:
                    images[mosaic].pop()
                    break
            elif tool != "merge":
                images[mosaic][-1:] = apply(images[mosaic][-1:], tool, parameters)
    files = []
    for mosaic, assets in images.items():
        if any(tool == "merge" for tool, _ in job.tools) and assets:
            merged = rasters.merge([asset.raster for asset in assets if asset.raster is not None], "merge")
            assets = [Asset("basemap", "merged.tif", "image/tiff", raster=merged)]
        files += [_file(f"{mosaic}/{a.name}", a, {"planet/mosaic_name": mosaic}, mosaic) for a in assets]
    return files


def basemap_quads(product: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """Return the quads of a product of a basemaps order."""
    if "quad_ids" in product:
        return [(product["mosaic_name"], quad_id, None) for quad_id in product["quad_ids"]]
    geometry = product["geometry"]
    return [(product["mosaic_name"], quad_id, geometry) for quad_id in quads_intersecting(geometry)]


def _clipped(scene: Scene, aoi: dict[str, Any]) -> dict[str, Any]:
    import shapely
    import shapely.geometry

    shape = shapely.intersection(shapely.geometry.shape(scene.geometry), shapely.geometry.shape(aoi))
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return geometry


def _annotations(scene: Scene) -> dict[str, str]:
    return {"planet/item_id": scene.id, "planet/item_type": scene.item_type}


def _file(path: str, asset: Asset, annotations: dict[str, str], group: str) -> File:
    content = asset.content if asset.content is not None else rasters.write(_image(asset))
    return File(path, content, asset.media_type, annotations, group, is_image=asset.raster is not None)


def _image(asset: Asset) -> Any:
    assert asset.raster is not None
    return asset.raster


def _metadata_file(path: str, metadata: dict[str, Any], scene: Scene, group: str) -> File:
    return File(path, json.dumps(metadata).encode(), "application/json", _annotations(scene), group)
