# Generated from planet/_async/geocatalog/__init__.py by tools/unasync.py. Edit that file and run the tool again.

"""The clients of a GeoCatalog, of other STAC APIs, and of the public Planetary Computer."""
