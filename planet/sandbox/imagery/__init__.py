"""The images and files of the sandbox."""
