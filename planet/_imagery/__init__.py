"""A downloaded order as STAC and as a dataset; how much of an area scenes cover."""
