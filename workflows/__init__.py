"""The workflows: one folder each, written by engineers and owners together."""
