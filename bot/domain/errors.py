"""Everything that can go wrong, in one tree. A docstring is the message a person reads.

BotError
├── Refused             you may not, or not like this; shown to the person as it is
│   ├── NotAllowed          not one of the reviewers, or the requester approving their own request
│   ├── AlreadyDecided      someone was faster
│   ├── OutOfDate           the proposal changed since this card was shown
│   ├── OverLimit           a limit, a budget or a rate of this workflow is used up
│   ├── NotReached          a model is out of reach, so nothing is measured
│   ├── Unknown             no such run, workflow, person or field
│   └── Unfit               what was typed or sent does not fit; nothing was lost
├── Misdeclared         a workflow, a brief or a setting does not load: file, line and mend
├── Transient           surely nothing happened; try again after `retry_after`
│   └── StoreBusy           another process holds the database
│       └── BotRuns             another process runs the bot on this data
├── Uncertain           it may have happened; never repeated blindly: look it up, or ask the owner
└── Broken              will not work however often we try: undo, tell the owner
    ├── StoreFailed         the database cannot be written; nothing was started
    └── Unreachable         a channel or a person cannot be told anything before somebody mends that
"""

from collections.abc import Sequence
from datetime import timedelta


class BotError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        self.message = message or " ".join((type(self).__doc__ or "").split())
        super().__init__(self.message)


class Refused(BotError):
    """That is not possible now."""

    reason = "refused"


class NotAllowed(Refused):
    """You are not one of the people who may do this."""

    reason = "not-allowed"

    def __init__(self, message: str | None = None, *, reason: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason or type(self).reason


class AlreadyDecided(Refused):
    """Somebody was faster: this is decided already."""

    reason = "already-decided"


class OutOfDate(Refused):
    """The proposal has changed since you saw it. Look at the current version and decide on that."""

    reason = "out-of-date"


class OverLimit(Refused):
    """A limit of this workflow is used up."""

    reason = "over-limit"


class NotReached(Refused):
    """The model could not be reached, so nothing more was measured."""

    reason = "not-reached"


class Unknown(Refused):
    """There is no such thing here."""

    reason = "unknown"


class Unfit(Refused):
    """This input does not fit."""

    reason = "unfit"


class Misdeclared(BotError):
    """A workflow file or a brief does not load."""

    def __init__(self, message: str, *, file: str = "", line: int = 0, mend: str = "") -> None:
        self.sentence, self.file, self.line, self.mend = message, file, line, mend
        where = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(f"{where}{message}{' ' + mend if mend else ''}")
        self._all: tuple[Misdeclared, ...] = ()

    @classmethod
    def together(cls, problems: Sequence["Misdeclared"]) -> "Misdeclared":
        """Several of them as one, a line each; of the first one are its file, its line and its mend."""
        every = tuple(one for problem in problems for one in problem.problems)
        if len(every) == 1:
            return every[0]
        whole = cls("\n".join(problem.message for problem in every))
        whole.file, whole.line, whole.mend = every[0].file, every[0].line, every[0].mend
        whole._all = every
        return whole

    @property
    def problems(self) -> "tuple[Misdeclared, ...]":
        """Each on its own."""
        return self._all or (self,)


class Transient(BotError):
    """The other side did not do it and may do it later."""

    def __init__(self, message: str | None = None, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StoreBusy(Transient):
    """Another process is using the database. Nothing was changed: try again in a moment."""


class BotRuns(StoreBusy):
    """A bot is running on this data already. Stop it first, or use another --data."""


class Uncertain(BotError):
    """It is not known whether this happened."""


class Broken(BotError):
    """This will not work however often we try."""


class StoreFailed(Broken):
    """The database cannot be written. Nothing was started: look at the disk, then run `countersign doctor`."""


class Unreachable(Broken):
    """Nothing can be said there until somebody mends it."""
