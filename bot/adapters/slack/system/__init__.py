"""The chat as a system that workflows may read and change: what was decided is posted once, and can be taken back."""
