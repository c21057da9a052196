"""Typed forms of what some requests are made of."""
