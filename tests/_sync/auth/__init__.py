# Generated from tests/_async/auth/__init__.py by tools/unasync.py. Edit that file and run the tool again.

