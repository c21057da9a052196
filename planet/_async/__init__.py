"""The clients, written asynchronously: the source from which `tools/unasync.py` makes the blocking ones."""
