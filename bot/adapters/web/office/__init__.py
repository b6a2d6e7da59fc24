"""The back office's page: what the desks hold, and what changed there, while approved actions are carried out.

It is given what it shows by a small protocol, reads and never writes, and works without a script.
"""
