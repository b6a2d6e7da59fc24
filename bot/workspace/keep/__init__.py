"""A workspace in a file: the same after a restart."""
