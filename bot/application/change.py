"""Change a brief, a prompt, a routing table or the house rules: a new version, with who, when, why and what.

The files in the folder are not touched: they are the seed, the store has the current version.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.application.parts import Parts
from bot.application.try_routes import try_routes
from bot.domain.audit.entry import Entry, EntryKind, Field, Note
from bot.domain.brief import Brief
from bot.domain.brief.difference import diff_brief
from bot.domain.brief.remnant import what_is_left
from bot.domain.errors import NotAllowed, OutOfDate, Unfit
from bot.domain.gate import Power, allow, may
from bot.domain.person import Door, Person, person_actor
from bot.domain.plain import Plain
from bot.domain.redaction import FieldClass
from bot.domain.terms import Terms
from bot.domain.version import difference, digest_of_text
from bot.ports.store import Transaction
from bot.ports.version import Version, VersionKind

LONGEST_WHY = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants a text to be from now on."""

    kind: VersionKind
    name: str
    """`support_triage`, `support_triage/triage` for a prompt, `house` for the house rules."""
    text: str
    by: Person
    door: Door
    why: str
    base: int | None = None
    """The version it was made from; a newer one in between is not overwritten."""
    on_behalf_of: str = ""
    delivery: str = ""
    """What brought it, where it was kept in the inbox: that is through with the same commit, so it is done once."""


async def change(parts: Parts, wish: Change) -> Version:
    """The stored version. Raises Refused where it may not be, Misdeclared where a workflow would not load with it.

    Where a workflow does not load as it is, whoever is responsible for it may put it right, text by text.
    """
    current = await parts.store.queries.version(wish.kind, wish.name)
    parts.library.learn([current] if current else [])
    proposed = parts.library.proposed(wish.kind, wish.name, wish.text)
    before = {workflow: parts.library.responsible(workflow) for workflow in proposed}
    try:
        _refuse_strangers(wish, before, proposed)
    except NotAllowed as refused:
        entry = entry_of(parts, wish, EntryKind.AUTH_REFUSED, {"reason": refused.reason}, {"why": refused.message})
        await parts.store.run(lambda tx: write_refused(tx, wish, entry))
        raise
    refuse_speechless(wish)
    _refuse_unfit(parts, wish)
    fresh = version_of(parts, wish, await _foreseen(parts, wish, before, proposed))
    base = (current.n if current else None) if wish.base is None else wish.base
    added = await parts.store.run(lambda tx: add(tx, parts, wish, fresh, base))
    parts.library.learn([added])
    return added


def version_of(parts: Parts, wish: Change, diff: str) -> Version:
    """What is wished for as a version; the store gives its number."""
    return Version(
        kind=wish.kind,
        name=wish.name,
        n=0,
        digest=digest_of_text(wish.text),
        text=wish.text,
        at=parts.clock.now(),
        by=wish.by.id,
        why=parts.redactor.clean(wish.why),
        diff=diff,
    )


async def foresee_change(parts: Parts, wish: Change) -> str:
    """What would change, in lines; raises what it would be refused with, its reason aside. Nothing is written down."""
    proposed = parts.library.proposed(wish.kind, wish.name, wish.text)
    before = {workflow: parts.library.responsible(workflow) for workflow in proposed}
    _refuse_strangers(wish, before, proposed)
    _refuse_unfit(parts, wish)
    return await _foreseen(parts, wish, before, proposed)


def write_refused(tx: Transaction, wish: Change, entry: Entry) -> None:
    """Put a refusal on the record; what brought the wish is through with it."""
    tx.records.write("auth", [entry])
    if wish.delivery:
        tx.inbox.finish(wish.delivery)


async def _foreseen(
    parts: Parts, wish: Change, before: Mapping[str, Brief], proposed: Mapping[str, Terms | None]
) -> str:
    """What changed; of routing tables also which of the last runs would have gone to somebody else."""
    said = [_difference(parts, wish, before, proposed)]
    if wish.kind is VersionKind.ROUTES:
        for terms in filter(None, proposed.values()):
            said += await try_routes(parts, terms)
    return "\n".join(said)


