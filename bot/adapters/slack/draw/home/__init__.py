"""The Home tab: what somebody sees there, and what its buttons carry.

place      which page of it is shown, and which buttons there are
wording    stages, ages and numbers in words
mine       what waits for somebody, what they have running, what was done
flows      the workflows, a line each
numbers    what a workflow has come to in the last days
inside     one workflow: its settings and its change log
page       the whole, within Slack's limits
owning     the forms in which an owner changes something, rolls back, pauses
"""
