"""What somebody wants to change, as it stands now: asked before they are given a form for it."""

from dataclasses import dataclass

from bot.application.parts import Parts
from bot.domain.audit.entry import Entry, EntryKind, Field
from bot.domain.brief import Brief
from bot.domain.errors import NotAllowed
from bot.domain.gate import Power, allow, may
from bot.domain.person import Door, Person, person_actor
from bot.ports.store import Transaction
from bot.ports.version import Version, VersionKind


@dataclass(frozen=True, slots=True)
class AsItStands:
    """A text that an owner may change, the version it is at, and the brief of its workflow."""

    text: str
    version: Version | None
    brief: Brief

    @property
    def n(self) -> int:
        """The number of the version; 0 where there is only the file."""
        return self.version.n if self.version is not None else 0


async def as_it_stands(parts: Parts, kind: VersionKind, name: str) -> AsItStands:
    """A text as it stands. Unknown where there is none."""
    version = await parts.store.queries.version(kind, name)
    parts.library.learn([version] if version else [])
    return AsItStands(parts.library.text((kind, name)), version, parts.library.responsible(name.partition("/")[0]))


async def begin_change(
    parts: Parts, kind: VersionKind, name: str, *, by: Person, door: Door, delivery: str = ""
) -> AsItStands:
    """How it stands. NotAllowed, on the record, for whoever may not change it.

    What `delivery` brought is through with the refusal.
    """
    stands, workflow = await as_it_stands(parts, kind, name), name.partition("/")[0]
    try:
        allow(may(by, Power.CHANGE, stands.brief))
    except NotAllowed as refused:
        actor = person_actor(by.id, door)
        notes = {"door": door.value, "workflow": workflow, "outcome": kind.value, "reason": refused.reason}
        said = Field("what", f"{kind} {name}"), Field("why", refused.message)
        entry = Entry(EntryKind.AUTH_REFUSED, parts.clock.now(), actor.kind, actor.ref, notes=notes, fields=said)
        await parts.store.run(lambda tx: _refused(tx, entry, delivery))
        raise
    return stands


def _refused(tx: Transaction, entry: Entry, delivery: str) -> None:
    tx.records.write("auth", [entry])
    if delivery:
        tx.inbox.finish(delivery)
