# Generated from planet/_async/__init__.py by tools/unasync.py: change that one, and run the tool again.

"""The clients, written asynchronously: the source from which `tools/unasync.py` makes the blocking ones."""
