"""The record of a run as a story: one line for each entry, in words, with what was changed below it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.audit.entry import EntryKind
from bot.domain.person import ActorKind
from bot.domain.plain import Plain
from bot.domain.text import one_line
from bot.ports.queries import Recorded

_LONGEST = 240

# A word in braces is a note of the entry; of the parts between bars, those are left out whose notes are not there.
_PHRASES: Mapping[EntryKind, str] = {
    EntryKind.RUN_STARTED: "started it, at stage {stage}",
    EntryKind.RUN_DUPLICATE: "asked for the same again; nothing was started twice",
    EntryKind.RUN_REFUSED: "was refused a start",
    EntryKind.RUN_PARKED: "parked it",
    EntryKind.RUN_PAUSED: "paused it",
    EntryKind.RUN_RESUMED: "it goes on",
    EntryKind.RUN_DONE: "it is done",
    EntryKind.RUN_STOPPED: "it stopped",
    EntryKind.RUN_FAILED: "it failed",
    EntryKind.RUN_CANCELLED: "cancelled it",
    EntryKind.RUN_UNDONE: "everything is taken back",
    EntryKind.RUN_INCIDENT: "declared an incident",
    EntryKind.STEP_BEGUN: "begun",
    EntryKind.STEP_DONE: "done|: {outcome}",
    EntryKind.STEP_FAILED: "failed",
    EntryKind.STEP_RETRIED: "did not work, try {attempt}|; again at {until}",
    EntryKind.STEP_SKIPPED: "skipped|: {reason}",
    EntryKind.STEP_CORRECTED: "put right",
    EntryKind.STEP_WAITING: "waits| until {until}",
    EntryKind.STEP_WITNESSED: "read again: nothing has changed",
    EntryKind.QUESTION_ASKED: "asked {group}",
    EntryKind.QUESTION_MAILED: "{group} was written to|: {outcome}",
    EntryKind.QUESTION_ANSWERED: "answered|: {outcome}",
    EntryKind.QUESTION_REMINDED: "reminded {group}",
    EntryKind.QUESTION_EXPIRED: "nobody answered in time",
    EntryKind.MODEL_ASKED: "{outcome}|, {confidence} % sure|, by prompt {prompt}",
    EntryKind.POLICY_RULED: "ruled: {outcome}",
    EntryKind.GATE_OPENED: "version {version} is up to {group}",
    EntryKind.GATE_SHOWN: "shown| on {source}",
    EntryKind.GATE_DECIDED: "{outcome}|: {reason}",
    EntryKind.GATE_VOIDED: "version {version} no longer counts",
    EntryKind.GATE_EXPIRED: "nobody decided in time",
    EntryKind.GATE_REMINDED: "reminded {group}",
    EntryKind.GATE_ESCALATED: "escalated to {owner}|: {reason}",
    EntryKind.GATE_REASSIGNED: "reassigned to {owner}",
    EntryKind.GATE_REFUSED: "wanted: {outcome}; refused ({reason})",
    EntryKind.GATE_ABANDONED: "closed the form without deciding|: {outcome}",
    EntryKind.GATE_REMARKED: "remarked",
    EntryKind.ACTION_DELAYED: "has to wait",
    EntryKind.ACTION_INTENDED: "about to carry out {outcome}| on {records}",
    EntryKind.ACTION_DONE: "carried out|: {ext_ref}",
    EntryKind.ACTION_FAILED: "could not be carried out",
    EntryKind.ACTION_IN_DOUBT: "nobody knows whether it happened",
    EntryKind.ACTION_SOUGHT: "the system was asked whether it happened|: {outcome}",
    EntryKind.ACTION_RECONCILED: "looked into|: it {outcome}",
    EntryKind.ACTION_DRY_RUN: "tried, nothing was changed",
    EntryKind.ACTION_OBSERVED: "did it by hand|, in {minutes} minutes",
    EntryKind.COMPENSATION_BEGUN: "about to take it back",
    EntryKind.COMPENSATION_DONE: "taken back|: {ext_ref}",
    EntryKind.COMPENSATION_FAILED: "could not be taken back",
    EntryKind.BUDGET_HIT: "a limit is used up",
    EntryKind.AUTH_REFUSED: "wanted: {outcome}; may not ({reason})",
    EntryKind.CONFIG_CHANGED: "changed {outcome}",
    EntryKind.SWITCH_PAUSED: "paused {workflow}",
    EntryKind.SWITCH_RESUMED: "let {workflow} go on",
    EntryKind.FINDING_ADDED: "found",
    EntryKind.CLOCK_PASSED_OVER: "started nothing at {key} ({reason})",
    EntryKind.ALERT_RAISED: "nobody has seen to it ({reason})",
    EntryKind.ALERT_CLEARED: "is over ({reason})",
    EntryKind.MESSAGE_LOST: "could not tell| {owner}",
    EntryKind.CHECKPOINT_SEALED: "sealed {size} entries",
    EntryKind.ERASE_APPLIED: "erased what was about somebody",
    EntryKind.PRUNE_APPLIED: "pruned",
    EntryKind.EXPORT_MADE: "exported the record",
    EntryKind.KEY_ROTATED: "rotated the audit key",
    EntryKind.BOOT: "the bot was started",
    EntryKind.RESTORE: "an older copy was put back",
    EntryKind.MIGRATE: "the database was brought up to date",
}
_UNTOLD = frozenset({EntryKind.STEP_BEGUN, EntryKind.GATE_SHOWN})
"""What only the whole record shows."""

_TROUBLE = frozenset(
    {
        EntryKind.RUN_PARKED,
        EntryKind.RUN_FAILED,
        EntryKind.RUN_INCIDENT,
        EntryKind.STEP_FAILED,
        EntryKind.STEP_RETRIED,
        EntryKind.ACTION_FAILED,
        EntryKind.ACTION_IN_DOUBT,
        EntryKind.COMPENSATION_FAILED,
        EntryKind.BUDGET_HIT,
        EntryKind.AUTH_REFUSED,
        EntryKind.GATE_REFUSED,
        EntryKind.FINDING_ADDED,
    }
)
_GOOD = frozenset({EntryKind.RUN_DONE, EntryKind.ACTION_DONE, EntryKind.COMPENSATION_DONE})
_WHY = "_why"
"""Why a gate asks a person; it may name the amount of a threshold."""
_SAID = ("text", "why", _WHY, "error", "outcome", "link", "would", "changes")
"""Fields that are words of somebody, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry, told."""

    at: datetime
    who: str
    what: str
    below: tuple[str, ...] = ()
    style: Literal["", "good", "warn"] = ""


def tell(entries: tuple[Recorded, ...], called: Callable[[str], str], *, inside: bool = True) -> Iterator[Told]:
    """The story so far; `called` gives people their names. Why a person was asked is for those who may see inside."""
    for entry in entries:
        if entry.kind not in _UNTOLD:
            yield _told(entry, called, inside=inside)


def _told(entry: Recorded, called: Callable[[str], str], *, inside: bool) -> Told:
    fields = {field.name: field.value for field in entry.fields if not field.erased and (inside or field.name != _WHY)}
    step = f"{entry.step}: " if entry.step else ""
    typed = fields.get("at_the_keyboard")
    by = f" (typed by {called(str(typed))})" if typed else ""
    return Told(
        at=entry.at,
        who=_who(entry, called),
        what=f"{step}{_phrase(entry, called)}{by}",
        below=tuple(_below(entry, fields)),
        style="warn" if entry.kind in _TROUBLE else "good" if entry.kind in _GOOD else "",
    )


def _who(entry: Recorded, called: Callable[[str], str]) -> str:
    match entry.actor_kind:
        case ActorKind.USER:
            return called(entry.actor)
        case ActorKind.POLICY:
            return "the brief's policy"
        case ActorKind.SYSTEM if entry.actor == "engine":
            return "the bot"
        case _:
            return entry.actor


def _phrase(entry: Recorded, called: Callable[[str], str]) -> str:
    known = {kind.value: phrase for kind, phrase in _PHRASES.items()}
    notes = {name: called(str(value)) for name, value in entry.notes.items()}
    notes["attempt"] = str(entry.attempt or "")
    if entry.kind == EntryKind.STEP_CORRECTED and entry.notes.get("standing") == "cleared":
        return "is gone through again"
    parts = (_filled(part, notes) for part in known.get(entry.kind, entry.kind).split("|"))
    return one_line("".join(parts) or entry.kind, _LONGEST)


def _filled(part: str, notes: Mapping[str, str]) -> str:
    try:
        return part.format_map(notes)
    except KeyError:
        return ""


def _below(entry: Recorded, fields: Mapping[str, Plain]) -> Iterator[str]:
    """What somebody said, what was changed, and what is no longer there."""
    for name in _SAID:
        said = fields.get(name)
        for text in said if isinstance(said, list) else [said]:
            if text:
                yield one_line(str(text), _LONGEST)
    for name, value in fields.items():
        if name.startswith("after."):
            before = fields.get(f"before.{name[6:]}")
            yield f"{name[6:]}: {_shown(before)} → {_shown(value)}"
    erased = [field.name for field in entry.fields if field.erased]
    if erased:
        yield f"erased: {', '.join(erased)}"


def _shown(value: Plain) -> str:
    return "–" if value in (None, "") else one_line(str(value), _LONGEST // 2)
