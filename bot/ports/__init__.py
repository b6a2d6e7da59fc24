"""What the use cases need of the world, as protocols. `bot.adapters` and `bot.runtimes` provide it."""
