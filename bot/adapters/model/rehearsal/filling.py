"""Filling in a form, place by place: what the material gives, else what does no harm and is named as a doubt."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from bot.adapters.model.rehearsal.choosing import called, choose, flag, members_found
from bot.adapters.model.rehearsal.extracting import TYPED, by_format, by_name, labelled, latest_day, numbers
from bot.adapters.model.rehearsal.fitting import fitted, harmless_numbers, harmless_texts
from bot.adapters.model.rehearsal.language import written_in
from bot.adapters.model.rehearsal.shape import Form, Kind, Shape
from bot.adapters.model.rehearsal.task import BLINDLY, CAP, EXTRACTED, OWNED, TAKEN, Found, Task, name_of
from bot.adapters.model.rehearsal.word import words_of
from bot.adapters.model.rehearsal.writing import letter, summary
from bot.domain.plain import Plain

LETTERS = frozenset("body reply answer draft message response letter".split())
SUMMARIES = frozenset(
    "summary gist overview abstract digest description note notes details detail reason rationale explanation problem "
    "question request title subject headline topic text content comment finding remark".split()
)
_KEYWORDS = frozenset("tags tag keywords labels topics".split())
_SENTENCES = frozenset("points steps facts details notes reasons quotes evidence sentences findings remarks".split())
REAL = 50
"""From here on something of the material speaks for a value."""
LONGEST_LETTER = 4_000
LONGEST_SUMMARY = 500
MOST_ITEMS = 5


class Nothing(Exception):
    """The material has nothing for a place that may stay empty."""


class Unwritable(Exception):
    """Rules cannot fill in this place."""


class _Said(NamedTuple):
    """How much was said so far, to go back to where an attempt began."""

    marks: int
    doubts: int
    quotes: int


class Filling:
    """One attempt to fill in a form. `skips` says how many candidates of a place were tried in vain."""

    def __init__(self, form: Form, task: Task, skips: Mapping[str, int]) -> None:
        self._form = form
        self._task = task
        self._skips = skips
        self._within: list[str] = []
        self.marks: list[int] = []
        self.doubts: list[str] = []
        self.quotes: list[str] = []
        self.places: set[str] = set()
        """The places for which there may be other candidates."""

    @property
    def confidence(self) -> int:
        """As sure as the least sure of the answer's places."""
        return min((*self.marks, CAP)) if self.marks else REAL

    def fill(self, shape: Shape, path: str = "", *, must: bool = True) -> Plain:
        """A value for this place. Raises Nothing where it may stay empty, Unwritable where it may not."""
        if shape.kind is Kind.REFERENCE:
            return self._referred(shape, path, must=must)
        match shape.kind:
            case Kind.OBJECT:
                return self._object(shape, path, must=must)
            case Kind.LIST:
                return self._list(shape, path, must=must)
            case Kind.TABLE:
                return self._table(shape, path, must=must)
            case Kind.EITHER:
                return self._either(shape, path, must=must)
            case Kind.NOTHING:
                return None
            case Kind.CHOICE if len(shape.choices) == 1:
                return shape.choices[0]
            case _:
                return self._leaf(shape, path, must=must)

    def _referred(self, shape: Shape, path: str, *, must: bool) -> Plain:
        if shape.name in self._within:
            raise Unwritable(f"“{name_of(path)}” holds itself.") if must else Nothing
        target = self._form.look_up(shape)
        self._within.append(shape.name)
        try:
            return self.fill(target, path, must=must)
        finally:
            self._within.pop()

    def _object(self, shape: Shape, path: str, *, must: bool) -> Plain:
        before = self._mark()
        value: dict[str, Plain] = {}
        for name, inner in shape.fields.items():
            try:
                value[name] = self.fill(inner, f"{path}.{name}".strip("."), must=not inner.optional)
            except Nothing:
                continue
        if not must and not any(mark >= REAL for mark in self.marks[before.marks :]):
            self._go_back(before)
            raise Nothing
        return value

    def _either(self, shape: Shape, path: str, *, must: bool) -> Plain:
        parts = [part for part in shape.parts if part.kind is not Kind.NOTHING]
        for part in parts:
            before = self._mark()
            try:
                return self.fill(part, path, must=False)
            except (Nothing, Unwritable):
                self._go_back(before)
        if not must:
            raise Nothing
        return None if len(parts) < len(shape.parts) else self.fill(parts[0], path)

    def _table(self, shape: Shape, path: str, *, must: bool) -> Plain:
        if not must or shape.items is None:
            raise Nothing
        keys = (f"item{n}" for n in range(1, shape.limits.shortest + 1))
        return {key: self.fill(shape.items, f"{path}.{key}") for key in keys}

    # --- lists -------------------------------------------------------------------------------------------------------

    def _list(self, shape: Shape, path: str, *, must: bool) -> Plain:
        if shape.parts:
            return [self.fill(part, f"{path}.{n}", must=True) for n, part in enumerate(shape.parts)]
        most = MOST_ITEMS if shape.limits.longest is None else shape.limits.longest
        values = list(islice(self._several(shape, path), max(most, shape.limits.shortest)))
        if not values and not must:
            raise Nothing
        return [*values[:most], *self._more(shape, path, values)]

    def _several(self, shape: Shape, path: str) -> Iterator[Plain]:
        """What the material gives for a list."""
        owned = self._task.reading.named(name_of(path))
        if isinstance(owned, list) and owned and path not in self._skips:
            self.places.add(path)
            self.marks.append(OWNED)
            yield from owned
            return
        items = self._form.look_up(shape.items) if shape.items is not None else Shape(Kind.TEXT)
        if items.kind in (Kind.OBJECT, Kind.LIST, Kind.EITHER, Kind.TABLE):
            try:
                yield self.fill(shape.items or items, f"{path}.0", must=False)
            except (Nothing, Unwritable):
                return
        else:
            self.places.add(path)
            real = (found for found in self._found_for_list(items, path) if found.sure >= REAL)
            for found in islice(_distinct(real, items), self._skips.get(path, 0), None):
                self._take(found)
                yield found.value

    def _found_for_list(self, items: Shape, path: str) -> Iterator[Found]:
        words = set(words_of(name_of(path)))
        core = self._task.reading.core
        if items.kind is Kind.CHOICE:
            yield from members_found(items, path, self._task)
        elif items.kind is not Kind.TEXT:
            yield from self._candidates(items, path)
        elif words & _KEYWORDS:
            yield from (Found(word, EXTRACTED) for word in _keywords(self._task.reading.words.words))
        elif "questions" in words:
            yield from (Found(one, EXTRACTED, one) for one in core if one.endswith("?"))
        elif words & _SENTENCES:
            yield from (Found(one, EXTRACTED, one) for one in core)
        else:
            yield from by_format(self._task.reading, items.limits.format)
            yield from by_name(self._task.reading, path)

    def _more(self, shape: Shape, path: str, values: list[Plain]) -> Iterator[Plain]:
        """What is missing to the shortest list allowed."""
        items = shape.items or Shape(Kind.TEXT)
        for n in range(len(values), shape.limits.shortest):
            yield (
                self._another(items, f"{path}.{n}", values) if shape.limits.unique else self.fill(items, f"{path}.{n}")
            )

    def _another(self, items: Shape, path: str, values: list[Plain]) -> Plain:
        """One more that is not among them yet."""
        shape = self._form.look_up(items)
        pool = (value for found in self._candidates(shape, path) for value in (found.value, f"{found.value} 2"))
        counted: Iterable[Plain] = range(1, 100)
        for value in (*pool, *counted, *(str(n) for n in range(100))):
            fit = next((one for one in fitted(value, shape) if one not in values), None)
            if fit is not None and (shape.kind is not Kind.CHOICE or value in shape.choices):
                values.append(fit)
                self._take(Found(fit, TAKEN, doubt=f"Not enough in the text for {name_of(path)}."))
                return fit
        raise Unwritable(f"“{name_of(path)}” needs more different values than rules can find.")

    # --- single values -----------------------------------------------------------------------------------------------

    def _leaf(self, shape: Shape, path: str, *, must: bool) -> Plain:
        self.places.add(path)
        options = _distinct(self._candidates(shape, path), shape)
        if not must:
            options = (found for found in options if found.sure >= REAL)
        found = next(islice(options, self._skips.get(path, 0), None), None)
        if found is None:
            raise Unwritable(f"Rules cannot write a {name_of(path)} that fits.") if must else Nothing
        self._take(found)
        return found.value

    def _candidates(self, shape: Shape, path: str) -> Iterator[Found]:
        match shape.kind:
            case Kind.CHOICE:
                yield from choose(shape, path, self._task)
            case Kind.FLAG:
                yield from flag(shape, path, self._task)
            case Kind.TEXT:
                yield from self._texts(shape, path)
            case _:
                yield from self._numbers(shape, path)

    def _numbers(self, shape: Shape, path: str) -> Iterator[Found]:
        owned = self._task.reading.named(name_of(path))
        if isinstance(owned, (str, int)):
            yield Found(owned, OWNED)
        yield from numbers(self._task.reading, path)
        yield from self._taken((self._task.hint(path), shape.default, *harmless_numbers(shape)), path)

    def _texts(self, shape: Shape, path: str) -> Iterator[Found]:
        reading, name, hint = self._task.reading, name_of(path), self._task.hint(path)
        words = set(words_of(name))
        written, longest = EXTRACTED if reading.text.strip() else TAKEN, shape.limits.longest
        if shape.limits.format:
            yield from by_format(reading, shape.limits.format, path)
            yield from self._taken(_of_format(shape, latest_day(reading)), path)
        elif _is_letter(words, hint, longest):
            yield Found(letter(self._task, path, longest or LONGEST_LETTER), written)
        else:
            if words & SUMMARIES or hint == "summary":
                yield Found(summary(reading, longest or LONGEST_SUMMARY), written)
            owned = reading.named(name)
            yield from [Found(owned, OWNED)] if isinstance(owned, str) else ()
            yield from labelled(reading, path)
            yield from (*called(reading, hint), *by_name(reading, path), *written_in(reading, words))
            yield from self._taken([hint], path)
            if not words & TYPED:
                doubt = f"It is only a guess that this is the {name}."
                yield Found(summary(reading, longest or LONGEST_SUMMARY), BLINDLY, doubt=doubt)
        yield from self._taken((shape.default, *harmless_texts(shape, name)), path)

    def _taken(self, values: Iterable[Plain], path: str) -> Iterator[Found]:
        for value in values:
            if isinstance(value, (str, int)) and value != "summary":
                yield Found(value, TAKEN, doubt=f"Nothing in the text for {name_of(path)}; took “{value}”.")

    # --- what is said with it ----------------------------------------------------------------------------------------

    def _take(self, found: Found) -> None:
        self.marks.append(found.sure)
        self.doubts += [found.doubt] if found.doubt else []
        self.quotes += [found.quote] if found.quote else []

    def _mark(self) -> _Said:
        return _Said(len(self.marks), len(self.doubts), len(self.quotes))

    def _go_back(self, to: _Said) -> None:
        del self.marks[to.marks :], self.doubts[to.doubts :], self.quotes[to.quotes :]


