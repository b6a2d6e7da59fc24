"""The same gate, as text."""
