"""What the clients of a GeoCatalog decide without sending a request."""
