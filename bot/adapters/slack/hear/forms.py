"""What is done with a form that was submitted or closed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.adapters.slack.draw.modal.filling import Read, State
from bot.adapters.slack.draw.modal.frame import Meta, read_meta, too_late
from bot.adapters.slack.draw.modal.typed import WHICH
from bot.adapters.slack.draw.safe import Block
from bot.adapters.slack.hear.asked import entered
from bot.adapters.slack.hear.cards import VERDICTS, Live, live_card, person_of
from bot.adapters.slack.hear.press import text
from bot.adapters.slack.hear.starting import START, Starting
from bot.adapters.slack.hear.surface import Surface
from bot.adapters.slack.intake.envelope import Envelope
from bot.adapters.slack.intake.intake import Checked
from bot.application.abandon import Left, abandon
from bot.application.decide import Wish, decide, foresee
from bot.application.parts import Parts
from bot.domain.deciding import MORE
from bot.domain.errors import Refused, Unfit, Unknown
from bot.domain.event import Verdict
from bot.domain.person import ChannelId, Door, Person, PersonId
from bot.domain.plain import is_object
from bot.domain.run import GateStatus
from bot.ports.cards import CardId
from bot.ports.store import Delivery


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it came back."""

    verb: str
    meta: Meta
    state: State

    def written(self) -> str:
        """Everything that stands in it, right or wrong, a line each: nothing that was typed is lost."""
        return "\n".join(_written(self.state))

    def given_back(self, message: str) -> str:
        """Why it was not taken, with all that stands in it."""
        kept = self.written()
        return f"{message}\n\nWhat you had written:\n{kept}" if kept else message


def with_errors(errors: dict[str, str]) -> Checked:
    """Give a form back with what is wrong in it; take it where nothing is."""
    return Checked({"response_action": "errors", "errors": errors}, keep=False) if errors else Checked()


def in_its_place(view: Block) -> Checked:
    """Show another view where a form stood, which counts as never sent."""
    return Checked({"response_action": "update", "view": view}, keep=False)


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

    def __init__(self, parts: Parts, surface: Surface, starting: Starting) -> None:
        self._parts = parts
        self._surface = surface
        self._starting = starting

    async def check(self, envelope: Envelope) -> Checked:
        """What Slack is to do with a form: show its errors, say who was faster, or take it."""
        form = form_in(envelope.payload)
        if form is None:
            return Checked()
        try:
            if form.verb == START:
                errors = self._starting.read(form.meta, form.state).errors
            else:
                live = await live_card(self._parts, CardId(form.meta.card))
                if (late := self.who_was_faster(form, live)) is not None:
                    return in_its_place(late)
                errors = _read(form, live).errors or self._misfit(form, live, f"{envelope.team}/{envelope.user}")
        except Refused:
            return Checked()  # it is said to them alone, once it is carried out
        return with_errors(errors)

    async def chosen(self, envelope: Envelope) -> Checked:
        """What follows the choice of what to start stands in its place."""
        form = form_in(envelope.payload)
        if form is None:
            return Checked()
        view = await self._starting.next_view(f"{envelope.team}/{envelope.user}", form.meta, form.state)
        return in_its_place(view)

    def _misfit(self, form: Form, live: Live, who: str) -> dict[str, str]:
        """What a rule says against what was entered, under what was changed; other refusals belong in the record."""
        person = self._parts.directory.person(PersonId(who))
        names = [name for name in form.state if name != WHICH]
        changed = _read(form, live).values if form.verb == "edit" else {}
        first = next((name for name in names if name.partition("field:")[2] in changed), next(iter(names), ""))
        try:
            if person is not None and first:
                foresee(self._parts, live.run, self._wish(form, live, person))
        except Unfit as unfit:
            return {first: unfit.message}
        except Refused:
            pass
        return {}

    async def hear(self, delivery: Delivery) -> None:
        """Carry out what a form says; where that may not be, whoever sent it is told, and gets back what they wrote."""
        form = form_in(delivery.body)
        if form is None:
            return
        channel = ChannelId("")
        try:
            person = person_of(self._parts, delivery)
            if form.verb == START:
                values = self._starting.read(form.meta, form.state).values
                await self._starting.begin(form.meta, values, delivery, person)
                return
            live = await live_card(self._parts, CardId(form.meta.card))
            channel = live.placed.channel
            await decide(self._parts, replace(self._wish(form, live, person), delivery=delivery.id))
        except Refused as refused:
            await self._surface.whisper(channel, delivery.actor, form.given_back(refused.message))

    async def closed(self, delivery: Delivery) -> None:
        """Somebody closed a form: that decides nothing, and is worth counting."""
        form = form_in(delivery.body)
        verdict = VERDICTS.get(form.verb) if form is not None else None
        person = self._parts.directory.person(PersonId(delivery.actor))
        if form is None or verdict is None or person is None:
            return
        try:
            live = await live_card(self._parts, CardId(form.meta.card))
        except Refused:
            return
        await abandon(self._parts, Left(live.run.id, live.step, verdict, person, Door.SLACK, delivery=delivery.id))

    # --- deciding ----------------------------------------------------------------------------------------------------

    def who_was_faster(self, form: Form, live: Live) -> Block | None:
        """What is shown where it was decided, answered or changed while the form was open. A comment is never late."""
        gate, kept = live.run.gates.get(live.step), form.written()
        if live.step in live.run.questions or VERDICTS.get(form.verb) is Verdict.COMMENT:
            return None
        if gate is None:
            said = "It does not wait for an answer any more."
            return too_late("", None, said, meta=form.meta, kept=kept)
        if gate.status is GateStatus.OPEN:
            if gate.version == form.meta.version:
                return None
            who, said = (gate.editors or ("",))[-1], f"There is a version {gate.version} now. Look at the card again."
            return too_late(self._name(who), gate.opened_at, said, meta=form.meta, kept=kept)
        if form.verb == "reject" and gate.status is GateStatus.APPROVED:
            return None  # a denial wins until it has begun, and whether it may is asked of the gate
        vote = next(iter((*gate.denials[-1:], *gate.approvals[-1:])), None)
        said = "Nothing of what you wrote was carried out."
        return too_late(self._name(vote.person if vote else ""), gate.decided_at, said, meta=form.meta, kept=kept)

    def _name(self, who: str) -> str:
        person = self._parts.directory.person(PersonId(who))
        return person.name if person is not None else who

    def _wish(self, form: Form, live: Live, by: Person) -> Wish:
        if form.verb not in VERDICTS:
            raise Unknown("This form is not known here any more. Nothing was done.")
        values = _read(form, live).values
        minutes, chosen = values.get("minutes"), text(values, "person")
        return replace(
            live.wish(form.verb, by, form.meta.version),
            reason=MORE if form.verb == MORE else text(values, "reason") or text(values, "category"),
            text=text(values, "text"),
            values=values if form.verb in ("edit", "answer", "correct") else {},
            proposal=form.meta.n,
            to=self._parts.directory.person(PersonId(f"{by.team}/{chosen}")) if chosen else None,
            minutes=minutes if isinstance(minutes, int) else None,
            link=text(values, "link"),
        )


def _read(form: Form, live: Live) -> Read:
    return entered(live.run, live.terms, live.step, form.verb, form.meta.n, form.state)


def _written(state: State) -> Iterator[str]:
    for block in state.values():
        for kept in block.values() if is_object(block) else ():
            if not is_object(kept):
                continue
            option = kept.get("selected_option")
            found = (kept.get("value"), kept.get("selected_date"), option.get("value") if is_object(option) else None)
            yield from (one for one in found if isinstance(one, str) and one.strip())
