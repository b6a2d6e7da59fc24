"""Take content away: about one person on request, of every run once its time has passed. What was decided still stands.

Each emptied run says so in its own chain, in an entry that counts what went; that is what the record is verified by.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.application.audit_right import demand
from bot.application.parts import Parts
from bot.domain.audit.chain import reference
from bot.domain.audit.entry import Entry, EntryKind, Field, Note
from bot.domain.brief import Data
from bot.domain.brief.remnant import what_is_left
from bot.domain.errors import Refused, Unknown
from bot.domain.gate import Power
from bot.domain.person import ENGINE, Actor, Door, Person, person_actor
from bot.domain.run import RunId
from bot.ports.ledger import Taken
from bot.ports.store import Transaction
from bot.ports.version import VersionKind

AT_ONCE = 10
"""Runs emptied in one unit of work: nobody else waits longer for their own."""

A_MOMENT = timedelta(milliseconds=100)
"""How long writers may wait while the log is cut behind what was emptied; where a reader is in the way, next time."""

COUNTED = timedelta(days=40)
"""How long counters of a day are kept: what is usual on a weekday is known from four weeks."""

NAMED = 5
"""How many runs a refusal names."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What somebody wants erased."""

    subject: str
    """The identifier of the person, as it stands in the trigger: an e-mail address, a customer number."""
    why: str
    by: Person
    door: Door
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class Erased:
    """What went."""

    runs: int = 0
    taken: Taken = field(default_factory=Taken)

    def __add__(self, other: "Erased") -> "Erased":
        return Erased(self.runs + other.runs, self.taken + other.taken)


async def erase(parts: Parts, erasure: Erasure) -> Erased:
    """Empty every run about somebody. Raises Refused where one of them is still under way; then nothing is erased."""
    subject = parts.pseudonym(erasure.subject)
    actor = person_actor(erasure.by.id, erasure.door, on_behalf_of=erasure.on_behalf_of)
    await demand(parts, erasure.by, Power.ERASE, door=erasure.door)
    named = await parts.store.run(lambda tx: _forget(tx, erasure.subject))
    runs = await parts.store.run(lambda tx: _find(tx, erasure, subject, named=named))
    erased = await _empty(parts, runs, actor, "subject")
    why = parts.redactor.clean(_without(erasure.why, erasure.subject))
    await _write_down(parts, erased, actor, "subject", why)
    await parts.store.forget()
    return erased


def _forget(tx: Transaction, subject: str) -> bool:
    """Take away what is no record; whether somebody is called that, or was known by that id."""
    tx.suggestions.drop_about(subject)
    return tx.names.drop_about(subject) > 0


def _find(tx: Transaction, erasure: Erasure, subject: str, *, named: bool) -> tuple[RunId, ...]:
    runs = tx.ledger.about(subject)
    if not runs and not named:
        raise Unknown("No run has content about them. They are found by what [data] subject of a brief names.")
    live = [run for run in runs if not tx.runs.load(run).ended]
    if live:
        more = f" and {len(live) - NAMED} more" if len(live) > NAMED else ""
        raise Refused(
            f"Runs about them are still under way: {', '.join(live[:NAMED])}{more}. Decide or cancel them first; "
            "nothing was erased."
        )
    if tx.ledger.deliveries_about(erasure.subject):
        raise Refused("A delivery that mentions them still waits. Start the bot so that it is taken up, then erase.")
    return runs


async def expire(parts: Parts) -> Erased:
    """Empty the runs whose content has been kept for as long as their brief says; a few at a time, behind everybody."""
    erased = Erased()
    await parts.store.run(lambda tx: _drop_old(tx, parts.clock.now()), patient=True)
    for name, keep in (await parts.store.run(partial(_kept, parts))).items():
        until = parts.clock.now() - keep
        while runs := await parts.store.run(partial(_ended, name, until), patient=True):
            more = await _empty(parts, runs, ENGINE, "retention")
            if not more.runs:
                break
            erased += more
    if erased.runs:
        await _write_down(parts, erased, ENGINE, "retention", "")
    if await parts.store.run(lambda tx: tx.ledger.must_forget()):
        await parts.store.forget(within=A_MOMENT)
    return erased


def _drop_old(tx: Transaction, now: datetime) -> None:
    """What lives for some days only, whatever becomes of the runs."""
    tx.suggestions.drop_due(now)
    tx.limits.forget((now - COUNTED).date())


def _kept(parts: Parts, tx: Transaction) -> dict[str, timedelta]:
    """How long content is kept, by workflow; of one that is gone, its last brief says so."""
    there = parts.library.every()
    kept = {name: parts.library.responsible(name).data.keep_content for name in there}
    for name in tx.ledger.with_content():
        if name not in there:
            last = tx.versions.current(VersionKind.BRIEF, name)
            kept[name] = (what_is_left(last.text).data if last is not None else Data()).keep_content
    return kept


def _ended(workflow: str, until: datetime, tx: Transaction) -> tuple[RunId, ...]:
    return tx.ledger.ended_before(workflow, until, limit=AT_ONCE)


async def _empty(parts: Parts, runs: Iterable[RunId], actor: Actor, reason: str) -> Erased:
    waiting, erased = [*runs], Erased()
    while waiting:
        now, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        erased += await parts.store.run(partial(_empty_some, now, parts.clock.now(), actor, reason))
    return erased


def _empty_some(runs: Iterable[RunId], at: datetime, actor: Actor, reason: str, tx: Transaction) -> Erased:
    erased = Erased()
    for id in runs:
        run = tx.runs.load(id)
        if not run.ended:  # it has gone on since
            continue
        chain = f"run:{id}"
        notes: dict[str, Note] = {"count": tx.ledger.content(id), "reason": reason}
        tx.records.write(chain, [Entry(EntryKind.ERASE_APPLIED, at, actor.kind, actor.ref, notes=notes)], run=run)
        erased += Erased(1, tx.ledger.empty(id, by=reference(chain, run.seq + 1)))
    return erased


def _without(text: str, subject: str) -> str:
    """A reason that does not keep what it asks to forget."""
    return re.sub(re.escape(subject.strip()), "…", text, flags=re.IGNORECASE)


async def _write_down(parts: Parts, erased: Erased, actor: Actor, reason: str, why: str) -> None:
    """Say in the record of the system what went."""
    notes: dict[str, Note] = {"n": erased.runs, "size": erased.taken.fields, "count": 0, "reason": reason}
    said = {"why": why, "at_the_keyboard": actor.on_behalf_of}
    fields = tuple(Field(name, value) for name, value in said.items() if value)
    entry = Entry(EntryKind.ERASE_APPLIED, parts.clock.now(), actor.kind, actor.ref, notes=notes, fields=fields)
    await parts.store.run(lambda tx: tx.records.write("system", [entry]))
