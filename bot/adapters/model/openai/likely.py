"""How likely each piece of an answer was, as chat servers say it."""

import math
from collections.abc import Iterator, Mapping

from bot.adapters.model.openai.picking import object_at, objects_at, text_at
from bot.adapters.model.wire import Likely
from bot.domain.declared.fault import is_list

MOST_PIECES = 20_000
LEAST = -100.0
"""The logarithm of what is as good as impossible; some servers send minus infinity."""


def likely_of(choice: Mapping[str, object]) -> tuple[Likely, ...]:
    """Every piece in order; nothing where one of them makes no sense."""
    told = objects_at(object_at(choice, "logprobs"), "content")
    if not told or len(told) > MOST_PIECES:
        return ()
    try:
        return tuple(_whole_letters(told))
    except ValueError:
        return ()


def _whole_letters(told: list[Mapping[str, object]]) -> Iterator[Likely]:
    """A letter may be spread over several pieces: these are joined, and as likely as all of them together."""
    held, log = b"", 0.0
    for one in told:
        held, log = held + _bytes(one), log + _log(one.get("logprob"))
        try:
            piece = held.decode()
        except UnicodeDecodeError:
            continue
        yield Likely(piece, round(log * 1_000_000))
        held, log = b"", 0.0


def _bytes(one: Mapping[str, object]) -> bytes:
    """Raises ValueError where they are none."""
    told = one.get("bytes")
    if is_list(told):
        return bytes([byte if isinstance(byte, int) else -1 for byte in told])
    return text_at(one, "token").encode()


def _log(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        raise ValueError("a logarithm was expected")
    return max(min(value, 0.0), LEAST)
