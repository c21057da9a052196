# Generated from tests/_async/geocatalog/__init__.py by tools/unasync.py. Edit that file and run the tool again.

