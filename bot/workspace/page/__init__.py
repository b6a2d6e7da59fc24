"""What a person sees: a page that looks and works like Slack, written on the server, kept in step live."""