def _is_letter(words: set[str], hint: Plain, longest: int | None) -> bool:
    if isinstance(hint, str) and hint in (*LETTERS, "summary"):
        return hint in LETTERS
    return bool(words & LETTERS) and not words & {"id", "subject"} and (longest is None or longest >= 200)


def _of_format(shape: Shape, day: str) -> tuple[str, ...]:
    match shape.limits.format:
        case "date":
            return (day,)
        case "date-time":
            return (f"{day}T00:00:00Z", f"{day}T00:00:00")
        case _:
            return ()


def _distinct(found: Iterable[Found], shape: Shape) -> Iterator[Found]:
    """The candidates that fit, each once, in the spelling that fits."""
    seen: set[tuple[type, Plain]] = set()
    for one in found:
        for value in fitted(one.value, shape):
            if isinstance(value, (list, dict)) or (type(value), value) not in seen:
                seen.add((type(value), value if not isinstance(value, (list, dict)) else None))
                yield Found(value, one.sure, one.quote, one.doubt)
                break


def _keywords(words: list[str]) -> Iterator[str]:
    """The words that stand there most often, long ones only."""
    counted = Counter(word for word in words if len(word) > 4 and word.isalpha())
    yield from (word for word, _ in counted.most_common(MOST_ITEMS))
