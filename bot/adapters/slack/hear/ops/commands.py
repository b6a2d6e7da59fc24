"""`/ops` and what comes after it. Every answer is for whoever asked, and says what to do next."""

from collections.abc import Mapping

from bot.adapters.slack.draw.modal.choice import Samples
from bot.adapters.slack.hear.cards import person_of
from bot.adapters.slack.hear.choosing import typed
from bot.adapters.slack.hear.ops import counting, dialing, looking, starting, steering, telling
from bot.adapters.slack.hear.ops.said import Answer, Do, Ops, Said
from bot.adapters.slack.hear.ops.verb import help_lines
from bot.adapters.slack.hear.press import text
from bot.adapters.slack.hear.surface import Surface
from bot.application.parts import Parts
from bot.domain.errors import Misdeclared, Refused, Unknown
from bot.domain.gate import allow, may_look
from bot.domain.person import ChannelId
from bot.domain.text import hint, one_line
from bot.ports.store import Delivery


async def _help(_ops: Ops, _said: Said) -> Answer:
    return [*help_lines()]


DO: Mapping[str, Do] = {
    "start": starting.start,
    "mine": looking.mine,
    "status": looking.status,
    "runs": looking.runs,
    "show": telling.show,
    "why": telling.why,
    "comment": steering.comment,
    "pause": steering.pause,
    "resume": steering.resume,
    "cancel": steering.cancel,
    "undo": steering.undo,
    "incident": steering.incident,
    "report": counting.report,
    "dial": dialing.dial,
    "about": telling.about,
    "help": _help,
}


class Commands:
    """The subcommands."""

    def __init__(self, parts: Parts, surface: Surface, samples: Samples) -> None:
        self._ops = Ops(parts, surface, samples)

    async def hear(self, delivery: Delivery) -> None:
        """Do it, and answer whoever typed it."""
        channel = ChannelId(f"{delivery.team}/{text(delivery.body, 'channel_id')}")
        try:
            answer = await self._answer(delivery, channel)
        except (Refused, Misdeclared) as refused:
            await self._ops.surface.whisper(channel, delivery.actor, refused.message)
            return
        await self._ops.surface.answer(channel, delivery.actor, answer)

    async def _answer(self, delivery: Delivery, channel: ChannelId) -> Answer:
        verb, _, rest = typed(self._ops.parts, delivery).partition(" ")
        person = person_of(self._ops.parts, delivery)
        allow(may_look(person))
        do = DO.get(verb.casefold() or "start")
        if do is None:
            mend = hint(verb.casefold(), DO, "Type /ops help for everything there is.")
            raise Unknown(f"/ops {one_line(verb, 40)} is nothing I know. {mend}")
        return await do(self._ops, Said(person, rest.strip(), channel, text(delivery.body, "trigger_id"), delivery.id))
