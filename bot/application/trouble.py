"""What a run in trouble needs, as one person is to be told: what the record says of it, and what they may do."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from bot.application.parts import Parts
from bot.application.steer import can_be_asked
from bot.domain.audit.entry import EntryKind
from bot.domain.brief import Brief
from bot.domain.errors import Unknown
from bot.domain.gate import may
from bot.domain.person import PersonId
from bot.domain.run import Run
from bot.domain.trouble import POWERS, Past, Remedy, Settled, Trouble, in_doubt, trouble_of
from bot.ports.queries import Recorded

_DID = {
    EntryKind.RUN_RESUMED: "let it go on",
    EntryKind.RUN_CANCELLED: "cancelled it",
    EntryKind.RUN_STOPPED: "ended it",
    EntryKind.RUN_UNDONE: "took back what it had done",
}
_RECONCILED = {
    "happened": "said that it had happened",
    "did not happen": "said that it had not happened: it is carried out now",
    "was found": "showed that it had happened",
}


async def trouble_for(parts: Parts, run: Run, n: int, person: str) -> Trouble:
    """The n-th trouble of a run, with what this person may do about it now."""
    entries = await parts.store.queries.entries(f"run:{run.id}")
    brief = responsible_for(parts, run)
    terms = replace(parts.terms(run), now=brief)
    return trouble_of(run, terms, n, past_of(entries, run, n), allowed=_allowed(parts, run, person, brief))


def responsible_for(parts: Parts, run: Run) -> Brief:
    """The brief that says who is responsible for a run now."""
    try:
        return parts.library.responsible(run.workflow)
    except Unknown:
        return parts.terms(run).brief


def _allowed(parts: Parts, run: Run, person: str, brief: Brief) -> frozenset[Remedy]:
    """What they may do, and what can be done: a workflow that does not load, and a system that cannot say."""
    who, action = parts.directory.person(PersonId(person)), in_doubt(run)
    if who is None:
        return frozenset()
    found = {one for one, power in POWERS.items() if may(who, power, brief, run).allowed}
    if action is not None and not can_be_asked(parts, action):
        found.discard(Remedy.LOOK)
    if parts.library.why_not(run):
        found &= {Remedy.CANCEL} if parts.library.trouble(run.workflow) else {Remedy.CANCEL, Remedy.GO_ON}
    return frozenset(found)


def past_of(entries: Sequence[Recorded], run: Run, n: int) -> Past:
    """What the record says of the n-th trouble: how often it was tried before, and how it ended.

    It is counted from the last one that this run knows: a run that is older than the counting has more in its record.
    """
    known = entries[: bisect_right(entries, run.seq, key=lambda one: one.seq)]
    troubles = [at for at, one in enumerate(known) if one.kind in (EntryKind.RUN_PARKED, EntryKind.RUN_FAILED)]
    back = run.troubles - n + 1
    if not 0 < back <= len(troubles):
        return Past()
    at = troubles[-back]
    since = max((k for k in range(at) if entries[k].kind == EntryKind.RUN_RESUMED), default=0)
    retried = [one for one in entries[since:at] if one.kind == EntryKind.STEP_RETRIED]
    return Past(len(retried), retried[-1].at if retried else None, _settled(entries[at + 1 :]))


def _settled(after: Sequence[Recorded]) -> Settled | None:
    """The first thing that brought the run into another state, and whoever did it."""
    first = next((k for k, one in enumerate(after) if isinstance(one.notes.get("state"), str)), None)
    if first is None:
        return None
    ended = after[first]
    told = {field.name: field.value for field in ended.fields if not field.erased}
    why = str(told.get("why") or told.get("text") or "")
    named = after[first + 1] if first + 1 < len(after) else ended
    if named.kind == EntryKind.ACTION_RECONCILED and (did := _RECONCILED.get(str(named.notes.get("outcome")))):
        return Settled(named.actor, named.at, did, why)
    return Settled(ended.actor, ended.at, _DID.get(EntryKind(ended.kind), "moved it on"), why)
