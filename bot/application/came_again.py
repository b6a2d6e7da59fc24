"""Something came again for which a run stands already: noted in its record, with whatever it says otherwise."""

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
    trigger, came = terms.definition.trigger.name, storable(parts.redactor, new, started, terms).value
    value = run.value(trigger)
    before = value if isinstance(value, dict) else {}  # nothing is otherwise where that was erased
    other = {name: one for name, one in came.items() if before and before.get(name) != one}
    beside = {f"{side}.{name}": at.get(name) for name in other for side, at in (("before", before), ("after", other))}
    entry = Entry(
        EntryKind.RUN_DUPLICATE,
        new.started_at,
        started.by.kind,
        started.by.ref,
        notes={"door": new.origin.door.value, "source": new.origin.record or new.origin.key},
        fields=terms.fields.entered(run, trigger, beside),  # as the story of a run shows changes
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
