# Generated from tests/_async/http/__init__.py by tools/unasync.py. Edit that file and run the tool again.

