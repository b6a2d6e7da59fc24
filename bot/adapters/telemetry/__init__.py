"""What the bot shows to those who keep it running: figures to be scraped, traces to be sent. Off by default."""
