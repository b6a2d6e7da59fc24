"""What Slack accepts as blocks, views and messages: tables, and the few words they are written in.

rule together flaw         the words: what a value must be, what its fields must be together, what is wrong
text rich element chart    the tables, each made of those before it
block view
across checking            what blocks must be together; what Slack would refuse
naming walking             blocks in Slack's form; the elements in them
holding entering refusing  what elements keep, what a person entered, what a form refuses
preview                    what a notification says
"""
