"""What a transfer decides, and what of it survives on disk."""
