"""The form that every answer has: the fact itself, and around it what it rests on and how sure the model is of it.

What it rests on comes first and how sure it is comes last, because a model writes in this order and cannot go back.
How sure it is, is asked in words: models are better at those than at numbers.
"""

from collections.abc import Mapping
from functools import lru_cache

from bot.domain.intent import Fact
from bot.domain.schema import strict_schema

SURENESS: Mapping[str, int] = {"a guess": 15, "unsure": 40, "likely": 65, "sure": 85, "certain": 95}
"""The words a model has for how sure it is, in per cent. Nothing a model says of itself is worth a hundred."""

MOST_QUOTES = 8
MOST_DOUBTS = 8
HOW_SURE = "How sure are you that the answer is right?"


@lru_cache(maxsize=512)
def form_of(fact: type[Fact], how_sure: str = "") -> Mapping[str, object]:
    """The strict JSON Schema of an answer in its envelope. Raises Misdeclared where the fact has none."""
    fields: dict[str, object] = {
        "evidence": _texts(
            f"Up to {MOST_QUOTES} short quotes that the answer rests on, copied from the material letter by letter.",
            MOST_QUOTES,
        ),
        "answer": strict_schema(fact),
        "doubts": _texts("What may be wrong with the answer, one sentence each. Empty where nothing is.", MOST_DOUBTS),
        "confidence": {"type": "string", "enum": [*SURENESS], "description": how_sure or HOW_SURE},
    }
    return {"type": "object", "properties": fields, "required": [*fields], "additionalProperties": False}


def _texts(description: str, most: int) -> dict[str, object]:
    return {"type": "array", "items": {"type": "string"}, "maxItems": most, "description": description}
