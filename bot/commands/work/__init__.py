"""What the commands do. It is loaded only when one is run: reading the words that were typed needs none of it."""
