"""What the sandbox remembers, and how it changes over time."""
