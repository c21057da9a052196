"""The clients, one module per API."""
