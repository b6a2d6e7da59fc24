"""One name, one hook: what is sent to `/hooks/NAME` is for one workflow, whichever loads first."""

from collections.abc import Mapping

from bot.domain.brief import Brief
from bot.domain.errors import Misdeclared
from bot.domain.from_event import hooks_of
from bot.domain.terms import Terms


def taken_twice(terms: Mapping[str, Terms]) -> dict[str, Misdeclared]:
    """By workflow, what is wrong where another one has a hook of the same name: neither loads then."""
    return {
        workflow: _problem(name, workflow, other)
        for name, users in _users({workflow: one.brief for workflow, one in terms.items()}).items()
        if len(users) > 1
        for workflow, other in zip(users, (*users[1:], users[0]), strict=True)
    }


def refuse_taken(workflow: str, terms: Terms, others: Mapping[str, Terms]) -> None:
    """Raise Misdeclared where a workflow on these terms would have a hook that another one has."""
    problem = taken_twice({**others, workflow: terms}).get(workflow)
    if problem is not None:
        raise problem


def _users(briefs: Mapping[str, Brief]) -> dict[str, list[str]]:
    users: dict[str, list[str]] = {}
    for workflow, brief in briefs.items():
        for name in hooks_of(workflow, brief):
            users.setdefault(name, []).append(workflow)
    return users


def _problem(name: str, workflow: str, other: str) -> Misdeclared:
    said = f"{workflow} and {other} both have the hook “{name}”, so nobody knows which one is meant."
    return Misdeclared(said, mend="Give one of them another name under [triggers.hooks].")
