"""Hold a whole workflow, or everything, and let it go on. Nothing new starts, and what has not left yet stays here."""

from dataclasses import dataclass

from bot.application.parts import Parts
from bot.domain.audit.entry import Entry, EntryKind, Field
from bot.domain.errors import AlreadyDecided, NotAllowed, Refused
from bot.domain.gate import Power, allow, may
from bot.domain.person import Door, Person, person_actor
from bot.ports.store import Transaction

EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Flip:
    """What somebody wants held, or let go on."""

    scope: str
    """A workflow's name, or `*` for everything."""
    pause: bool
    by: Person
    door: Door
    why: str = ""
    on_behalf_of: str = ""
    delivery: str = ""
    """What brought it, where it was kept in the inbox: that is through with the same commit, so it is done once."""


@dataclass(frozen=True, slots=True)
class Switched:
    """How it stands now."""

    hurried: int = 0
    """How many effects that had been put off are due again."""
    still: str = ""
    """Why it does not go on yet all the same: everything is held, too."""


async def switch(parts: Parts, flip: Flip) -> Switched:
    """Flip it. Raises Refused where that may not be, or where it stands so already."""
    await refuse_stranger(parts, flip)
    return await parts.store.run(lambda tx: _flip(parts, flip, tx))


async def refuse_stranger(parts: Parts, flip: Flip) -> None:
    """Raise NotAllowed, on the record, where this person may not flip it."""
    try:
        _allow(parts, flip)
    except NotAllowed as refused:
        entry = _entry(parts, flip, EntryKind.AUTH_REFUSED, refused)
        await parts.store.run(lambda tx: tx.records.write("auth", [entry]))
        raise


def _allow(parts: Parts, flip: Flip) -> None:
    """The owner or maintainer of a workflow may hold it; whoever holds everything is that of each."""
    power = Power.PAUSE if flip.pause else Power.RESUME
    for brief in parts.briefs() if flip.scope == EVERYTHING else [parts.library.responsible(flip.scope)]:
        allow(may(flip.by, power, brief))


def _flip(parts: Parts, flip: Flip, tx: Transaction) -> Switched:
    if flip.delivery:
        tx.inbox.finish(flip.delivery)
    what = "Everything" if flip.scope == EVERYTHING else flip.scope
    held = tx.limits.paused(flip.scope)
    if flip.pause:
        if held:
            raise AlreadyDecided(f"{what} is paused already: {held}")
        why = parts.redactor.clean(flip.why)
        tx.limits.pause(flip.scope, why or f"Paused by {flip.by.name}.")
        tx.records.write("config", [_entry(parts, flip, EntryKind.SWITCH_PAUSED)])
        return Switched()
    if not held:
        raise AlreadyDecided(f"{what} is not paused; there is nothing to resume.")
    tx.limits.resume(flip.scope)
    workflow = None if flip.scope == EVERYTHING else flip.scope
    hurried = tx.outbox.hurry(now=parts.clock.now(), workflow=workflow)
    tx.records.write("config", [_entry(parts, flip, EntryKind.SWITCH_RESUMED)])
    return Switched(hurried, tx.limits.paused(flip.scope))


def _entry(parts: Parts, flip: Flip, kind: EntryKind, refused: Refused | None = None) -> Entry:
    by = person_actor(flip.by.id, flip.door, on_behalf_of=flip.on_behalf_of)
    said = {
        "why": refused.message if refused else parts.redactor.clean(flip.why),
        "at_the_keyboard": by.on_behalf_of,
    }
    return Entry(
        kind=kind,
        at=parts.clock.now(),
        actor_kind=by.kind,
        actor=by.ref,
        notes={
            "door": flip.door.value,
            "workflow": flip.scope,
            "outcome": "pause" if flip.pause else "resume",
            "reason": refused.reason if refused else None,
        },
        fields=tuple(Field(name, value) for name, value in said.items() if value),
    )
