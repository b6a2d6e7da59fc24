"""What is wrong with a workflow and its brief, found before it runs: file, line, sentence and mend.

`check` never raises and never runs an author's function. What it refuses does not load; what it warns of, somebody
should think about.
"""

from collections.abc import Collection, Mapping
from datetime import date

from bot.domain.binding import Binding
from bot.domain.checks.data import check_data
from bot.domain.checks.fact import check_facts
from bot.domain.checks.finding import WARNINGS, Code, Finding, Weight
from bot.domain.checks.function import check_functions
from bot.domain.checks.gate import check_gates
from bot.domain.checks.hook import check_hooks
from bot.domain.checks.intent import check_intents
from bot.domain.checks.outsider import check_outsiders
from bot.domain.checks.owner import check_ownership
from bot.domain.checks.path import check_paths
from bot.domain.checks.people import check_people
from bot.domain.checks.plan import check_plans
from bot.domain.checks.proof import check_proofs
from bot.domain.checks.routing import check_cadence, check_routes
from bot.domain.checks.rule import check_rules
from bot.domain.checks.shape import check_shape
from bot.domain.checks.subject import People, Subject
from bot.domain.checks.trigger import check_triggers
from bot.domain.checks.use import check_use
from bot.domain.declared.toml import Toml
from bot.domain.terms import Terms

__all__ = ["WARNINGS", "Code", "Finding", "People", "Weight", "check", "refusals"]

CHECKS = (
    *(check_functions, check_facts, check_plans, check_intents),
    *(check_gates, check_rules, check_ownership, check_data, check_people, check_triggers, check_hooks),
    *(check_outsiders, check_proofs),
    *(check_cadence, check_routes),
)
NEED_A_SHAPE = (check_use, check_paths)


def check(
    terms: Terms,
    bindings: Mapping[str, Binding],
    *,
    workflows: Collection[str] = (),
    toml: Toml | None = None,
    routes: Toml | None = None,
    today: date | None = None,
    people: People | None = None,
) -> tuple[Finding, ...]:
    """Everything that is wrong, or should be thought about; refusals first, then as it stands in the files.

    `workflows` are the names of all workflows; `toml` is the brief's text and `routes` that of the routing tables,
    which know their lines; without `today`,
    nothing is said about dates, without `people` nothing about them.
    """
    subject = Subject(terms, bindings, workflows, toml, today, people, routes)
    misshapen = tuple(check_shape(subject))
    checks = CHECKS if misshapen else (*CHECKS, *NEED_A_SHAPE)
    found = dict.fromkeys([*misshapen, *(finding for one in checks for finding in one(subject))])
    return tuple(sorted(found, key=lambda finding: (finding.level, finding.file, finding.line)))


def refusals(findings: Collection[Finding]) -> tuple[Finding, ...]:
    """Those for which a workflow does not load."""
    return tuple(finding for finding in findings if finding.level is Weight.REFUSE)
