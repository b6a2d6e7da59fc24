"""Does each intent say what it touches, what a mistake costs, how it is taken back? Is it bound to its system?"""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.binding import Retry
from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.function import hints_of
from bot.domain.checks.subject import Subject
from bot.domain.intent import Intent, Risk
from bot.domain.schema import inexact_fields
from bot.domain.workflow import AnyStep, Propose


def check_intents(subject: Subject) -> Iterator[Finding]:
    seen: set[type[Intent]] = set()
    for step in subject.steps:
        if isinstance(step.node, Propose) and step.node.intent:
            for intent in (step.node.intent, *undo_of(step.node.intent)):
                if intent not in seen:
                    seen.add(intent)
                    yield from _declaration(subject, step, intent)
                    yield from _binding(subject, step, intent)


def undo_of(intent: type[Intent]) -> tuple[type[Intent], ...]:
    """The intent that takes this one back, as its method declares it."""
    undo = hints_of(intent.undone_by).get("return")
    return (undo,) if isinstance(undo, type) and issubclass(undo, Intent) and undo is not Intent else ()


def _declaration(subject: Subject, step: AnyStep, intent: type[Intent]) -> Iterator[Finding]:
    name, fields = intent.__name__, intent.model_fields.keys()
    if not intent.system:
        mend = f'class {name}(Intent, system="helpdesk", …)'
        yield subject.at(step, Code.NO_SYSTEM, f"{name} does not say which system it changes.", mend)
    if intent.target not in fields:
        what = f"“{intent.target}”, which is no field of it" if intent.target else "nothing"
        yield subject.at(
            step,
            Code.NO_TARGET,
            f"{name} names {what} as the record that it changes.",
            f'class {name}(Intent, target="ticket_id", …). Its fields: {", ".join(fields)}.',
        )
    for field in sorted(intent.identifiers - fields - {intent.target}):
        yield subject.at(
            step,
            Code.UNKNOWN_IDENTIFIER,
            f"{name} protects “{field}” as an identifier, and has no such field.",
            f"Its fields: {', '.join(fields)}.",
        )
    if not isinstance(intent.risk, Risk):
        yield subject.at(
            step,
            Code.NO_RISK,
            f"{name} does not say what kind of damage it can do.",
            f"class {name}(Intent, risk=Risk.ROUTINE, …). The kinds: {', '.join(risk.name for risk in Risk)}.",
        )
    yield from _way_back(subject, step, intent)
    for field in inexact_fields(intent):
        yield subject.at(
            step,
            Code.INEXACT,
            f"{field} is a number with fractions, which no record can hold exactly.",
            "Use a whole number of the smallest unit (cents), or Decimal.",
        )


def _way_back(subject: Subject, step: AnyStep, intent: type[Intent]) -> Iterator[Finding]:
    name = intent.__name__
    if intent.reversible() and intent.cannot_be_undone:
        wrong = f"{name} says that it cannot be undone, and how it is undone"
    elif intent.reversible() and not undo_of(intent):
        wrong = f"{name} can be undone, and does not declare by which intent"
    elif not intent.reversible() and not intent.cannot_be_undone.strip():
        wrong = f"{name} says neither how it is undone nor that it cannot be"
    else:
        return
    yield subject.at(
        step,
        Code.NO_COMPENSATION,
        f"{wrong}.",
        'Write `def undone_by(self, receipt: Receipt) -> CloseTicket`, or `cannot_be_undone="They have read it."`.',
    )


def _binding(subject: Subject, step: AnyStep, intent: type[Intent]) -> Iterator[Finding]:
    kind = intent.kind()
    binding = subject.bindings.get(kind)
    if binding is None:
        yield subject.at(
            step,
            Code.NO_BINDING,
            f"{kind} is bound to no system here, so nothing could carry it out.",
            f"Connect {intent.system or 'its system'}, or add a binding for {kind} to its adapter.",
        )
    elif binding.retry not in {*Retry}:
        yield subject.at(
            step,
            Code.NO_RETRY_CLASS,
            f"The binding of {kind} does not say what may be done again after a crash.",
            f"Its adapter declares one of: {', '.join(Retry)}.",
        )
    elif binding.retry is Retry.IDEMPOTENT and (binding.remembers or timedelta()) <= timedelta():
        yield subject.at(
            step,
            Code.NO_MEMORY,
            f"{kind} is bound as idempotent without the time for which its system remembers a key.",
            "Its adapter declares `remembers=timedelta(hours=24)`; where it is unknown, declare another class.",
        )
