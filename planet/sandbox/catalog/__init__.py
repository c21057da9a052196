"""The sandbox's catalogue: which scenes exist, and what is known of them."""
