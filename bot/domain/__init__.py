"""What Countersign knows, without touching the world: no I/O, no clock, no randomness."""
