"""What an owner does from the Home tab: change a text, roll it back, pause and resume.

The same code as the command line's checks and stores it. A form is shown three times: to be filled in, to be looked at
with what it changes, and, if somebody else was faster, with what was typed, to copy.
"""

from collections.abc import Awaitable, Sequence
from typing import Protocol

from bot.adapters.slack.draw.home.inside import text_in_words
from bot.adapters.slack.draw.home.owning import (
    CHANGE,
    ROLL_BACK,
    SWITCH,
    change_view,
    own_errors,
    pause_view,
    preview,
    read_change,
    read_why,
    resume_view,
    rollback_view,
)
from bot.adapters.slack.draw.home.place import Place
from bot.adapters.slack.draw.home.wording import named
from bot.adapters.slack.draw.modal.frame import Meta, note, too_late
from bot.adapters.slack.draw.safe import Block
from bot.adapters.slack.hear.cards import person_of
from bot.adapters.slack.hear.draft import Draft, draft_of, text_of
from bot.adapters.slack.hear.forms import Form, form_in, in_its_place, with_errors
from bot.adapters.slack.hear.surface import Surface
from bot.adapters.slack.intake.envelope import Envelope
from bot.adapters.slack.intake.intake import Checked
from bot.application.affect import affect
from bot.application.begin_change import AsItStands, as_it_stands, begin_change
from bot.application.change import Change, change, foresee_change
from bot.application.look_into import asks_of
from bot.application.parts import Parts
from bot.application.roll_back import roll_back
from bot.application.switch import EVERYTHING, Flip, switch
from bot.domain.errors import AlreadyDecided, Misdeclared, NotAllowed, OutOfDate, Refused, Unfit, Unknown
from bot.domain.frozen import replace
from bot.domain.person import ChannelId, Door, Person, PersonId
from bot.domain.version import digest_of_text
from bot.ports.store import Delivery
from bot.ports.version import Version, VersionKind

_KINDS = {kind.value: kind for kind in VersionKind}
_SEEN = 16
"""How much of a digest a form carries: enough to know that it is the text that was looked at."""


class Show(Protocol):
    """Shows somebody their Home tab."""

    def __call__(self, who: str, place: Place, *, note: str = "") -> Awaitable[None]: ...


