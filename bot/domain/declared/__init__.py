"""What people declare in TOML: read strictly, refused in plain words with the line, changed with its comments kept."""
