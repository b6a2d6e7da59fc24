"""Events, commands and clicks on their way to an app: signed HTTP or Socket Mode, with Slack's patience."""
