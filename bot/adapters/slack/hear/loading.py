"""A form that says it is coming, for when what was pressed waits its turn longer than Slack waits for a form.

Slack lets a form be opened within three seconds of a press, once. What was pressed is kept by then and may still stand
behind other work. So after a moment a small form is opened in its place, under a name that follows from the press: the
real one replaces it whenever it is ready, also after a restart. Nothing is remembered but who still looks at one.
"""

import asyncio
import hashlib
import logging
from datetime import timedelta

from bot.adapters.slack.draw.modal.frame import Meta, note
from bot.adapters.slack.draw.offering import BEGIN
from bot.adapters.slack.draw.safe import Block
from bot.adapters.slack.draw.understood import WORDS
from bot.adapters.slack.hear.press import first_block, press_of, text
from bot.adapters.slack.intake.envelope import Kind
from bot.adapters.slack.post.caller import Caller
from bot.adapters.slack.post.pace import Urgency
from bot.domain.errors import BotError
from bot.ports.clock import Clock
from bot.ports.store import Delivery

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=1)
"""What is seen to within this needs no such form."""
_WITHIN = timedelta(seconds=1.5)
"""What is left then of Slack's three seconds, on the way and back."""
COMING = "One moment: your form is coming. Leave this open; if nothing comes within a minute, close it and try again."
_NOTHING_MORE = "There is nothing to fill in. You can close this."
TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})
"""None of these gets better by trying again, and whoever waits for a form should not wait long."""
_CLOSED = frozenset({"not_found", "hash_conflict"})
_AT_ONCE = frozenset({"approve", "undo", "reassign"})
"""What a card does without a form."""


class Loading:
    """The forms that are coming."""

    def __init__(self, caller: Caller, clock: Clock) -> None:
        self._caller = caller
        self._clock = clock
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._opening: dict[str, asyncio.Task[None]] = {}
        """By delivery, what has not been begun."""
        self._open: dict[str, str] = {}
        """By person, the name of the form that they may be looking at: what one person sends is seen to in turn."""

    def kept(self, delivery: Delivery) -> None:
        """Hear of a delivery that was kept just now; its acknowledgement does not wait for anything here."""
        if opens_a_form(delivery):
            loop = asyncio.get_running_loop()
            self._waiting[delivery.id] = loop.call_later(GRACE.total_seconds(), self._be_late, delivery)

    async def begun(self, delivery: Delivery) -> None:
        """A delivery is seen to now: nothing is opened any more that is not open."""
        self._open.pop(delivery.actor, None)
        waiting, opening = self._waiting.pop(delivery.id, None), self._opening.pop(delivery.id, None)
        if waiting is not None:
            waiting.cancel()
        if opening is not None:
            await opening
        is_late = opening is not None or delivery.received_at + GRACE < self._clock.now()
        if is_late and opens_a_form(delivery):
            self._open[delivery.actor] = name_of(text(delivery.body, "trigger_id"))

    async def ended(self, delivery: Delivery) -> None:
        """It was seen to: whoever still looks at a form that is coming is told that none comes."""
        if delivery.actor in self._open:
            await self.replace(delivery.actor, _NOTHING_MORE)

    async def replace(self, person: str, said: str) -> bool:
        """Say something in place of the form that somebody waits for. False where they wait for none."""
        name = self._open.pop(person, "")
        return bool(name) and await self._show(name, note("No form", said, meta=Meta("", "")))

    async def fill(self, trigger: str, view: Block) -> bool:
        """Show the real form in place of the one that is coming. False where there is none, or where it was closed."""
        self.forget(trigger)
        return await self._show(name_of(trigger), view)

    def forget(self, trigger: str) -> None:
        """None is coming any more for this press: the real one stands."""
        name = name_of(trigger)
        self._open = {person: one for person, one in self._open.items() if one != name}

    def stop(self) -> None:
        """Open nothing more; what was not begun is seen to by the next process."""
        for waiting in self._waiting.values():
            waiting.cancel()
        self._waiting.clear()

    def _be_late(self, delivery: Delivery) -> None:
        self._waiting.pop(delivery.id, None)
        self._opening[delivery.id] = asyncio.create_task(self._open_one(text(delivery.body, "trigger_id")))

    async def _open_one(self, trigger: str) -> None:
        view = {**note("One moment", COMING, meta=Meta("", "")), "external_id": name_of(trigger)}
        asked = {"trigger_id": trigger, "view": view}
        try:
            await self._caller.call("views.open", asked, urgency=Urgency.DECIDE, within=_WITHIN, expect=TOO_LATE)
        except BotError as error:
            logger.warning("No form could be announced: %s", error, extra={"action": "slack.unanswered"})

    async def _show(self, name: str, view: Block) -> bool:
        try:
            asked = {"external_id": name, "view": view}
            answer = await self._caller.call("views.update", asked, urgency=Urgency.DECIDE, expect=_CLOSED)
        except BotError as error:
            logger.warning("A form could not be replaced: %s", error, extra={"action": "slack.unanswered"})
            return False
        return answer.get("ok") is True


def name_of(trigger: str) -> str:
    """The name of the form that is coming for a press; the same in every process."""
    return f"coming:{hashlib.sha256(trigger.encode()).hexdigest()[:32]}"


def opens_a_form(delivery: Delivery) -> bool:
    """Whether a form is what somebody waits for, as far as that is known before anything is looked up."""
    match delivery.kind:
        case Kind.SHORTCUT | Kind.MESSAGE_SHORTCUT:
            return True
        case Kind.COMMAND:
            return _asks_for_a_form(text(delivery.body, "command"), text(delivery.body, "text"))
        case Kind.CLICK:
            press = press_of(delivery)
            is_offer = first_block(delivery).startswith((f"{BEGIN}:", f"{WORDS}:"))
            return is_offer or (press is not None and press.verb not in _AT_ONCE)
        case _:
            return False


def _asks_for_a_form(command: str, typed: str) -> bool:
    """`/ops` alone, `/ops start`, and what starts something without fields: `/ops start NAME`, `/refund`."""
    if command != "/ops":
        return not typed.strip()
    words = typed.split()
    return not words or (words[0].casefold() == "start" and len(words) < 3)
