"""Routing tables: who gets what, by rules that an owner can read and change. The first rule that fits wins."""
