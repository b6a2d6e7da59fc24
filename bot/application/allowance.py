"""Limits that reach beyond one run, checked and counted in the unit of work that makes an intent durable."""

from datetime import date

from bot.domain.binding import Binding
from bot.domain.brief import Brief
from bot.domain.content import Used
from bot.domain.mend import by_brief
from bot.domain.run import Mode, Run
from bot.domain.terms import Terms
from bot.domain.value import intent_of
from bot.ports.store import Transaction


def refuse_over_limit(tx: Transaction, run: Run, record: str, binding: Binding, brief: Brief, day: date) -> str:
    """Count an action on a record against its limits; a sentence where one is used up, and then nothing is counted."""
    caps = (
        (_actions(run), brief.limits.actions_per_day, "limits.actions_per_day"),
        (_target(record), brief.limits.actions_per_target_per_day, "limits.actions_per_target_per_day"),
        (f"kind:{binding.kind}", binding.per_day, f"the binding of {binding.kind}"),
    )
    for scope, cap, name in caps:
        if cap is not None and tx.limits.count(scope, day) >= cap:
            raised = f" {by_brief(run, 'Or raise', name)}" if name.startswith("limits.") else ""
            return f"The limit of {cap} a day is used up ({name}). It is free again tomorrow.{raised}"
    for scope, cap, _ in caps:
        if cap is not None:
            tx.limits.add(scope, day, 1)
    return ""


def used_on(tx: Transaction, run: Run, terms: Terms, step: str, day: date) -> Used | None:
    """How much of the day's limits is used, as the card of a step says it; None where nothing is carried out."""
    gate = run.gates.get(step)
    if gate is None or gate.mode is not Mode.EXECUTE:
        return None
    intents = [(intent_of(proposal, terms), proposal.step) for proposal in gate.proposals]
    records = {intent.record() if terms.fields.record(intent, of) == intent.record() else "" for intent, of in intents}
    today, record = tx.limits.count(_actions(run), day), records.pop()
    return Used(today, tx.limits.count(_target(record), day) if record and not records else None)


def _actions(run: Run) -> str:
    return f"actions:{run.workflow}"


def _target(record: str) -> str:
    return f"target:{record}"
