"""Issue summary.

A long discussion on an issue gets a summary: where it stands, what is decided, what is open, who does what. It becomes
a comment on the issue once a person has approved it.
"""

import re
from enum import StrEnum

from bot.authoring import Fact, Field, Workflow, act, ask, decide, look_up, propose, review, stop, trigger
from bot.intents import tasks

MARKER = "Summary so far"
"""How our comments begin, so that everybody sees what they are."""
NOBODY = "Nobody yet"
WHO = "Who does what"


class Standing(StrEnum):
    GOING_ON = "going on"
    CLOSED = "closed"
    QUIET = "nothing new said"


class Task(Fact):
    """Something that somebody said they do, or that is left to do."""

    what: str = Field(min_length=1, max_length=300)
    who: str = Field(default="", max_length=60)
    """The name as it stands in the issue; empty where nobody has taken it."""


class Summary(Fact):
    """Where an issue stands, for somebody who has not read the discussion."""

    standing: str = Field(min_length=1, max_length=600)
    decisions: tuple[str, ...] = Field(default=(), max_length=8)
    questions: tuple[str, ...] = Field(default=(), max_length=8)
    """What nobody has answered."""
    todo: tuple[Task, ...] = Field(default=(), max_length=8)


def standing_of(issue: tasks.Issue) -> Standing:
    """A summary of ours is no news."""
    if issue.status is tasks.IssueStatus.CLOSED:
        return Standing.CLOSED
    return Standing.GOING_ON if issue.comments and MARKER not in issue.comments[-1] else Standing.QUIET


# --- what is written -------------------------------------------------------------------------------------------------


def comment(issue: tasks.Issue, summary: Summary) -> tasks.AddComment:
    said = len([one for one in issue.comments if MARKER not in one])
    parts = [f"{MARKER}, of {said} comment{'' if said == 1 else 's'}", "", summary.standing]
    parts += _listed("Decided", summary.decisions) + _listed("Open", summary.questions)
    parts += _listed(WHO, tuple(f"{one.who or NOBODY}: {one.what}" for one in summary.todo))
    return tasks.AddComment(issue_id=issue.issue_id, body="\n".join(parts))


def _listed(title: str, lines: tuple[str, ...]) -> list[str]:
    return ["", title, *(f"- {' '.join(line.split())}" for line in lines)] if lines else []


# --- what always holds -----------------------------------------------------------------------------------------------

_REFERENCE = re.compile(r"https?://[^\s<>]+|(?<!\w)@\w[\w.-]*|\b[A-Z]{1,6}-\d+\b")


def is_on_its_issue(note: tasks.AddComment, issue: tasks.Issue) -> bool:
    return note.issue_id == issue.issue_id


def says_what_it_is(note: tasks.AddComment) -> bool:
    return note.body.startswith(MARKER)


def names_only_who_occurs(note: tasks.AddComment, issue: tasks.Issue) -> bool:
    """Each line under “Who does what” begins with a name of the discussion, or says that nobody has taken it."""
    listed = note.body.partition(f"\n{WHO}\n")[2].partition("\n\n")[0].splitlines()
    names = [line.removeprefix("- ").partition(":")[0].strip() for line in listed]
    return all(name == NOBODY or _occurs(name, issue) for name in names)


def refers_only_to_what_occurs(note: tasks.AddComment, issue: tasks.Issue) -> bool:
    """No link, no mention and no number of a record that nobody brought up."""
    return all(found.rstrip(".,;:") in _whole(issue) for found in _REFERENCE.findall(note.body))


def _occurs(name: str, issue: tasks.Issue) -> bool:
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", _whole(issue)) is not None


def _whole(issue: tasks.Issue) -> str:
    return "\n".join((issue.issue_id, issue.title, issue.body, *issue.comments))


class IssueSummary(Workflow, version=1):
    ref = trigger(tasks.IssueRef)
    issue = look_up(tasks.issue_of, ref)
    standing = decide(issue, by=standing_of)
    closed = stop("The issue is closed; there is nothing to sum up.", when=standing.is_(Standing.CLOSED))
    quiet = stop("Nobody has said anything new on it; nothing was written.", when=standing.is_(Standing.QUIET))
    summary = ask(Summary, about=issue)
    note = propose(comment, issue, summary)
    approved = review(note, by="engineers")
    written = act(approved)
