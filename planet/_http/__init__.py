"""The rules of HTTP, without I/O."""
