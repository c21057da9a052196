"""Bulk orders without I/O to the service: their plan, their journal and their states."""
