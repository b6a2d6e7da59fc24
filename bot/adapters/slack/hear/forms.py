"""What is done with forms: checked before Slack is answered, so that mistakes show in the form; then carried out."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.adapters.slack.draw.modal.filling import Read, State
from bot.adapters.slack.draw.modal.frame import Meta, read_meta, too_late
from bot.adapters.slack.draw.modal.typed import read_fact
from bot.adapters.slack.hear.asked import STEP_UP, corrected, entered
from bot.adapters.slack.hear.cards import Live, live_card, person_of
from bot.adapters.slack.hear.press import text
from bot.adapters.slack.hear.surface import Surface
from bot.adapters.slack.intake.intake import Checked
from bot.application.abandon import Left, abandon
from bot.application.decide import Wish, decide
from bot.application.parts import Parts
from bot.application.start import Request, start
from bot.application.steer import Move, Order, steer
from bot.domain.errors import Refused, Unknown
from bot.domain.event import Verdict
from bot.domain.intent import Fact
from bot.domain.person import ChannelId, Door, PersonId
from bot.domain.plain import Plain, is_object
from bot.domain.run import GateStatus
from bot.domain.workflow import fact_type
from bot.ports.cards import CardId
from bot.ports.store import Delivery

VERDICTS: Mapping[str, Verdict] = {
    "edit": Verdict.EDIT,
    "reject": Verdict.REJECT,
    "escalate": Verdict.ESCALATE,
    "reassign": Verdict.REASSIGN,
    "take-over": Verdict.TAKE_OVER,
    "redraft": Verdict.REDRAFT,
    "correct": Verdict.CORRECT,
    "answer": Verdict.ANSWER,
    "done-by-me": Verdict.DONE_BY_ME,
    "observe": Verdict.OBSERVE,
    "comment": Verdict.COMMENT,
    "more": Verdict.COMMENT,
    STEP_UP: Verdict.APPROVE,
}
"""What submitting a form says."""
START = "start"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it came back."""

    verb: str
    meta: Meta
    state: State


def form_in(payload: Mapping[str, object]) -> Form | None:
    """None where it is no form of ours."""
    view = payload.get("view")
    if not is_object(view):
        return None
    meta, state = read_meta(str(view.get("private_metadata") or "")), view.get("state")
    values = state.get("values") if is_object(state) else None
    if meta is None:
        return None
    return Form(str(view.get("callback_id") or ""), meta, values if is_object(values) else {})


