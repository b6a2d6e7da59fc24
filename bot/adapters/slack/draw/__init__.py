"""From what the domain knows to what Slack shows: pure functions that give blocks and views, and read views back."""
