"""One message in a channel, as it stands now."""

from dataclasses import dataclass, field
from typing import Any

from bot.workspace.payload import Json


@dataclass(slots=True, kw_only=True)
class Stream:
    """A message that is still being written, piece by piece."""

    until: float
    """When Slack ends it by itself."""
    tasks: dict[str, Json] = field(default_factory=dict[str, Json])
    """What was said of each task so far."""
    plan: str = ""
    """The title of the plan its tasks stand in."""
    as_plan: bool = False


@dataclass(slots=True, kw_only=True)
class Message:
    """What stands in a channel under one time."""

    channel: str
    user: str
    ts: str = ""
    """Its name and its time; empty until it is posted."""
    text: str = ""
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    app: str = ""
    bot: str = ""
    """The app and its bot that wrote it; empty where a person did."""
    subtype: str = ""
    thread_ts: str = ""
    broadcast: bool = False
    """A reply that also stands in the channel."""
    metadata: Json | None = None
    edited_by: str = ""
    edited_ts: str = ""
    reactions: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    files: list[str] = field(default_factory=list[str])
    client_msg_id: str = ""
    only_for: str = ""
    """The one person who sees it: an ephemeral message, which no list of messages holds."""
    username: str = ""
    icon: str = ""
    stream: Stream | None = None
    replies: list[str] = field(default_factory=list[str])
    """The times of the replies in its thread."""
    chosen: dict[str, Json] = field(default_factory=dict[str, Json], compare=False)
    """What each person has chosen in its elements, as `state.values`: told with their next click. Only their own
    window knows it, so that nobody is told when it changes."""
    more: Json = field(default_factory=dict[str, Any])
    """What only its subtype has: an inviter, a topic."""

    @property
    def is_reply(self) -> bool:
        return bool(self.thread_ts) and self.thread_ts != self.ts

    @property
    def in_channel(self) -> bool:
        """Whether it stands in the channel itself, not only in a thread."""
        return not self.is_reply or self.broadcast
