"""A brief that says everything a brief can say."""

WHOLE = """\
process = "A new ticket gets its first answer."
owner = "@olga"
maintainer = "@jonas"
pager = "@priya"
inputs = "A new ticket."
output = "A reply the customer has received."
compliance = "none"
stage = "limited"
review_date = 2027-03-31

[triggers]
who = ["everyone", "staff"]
doors = ["terminal", "slack", "webhook", "schedule"]
commands = ["triage"]
channels = ["#help"]
schedule = "0 9 * * 1-5"

[done_when]
read = "helpdesk.state_of"
of = "ticket"
field = "status"
is = "answered"

[reads]
helpdesk = ["account_of", "state_of"]

[changes]
helpdesk = ["SendReply", "GrantCredit"]

[reviewers.support]
channel = "#support"
members = ["@mia", "@leo", "@ines"]
evidence = ["ticket", "account"]
needed = 2
deny = 1
not = ["requester"]
remind_after = "4h"
escalate_after = "1d"
escalate_to = "leads"
expires_after = "2d 12h"
on_rejection = "redraft"
on_expiry = "reject"
redrafts = 3
reasons = ["wrong tone", "other"]

[reviewers.leads]
channel = "#leads"
usergroup = "leads"
evidence = ["ticket"]
specialist = true
recheck_at_execution = true
allow_guests = true

[failure.when_wrong]
do = "ask a person"
group = "support"
retries = 2
within = "30m"
then = "escalate"

[failure.when_unavailable]
do = "park"

[metric]
name = "Minutes to the first answer"
target = "under 30"
baseline_minutes = 25.5

[[invariants]]
rule = "The reply goes to its ticket."
holds = "goes_to_its_ticket"

[map]
current_owner = "Support"
decision_points = ["Which category?"]
tools = ["help desk"]
quality_checks = ["The right customer?"]
cost_of_a_mistake = "A wrong answer."

[levels]
"helpdesk.SendReply" = "execute automatically"
approved = "recommend"

[[thresholds]]
intent = "helpdesk.GrantCredit"
field = "cents"
above = "100 EUR"
reviewers = "leads"
needed = 2

[[overrides]]
intent = "helpdesk.SendReply"
evidence = "300 replies and none edited"
undo = "A second reply corrects it"
author = "@olga"
approved_by = "@farah"
on = 2026-11-01

[confidence]
triage = "90 %"

[limits]
actions_per_run = 2
actions_per_day = 100
actions_per_target_per_day = 3
cost_per_run = "0.50 USD"
cost_per_day = "20 USD"
runs_per_user_per_hour = 30
open_cards_per_reviewer_group = 50
observe_within = "3d"
answer_within = "45s"

[[scope]]
field = "ticket.language"
values = ["en", "de"]

[cadence]
intervals = ["2d", "5d"]
stop_when = "the customer has answered"

[data]
subject = "ticket.email"
keep_content = "30d"
keep_entries = "400d"

[data.classes]
"ticket.email" = "personal"

[triggers.reactions]
ticket = ["#help"]

[outsiders.customers]
mail = "ticket.email"
expires_after = "7d"
remind_after = "3d"
"""


def with_line(old: str, new: str, *, text: str = WHOLE) -> str:
    """The brief with one line (or a part of it) replaced; fails where it does not stand there."""
    assert old in text, old
    return text.replace(old, new, 1)


def line_of(part: str, *, text: str = WHOLE) -> int:
    """The line on which something stands."""
    return text[: text.index(part)].count("\n") + 1
