"""The doors for everything that is not Slack: signed webhooks, forms for people outside, mail.

What comes in is verified, capped and read strictly; it is kept before it is answered, and done afterwards.
"""
