"""Accept what a system changed in its answers: a new version of its description, with who, when, why and what.

The maintainer of a workflow that uses the system decides, because its runs go on by what is accepted.
"""

from bot.application.change import (
    Change,
    add,
    entry_of,
    refuse_pointless,
    refuse_speechless,
    version_of,
    write_refused,
)
from bot.application.parts import Parts
from bot.domain.audit.entry import EntryKind
from bot.domain.brief import Brief
from bot.domain.errors import NotAllowed
from bot.domain.gate import Power, Reason, allow, may
from bot.domain.person import Person
from bot.domain.proof import systems_of
from bot.domain.version import difference
from bot.ports.description import Descriptions
from bot.ports.version import Version, VersionKind


async def accept(parts: Parts, descriptions: Descriptions, wish: Change) -> Version:
    """The stored version. Raises Refused where it may not be, Misdeclared where the description would not load."""
    current = await parts.store.queries.version(VersionKind.SYSTEM, wish.name)
    descriptions.learn([current] if current else [])
    before = descriptions.text(wish.name)
    try:
        _refuse_stranger(wish.by, wish.name, parts.briefs())
    except NotAllowed as refused:
        entry = entry_of(parts, wish, EntryKind.AUTH_REFUSED, {"reason": refused.reason}, {"why": refused.message})
        await parts.store.run(lambda tx: write_refused(tx, wish, entry))
        raise
    refuse_speechless(wish)
    _refuse_unfit(parts, descriptions, wish)
    fresh = version_of(parts, wish, difference(before, wish.text))
    base = (current.n if current else None) if wish.base is None else wish.base
    added = await parts.store.run(lambda tx: add(tx, parts, wish, fresh, base))
    descriptions.learn([added])
    return added


def foresee_accepting(parts: Parts, descriptions: Descriptions, wish: Change) -> str:
    """What would change, in lines; raises what it would be refused with, its reason aside. Nothing is written down."""
    _refuse_stranger(wish.by, wish.name, parts.briefs())
    _refuse_unfit(parts, descriptions, wish)
    return difference(descriptions.text(wish.name), wish.text)


def uses(brief: Brief, system: str) -> bool:
    """Whether a workflow reads or changes something in a system."""
    return system in {*brief.reads, *brief.changes, *systems_of(brief.done_when)}


def _refuse_stranger(by: Person, system: str, briefs: tuple[Brief, ...]) -> None:
    using = [brief for brief in briefs if uses(brief, system)]
    if not using:
        said = f"No workflow here uses {system}, so nobody is responsible for it. Name it in a brief first."
        raise NotAllowed(said, reason=Reason.NOT_RESPONSIBLE.value)
    permissions = [may(by, Power.ACCEPT, brief) for brief in using]
    if not any(one.allowed for one in permissions):
        allow(permissions[0])


def _refuse_unfit(parts: Parts, descriptions: Descriptions, wish: Change) -> None:
    refuse_pointless(parts, wish, descriptions.text(wish.name))
    descriptions.refuse_unfit(wish.name, wish.text)
