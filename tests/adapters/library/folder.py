"""A workflow's folder, written for a test; each test spoils one thing in it."""

from pathlib import Path

STEPS = '''
"""Tag a ticket.

Says what a ticket is about and puts that on it as a tag.
"""

from enum import StrEnum

from bot.authoring import Fact, Workflow, act, ask, decide, look_up, propose, review, stop, trigger
from bot.intents import helpdesk

PREFIX = "about-"


class Kind(StrEnum):
    BILLING = "billing"
    SPAM = "spam"


class Topic(Fact):
    """What it is about."""

    kind: Kind
    words: str


def tag(ticket: helpdesk.Ticket, topic: Topic) -> helpdesk.AddTag:
    """Built here."""
    # never by the model
    return helpdesk.AddTag(ticket_id=ticket.id, tag=prefixed(topic.kind))


def prefixed(kind: Kind) -> str:
    return f"{PREFIX}{kind}"


def stays_on_its_ticket(label: helpdesk.AddTag, ticket: helpdesk.Ticket) -> bool:
    return label.ticket_id == ticket.id


class TagTicket(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    account = look_up(helpdesk.account_of, ticket)
    topic = ask(Topic, about=(ticket, account))
    kind = decide(topic, by=lambda it: it.kind)
    spam = stop("Spam.", when=kind.is_(Kind.SPAM))
    label = propose(tag, ticket, topic)
    approved = review(label, by="support")
    tagged = act(approved)
'''.lstrip()

BRIEF = """\
process = "Tickets get a tag."
owner = "@olga"
maintainer = "@jonas"
pager = "@priya"
inputs = "A ticket."
output = "A tag."
compliance = "none"
stage = "approved"

[triggers]
who = ["everyone"]

[done_when]
read = "helpdesk.state_of"
of = "ticket"
field = "status"
is = "open"

[reads]
helpdesk = ["account_of", "state_of"]

[changes]
helpdesk = ["AddTag"]

[reviewers.support]
channel = "#support"
members = ["@mia", "@leo"]
evidence = ["ticket", "account", "topic"]

[failure.when_wrong]
do = "undo"

[failure.when_unavailable]
do = "park"

[metric]
name = "Minutes until tagged"
target = "5"
baseline_minutes = 12

[[invariants]]
rule = "A tag stays on its ticket."
holds = "stays_on_its_ticket"
"""

PROMPT = """\
+++
inputs = ["ticket", "account"]
role = "fast"
confidence = "How sure are you?"

[rehearsal.kind]
billing = ["invoice"]
+++

Say what the ticket is about. The customer has the plan {{ account.plan }}.
"""


def write_workflow(
    folder: Path, *, name: str = "tag_ticket", steps: str = STEPS, brief: str = BRIEF, prompt: str = PROMPT
) -> Path:
    """The folder of one workflow, inside `folder`."""
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    (home / "__init__.py").write_text(steps, encoding="utf-8")
    (home / "brief.toml").write_text(brief, encoding="utf-8")
    (home / "topic.md").write_text(prompt, encoding="utf-8")
    return home


def swapped(text: str, old: str, new: str) -> str:
    """The text with one part replaced; fails where it does not stand there."""
    assert old in text, old
    return text.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1
