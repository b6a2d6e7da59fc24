"""Who performs effects, and when."""
