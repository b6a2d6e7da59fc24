"""What we compare ourselves with. Each script runs in its own process and environment and is never imported."""
