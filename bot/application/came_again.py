"""Something came again for which a run stands already: noted in its record, with whatever it says otherwise."""

from collections.abc import Iterator

from bot.application.move import storable
from bot.application.parts import Parts
from bot.application.tell_owner import tell_owner
from bot.domain.audit.entry import Entry, EntryKind
from bot.domain.event import Started
from bot.domain.person import Door
from bot.domain.plain import Plain
from bot.domain.run import Run, RunId, short
from bot.domain.terms import Terms
from bot.ports.store import Transaction

BY_PEOPLE = frozenset({Door.FORM, Door.MAIL})
"""Whoever comes here is told that it has arrived, and sees no run; machines send the same thing as it changes."""


def note_again(
    parts: Parts, tx: Transaction, existing: RunId, prepared: tuple[Run, Started, Terms]
) -> dict[str, Plain]:
    """Write down that it came again. The fields that say something else, as they are kept."""
    new, started, terms = prepared
    run = tx.runs.load(existing)
    other = _other(run, dict(storable(parts.redactor, new, started, terms).value), terms)
    entry = Entry(
        EntryKind.RUN_DUPLICATE,
        new.started_at,
        started.by.kind,
        started.by.ref,
        notes={"door": new.origin.door.value, "source": new.origin.record or new.origin.key},
        fields=terms.fields.entered(run, terms.definition.trigger.name, dict(_beside(run, other, terms))),
    )
    tx.records.write(f"run:{existing}", [entry], run=run)
    return other


async def tell_of_another(parts: Parts, existing: RunId, new: Run, other: dict[str, Plain]) -> None:
    """Its owner hears of what somebody outside said under the identity of a run that stands: nobody else would."""
    if other and new.origin.door in BY_PEOPLE:
        brief = parts.library.responsible(new.workflow)
        same = ", ".join(brief.triggers.identity)
        text = (
            f"Somebody sent something for {new.workflow} that counts as the same as run {short(existing)}"
            f"{f' (by {same})' if same else ''}, and says otherwise: {', '.join(other)}. Nothing was started for it."
            f" What it says is kept in the record: countersign show {short(existing)}"
        )
        await tell_owner(parts, new.workflow, text, key=new.id)


def _other(run: Run, value: dict[str, Plain], terms: Terms) -> dict[str, Plain]:
    """What is another value than that which the run began with; nothing where that was erased."""
    before = _before(run, terms)
    return {name: one for name, one in value.items() if before.get(name) != one} if before else {}


def _beside(run: Run, other: dict[str, Plain], terms: Terms) -> Iterator[tuple[str, Plain]]:
    """Each such field as it was and as it came, in the way that the story of a run shows changes."""
    before = _before(run, terms)
    for name, value in other.items():
        yield f"before.{name}", before.get(name)
        yield f"after.{name}", value


def _before(run: Run, terms: Terms) -> dict[str, Plain]:
    value = run.value(terms.definition.trigger.name)
    return value if isinstance(value, dict) else {}
