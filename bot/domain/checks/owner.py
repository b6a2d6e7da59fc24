"""Is it clear who owns the workflow, what a mistake costs, and which rules it falls under?"""

import re
from collections.abc import Iterator

from bot.domain.brief import Map
from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.subject import Subject, intents_of, reviews
from bot.domain.intent import Risk

_AND = re.compile(r",|;|&|\+|\band\b|\bor\b|\s@")
_WEIGHTY = frozenset({Risk.COMPLIANCE, Risk.LEGAL_DOCUMENT})


def check_ownership(subject: Subject) -> Iterator[Finding]:
    yield from _owners(subject)
    yield from _map(subject)
    yield from _compliance(subject)


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
