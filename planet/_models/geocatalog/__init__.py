"""Models of a GeoCatalog and of STAC APIs. `planet.geocatalog` exports them."""
