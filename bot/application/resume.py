"""Let a parked run go on: by the brief as it stands now, with the steps and prompts it began with."""

from collections.abc import Iterator
from dataclasses import replace

from bot.application.parts import Parts
from bot.domain.brief.difference import diff_brief
from bot.domain.errors import Misdeclared
from bot.domain.event import Resumed
from bot.domain.gate import still_allowed
from bot.domain.person import PersonId
from bot.domain.rebrief import Rebrief
from bot.domain.run import GateStatus, Pins, Run, RunState
from bot.domain.terms import Terms
from bot.ports.store import Transaction
from bot.ports.version import VersionKind


def resuming(parts: Parts, tx: Transaction, run: Run, event: Resumed, *, as_begun: bool) -> tuple[Resumed, Terms]:
    """The event with all it changes, and the terms the run then goes by. Raises Misdeclared where they do not load."""
    current = parts.library.current(run.workflow)
    ahead = parts.library.changed_ahead(run)
    event = replace(event, accept={name: current.pins.steps[name] for name in ahead if name in current.pins.steps})
    parked = run.state is RunState.PARKED and not run.paused
    if as_begun or not parked or current.pins.brief == run.pins.brief:
        return event, parts.library.pinned(run)
    pins = _pins(parts, run, current)
    terms = parts.library.pinned(replace(run, pins=pins))
    owner = parts.directory.named(terms.brief.owner)
    rebrief = Rebrief(
        brief=pins.brief,
        policy=pins.policy,
        owner=owner.id if owner is not None else PersonId(terms.brief.owner),
        prompts={name: digest for name, digest in pins.prompts.items() if run.pins.prompts.get(name) != digest},
        changes=(f"{_named(tx, run.pins.brief)} → {_named(tx, pins.brief)}", *_changes(parts, run, terms)),
        lost_rights=tuple(_lost_rights(parts, run, terms)),
    )
    return replace(event, rebrief=rebrief), terms


def _pins(parts: Parts, run: Run, current: Terms) -> Pins:
    """What it began with but for the brief; and but for its prompts, where those fit the steps no more."""
    pins = replace(run.pins, brief=current.pins.brief, policy=current.pins.policy)
    try:
        parts.library.pinned(replace(run, pins=pins))
    except Misdeclared:
        return replace(pins, prompts=current.pins.prompts)
    return pins


def _named(tx: Transaction, pinned: str) -> str:
    """A brief, and what is pinned with it, as people name them: `brief version 3, house version 1`."""
    kinds = (VersionKind.BRIEF, VersionKind.HOUSE, VersionKind.ROUTES)
    found = [tx.versions.by_digest(*one) for one in zip(kinds, pinned.split("."), strict=False)]
    if found[0] is None:
        return f"brief {pinned[:8]}"
    return ", ".join(f"{one.kind} version {one.n}" for one in found if one is not None)


def _changes(parts: Parts, run: Run, terms: Terms) -> tuple[str, ...]:
    try:
        return diff_brief(parts.library.pinned(run).brief, terms.brief)
    except Misdeclared:
        return ()


def _lost_rights(parts: Parts, run: Run, terms: Terms) -> Iterator[str]:
    """Whoever approved by the brief it began with, and might not by the one it goes by from now on."""
    for gate in run.gates.values():
        if gate.status in (GateStatus.OPEN, GateStatus.APPROVED):
            people = {vote.person: parts.directory.person(PersonId(vote.person)) for vote in gate.approvals}
            yield from still_allowed(gate, run, terms.brief, people)
