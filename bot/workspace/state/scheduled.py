"""Messages that are to be posted later."""

from dataclasses import dataclass

from bot.workspace.state.message import Message


@dataclass(slots=True, kw_only=True)
class Scheduled:
    """One of them: written already, without a time of its own."""

    id: str
    app: str
    post_at: int
    created: int
    message: Message
