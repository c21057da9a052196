"""Helpers that are not specific to Planet."""
