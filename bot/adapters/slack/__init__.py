"""Slack: what comes in is kept before it is answered; what is shown follows the runs, whatever changed them."""
