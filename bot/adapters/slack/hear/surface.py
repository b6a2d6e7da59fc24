"""What Slack is asked to show somebody in return, as a protocol: `bot.adapters.slack.post` provides it."""

from typing import Protocol, TypeAlias

from bot.domain.plain import Plain

View: TypeAlias = "dict[str, Plain]"


class Surface(Protocol):
    """Answers to one person. None of them is the only copy of anything: what could not be shown is not lost."""

    async def open(self, trigger: str, view: View) -> str:
        """Open a form on what somebody pressed; its id. Transient where the three seconds for it have passed."""
        ...

    async def update(self, view: str, content: View) -> None:
        """Show something else in a form that is open."""
        ...

    async def whisper(self, channel: str, person: str, text: str, *, thread: str = "") -> None:
        """Say something to one person in a channel, or directly where that is not possible."""
        ...

    async def publish(self, person: str, view: View) -> None:
        """Show somebody's home."""
        ...
