"""How likely a model found what it wrote where it had a choice, out of how likely each piece of its text was.

Only closed sets and yes or no are looked at: there one word is the decision. A free text has a thousand good forms, and
how likely this one was says nothing. The figure is no calibrated confidence: it may take from one, never add.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence, Set

from bot.adapters.model.wire import Likely
from bot.domain.declared.fault import is_list
from bot.domain.intent import Fact
from bot.domain.plain import is_object
from bot.domain.schema import strict_schema

_ANSWER = re.compile(r'(?<!\\)"answer"\s*:\s*(?=\{)')
_TOKEN = re.compile(r'"(?:[^"\\]+|\\.)*+"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)


def likely_percent(text: str, likely: Sequence[Likely], fact: type[Fact]) -> int | None:
    """Per cent for the choice that was least likely; None where none can be found."""
    if not likely:
        return None
    written = "".join(one.piece for one in likely)
    start = written.find(text)  # thoughts may stand before it
    chosen = list(_places(text, _choices(fact))) if start >= 0 else []
    return min((_percent(likely, start + begin, start + end) for begin, end in chosen), default=None)


def _choices(fact: type[Fact]) -> Set[str]:
    """The fields in which a model chooses from what can be counted."""
    fields = strict_schema(fact)["properties"]
    return {name for name, one in fields.items() if is_object(one) and _is_choice(one)} if is_object(fields) else set()


def _is_choice(schema: Mapping[str, object]) -> bool:
    options = schema.get("anyOf")
    if is_list(options):
        return any(is_object(one) and _is_choice(one) for one in options)
    return "enum" in schema or schema.get("type") == "boolean"


def _places(text: str, fields: Set[str]) -> Iterator[tuple[int, int]]:
    """Where the values of these fields of the answer stand, without their quotes."""
    found = list(_ANSWER.finditer(text))
    depth, key, last = 0, "", ""
    for token in _TOKEN.finditer(text, found[-1].end() if found else len(text)):
        word = token.group()
        depth += (word in "{[") - (word in "}]")
        if depth < 1:
            return
        if depth > 1:
            continue
        if key in fields and word not in ",:{}[]":
            quoted = word.startswith('"')
            yield token.start() + quoted, token.end() - quoted
        key = last if word == ":" else ""
        last = word.strip('"')


def _percent(likely: Sequence[Likely], begin: int, end: int) -> int:
    """All pieces together that have a part in this place; rounded down."""
    log, at = 0, 0
    for one in likely:
        if at >= end:
            break
        if at + len(one.piece) > begin:
            log += one.log_micros
        at += len(one.piece)
    return math.floor(math.exp(log / 1_000_000) * 100)
