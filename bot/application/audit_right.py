"""Who may take the record out of the house, or content out of the record. A refusal stands in the record, too."""

from collections.abc import Iterable

from bot.application.parts import Parts
from bot.domain.audit.entry import Entry, EntryKind
from bot.domain.errors import NotAllowed
from bot.domain.gate import Power, allow, may
from bot.domain.person import ActorKind, Door, Person


async def demand(parts: Parts, by: Person, power: Power, *, door: Door, workflows: Iterable[str] | None = None) -> None:
    """Raise NotAllowed unless this person may do that with these workflows; with all of them where none is named."""
    try:
        for brief in parts.briefs(workflows):
            allow(may(by, power, brief))
    except NotAllowed as refused:
        entry = Entry(
            kind=EntryKind.AUTH_REFUSED,
            at=parts.clock.now(),
            actor_kind=ActorKind.USER,
            actor=by.id,
            notes={"door": door.value, "outcome": power.value, "reason": refused.reason},
        )
        await parts.store.run(lambda tx: tx.records.write("auth", [entry]))
        raise