def _difference(parts: Parts, wish: Change, before: Mapping[str, Brief], proposed: Mapping[str, Terms | None]) -> str:
    """What changed: setting by setting where a brief did that could be read, else line by line."""
    loaded = {name: terms for name, terms in proposed.items() if terms and name in parts.library.names()}
    lines = [line for name, terms in loaded.items() for line in diff_brief(before[name], terms.brief)]
    return "\n".join(lines) or difference(parts.library.text((wish.kind, wish.name)), wish.text)


def _after(wish: Change, before: Brief, terms: Terms | None) -> Brief:
    """The brief as it would be; of one that would not fit yet, as much as can be read."""
    if terms is not None:
        return terms.brief
    return what_is_left(wish.text) if wish.kind is VersionKind.BRIEF else before


def _refuse_strangers(wish: Change, before: Mapping[str, Brief], proposed: Mapping[str, Terms | None]) -> None:
    for workflow, terms in proposed.items():
        _refuse_stranger(wish.by, before[workflow], _after(wish, before[workflow], terms))


def _refuse_stranger(by: Person, now: Brief, then: Brief) -> None:
    """Only the owner as things stand now; and an override is entered by whoever approves it, never by its author."""
    allow(may(by, Power.CHANGE, now))
    for override in then.overrides:
        if override not in now.overrides and not by.is_(override.approved_by):
            said = f"An override is entered by whoever approves it. Ask {override.approved_by} to enter this one."
            raise NotAllowed(said, reason="own-override")


def refuse_speechless(wish: Change) -> None:
    """Raise Unfit where nobody says why."""
    if not wish.why.strip() or len(wish.why) > LONGEST_WHY:
        raise Unfit(f"Say why, in at most {LONGEST_WHY} letters: whoever reads the record later will want to know.")


def _refuse_unfit(parts: Parts, wish: Change) -> None:
    refuse_pointless(parts, wish, parts.library.text((wish.kind, wish.name)))


def refuse_pointless(parts: Parts, wish: Change, current: str) -> None:
    """Raise Unfit where the text has a secret in it, or says what is said already."""
    if parts.redactor.clean(wish.text, treat_as=FieldClass.PUBLIC) != wish.text:
        raise Unfit("There is a secret in this text, such as a key or a password. Take it out: many people read it.")
    if digest_of_text(current) == digest_of_text(wish.text):
        raise Unfit(f"Nothing would change: {wish.name} says that already.")


def add(tx: Transaction, parts: Parts, wish: Change, fresh: Version, base: int | None) -> Version:
    """The next version, on the record with its difference. OutOfDate where there is a newer one than its base."""
    now = tx.versions.current(wish.kind, wish.name)
    if (now.n if now else None) != base:
        raise OutOfDate(f"{wish.name} was changed in the meantime. Look at its current version, then change that.")
    if wish.delivery:
        tx.inbox.finish(wish.delivery)
    added = tx.versions.add(fresh)
    notes: dict[str, Note] = {"version": added.n, "digest": added.digest}
    tx.records.write(
        "config", [entry_of(parts, wish, EntryKind.CONFIG_CHANGED, notes, {"why": added.why, "diff": added.diff})]
    )
    return added


def entry_of(
    parts: Parts, wish: Change, kind: EntryKind, notes: Mapping[str, Note], fields: Mapping[str, Plain]
) -> Entry:
    """A line of the record about a wish."""
    by = person_actor(wish.by.id, wish.door, on_behalf_of=wish.on_behalf_of)
    said: dict[str, Plain] = {"what": f"{wish.kind} {wish.name}", **fields}
    if by.on_behalf_of:
        said["at_the_keyboard"] = by.on_behalf_of
    return Entry(
        kind=kind,
        at=parts.clock.now(),
        actor_kind=by.kind,
        actor=by.ref,
        notes={"door": wish.door.value, **_of_workflow(wish), "outcome": wish.kind.value, **notes},
        fields=tuple(Field(name, value) for name, value in said.items()),
    )


def _of_workflow(wish: Change) -> dict[str, Note]:
    """A system belongs to no workflow."""
    return {} if wish.kind is VersionKind.SYSTEM else {"workflow": wish.name.partition("/")[0]}
