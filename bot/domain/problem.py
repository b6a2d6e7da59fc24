"""How something failed, as far as it matters for what comes next."""

from enum import StrEnum


class Problem(StrEnum):
    """How something failed."""

    WRONG = "wrong"
    """The answer or the proposal is not acceptable."""
    UNAVAILABLE = "unavailable"
    """The other side cannot be reached, after every retry."""
    REFUSED = "refused"
    """The other side said no, and will say no again."""
    FORBIDDEN = "forbidden"
    """The brief does not allow it."""
    OVER_BUDGET = "over budget"
