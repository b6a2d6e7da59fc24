"""What the bot says to Slack and asks of it: every call, cards and messages, and who people are."""
