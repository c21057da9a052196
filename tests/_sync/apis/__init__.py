# Generated from tests/_async/apis/__init__.py by tools/unasync.py. Edit that file and run the tool again.

