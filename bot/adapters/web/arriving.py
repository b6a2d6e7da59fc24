"""What is done with everything that came by a door, after it was kept and answered."""

from collections.abc import Mapping
from datetime import datetime

from bot.adapters.web.kept import KINDS, files_in, slip_in, team_of, text, value_in
from bot.application.answer_outside import Filled, answer_outside
from bot.application.arrive import Arrival, arrive
from bot.application.parts import Parts
from bot.application.start import Request, start
from bot.application.turn_away import turn_away
from bot.domain.errors import OverLimit, Refused, Unfit, Unknown
from bot.domain.person import Door
from bot.domain.plain import Plain
from bot.domain.reference import record_of
from bot.domain.slip import Slip
from bot.ports.store import Delivery

NOT_DONE = "Something in the bot failed again and again, so it was given up. The log says more; send it once more."


class Arriving:
    """Starts a run, ends the waits of some, or answers the question of one."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def is_ours(self, delivery: Delivery) -> bool:
        """Whether it came by a door of this package."""
        return delivery.kind in KINDS.values() and delivery.source.partition(":")[0] in KINDS

    async def handle(self, delivery: Delivery) -> None:
        """See to one. Raises OverLimit where it has to wait; what starts nothing for good is said to the owner."""
        workflow, door = text(delivery, "workflow"), Door(text(delivery, "door"))
        try:
            if workflow not in self._parts.library.every():
                raise Unknown(f"There is no workflow {workflow} any more.")
            if trouble := self._parts.library.trouble(workflow):
                raise OverLimit(f"{trouble} What came in waits until that is mended.")
            await self._see_to(delivery, workflow, door)
        except OverLimit:
            raise
        except Refused as refused:
            await turn_away(self._parts, delivery, refused.message, workflow=workflow, door=door)

    async def give_up(self, delivery: Delivery) -> None:
        """It failed in a way that nobody foresaw: it is in the record, and its owner hears of it."""
        door = Door(text(delivery, "door"))
        await turn_away(self._parts, delivery, NOT_DONE, workflow=text(delivery, "workflow"), door=door)

    async def _answer(self, delivery: Delivery, slip: Slip, values: Mapping[str, Plain]) -> None:
        kept_at = datetime.fromisoformat(text(delivery, "kept_at"))
        try:
            await answer_outside(self._parts, Filled(slip, values, kept_at, delivery.id))
        except OverLimit:
            raise
        except Refused as refused:
            said = f"It answers “{slip.step}” of run {slip.run}, and could not be taken: that is not asked any more."
            raise Unfit(said) from refused

    async def _see_to(self, delivery: Delivery, workflow: str, door: Door) -> None:
        value, step = value_in(delivery), text(delivery, "ends")
        if (slip := slip_in(delivery)) is not None:
            await self._answer(delivery, slip, value)
            return
        if step:
            await arrive(self._parts, Arrival(workflow, step, value, delivery.source, delivery.id, door))
            return
        brief = self._parts.library.current(workflow).brief
        team = delivery.team or team_of(self._parts, brief)
        if not team:
            raise OverLimit(f"{brief.owner}, who owns {workflow}, is not known here now.")
        key = text(delivery, "key")
        record = text(delivery, "record") or (record_of(delivery.id) if door is Door.FORM else "")
        source, files = delivery.source, files_in(delivery)
        request = Request(workflow, value, door, team, None, source, key, record, delivery=delivery.id, files=files)
        await start(self._parts, request)
