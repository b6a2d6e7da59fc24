"""How a call to a model can end, all of it, and what follows from each end.

    answered ───────────────────────────────────── take
    invalid, cut, garbled ──────────────────────── ask again, a bounded number of times; then the next model
    not supported ──────────────────────────────── ask again in a plainer dialect
    overloaded, rate limited, timeout,
    connection, quota, auth, not found,
    bad request, context too long ──────────────── the next model
    refused, filtered ──────────────────────────── give up: another model is not asked to overrule it

Where there is no next model, what may pass by itself is waited for, and everything else is a person's.
"""

from enum import StrEnum


class Outcome(StrEnum):
    """How one call ended."""

    ANSWERED = "answered"
    INVALID = "invalid"
    """It answered, and the answer does not fit its type."""
    CUT = "cut"
    """It ran out of room in the middle of the answer. What is cut is never mended."""
    REFUSED = "refused"
    FILTERED = "filtered"
    UNSUPPORTED = "not supported"
    """The server does not know this way of asking for a form."""
    OVERLOADED = "overloaded"
    RATE_LIMITED = "rate limited"
    QUOTA = "quota"
    AUTH = "auth"
    NOT_FOUND = "not found"
    BAD_REQUEST = "bad request"
    TOO_LONG = "context too long"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    GARBAGE = "garbage"
    """What came back is no answer of a model's server at all."""
    LOST = "lost"
    """The bot ended while it waited; nobody knows what came."""


class Then(StrEnum):
    """What follows."""

    TAKE = "take"
    ASK_AGAIN = "ask again"
    STEP_DOWN = "step down"
    NEXT_MODEL = "next model"
    GIVE_UP = "give up"


MOST_REPAIRS = 2
"""How often models are asked again for one answer, all of them together."""

_AGAIN = frozenset({Outcome.INVALID, Outcome.CUT, Outcome.GARBAGE})
_PASSES = frozenset(
    {Outcome.OVERLOADED, Outcome.RATE_LIMITED, Outcome.TIMEOUT, Outcome.CONNECTION, Outcome.GARBAGE, Outcome.LOST}
)
_UNBILLED = frozenset(
    {
        Outcome.UNSUPPORTED,
        Outcome.OVERLOADED,
        Outcome.RATE_LIMITED,
        Outcome.QUOTA,
        Outcome.AUTH,
        Outcome.NOT_FOUND,
        Outcome.BAD_REQUEST,
        Outcome.TOO_LONG,
        Outcome.CONNECTION,
    }
)
_ANSWERED_BADLY = frozenset({Outcome.INVALID, Outcome.CUT, Outcome.REFUSED, Outcome.FILTERED, Outcome.TOO_LONG})


def after(outcome: Outcome, *, repairs: int) -> Then:
    """What follows from the end of a call, after this many repairs."""
    if outcome is Outcome.ANSWERED:
        return Then.TAKE
    if outcome is Outcome.UNSUPPORTED:
        return Then.STEP_DOWN
    if outcome in (Outcome.REFUSED, Outcome.FILTERED):
        return Then.GIVE_UP
    return Then.ASK_AGAIN if outcome in _AGAIN and repairs < MOST_REPAIRS else Then.NEXT_MODEL


def may_pass(outcome: Outcome) -> bool:
    """Whether it may be better in a while, by itself."""
    return outcome in _PASSES


def is_wrong(outcome: Outcome) -> bool:
    """Whether the model answered badly, which its owner hears; else it could not be reached, which the pager hears."""
    return outcome in _ANSWERED_BADLY


def is_unbilled(outcome: str) -> bool:
    """Whether such a call costs nothing where nobody says what it cost: the server turned it away, or was not there."""
    return outcome in _UNBILLED


def in_words(outcome: Outcome) -> str:
    """What happened, in a sentence for whoever is told."""
    return _WORDS[outcome]


_WORDS = {
    Outcome.ANSWERED: "The model answered.",
    Outcome.INVALID: "The model's answer does not fit the form.",
    Outcome.CUT: "The model's answer was cut off in the middle.",
    Outcome.REFUSED: "The model refused to answer.",
    Outcome.FILTERED: "The model's provider filtered the answer out.",
    Outcome.UNSUPPORTED: "The model's server takes no form that an answer could be held to.",
    Outcome.OVERLOADED: "The model's server is overloaded.",
    Outcome.RATE_LIMITED: "The model's server asks us to slow down.",
    Outcome.QUOTA: "The account with the model's provider is used up. Somebody has to top it up.",
    Outcome.AUTH: "The model's server does not take our key. Look at the key of its endpoint.",
    Outcome.NOT_FOUND: "The model's server does not know this model or address. Look at [model] in countersign.toml.",
    Outcome.BAD_REQUEST: "The model's server refuses what we send it.",
    Outcome.TOO_LONG: "The material is longer than the model can read.",
    Outcome.TIMEOUT: "The model did not answer in time.",
    Outcome.CONNECTION: "The model's server cannot be reached.",
    Outcome.GARBAGE: "What answered in the place of the model's server is not one.",
    Outcome.LOST: "The bot was stopped while it waited for the model. What it would have answered is not known.",
}
