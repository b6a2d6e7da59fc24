"""What a reply is worth: a valid fact with its envelope, or what is wrong with it, in words a model can mend it by."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from bot.adapters.model.engine.finding import find_answer
from bot.adapters.model.engine.form import MOST_DOUBTS, MOST_QUOTES, SURENESS
from bot.adapters.model.envelope import check_evidence
from bot.adapters.model.wire import Reply
from bot.domain.declared.fault import is_list
from bot.domain.intent import Fact
from bot.domain.outcome import Outcome, in_words
from bot.domain.plain import NotPlain, Plain, Unreadable, canonical
from bot.domain.text import one_line

MOST_PROBLEMS = 8
LONGEST_QUOTE = 400
LONGEST_DOUBT = 300
_KEYS = frozenset({"evidence", "answer", "doubts", "confidence"})


@dataclass(frozen=True, slots=True)
class Judged:
    """A reply with its outcome."""

    outcome: Outcome
    problems: tuple[str, ...] = ()
    """What does not fit, one line for each place; no value that the model wrote stands in it."""
    fact: Fact | None = None
    confidence: int | None = None
    doubts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


def judge(reply: Reply, fact: type[Fact], material: Mapping[str, Plain]) -> Judged:
    """Judge a reply. Whatever a model says, this raises nothing."""
    if reply.outcome is not Outcome.ANSWERED:
        return Judged(reply.outcome, (one_line(reply.detail, LONGEST_DOUBT) or in_words(reply.outcome),))
    try:
        said = find_answer(reply.text)
    except Unreadable as why:
        return _invalid(f"The answer is not one JSON object: {why.why}")
    problems = [f"There is nothing called “{one_line(key, 40)}”." for key in said.keys() - _KEYS]
    problems += [f"“{key}” is missing." for key in sorted(_KEYS - said.keys())]
    quotes, doubts, confidence = _texts(said, "evidence"), _texts(said, "doubts"), said.get("confidence")
    problems += [f"“{name}” must be a list of texts." for name, texts in _lists(quotes, doubts) if texts is None]
    if not isinstance(confidence, str) or confidence not in SURENESS:
        problems.append(f"“confidence” must be one of: {', '.join(SURENESS)}.")
    value, wrong = _fact(said.get("answer"), fact)
    problems += wrong
    if value is None or problems or quotes is None or doubts is None:
        return _invalid(*problems)
    evidence, unfounded = check_evidence(_short(quotes, MOST_QUOTES, LONGEST_QUOTE), material)
    own = _short(doubts, MOST_DOUBTS, LONGEST_DOUBT)
    return Judged(Outcome.ANSWERED, (), value, SURENESS[str(confidence)], (*own, *unfounded), evidence)


def _invalid(*problems: str) -> Judged:
    return Judged(Outcome.INVALID, tuple(problems[:MOST_PROBLEMS]))


def _lists(
    quotes: list[str] | None, doubts: list[str] | None
) -> tuple[tuple[str, list[str] | None], tuple[str, list[str] | None]]:
    return ("evidence", quotes), ("doubts", doubts)


def _texts(said: Mapping[str, object], name: str) -> list[str] | None:
    value = said.get(name, [])
    if not is_list(value):
        return None
    texts = [one for one in value if isinstance(one, str)]
    return texts if len(texts) == len(value) else None


def _short(texts: list[str], most: int, longest: int) -> list[str]:
    """No more than there is room for; what is empty says nothing."""
    cut = (one_line(text, longest) for text in texts)
    return [text for text in dict.fromkeys(cut) if text][:most]


def _fact(value: object, fact: type[Fact]) -> tuple[Fact | None, list[str]]:
    """The fact, held to its type: nothing is turned from one type into another. Or what is wrong, place by place."""
    try:
        return fact.model_validate_json(canonical(value), strict=True), []
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False, include_context=False)
        return None, [f"“{_place(one['loc'])}”: {one_line(one['msg'], 160)}." for one in problems[:MOST_PROBLEMS]]
    except NotPlain as why:
        return None, [f"“answer”: {one_line(why.message, 160)}"]
    except Exception as error:  # a workflow's own validator, which may raise anything at what a model thinks up
        return None, [f"“answer”: its type cannot take it ({type(error).__name__})."]


def _place(steps: tuple[int | str, ...]) -> str:
    return ".".join(["answer", *(one_line(str(step), 40) for step in steps)])
