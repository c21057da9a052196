"""The models of API responses, one module per API."""
