"""A run without its content: what was said is gone, what was decided and done still stands.

The standing of a run, which its entries tell, does not change by it.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.intent import Proposal
from bot.domain.run import Action, Gate, Remark, Run, StepState, Vote


def emptied(run: Run, at: datetime) -> Run:
    """The same run with nothing in it that somebody wrote, said or is."""
    return replace(
        run,
        reason="",
        steps={name: _empty_step(state) for name, state in run.steps.items()},
        gates={name: _empty_gate(gate) for name, gate in run.gates.items()},
        questions={},
        actions=tuple(_empty_action(action) for action in run.actions),
        erased_at=at,
    )


def _empty_step(state: StepState) -> StepState:
    return replace(state, value=None, doubts=(), evidence=())


def _empty_gate(gate: Gate) -> Gate:
    return replace(
        gate,
        why="",
        moved="",
        proposals=tuple(_empty_proposal(proposal) for proposal in gate.proposals),
        approvals=tuple(_empty_vote(vote) for vote in gate.approvals),
        denials=tuple(_empty_vote(vote) for vote in gate.denials),
        remarks=tuple(Remark(r.person, r.at, r.kind, "") for r in gate.remarks),
    )


def _empty_proposal(proposal: Proposal) -> Proposal:
    return replace(proposal, data={})


def _empty_vote(vote: Vote) -> Vote:
    return replace(vote, text="")


def _empty_action(action: Action) -> Action:
    return replace(action, proposal=_empty_proposal(action.proposal), receipt=None, error="")
