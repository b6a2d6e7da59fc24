"""Where checkpoints are kept outside the database."""
