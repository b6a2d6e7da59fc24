"""What the class of a field decides, in one place: how it is stored, and what may be shown of it where.

- *secret*: never stored. A mark stands in its place.
- *personal*: stored where it can be erased, and marked as personal in the record. Notices, logs, plain columns and
  prompts have a mark in its place; a prompt has the field itself where its front matter declares it.
- *public*, *internal*: as they are, but for what the patterns of `redaction` take out.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.domain.audit.entry import Field, FieldKind
from bot.domain.intent import Intent
from bot.domain.pattern import Kind
from bot.domain.plain import Plain
from bot.domain.redaction import FieldClass, FieldPolicy
from bot.domain.run import Run

MARK = Kind.PERSONAL.mark

SHORTEST_WORD = 3
"""A shorter one stands in ordinary sentences by chance."""

_HIDDEN = (FieldClass.PERSONAL, FieldClass.SECRET)


@dataclass(frozen=True, slots=True)
class Classified:
    """The fields of a workflow, by the classes that its brief and the house rules give them."""

    classes: Mapping[str, FieldClass]

    def kept(self) -> FieldPolicy:
        """How fields are redacted before they are stored."""
        stored = {
            name: FieldClass.INTERNAL if one is FieldClass.PERSONAL else one for name, one in self.classes.items()
        }
        return FieldPolicy(stored)

    def class_of(self, path: str) -> FieldClass:
        """The class of a field that stands in nothing else."""
        return self._class(path, FieldClass.INTERNAL)

    def is_secret(self, path: str) -> bool:
        """Whether a field of this name is not stored."""
        return self._class(path, FieldClass.INTERNAL) is FieldClass.SECRET

    def is_personal(self, path: str, value: Plain = None) -> bool:
        """Whether a field, or anything that stands in it, leads to a person."""
        return self._class(path, FieldClass.INTERNAL) is FieldClass.PERSONAL or bool([*self._personal(value, path)])

    def shown(self, value: Plain, at: str, run: Run, *, but: Container[str] = ()) -> Plain:
        """The value as a prompt may have it: a mark in place of what is personal, but for the fields named."""
        return self._shown(value, at, FieldClass.INTERNAL, _Hiding(but, self.words(run, but=but)))

    def entered(self, run: Run, step: str | None, fields: Mapping[str, Plain]) -> tuple[Field, ...]:
        """The fields of an entry about a run: what is personal, or repeats what is, is marked as that."""
        steps, words = _places(run, step or ""), self.words(run)

        def kind(name: str, value: Plain) -> FieldKind:
            plain = name.rpartition(".")[2]  # `before.email` and `2.email` are e-mail addresses, too
            personal = any(self.is_personal(f"{one}.{plain}", value) for one in steps)
            mentions = isinstance(value, str) and any(word in value for word in words)
            return FieldKind.PII if personal or mentions else FieldKind.CONTENT

        return tuple(Field(name, value, kind(name, value), run.subject or None) for name, value in fields.items())

    def words(self, run: Run, *, but: Container[str] = ()) -> tuple[str, ...]:
        """Everything personal that a run holds, the longest first; but for the fields named."""
        values = [(name, state.value) for name, state in run.steps.items()]
        proposed = [(one.step, {**one.data}) for gate in run.gates.values() for one in gate.proposals]
        return self._found([*values, *proposed], but)

    def _found(self, values: Iterable[tuple[str, Plain]], but: Container[str] = ()) -> tuple[str, ...]:
        if FieldClass.PERSONAL not in self.classes.values():
            return ()
        found = {one for name, value in values for one in self._personal(value, name, but=but)}
        words = {str(one) for one in found if not isinstance(one, bool)}
        return tuple(sorted((word for word in words if len(word) >= SHORTEST_WORD), key=len, reverse=True))

    def silent(self, text: str, run: Run, *, but: Container[str] = ()) -> str:
        """A sentence without anything personal that this run holds; but for the fields named."""
        return _without(text, self.words(run, but=but))

    def silenced(self, text: str, value: Mapping[str, Plain], at: str) -> str:
        """The same, of a value that no run holds yet."""
        return _without(text, self._found([(at, {**value})]))

    def record(self, intent: Intent, step: str) -> str:
        """The external record an intent is about, as a plain column may have it."""
        personal = self.is_personal(f"{step}.{type(intent).target}")
        return f"{type(intent).system}:{MARK}" if personal else intent.record()

    def _class(self, path: str, inside: FieldClass) -> FieldClass:
        return FieldPolicy(self.classes).class_of(path, inside=inside)

    def _shown(self, value: Plain, path: str, inside: FieldClass, hiding: "_Hiding") -> Plain:
        if path in hiding.but or value in (None, ""):
            return value
        if isinstance(value, dict):
            below = {name: f"{path}.{name}" for name in value}
            return {
                name: self._shown(one, below[name], self._class(below[name], inside), hiding)
                for name, one in value.items()
            }
        if isinstance(value, list):
            return [self._shown(one, path, inside, hiding) for one in value]
        if inside in _HIDDEN:
            return MARK
        return _without(value, hiding.words) if isinstance(value, str) else value

    def _personal(
        self, value: Plain, path: str, inside: FieldClass = FieldClass.INTERNAL, but: Container[str] = ()
    ) -> Iterator[str | int]:
        """Every single personal value."""
        if path in but:
            return
        if isinstance(value, dict):
            for name, one in value.items():
                below = f"{path}.{name}"
                yield from self._personal(one, below, self._class(below, inside), but)
        elif isinstance(value, list):
            for one in value:
                yield from self._personal(one, path, inside, but)
        elif inside is FieldClass.PERSONAL and value not in (None, ""):
            yield value


@dataclass(frozen=True, slots=True)
class _Hiding:
    """What a prompt may have although it is personal, and the words that are personal wherever they stand."""

    but: Container[str]
    words: tuple[str, ...]


def _places(run: Run, step: str) -> tuple[str, ...]:
    """The step, and those whose proposals it shows: a field is of the class it has where it was built."""
    gate = run.gates.get(step)
    return (step, *(proposal.step for proposal in gate.proposals)) if gate is not None else (step,)


def _without(text: str, words: Iterable[str]) -> str:
    for word in words:
        if word in text:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", MARK, text)
    return text
