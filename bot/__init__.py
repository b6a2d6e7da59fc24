"""Countersign: AI prepares, a person countersigns, the record proves it."""
