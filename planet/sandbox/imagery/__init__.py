"""The pixels and files of the sandbox."""
