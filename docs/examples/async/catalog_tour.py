"""Everything that a GeoCatalog does, once: collections, items, tiles, ingestion, signatures."""

from pathlib import Path

from planet.geocatalog import AsyncGeoCatalog

POLYGON = {
    "type": "Polygon",
    "coordinates": [
        [
            [-85.1, 35.4],
            [-84.9, 35.4],
            [-84.9, 35.6],
            [-85.1, 35.6],
            [-85.1, 35.4],
        ]
    ],
}
ITEM = "ga_m_3308421_se_16_060_20211114"
COLLECTION = {
    "id": "my-collection",
    "type": "Collection",
    "stac_version": "1.0.0",
    "license": "proprietary",
    "description": "A collection of geospatial data",
    "links": [],
    "extent": {
        "spatial": {"bbox": [[-180.0, -90.0, 180.0, 90.0]]},
        "temporal": {"interval": [["2023-01-01T00:00:00Z", None]]},
    },
}
CATALOG = "https://account.blob.core.windows.net/container/catalog.json"


async def main(folder: Path) -> list[str]:
    said = []
    # The address is that of PLANETARYCOMPUTER_ENDPOINT, the credential the Azure login.
    async with AsyncGeoCatalog() as gc:
        async for collection in gc.stac.list_collections():
            print(collection.id, collection.title)

        inside = {
            "op": "s_intersects",
            "args": [{"property": "geometry"}, POLYGON],
        }
        async for found in gc.stac.search(
            collections=["naip"], filter=inside, limit=10
        ):
            print(found.id, found.acquired)

        item = await gc.stac.get_item(collection_id="naip", item_id=ITEM)
        said.append(f"{item.geometry['type']}, {item.asset_keys}")

        operation = await gc.stac.create_collection(COLLECTION)
        await gc.ingestion.wait(operation)
        await gc.stac.replace_partition_type("my-collection", "month")

        source = gc.data.item("naip", item.id)
        tile = await source.tile(14, 4322, 6463, assets="image", format="png")
        tile.save(folder / "tile.png")

        ingestion = await gc.ingestion.create_ingestion(
            "my-collection",
            source_catalog_url=CATALOG,
            display_name="Ingestion job",
        )
        run = await gc.ingestion.create_run("my-collection", ingestion.id)
        ended = await gc.ingestion.wait_run(
            "my-collection", ingestion.id, run.id
        )
        said.append(f"{ended.status}: {ended.successful_items} items")

        token = await gc.sas.get_token("naip", duration=60)
        link = await gc.sas.sign(item.assets["image"]["href"], duration=60)
        said.append(f"valid until {token.expires_at} and {link.expires_at}")
    return said
