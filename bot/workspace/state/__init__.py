"""What there is in a workspace, as plain data. Only `changes` changes it."""
