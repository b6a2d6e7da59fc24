"""What the entries of a run must mean together: each effect has its approval, none happened twice, the row agrees."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from bot.domain.audit.semantics import senseless
from bot.domain.intent import Proposal, digest_of
from bot.domain.run import Gate, GateStatus, Mode, RunState, StepState, StepStatus
from tests.adapters.store.made import NOON, gate, run_of


@dataclass(frozen=True)
class Line:
    kind: str
    step: str | None = None
    notes: Mapping[str, object] = field(default_factory=dict[str, object])


def line(kind: str, step: str = "sent", **notes: object) -> Line:
    return Line(kind, step, notes)


OPENED = line("gate.opened", "approved", digest="d", version=1, standing="open")
APPROVED = line("gate.decided", "approved", digest="d", version=1, standing="approved")
REJECTED = line("gate.decided", "approved", digest="d", version=1, standing="rejected")
VOIDED = line("gate.voided", "approved", digest="d", version=1, standing="closed")
INTENDED = line("action.intended", key="k", n=0, digest="d", standing="begun")
DONE = line("action.done", key="k", n=0, standing="done")
FOUND = line("action.reconciled", key="k", n=0, standing="done")
UNDONE = line("compensation.done", key="k", n=0, standing="undone")

NO_APPROVAL = "sent: an action was begun without an approval of what it carries out."
NOT_BEGUN = "sent: an action was done that was never begun."
TWICE = "sent: an action was done twice under one key."
NOT_DONE = "sent: something was taken back that was never done."


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([OPENED, APPROVED, INTENDED, DONE], []),
        ([OPENED, APPROVED, INTENDED, DONE, UNDONE], []),
        ([OPENED, APPROVED, INTENDED, FOUND], []),
        ([INTENDED, DONE], [NO_APPROVAL]),
        ([OPENED, INTENDED, DONE], [NO_APPROVAL]),
        ([OPENED, REJECTED, INTENDED, DONE], [NO_APPROVAL]),
        ([OPENED, APPROVED, VOIDED, INTENDED], [NO_APPROVAL]),
        ([OPENED, APPROVED, OPENED, INTENDED], [NO_APPROVAL]),
        ([OPENED, APPROVED, replace(INTENDED, notes={"key": "k", "digest": "other"})], [NO_APPROVAL]),
        ([OPENED, APPROVED, DONE], [NOT_BEGUN]),
        ([OPENED, APPROVED, INTENDED, DONE, DONE], [TWICE]),
        ([OPENED, APPROVED, INTENDED, DONE, FOUND], [TWICE]),
        ([OPENED, APPROVED, INTENDED, UNDONE], [NOT_DONE]),
        ([OPENED, APPROVED, INTENDED, line("action.failed", key="k", n=0, standing="planned"), INTENDED, DONE], []),
    ],
)
def test_what_does_not_make_sense_is_said(lines: list[Line], says: list[str]) -> None:
    assert list(senseless(lines, None)) == says


def decided() -> Gate:
    proposal = Proposal("reply", "helpdesk.SendReply", {"ticket_id": "T-1", "body": "Hello."})
    approved = replace(gate(status=GateStatus.APPROVED), proposals=(proposal,), mode=Mode.EXECUTE)
    return replace(approved, digest=digest_of(approved.proposals))


def test_a_row_that_stands_elsewhere_than_its_entries_say_is_found() -> None:
    lines = [line("run.started", "ticket", state="running", standing="done", brief=run_of(1).pins.brief)]
    assert list(senseless(lines, run_of(1))) == []
    for other in (
        run_of(1, state=RunState.DONE),
        run_of(1, paused=True),
        run_of(1, spent_micros=5),
        run_of(1, steps={"ticket": StepState(StepStatus.SKIPPED)}),
        run_of(1, gates={"approved": decided()}),
        run_of(1, pins=replace(run_of(1).pins, brief="another")),
    ):
        assert len(list(senseless(lines, other))) == 1


def test_a_row_that_shows_something_else_than_was_decided_on_is_found() -> None:
    stands = decided()
    notes = {"version": 1, "standing": "approved", "digest": stands.digest}
    lines = [
        line("run.started", "ticket", state="running", standing="done", brief=run_of(1).pins.brief),
        Line("gate.decided", "approved", notes),
    ]
    run = run_of(1, gates={"approved": stands})
    assert list(senseless(lines, run)) == []
    (proposal,) = stands.proposals
    other = replace(stands, proposals=(replace(proposal, data={**proposal.data, "body": "Goodbye."}),))
    assert len(list(senseless(lines, run_of(1, gates={"approved": other})))) == 1
    assert list(senseless(lines, run_of(1, gates={"approved": other}, erased_at=NOON))) == [], "it has nothing to show"
