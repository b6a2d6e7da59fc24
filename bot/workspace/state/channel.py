"""Where messages stand: channels, private ones, direct messages."""

from bisect import bisect_left
from dataclasses import dataclass, field
from enum import StrEnum

from bot.workspace.state.message import Message


class ChannelKind(StrEnum):
    """Who finds it, and what Slack calls its messages in events."""

    PUBLIC = "channel"
    PRIVATE = "group"
    DIRECT = "im"
    GROUP_DIRECT = "mpim"


@dataclass(slots=True, kw_only=True)
class Channel:
    """One of them, with its messages by their time."""

    id: str
    name: str
    kind: ChannelKind
    created: int
    creator: str
    topic: str = ""
    purpose: str = ""
    general: bool = False
    shared_with: str = ""
    """The other team, where it is shared by Slack Connect."""
    archived: bool = False
    people: dict[str, None] = field(default_factory=dict[str, None])
    """Who is in it, in the order they came."""
    read: dict[str, str] = field(default_factory=dict[str, str])
    """Up to which message each person has read."""
    pins: dict[str, str] = field(default_factory=dict[str, str])
    """The times of pinned messages, and who pinned them."""
    messages: dict[str, Message] = field(default_factory=dict[str, Message])
    """All of them, replies too, oldest first."""
    times: list[str] = field(default_factory=list[str])
    """The times of those that stand in the channel itself, oldest first."""

    @property
    def is_direct(self) -> bool:
        return self.kind in (ChannelKind.DIRECT, ChannelKind.GROUP_DIRECT)

    def put(self, message: Message) -> None:
        """Take a new message in; its time is later than every other's."""
        self.messages[message.ts] = message
        if message.in_channel:
            self.times.append(message.ts)
        if message.is_reply and (root := self.messages.get(message.thread_ts)):
            root.thread_ts = root.ts
            root.replies.append(message.ts)

    def drop(self, message: Message) -> None:
        """Let a message go."""
        self.messages.pop(message.ts, None)
        at = bisect_left(self.times, message.ts)
        if at < len(self.times) and self.times[at] == message.ts:
            del self.times[at]
        root = self.messages.get(message.thread_ts)
        if root is not None and message.ts in root.replies:
            root.replies.remove(message.ts)

    def thread(self, ts: str) -> list[Message]:
        """A message and its replies, oldest first."""
        root = self.messages.get(ts)
        if root is None:
            return []
        return [root, *(self.messages[reply] for reply in root.replies if reply in self.messages)]
