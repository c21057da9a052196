# Generated from planet/_async/http/__init__.py by tools/unasync.py. Edit that file and run the tool again.

"""Requests and connections."""
