"""Closed sets and yes or no: the hint words of each member are counted, and the margin says how sure that is."""

from collections.abc import Iterator

from bot.adapters.model.rehearsal.lexicon import COMMON
from bot.adapters.model.rehearsal.reading import Reading
from bot.adapters.model.rehearsal.shape import Shape
from bot.adapters.model.rehearsal.task import (
    ABSENT,
    CAP,
    EXTRACTED,
    GUESSED,
    OWNED,
    TAKEN,
    Found,
    Task,
    name_of,
    texts_in,
)
from bot.adapters.model.rehearsal.word import words_of
from bot.domain.plain import Plain

OTHERWISE = frozenset(
    "otherwise other others else misc miscellaneous none unknown unclear unspecified general na".split()
)
_ASKING = frozenset("how question questions howto help inquiry enquiry".split())
_PREFIXES = frozenset("is has have had was were are needs need wants want can should must will does do be".split())


def choose(shape: Shape, path: str, task: Task) -> Iterator[Found]:
    """The members of a closed set of at least two, the likeliest first."""
    owned = task.reading.named(name_of(path))
    if any(owned == choice and type(owned) is type(choice) for choice in shape.choices):
        yield Found(owned, OWNED)
    scores = {n: _score(shape, n, path, task) for n in range(len(shape.choices))}
    ranked = sorted(scores, key=lambda n: -scores[n][0])
    (best, quote), (second, _) = scores[ranked[0]], scores[ranked[1]]
    if best == 0:
        yield from _without_a_word(shape, path, task)
        return
    tie = f"“{shape.choices[ranked[0]]}” and “{shape.choices[ranked[1]]}” are equally likely for {name_of(path)}."
    yield Found(shape.choices[ranked[0]], _margin(best, second), quote, tie if best == second else "")
    for n in ranked[1:]:
        yield Found(shape.choices[n], TAKEN, scores[n][1], f"The likelier answers for {name_of(path)} do not fit.")


def members_found(shape: Shape, path: str, task: Task) -> Iterator[Found]:
    """Every member of a closed set that something speaks for, for a list of them."""
    for n, choice in enumerate(shape.choices):
        score, quote = _score(shape, n, path, task)
        if score:
            yield Found(choice, _margin(score, 0), quote)


def _margin(best: int, second: int) -> int:
    """One word alone gives 70; more words more, words for something else less; a tie is a guess."""
    return min(CAP, 50 + 40 * (best - second) // (best + 1)) if best > second else GUESSED


def _score(shape: Shape, n: int, path: str, task: Task) -> tuple[int, str]:
    """How many words speak for a member, the subject counting twice, and a quote of the first."""
    choice = shape.choices[n]
    phrases = [*_hinted(task.hint(path), choice, shape.names[n : n + 1]), *_own_words(choice, shape.names[n : n + 1])]
    hits = [hit for hit in task.reading.words.hits(phrases) if not hit.negated]
    score = len(hits) + len(task.reading.heading.hits(phrases)) + 3 * len(task.wish.hits(phrases))
    if isinstance(choice, int) and str(choice) in task.reading.words.number_near(words_of(name_of(path))):
        score += 1
    return score, task.reading.quote(hits[0].start) if hits else ""


def called(reading: Reading, hint: Plain) -> Iterator[Found]:
    """What a text is to say where words of the owner's list stand there: `Figma = ["figma"]`; else nothing."""
    if not isinstance(hint, dict):
        return
    for said in hint:
        hits = [hit for hit in reading.words.hits(texts_in(hint[said])) if not hit.negated]
        if hits:
            yield Found(said, EXTRACTED, reading.quote(hits[0].start))
    yield Found("", ABSENT)


def _hinted(hint: Plain, choice: Plain, names: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(hint, dict):
        return ()
    return tuple(word for key in (str(choice), *names) for word in texts_in(hint.get(key)))


def _own_words(choice: Plain, names: tuple[str, ...]) -> Iterator[str]:
    """What a member is called, where that is a word that could stand in a text, and what is known to go with it."""
    for name in (str(choice), *names):
        words = words_of(name)
        if words and OTHERWISE.isdisjoint(words) and any(word.isalpha() and len(word) > 1 for word in words):
            yield " ".join(words)
            yield from COMMON.get(" ".join(words), ())


def _without_a_word(shape: Shape, path: str, task: Task) -> Iterator[Found]:
    """No word speaks for any member: what the hints name for that case, or the most harmless one."""
    hint = task.hint(path)
    otherwise = hint.get("otherwise") if isinstance(hint, dict) else hint
    asks = "?" in task.reading.text

    def rank(choice: Plain) -> tuple[bool, bool, bool]:
        words = set(words_of(str(choice)))
        named = isinstance(otherwise, (str, int)) and str(otherwise) == str(choice)
        return not named, not (words & OTHERWISE), not (asks and words & _ASKING)

    ranked = [shape.default] if shape.default in shape.choices else []
    ranked += sorted((choice for choice in shape.choices if choice not in ranked), key=rank)
    for choice in ranked:
        yield Found(choice, TAKEN, doubt=f"No hint word for {name_of(path)}; took {choice}.")


def flag(shape: Shape, path: str, task: Task) -> Iterator[Found]:
    """Yes or no, by the words that speak for either."""
    owned = task.reading.named(name_of(path))
    if isinstance(owned, bool):
        yield Found(owned, OWNED)
    hint = task.hint(path)
    said = hint if isinstance(hint, dict) else {"true": hint}
    name = " ".join(word for word in words_of(name_of(path)) if word not in _PREFIXES)
    hits = task.reading.words.hits([*texts_in(said.get("true")), *COMMON.get(name, ()), *([name] if name else [])])
    against = [hit for hit in hits if hit.negated] + task.reading.words.hits(texts_in(said.get("false")))
    in_favour = [hit for hit in hits if not hit.negated]
    answer = len(in_favour) > len(against)
    because = in_favour if answer else against
    if because:
        sure = min(CAP, EXTRACTED + 5 * (abs(len(in_favour) - len(against)) - 1))
        yield Found(answer, sure, task.reading.quote(because[0].start))
    else:
        yield from _unsaid(shape, path, hint)
    yield Found(not answer, TAKEN, doubt=f"The likelier answer for {name_of(path)} does not fit.")


def _unsaid(shape: Shape, path: str, hint: Plain) -> Iterator[Found]:
    default = hint if isinstance(hint, bool) else shape.default is True
    listed = isinstance(hint, (dict, list)) or shape.optional
    doubt = "" if listed else f"No word for {name_of(path)}; took {'yes' if default else 'no'}."
    yield Found(default, ABSENT if listed else GUESSED, doubt=doubt)
