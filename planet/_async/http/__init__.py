"""Requests and connections."""
