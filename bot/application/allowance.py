"""Limits that reach beyond one run, checked and counted in the unit of work that makes an intent durable."""

from datetime import date

from bot.domain.binding import Binding
from bot.domain.brief import Brief
from bot.domain.mend import by_brief
from bot.domain.run import Run
from bot.ports.store import Transaction


def refuse_over_limit(tx: Transaction, run: Run, record: str, binding: Binding, brief: Brief, day: date) -> str:
    """Count an action on a record against its limits; a sentence where one is used up, and then nothing is counted."""
    caps = (
        (f"actions:{run.workflow}", brief.limits.actions_per_day, "limits.actions_per_day"),
        (f"target:{record}", brief.limits.actions_per_target_per_day, "limits.actions_per_target_per_day"),
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
