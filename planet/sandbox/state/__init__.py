"""The state of the sandbox, and how it changes over time."""
