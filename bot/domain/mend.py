"""How an owner frees a parked run: they change the brief, then the run goes on by it."""

from bot.domain.run import Run


def by_brief(run: Run, verb: str, path: str) -> str:
    """What to type, both commands: `Raise limits.cost_per_run with …, then …`."""
    first = f"countersign brief set {run.workflow} {path} …"
    return f"{verb} {path} with `{first}`, then `countersign resume {run.id}`."
