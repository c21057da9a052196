"""Downloads: one file, a batch, an order, assets, quads."""
