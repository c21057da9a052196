"""The sandbox's catalogue: the scenes, their metadata, and search filters."""
