"""What every adapter does with a question and an answer: quotes are checked, and each attempt is written down.

Hashes are over canonical plain data, so two attempts with one `input_hash` were asked exactly the same.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from bot.domain.attempt import Attempt
from bot.domain.intent import Fact
from bot.domain.plain import Plain, canonical
from bot.domain.text import clean_for_model, one_line
from bot.ports.model import Question

LONGEST_TEXT = 20_000
SHORTEST_QUOTE = 3
"""Less than this is found anywhere."""


def check_evidence(quotes: Iterable[str], material: Mapping[str, Plain]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The quotes that stand in the material, and a doubt for each that does not. Case and spacing do not matter."""
    said = [_comparable(text) for text in texts_of(material)]
    good: dict[str, None] = {}
    doubts: list[str] = []
    for quote in quotes:
        sought = _comparable(quote).strip("\"'“”„«»… .")
        if len(sought) >= SHORTEST_QUOTE and any(sought in text for text in said):
            good[quote] = None
        else:
            doubts.append(f"This quote does not stand in the material: “{one_line(quote, 120)}”.")
    return tuple(good), tuple(doubts)


def texts_of(value: "Plain | Mapping[str, Plain]") -> Iterator[str]:
    """Every text in plain data, at any depth; a number counts as the text it is written as."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from texts_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_of(one)
    elif value is not None:
        yield value if isinstance(value, str) else str(value)


def _comparable(text: str) -> str:
    return " ".join(clean_for_model(text, max(LONGEST_TEXT, len(text))).casefold().split())


def input_hash(question: Question) -> str:
    """What was asked, down to the letter: instructions, examples, material and remark; not for which run."""
    asked: dict[str, object] = {
        "prompt": question.prompt,
        "instructions": question.instructions,
        "material": dict(question.material),
        "remark": question.remark,
        "examples": [[dict(one.material), dict(one.answer), one.source] for one in question.examples],
        "previous": dict(question.previous) if question.previous is not None else None,
    }
    return _hash(asked)


@lru_cache(maxsize=512)
def schema_hash(fact: type[Fact]) -> str:
    """The form the answer was to have."""
    return _hash(json.dumps(fact.model_json_schema(), sort_keys=True))


def output_hash(fact: Fact) -> str:
    """What was answered."""
    return _hash(fact.model_dump(mode="json"))


def attempt(question: Question, *, model: str, outcome: str, answer: Fact | None = None) -> Attempt:
    """One call as it is recorded; the adapter that made it fills in what it knows of tokens, cost and time."""
    return Attempt(
        model=model,
        prompt=question.prompt,
        outcome=outcome,
        input_hash=input_hash(question),
        schema_hash=schema_hash(question.fact),
        output_hash=output_hash(answer) if answer is not None else "",
    )


def _hash(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()
