"""The clients of a GeoCatalog, of other STAC APIs, and of the public Planetary Computer."""
