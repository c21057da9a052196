"""What comes back: the models, one module per API."""
