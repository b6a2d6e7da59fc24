"""Where everything is kept: one SQLite file, written by one thread, read without waiting."""
