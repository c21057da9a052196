"""What is sent to a GeoCatalog, and to STAC APIs."""
