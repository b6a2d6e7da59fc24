"""What a question looks like in the two protocols and five dialects, and what a model turned out not to take."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.adapters.model.wire import Dialect, Request

_FORM_IN_WORDS = """\
Answer with one JSON object and nothing else: no words around it, no code fence. It has every field of this form, in
this order, and no other (JSON Schema):
{form}"""
_OPTIONAL = frozenset({"temperature", "reasoning_effort", "reasoning", "logprobs", "store"})
"""What a question can do without."""


class Api(StrEnum):
    """The protocol."""

    CHAT = "chat"
    RESPONSES = "responses"

    @property
    def path(self) -> str:
        """Where questions are sent."""
        return "/chat/completions" if self is Api.CHAT else "/responses"


@dataclass(frozen=True, slots=True)
class Manners:
    """What one model takes, as far as it is known."""

    room: tuple[str, ...]
    """What the field may be called that says how long an answer may be; the first is in use."""
    left_out: frozenset[str] = frozenset()

    def could_leave(self, body: Mapping[str, object]) -> frozenset[str]:
        """The fields of a body that a lesson could be about."""
        spare = self.room[:1] if len(self.room) > 1 else ()  # an answer without a limit has a cost without one
        return frozenset({*spare, *_OPTIONAL} & body.keys())

    def without(self, field: str) -> "Manners":
        """The same, once the model has said that it does not take this field."""
        if field in self.room:
            return replace(self, room=tuple(name for name in self.room if name != field) or self.room)
        return replace(self, left_out=self.left_out | {field})


def chat_body(request: Request, dialect: Dialect, manners: Manners) -> dict[str, object]:
    """A question for `/chat/completions`."""
    turns = [{"role": turn.role, "content": turn.text} for turn in request.turns]
    told = request.parameters
    body: dict[str, object] = {
        **told.extra,
        "model": request.model,
        "messages": [{"role": "system", "content": _system(request, dialect)}, *turns],
        manners.room[0]: request.max_output_tokens,
        **_form_in_chat(request, dialect),
        "temperature": _number(told.temperature),
        "reasoning_effort": told.effort or None,
        "logprobs": told.logprobs or None,
    }
    return _said(body, manners)


def responses_body(request: Request, dialect: Dialect, manners: Manners) -> dict[str, object]:
    """A question for `/responses`. The server is asked to keep nothing."""
    told = request.parameters
    body: dict[str, object] = {
        **told.extra,
        "model": request.model,
        "instructions": _system(request, dialect),
        "input": [{"role": turn.role, "content": turn.text} for turn in request.turns],
        manners.room[0]: request.max_output_tokens,
        **_form_in_responses(request, dialect),
        "temperature": _number(told.temperature),
        "reasoning": {"effort": told.effort} if told.effort else None,
        "store": False,
    }
    return _said(body, manners)


def _said(body: dict[str, object], manners: Manners) -> dict[str, object]:
    return {name: value for name, value in body.items() if value is not None and name not in manners.left_out}


def _system(request: Request, dialect: Dialect) -> str:
    """Only where a form is enforced does a model see it by itself."""
    if dialect is Dialect.STRICT:
        return request.system
    form = json.dumps(request.form, ensure_ascii=False, separators=(",", ":"))
    return f"{request.system}\n\n{_FORM_IN_WORDS.format(form=form)}"


def _form_in_chat(request: Request, dialect: Dialect) -> dict[str, object]:
    match dialect:
        case Dialect.STRICT | Dialect.SCHEMA:
            schema = {"name": request.form_name, "strict": dialect is Dialect.STRICT, "schema": request.form}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        case Dialect.TOOL:
            tool = {"name": request.form_name, "parameters": request.form}
            chosen = {"type": "function", "function": {"name": request.form_name}}
            return {"tools": [{"type": "function", "function": tool}], "tool_choice": chosen}
        case Dialect.OBJECT:
            return {"response_format": {"type": "json_object"}}
        case Dialect.TEXT:
            return {}


def _form_in_responses(request: Request, dialect: Dialect) -> dict[str, object]:
    match dialect:
        case Dialect.STRICT | Dialect.SCHEMA:
            strict = dialect is Dialect.STRICT
            form = {"type": "json_schema", "name": request.form_name, "strict": strict, "schema": request.form}
            return {"text": {"format": form}}
        case Dialect.TOOL:
            tool = {"type": "function", "name": request.form_name, "parameters": request.form, "strict": False}
            return {"tools": [tool], "tool_choice": {"type": "function", "name": request.form_name}}
        case Dialect.OBJECT:
            return {"text": {"format": {"type": "json_object"}}}
        case Dialect.TEXT:
            return {}


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
