"""What is to go wrong: a test says it before, calls and deliveries ask."""

from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase


class Trouble(StrEnum):
    """How something goes wrong."""

    ERROR = "error"
    """Slack's own word for it: `ok: false`."""
    STATUS = "status"
    """Another HTTP status, with whatever body."""
    GARBAGE = "garbage"
    """Something that is no JSON."""
    DROP_BEFORE = "drop before"
    """The connection breaks, and nothing was done."""
    DROP_AFTER = "drop after"
    """It breaks after everything was done: the caller cannot know."""
    NONE = "none"
    """Nothing but the delay."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """One of them, for calls or deliveries whose name fits."""

    name: str
    """A method or a kind of delivery; `chat.*` fits many."""
    trouble: Trouble = Trouble.NONE
    times: int = 1
    """How often still; below nought means always."""
    after: int = 0
    """How many calls go well before."""
    delay: float = 0.0
    """Seconds on the workspace's clock."""
    error: str = ""
    status: int = 0
    body: str = ""
    retry_after: str = ""
    """What the header `Retry-After` says, be it nonsense; left out where it is empty."""
    delivery: bool = False
    """Whether it is meant for deliveries to the app, not for its calls."""
    channel: str = ""
    """Only for calls about this channel."""


@dataclass(slots=True)
class Faults:
    """All that are set, the oldest first: the first that fits is taken."""

    pending: list[Fault] = field(default_factory=list[Fault])

    def take(self, name: str, *, delivery: bool = False, channel: str = "") -> Fault | None:
        """The fault that this call or delivery meets; None where it goes well."""
        for fault in self.pending:
            if fault.times == 0 or fault.delivery is not delivery or not fnmatchcase(name, fault.name):
                continue
            if fault.channel and fault.channel != channel:
                continue
            if fault.after > 0:
                fault.after -= 1
                return None
            return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault:
        if fault.times > 0:
            fault.times -= 1
            if fault.times == 0:
                self.pending.remove(fault)
        return fault