class Owning:
    """The forms of those who look after a workflow."""

    def __init__(self, parts: Parts, surface: Surface, show: Show) -> None:
        self._parts, self._surface, self._show = parts, surface, show

    # --- opening -----------------------------------------------------------------------------------------------------

    async def change(self, by: Person, trigger: str, workflow: str, key: str) -> None:
        """Give somebody the form for a part of a workflow."""
        kind, name = text_of(workflow, key)
        stands = await begin_change(self._parts, kind, name, by=by, door=Door.SLACK)
        draft, meta = self._draft(stands, workflow, key), Meta(key, workflow, stands.n)
        shown = (
            change_view(draft.asked, meta) if draft.has_room() else note(draft.asked.title, draft.too_long(), meta=meta)
        )
        await self._surface.open(trigger, shown)

    async def roll_back(self, by: Person, trigger: str, workflow: str, carries: Sequence[str | int]) -> None:
        """Show what going back to a version would change, and ask why."""
        match carries:
            case [str(kind), str(name), int(to)] if kind in _KINDS and name.partition("/")[0] == workflow:
                pass
            case _:
                raise Unknown("This version is not known here any more. Open the Home tab again.")
        stands = await begin_change(self._parts, _KINDS[kind], name, by=by, door=Door.SLACK)
        earlier, meta = await self._version(_KINDS[kind], name, to), Meta(f"{kind}:{name}", workflow, stands.n, to)
        wish = Change(_KINDS[kind], name, earlier.text, by, Door.SLACK, "", stands.n)
        try:
            shown = rollback_view(text_in_words(kind, name), to, await foresee_change(self._parts, wish), meta)
        except (Misdeclared, Unfit) as problem:
            shown = note(f"Back to version {to}", f"That cannot be done as things stand. {problem.message}", meta=meta)
        await self._surface.open(trigger, shown)

    async def switch(self, by: Person, trigger: str, scope: str, *, pause: bool) -> None:
        """Show what pausing or resuming would affect, and ask why."""
        found = await affect(self._parts, Flip(scope, pause, by, Door.SLACK))
        meta = Meta(scope, "pause" if pause else "resume")
        if pause is (found.held is not None):
            raise AlreadyDecided("It is paused already." if pause else "It is not paused any more.")
        if found.held is None:
            shown = pause_view(scope, found.under_way, found.leaving, meta)
        else:
            shown = resume_view(scope, found.held.why, found.under_way, found.leaving, meta)
        await self._surface.open(trigger, shown)

    def _draft(self, stands: AsItStands, workflow: str, key: str) -> Draft:
        return draft_of(stands, workflow, key, asks_of(self._parts, workflow))

    async def _version(self, kind: VersionKind, name: str, n: int) -> Version:
        found = next((one for one in await self._parts.store.queries.history(kind, name) if one.n == n), None)
        if found is None:
            raise Unknown(f"There is no version {n} of this any more.")
        return found

    # --- before it is kept -------------------------------------------------------------------------------------------

    async def check(self, envelope: Envelope) -> Checked:
        """What Slack is to do with a form: show its errors, show what it changes, say who was faster, or take it."""
        form = form_in(envelope.payload)
        person = self._parts.directory.person(PersonId(f"{envelope.team}/{envelope.user}"))
        if form is None or person is None:
            return Checked()
        try:
            why = read_why(form.state, form.meta.n if form.verb == CHANGE else 0)
            if why.errors:
                return with_errors(own_errors(why.errors, form.meta.n if form.verb == CHANGE else 0))
            match form.verb:
                case "home-change":
                    return await self._check_change(form, person)
                case "home-rollback":
                    late = await self._late(form, *_carried(form))
                    return in_its_place(late) if late is not None else Checked()
                case _:
                    return Checked()
        except NotAllowed:
            return Checked()  # it is refused, and on the record, once it is carried out
        except Refused as refused:
            return in_its_place(note("Not possible", form.given_back(refused.message), meta=form.meta))

    async def _check_change(self, form: Form, person: Person) -> Checked:
        key, seen = _key(form)
        kind, name = text_of(form.meta.step, key)
        stands = await as_it_stands(self._parts, kind, name)
        if (late := await self._late(form, kind, name)) is not None:
            return in_its_place(late)
        draft = self._draft(stands, form.meta.step, key)
        found = read_change(draft.asked, form.state, form.meta.n)
        if found.errors:
            return with_errors(own_errors(found.errors, form.meta.n))
        text = ""
        try:
            text = draft.text(found.values)
            diff = await foresee_change(self._parts, Change(kind, name, text, person, Door.SLACK, "", stands.n))
        except (Unfit, Misdeclared) as problem:
            return with_errors(own_errors(draft.wrong(problem, text), form.meta.n))
        digest = digest_of_text(text)[:_SEEN]
        if form.meta.n and digest == seen:
            return Checked()
        meta = replace(form.meta, card=f"{key}#{digest}")
        return in_its_place(preview(draft.asked, form.state, diff, meta))

    async def _late(self, form: Form, kind: VersionKind, name: str) -> Block | None:
        """What is shown where somebody else made a version meanwhile: who, what, and what was typed here."""
        now = await self._parts.store.queries.version(kind, name)
        if now is None or now.n == form.meta.version:
            return None
        changed = "; ".join(now.diff.splitlines()[:4])
        said = f"There is a version {now.n} now: {now.why} {changed} Open the form again to change that one."
        return too_late(self._name(now.by), now.at, said, meta=form.meta, kept=form.written())

    def _name(self, who: str) -> str:
        person = self._parts.directory.person(PersonId(who))
        return person.name if person is not None else who

    # --- carrying it out ---------------------------------------------------------------------------------------------

    async def hear(self, delivery: Delivery) -> None:
        """Carry a form out, and show their Home tab anew. Where that may not be, they get back what they wrote."""
        form = form_in(delivery.body)
        if form is None:
            return
        try:
            person = person_of(self._parts, delivery)
            done = {CHANGE: self._change, ROLL_BACK: self._roll_back, SWITCH: self._switch}[form.verb]
            place, said = await done(form, person, delivery)
        except (Refused, Misdeclared) as refused:
            await self._surface.whisper(ChannelId(""), delivery.actor, form.given_back(refused.message))
            return
        await self._show(person.id, place, note=said)

    async def _change(self, form: Form, by: Person, delivery: Delivery) -> tuple[Place, str]:
        key, seen = _key(form)
        kind, name = text_of(form.meta.step, key)
        stands = await begin_change(self._parts, kind, name, by=by, door=Door.SLACK, delivery=delivery.id)
        draft = self._draft(stands, form.meta.step, key)
        text = draft.text(read_change(draft.asked, form.state, form.meta.n).values)
        if stands.n != form.meta.version or digest_of_text(text)[:_SEEN] != seen:
            raise OutOfDate("It was changed in the meantime, so nothing was saved. Look at it again.")
        why, base = _why(form), form.meta.version or None
        wish = Change(kind, name, text, by, Door.SLACK, why, base, delivery=delivery.id)
        return self._saved(form, await change(self._parts, wish))

    async def _roll_back(self, form: Form, by: Person, delivery: Delivery) -> tuple[Place, str]:
        kind, name = _carried(form)
        back = roll_back(
            self._parts,
            kind=kind,
            name=name,
            to=form.meta.n,
            by=by,
            door=Door.SLACK,
            why=_why(form),
            base=form.meta.version,
            delivery=delivery.id,
        )
        return self._saved(form, await back)

    def _saved(self, form: Form, version: Version) -> tuple[Place, str]:
        what = text_in_words(version.kind.value, version.name)
        return Place(form.meta.step), f"Saved: version {version.n} of {what} of {named(form.meta.step)}."

    async def _switch(self, form: Form, by: Person, delivery: Delivery) -> tuple[Place, str]:
        scope, pause = form.meta.card, form.meta.step == "pause"
        switched = await switch(self._parts, Flip(scope, pause, by, Door.SLACK, _why(form), delivery=delivery.id))
        what = "Everything" if scope == EVERYTHING else named(scope)
        still = f" It does not go on yet: everything is paused. {switched.still}" if switched.still else ""
        said = f"{what} is paused: nothing new leaves." if pause else f"{what} goes on.{still}"
        return Place("" if scope == EVERYTHING else scope), said


# --- what a form carries ---------------------------------------------------------------------------------------------


def _key(form: Form) -> tuple[str, str]:
    """The part that is changed, and the digest of the text that was looked at; none at first."""
    key, _, seen = form.meta.card.partition("#")
    return key, seen


def _carried(form: Form) -> tuple[VersionKind, str]:
    """The text that is rolled back."""
    kind, _, name = form.meta.card.partition(":")
    if kind not in _KINDS:
        raise Unknown("This form is not known here any more. Nothing was done.")
    return _KINDS[kind], name


def _why(form: Form) -> str:
    return str(read_why(form.state, form.meta.n if form.verb == CHANGE else 0).values.get("why") or "").strip()
