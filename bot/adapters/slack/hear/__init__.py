"""What is done with everything that was kept: clicks, forms, commands, shortcuts and messages."""
