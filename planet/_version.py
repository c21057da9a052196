"""The version of this package: the one place where it is written down."""

__version__ = "4.0.0.dev0"
