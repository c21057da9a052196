"""Plugins that tests of plugins need."""

pytest_plugins = ["pytester"]
