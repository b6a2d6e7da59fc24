"""A Slack workspace on this machine: an application of its own, which knows Slack and nothing of the bot.

It speaks Slack's Web API, Socket Mode and signed HTTP, and serves a page that looks and works like Slack, so that an
app built on Bolt runs against it with another base address and nothing else. What is where:

clock ids payload    time, names and JSON as Slack has them
state                what there is: people, channels, messages, views, apps
changes              the only functions that change it; each tells everybody who listens
blocks               what Slack accepts as blocks, views and messages
api                  the Web API: one function a method
delivery             events, commands and clicks on their way to an app
acts                 what a person does: says, clicks, submits, reacts
control              what a test does: moves the clock, breaks things, looks inside
page                 what a person sees
company              the people and channels it starts with
begin keep           how it comes to be, and is there after a restart
web safety           joined into one server, which only its own page and apps may use
launch beside        started, with an app of Bolt beside it
"""
