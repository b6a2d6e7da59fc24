"""Values that stand in a message word for word: ids, numbers, days, members of a set, texts in quotes. Nothing else.

What a rule cannot do is said: a text is not worded anew offline.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.adapters.model.rehearsal.choosing import members_found
from bot.adapters.model.rehearsal.extracting import TYPED, by_format, by_name, labelled, numbers_meant
from bot.adapters.model.rehearsal.fitting import fitted
from bot.adapters.model.rehearsal.shape import Form, Kind, Shape
from bot.adapters.model.rehearsal.task import ABSENT, BLINDLY, CAP, EXTRACTED, OWNED, Found, Task, name_of
from bot.adapters.model.rehearsal.word import Words, words_of
from bot.adapters.model.rehearsal.writing import wishes_in
from bot.domain.plain import Plain

RULE, LITERAL = "rule", "literal"
CANNOT_REWORD = "Offline rules cannot word a text anew. Put the new text in quotes, or use Edit."
_SCALARS = (Kind.WHOLE, Kind.NUMBER, Kind.DECIMAL)
_MINOR = frozenset({"cents", "minor"})
_BARE = re.compile(r"(?<![\w.,#-])(\d{1,12})(?![\w-]|[.,]\d)")
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{1,4000})[\"”“»]")
_REWORD = re.compile(
    r"\b(?:re-?(?:word|write|phrase)|translate|tone|wording|sounds?|longer|umformulieren)\b", re.IGNORECASE
)
_WISHED = re.compile(
    r"\b(?:make|set|change|put|use|to|instead|only|just|lower|raise|reduce|increase|cut)\b|^\W*\d+\W*$", re.IGNORECASE
)
"""Without one of these a number is only mentioned."""
_TO = r"(?:\s+(?:to|is|as|should be|must be|into|auf|zu)|\s*[:=])\s+"


def is_literal(hints: Mapping[str, Plain]) -> bool:
    """Whether a prompt asks for nothing but what stands there."""
    return hints.get(RULE) == LITERAL


class Literally:
    """One answer by that rule."""

    def __init__(self, form: Form, task: Task) -> None:
        self._form = form
        self._task = task
        self._text = task.reading.text
        self._leaves = [*self._all_leaves(form.shape, "")]
        self.marks: list[int] = []
        self.doubts: list[str] = []
        self.quotes: list[str] = []

    @property
    def confidence(self) -> int:
        """As sure as the least sure of what was found; that nothing is meant is a finding, too."""
        return min((*self.marks, CAP)) if self.marks else ABSENT

    def fill(self) -> Plain:
        """The whole answer, with nothing where nothing stands there."""
        value = self._fill(self._form.shape, "")
        if not self.marks and self._wants_other_words():
            self.doubts.append(CANNOT_REWORD)
        elif self._wants_other_words():
            self.doubts.append(f"{CANNOT_REWORD} Only the rest is taken.")
        return value

    def _wants_other_words(self) -> bool:
        own = _QUOTED.sub("", self._text)
        is_asked = bool(wishes_in(Words(own))) or _REWORD.search(own) is not None
        return is_asked and any(self._is_prose(shape, path) for path, shape in self._leaves)

    def _fill(self, shape: Shape, path: str) -> Plain:
        shape = self._form.look_up(shape)
        if shape.kind is Kind.OBJECT:
            return {name: self._fill(inner, f"{path}.{name}".strip(".")) for name, inner in shape.fields.items()}
        leaf = self._inner(shape)
        found = next(self._fitting(self._candidates(leaf, path), leaf), None) if leaf is not None else None
        if found is None:
            return None
        self.marks.append(found.sure)
        self.doubts += [found.doubt] if found.doubt else []
        self.quotes += [found.quote] if found.quote else []
        return found.value

    def _all_leaves(self, shape: Shape, path: str) -> Iterator[tuple[str, Shape]]:
        shape = self._form.look_up(shape)
        if shape.kind is Kind.OBJECT:
            for name, inner in shape.fields.items():
                yield from self._all_leaves(inner, f"{path}.{name}".strip("."))
        elif (leaf := self._inner(shape)) is not None:
            yield path, leaf

    def _inner(self, shape: Shape) -> Shape | None:
        """What a field holds where it holds anything."""
        parts = shape.parts if shape.kind is Kind.EITHER else (shape,)
        return next((self._form.look_up(one) for one in parts if one.kind is not Kind.NOTHING), None)

    def _fitting(self, found: Iterable[Found], shape: Shape) -> Iterator[Found]:
        for one in found:
            for value in fitted(one.value, shape):
                yield Found(value, one.sure, one.quote, one.doubt)

    # --- what stands there -------------------------------------------------------------------------------------------

    def _candidates(self, shape: Shape, path: str) -> Iterator[Found]:
        match shape.kind:
            case Kind.CHOICE if len(shape.choices) > 1:
                several = [*members_found(shape, path, self._task)]
                yield from several if len(several) == 1 else ()
            case Kind.FLAG:
                yield from self._said_of(path)
            case Kind.TEXT:
                yield from self._texts(shape, path)
            case kind if kind in _SCALARS:
                yield from numbers_meant(self._task.reading, path)
                yield from self._only_number(path)
            case _:
                return

    def _said_of(self, path: str) -> Iterator[Found]:
        for hit in self._task.reading.words.hits([" ".join(words_of(name_of(path)))]):
            yield Found(not hit.negated, EXTRACTED, self._task.reading.quote(hit.start))

    def _only_number(self, path: str) -> Iterator[Found]:
        """The one number of a text, where there is one field for it."""
        fields = [name for name, one in self._leaves if one.kind in _SCALARS]
        there = _BARE.findall(self._text)
        if fields != [path] or len(there) != 1 or not _WISHED.search(self._text):
            return
        if _MINOR & set(words_of(name_of(path))):
            doubt = f"It is only a guess that {there[0]} is a whole amount, and not a number of {name_of(path)}."
            yield Found(str(int(there[0]) * 100), BLINDLY, doubt=doubt)
        else:
            yield Found(there[0], EXTRACTED)

    def _texts(self, shape: Shape, path: str) -> Iterator[Found]:
        reading = self._task.reading
        if shape.limits.format:
            yield from by_format(reading, shape.limits.format)
            return
        yield from self._set_to(path)
        yield from labelled(reading, path)
        yield from (one for one in by_name(reading, path) if one.sure >= EXTRACTED)
        if [name for name, one in self._leaves if self._is_prose(one, name)] == [path]:
            quoted = _QUOTED.findall(self._text)
            yield from [Found(quoted[0].strip(), EXTRACTED)] if len(quoted) == 1 else ()

    def _set_to(self, path: str) -> Iterator[Found]:
        """“set the tag to billing”, “reason: double charge”."""
        name = r"[ _-]?".join(map(re.escape, words_of(name_of(path))))
        for found in re.finditer(rf"(?i)(?<!\w){name}{_TO}(?P<quote>[\"“„«])?", self._text) if name else ():
            rest = self._text[found.end() :]
            end = re.search(
                r"[\"”“»]" if found["quote"] else r"[\n,;.!?](?:\s|$)|\s+(?:and|und|please|bitte)\b|$", rest
            )
            value = rest[: end.start()].strip() if end else ""
            if value:
                yield Found(value, OWNED, value)

    def _is_prose(self, shape: Shape, path: str) -> bool:
        return shape.kind is Kind.TEXT and not shape.limits.format and not set(words_of(name_of(path))) & TYPED
