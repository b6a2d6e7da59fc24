"""Is it clear who owns the workflow, what a mistake costs, which rules it falls under, and what the data is?"""

import re
from collections.abc import Iterator

from bot.domain.brief import Map
from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.function import gives
from bot.domain.checks.subject import Subject, intents_of, reviews
from bot.domain.declared.place import Where
from bot.domain.intent import Risk
from bot.domain.workflow import AnyStep

_AND = re.compile(r",|;|&|\+|\band\b|\bor\b|\s@")
_WEIGHTY = frozenset({Risk.COMPLIANCE, Risk.LEGAL_DOCUMENT})


def check_ownership(subject: Subject) -> Iterator[Finding]:
    yield from _owners(subject)
    yield from _map(subject)
    yield from _compliance(subject)
    yield from _data(subject)


def _owners(subject: Subject) -> Iterator[Finding]:
    brief = subject.brief
    for role, who in (("owner", brief.owner), ("maintainer", brief.maintainer), ("pager", brief.pager)):
        if _AND.search(who.strip()):
            yield subject.in_brief(
                (role,),
                Code.SEVERAL_OWNERS,
                f"The {role} is “{who}”, which is more than one: then it is nobody.",
                f"Name one person or one group as {role}.",
            )


def _map(subject: Subject) -> Iterator[Finding]:
    filled = subject.brief.map or Map()
    missing = [name for name in Map.model_fields if not getattr(filled, name)]
    if missing:
        yield subject.in_brief(
            ("map",),
            Code.MAP_GAPS,
            f"The workflow map says nothing about: {', '.join(name.replace('_', ' ') for name in missing)}.",
            f"Fill in under [map]: {', '.join(missing)}.",
        )


def _compliance(subject: Subject) -> Iterator[Finding]:
    if subject.brief.compliance.strip().casefold() != "none":
        return
    for step, review in reviews(subject):
        for intent in intents_of(review):
            if intent.risk in _WEIGHTY:
                yield subject.in_brief(
                    ("compliance",),
                    Code.HIDDEN_COMPLIANCE,
                    f"“{step.name}” decides on {intent.kind()} ({intent.risk}), and compliance is “none”.",
                    "Write down under `compliance` which rule or contract this touches.",
                )


def _data(subject: Subject) -> Iterator[Finding]:
    data = subject.brief.data
    named: list[tuple[Where, str]] = [(("data", "classes", key), key) for key in data.classes]
    if data.subject:
        named.append((("data", "subject"), data.subject))
    fields = {step.name: set(_fields(step)) for step in subject.steps}
    anywhere = set[str]().union(*fields.values())
    for where, key in named:
        step, _, field = key.rpartition(".")
        if field not in (fields.get(step.partition(".")[0], set()) if step else anywhere):
            yield subject.in_brief(
                where,
                Code.UNKNOWN_DATA,
                f"[data] names “{key}”, and no step gives such a field.",
                "Write `step.field`, or the name of a field alone.",
            )


def _fields(step: AnyStep) -> Iterator[str]:
    """The fields of what a step gives, and of what stands in them."""
    todo: list[object] = [*gives(step)]
    seen: set[object] = set()
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        fields = getattr(one, "model_fields", {})
        for name, field in fields.items():
            yield name
            todo.extend([field.annotation, *getattr(field.annotation, "__args__", ())])
