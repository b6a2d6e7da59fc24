"""What the commands share: the options everybody has, who is typing, the opened bot, what they see and what failed."""
