"""Add an auditor's remark to a run, or to one step of it: it stands in the record beside what it is about."""

from dataclasses import dataclass

from bot.application.decide import write_refusal
from bot.application.parts import Parts
from bot.domain.audit.entry import Entry, EntryKind
from bot.domain.errors import NotAllowed, Unfit, Unknown
from bot.domain.event import Happening
from bot.domain.gate import Power, allow, may
from bot.domain.person import Door, Person, person_actor
from bot.domain.plain import Plain
from bot.domain.run import Run, RunId
from bot.domain.text import hint, one_line
from bot.ports.store import Transaction

LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Finding:
    """What somebody found."""

    run: RunId
    text: str
    by: Person
    door: Door
    step: str = ""
    """Empty where it is about the run as a whole."""
    on_behalf_of: str = ""


async def add_finding(parts: Parts, finding: Finding) -> None:
    """Write it down. Raises Refused where the person may not, or there is no such step; a refusal is written, too."""
    if not finding.text.strip() or len(finding.text) > LONGEST:
        raise Unfit(f"Say what you found, in at most {LONGEST:,} letters.")
    outcome = await parts.store.run(lambda tx: _add(parts, tx, finding))
    if outcome is not None:
        raise outcome


def _add(parts: Parts, tx: Transaction, finding: Finding) -> NotAllowed | None:
    run = tx.runs.load(finding.run)
    by = person_actor(finding.by.id, finding.door, on_behalf_of=finding.on_behalf_of)
    terms = parts.terms(run)
    try:
        allow(may(finding.by, Power.FINDING, terms.brief, run))
    except NotAllowed as refused:
        write_refusal(parts, tx, run, Happening(parts.clock.now(), by), refused, outcome=Power.FINDING.value)
        return refused
    _refuse_unknown_step(run, terms.definition.names(), finding.step)
    said: dict[str, Plain] = {"text": parts.redactor.clean(finding.text)}
    if by.on_behalf_of:
        said["at_the_keyboard"] = by.on_behalf_of
    entry = Entry(
        kind=EntryKind.FINDING_ADDED,
        at=parts.clock.now(),
        actor_kind=by.kind,
        actor=by.ref,
        step=finding.step or None,
        notes={"door": finding.door.value},
        fields=terms.fields.entered(run, finding.step, said),
    )
    tx.records.write(f"run:{run.id}", [entry], run=run)
    return None


def _refuse_unknown_step(run: Run, names: tuple[str, ...], step: str) -> None:
    known = dict.fromkeys((*names, *run.steps))
    if step and step not in known:
        mend = hint(step, known, f"There is: {', '.join(known)}.")
        raise Unknown(f"{run.workflow} has no step “{one_line(step, 40)}”. {mend}")
