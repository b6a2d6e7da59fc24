"""Does what the brief says of the data fit the fields there are: can a mark stand for a secret, is none sent out?"""

from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.function import gives
from bot.domain.checks.subject import Subject, intents_of, proposals, reviews
from bot.domain.classified import Classified
from bot.domain.declared.place import Where
from bot.domain.pattern import Kind
from bot.domain.redaction import FieldClass
from bot.domain.text import hint
from bot.domain.workflow import AnyStep


def check_data(subject: Subject) -> Iterator[Finding]:
    yield from _unknown(subject)
    yield from _unmarkable(subject)
    yield from _subject(subject)
    yield from _sent(subject)


def _unknown(subject: Subject) -> Iterator[Finding]:
    data = subject.brief.data
    classes: list[tuple[Where, str]] = [(("data", "classes", key), key) for key in data.classes]
    named = [(where, key) for where, key in classes if "." in key or subject.is_own(where)]
    if data.subject:
        named.append((("data", "subject"), data.subject))
    fields = {step.name: {path.rpartition(".")[2] for path, _ in _fields(step)} for step in subject.steps}
    anywhere = set[str]().union(*fields.values())
    known = [*sorted(anywhere), *(f"{step}.{field}" for step, names in fields.items() for field in sorted(names))]
    for where, key in named:
        step, _, field = key.rpartition(".")
        if field not in (fields.get(step.partition(".")[0], set()) if step else anywhere):
            yield subject.in_brief(
                where,
                Code.UNKNOWN_DATA,
                f"[data] names “{key}”, and no step gives such a field.",
                hint(key, known, "Write `step.field`, or the name of a field alone."),
            )


def _unmarkable(subject: Subject) -> Iterator[Finding]:
    """A mark stands in place of a secret, and the rest of the workflow has to live with it."""
    classified = Classified(subject.brief.data.classes)
    told: set[str] = set()
    for step in subject.steps:
        for path, field in _fields(step):
            declared = path if path in classified.classes else path.rpartition(".")[2]
            is_declared = classified.classes.get(declared) is FieldClass.SECRET and declared not in told
            if is_declared and not _takes_a_mark(field):
                told.add(declared)
                yield subject.in_brief(
                    ("data", "classes", declared),
                    Code.WRONG_CLASS,
                    f"[data] calls “{declared}” secret, and {path} cannot hold the mark that would stand for it.",
                    "Only a free text of 20 letters and more can be secret. Call it personal, or change the field.",
                )


def _takes_a_mark(field: FieldInfo) -> bool:
    kinds = get_args(field.annotation) or (field.annotation,)
    limits = [limit for one in field.metadata if isinstance(limit := getattr(one, "max_length", None), int)]
    patterned = any(getattr(one, "pattern", None) for one in field.metadata)
    return str in kinds and not patterned and all(limit >= len(Kind.SECRET.mark) for limit in limits)


def _subject(subject: Subject) -> Iterator[Finding]:
    named = subject.brief.data.subject
    if named and Classified(subject.brief.data.classes).is_secret(named):
        yield subject.in_brief(
            ("data", "subject"),
            Code.WRONG_CLASS,
            f"[data] names “{named}” as the subject and keeps nothing of it, so nobody could be found by it.",
            "Call it personal.",
        )


def _sent(subject: Subject) -> Iterator[Finding]:
    """What is proposed is kept, shown and compared: there is no place in it for a secret."""
    classified = Classified(subject.brief.data.classes)
    for _, review in reviews(subject):
        for step, intent in zip(proposals(review), intents_of(review), strict=False):
            for name in intent.model_fields:
                if classified.is_secret(f"{step.name}.{name}"):
                    yield subject.at(
                        step,
                        Code.UNSENDABLE,
                        f"“{step.name}” proposes {intent.kind()}, whose field {name} would hold a secret.",
                        "What a binding needs, it holds itself; if it is none, give it another class under [data].",
                    )


def _fields(step: AnyStep) -> Iterator[tuple[str, FieldInfo]]:
    """The fields of what a step gives, and of what stands in them, as `ticket.email`."""
    todo: list[tuple[str, object]] = [(step.name, one) for one in gives(step)]
    seen: set[object] = set()
    while todo:
        path, one = todo.pop()
        if one in seen or not (isinstance(one, type) and issubclass(one, BaseModel)):
            continue
        seen.add(one)
        for name, field in one.model_fields.items():
            yield f"{path}.{name}", field
            kinds = (field.annotation, *get_args(field.annotation))
            todo += [(f"{path}.{name}", kind) for kind in kinds]