class Forms:
    """Submitted and closed forms."""

    def __init__(self, parts: Parts, surface: Surface) -> None:
        self._parts = parts
        self._surface = surface

    async def check(self, payload: Mapping[str, object]) -> Checked:
        """What Slack is to do with a form: show its errors, say who was faster, or take it."""
        form = form_in(payload)
        if form is None:
            return Checked()
        try:
            if form.verb == START:
                errors = self._read_start(form).errors
            else:
                live = await live_card(self._parts, CardId(form.meta.card))
                if (late := self._who_was_faster(form, live)) is not None:
                    return Checked({"response_action": "update", "view": late}, keep=False)
                errors = self._read(form, live).errors
        except Refused:
            return Checked()  # it is said to them alone, once it is carried out
        return Checked({"response_action": "errors", "errors": errors}, keep=False) if errors else Checked()

    async def hear(self, delivery: Delivery) -> None:
        """Carry out what a form says; where that may not be, whoever sent it is told."""
        form = form_in(delivery.body)
        if form is None:
            return
        try:
            if form.verb == START:
                await self._start(form, delivery)
            else:
                await self._decide(form, delivery)
        except Refused as refused:
            await self._surface.whisper(ChannelId(""), delivery.actor, refused.message)

    async def closed(self, delivery: Delivery) -> None:
        """Somebody closed a form: that decides nothing, and is worth counting."""
        form = form_in(delivery.body)
        verdict = VERDICTS.get(form.verb) if form is not None else None
        person = self._parts.directory.person(PersonId(delivery.actor))
        if form is None or verdict is None or person is None or not form.meta.card:
            return
        try:
            live = await live_card(self._parts, CardId(form.meta.card))
        except Unknown:
            return
        step = live.placed.step
        await abandon(self._parts, Left(live.run.id, step, verdict, person, Door.SLACK, delivery=delivery.id))

    # --- starting ----------------------------------------------------------------------------------------------------

    def _fact(self, form: Form) -> type[Fact]:
        return fact_type(self._parts.library.current(form.meta.step).definition.trigger) or Fact

    def _read_start(self, form: Form) -> Read:
        return read_fact(self._fact(form), form.state)

    async def _start(self, form: Form, delivery: Delivery) -> None:
        person = person_of(self._parts, delivery)
        request = Request(
            workflow=form.meta.step,
            value=self._read_start(form).values,
            door=Door.SLACK,
            team=delivery.team,
            by=person,
            source=person.id,
            key=delivery.id,
        )
        opened = await start(self._parts, request)
        said = f"Started {form.meta.step} as run {opened.run}. You hear from me when it is through."
        await self._surface.whisper(ChannelId(""), person.id, said)

    # --- deciding ----------------------------------------------------------------------------------------------------

    def _read(self, form: Form, live: Live) -> Read:
        terms = self._parts.library.pinned(live.run)
        return entered(live.run, terms, live.placed.step, form.verb, form.meta.n, form.state)

    def _who_was_faster(self, form: Form, live: Live) -> dict[str, Plain] | None:
        """What is shown where the gate was decided, or changed, while the form was open."""
        gate = live.run.gates.get(live.placed.step)
        if gate is None or (gate.status is GateStatus.OPEN and gate.version == form.meta.version):
            return None
        kept = "\n".join(str(value) for value in self._read(form, live).values.values())
        if gate.status is GateStatus.OPEN:
            who, said = (gate.editors or ("",))[-1], f"There is a version {gate.version} now. Look at the card again."
            return too_late(who, gate.opened_at, said, meta=form.meta, kept=kept)
        if form.verb == "reject" and gate.status is GateStatus.APPROVED:
            return None  # a denial wins until it has begun, and whether it may is asked of the gate
        vote = next(iter((*gate.denials[-1:], *gate.approvals[-1:])), None)
        said = "Nothing of what you wrote was carried out."
        return too_late(vote.person if vote else "", gate.decided_at, said, meta=form.meta, kept=kept)

    async def _decide(self, form: Form, delivery: Delivery) -> None:
        person, live = person_of(self._parts, delivery), await live_card(self._parts, CardId(form.meta.card))
        read, step = self._read(form, live), live.placed.step
        if form.verb == "undo":
            said = text(read.values, "text")
            await steer(self._parts, Order(live.run.id, Move.UNDO, person, Door.SLACK, said, delivery=delivery.id))
            return
        if form.verb not in VERDICTS:
            raise Unknown("This form is not known here any more. Nothing was done.")
        if form.verb == "correct":
            step = corrected(live.run, self._parts.library.pinned(live.run), step)
        await decide(self._parts, self._wish(form, live, step, person.id, read.values, delivery))

    def _wish(
        self, form: Form, live: Live, step: str, who: PersonId, values: Mapping[str, Plain], delivery: Delivery
    ) -> Wish:
        by = self._parts.directory.person(who)
        assert by is not None
        minutes = values.get("minutes")
        chosen = text(values, "person")
        return Wish(
            run=live.run.id,
            verdict=VERDICTS[form.verb],
            by=by,
            door=Door.SLACK,
            step=step,
            version=form.meta.version if step in live.run.gates else None,
            reason=text(values, "reason") or text(values, "category"),
            text=text(values, "text"),
            values=values if form.verb in ("edit", "answer", "correct") else {},
            proposal=form.meta.n,
            to=self._parts.directory.person(PersonId(f"{by.team}/{chosen}")) if chosen else None,
            minutes=minutes if isinstance(minutes, int) else None,
            link=text(values, "link"),
            delivery=delivery.id,
        )
