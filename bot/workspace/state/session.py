"""A person's thread with an agent: what it is called, how it stands, what could be asked."""

from dataclasses import dataclass, field

from bot.workspace.payload import Json

STAGES = ("active", "processing", "suspended", "closed")


@dataclass(slots=True, kw_only=True)
class Session:
    """What one app says about one thread."""

    app: str
    channel: str
    thread_ts: str
    title: str = ""
    stage: str = ""
    """One of the stages; empty where nobody said."""
    status: str = ""
    """What the app says it is doing: “is thinking …”."""
    prompts: list[Json] = field(default_factory=list[Json])
    """What the person is offered to ask: `title` and `message`."""
