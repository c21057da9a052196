"""Read the files of a GeoCatalog as arrays: with odc-stac, lazily, and with rasterio."""

import odc.stac
import rasterio

from planet.geocatalog import GeoCatalog


def main(collection_id: str, asset: str) -> None:
    with GeoCatalog() as gc:
        items = [
            item.to_pystac()
            for item in gc.stac.search(collections=[collection_id], limit=20)
        ]
        sign = gc.sas.signer(collection_id)

        # Addresses are signed when the files are read, in whatever thread does it.
        cube = odc.stac.load(
            items,
            bands=[asset],
            patch_url=sign,
            crs="EPSG:3857",
            resolution=200,
            chunks={},
        )
        print(dict(cube.sizes))
        print("mean", float(cube[asset].mean().compute()))

        with rasterio.open(sign(items[0].assets[asset].href)) as image:
            print(image.shape, image.dtypes)


if __name__ == "__main__":
    main("naip", "image")
