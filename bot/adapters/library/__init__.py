"""Workflows, briefs and prompts: found in a folder, checked, pinned to versions, and kept current with the store."""
