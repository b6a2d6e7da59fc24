"""What changes a workspace: each function does one thing and tells every listener once."""
