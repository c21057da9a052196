# Generated from planet/_async/download/__init__.py by tools/unasync.py. Edit that file and run the tool again.

"""Downloads: one file, a batch, an order, assets, quads."""
