"""`/ops` and what comes after it: each subcommand is a function from what was said to what is answered."""
