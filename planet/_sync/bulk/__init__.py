# Generated from planet/_async/bulk/__init__.py by tools/unasync.py. Edit that file and run the tool again.

"""Bulk orders."""
