"""Helpers that know nothing of Planet."""
