"""The outside world; no adapter imports another."""
