# Generated from tests/_async/__init__.py by tools/unasync.py: change that one, and run the tool again.

