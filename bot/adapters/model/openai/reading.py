"""What came back, as one reply: the answer's text, or how the call ended instead. Nothing is taken on trust.

Models think in one place and answer in another, and servers disagree on which is which; what is found in any of the
places an answer may stand in is handed on as text, and judged elsewhere.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.adapters.model.openai.asking import Api
from bot.adapters.model.openai.likely import likely_of
from bot.adapters.model.openai.picking import count_at, object_at, object_in, objects_at, text_at
from bot.adapters.model.openai.refusing import Complaint
from bot.adapters.model.openai.waiting import wait_asked
from bot.adapters.model.wire import Dialect, Reply, Usage
from bot.domain.declared.fault import is_list
from bot.domain.outcome import Outcome
from bot.domain.plain import is_object

_CUT = frozenset({"length", "max_tokens", "max_output_tokens", "max_messages", "model_length", "incomplete"})
_FILTERED = frozenset({"content_filter", "safety", "recitation", "sensitive", "guardrail_intervened"})
_REFUSED = frozenset({"refusal"})
_THOUGHTS = frozenset({"reasoning", "thinking", "reasoning_text", "summary_text"})
_SHOWN = 200
"""Letters of what is no JSON, for the record."""


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as HTTP has it, cut where it goes on for too long."""

    status: int
    headers: Mapping[str, str]
    """With small letters."""
    body: bytes


def read(raw: Raw, api: Api, dialect: Dialect, now: datetime) -> Reply:
    """The reply that an answer is."""
    body = object_in(raw.body)
    if raw.status >= 300:
        reply = _refused(raw, body, dialect)
        wait = wait_asked(raw.headers, now) if raw.status == 429 or raw.status >= 500 else None
        reply = replace(reply, retry_after=wait)
    elif body is None:
        reply = Reply(Outcome.GARBAGE, detail=f"This is no JSON: {_shown(raw)}")
    elif body.get("error"):
        complaint = Complaint.of(raw.status, body)
        reply = Reply(complaint.outcome(formed=False), detail=complaint.message)
    else:
        reply = _chat(body, dialect) if api is Api.CHAT else _response(body)
    usage = _usage(object_at(body, "usage"))
    request_id = raw.headers.get("x-request-id") or raw.headers.get("apim-request-id") or text_at(body, "id")
    return replace(reply, usage=usage, reported=text_at(body, "model"), request_id=request_id)


def complaint_in(raw: Raw) -> Complaint:
    """What a refusal says."""
    body = object_in(raw.body)
    return Complaint.of(raw.status, body, "" if body is not None else _shown(raw))


def _refused(raw: Raw, body: Mapping[str, object] | None, dialect: Dialect) -> Reply:
    complaint = Complaint.of(raw.status, body, "" if body is not None else _shown(raw))
    outcome = complaint.outcome(formed=dialect is not Dialect.TEXT)
    said = "It sends us elsewhere, and we do not follow." if raw.status < 400 else complaint.message
    return Reply(outcome, detail=f"HTTP {raw.status}: {said}")


def _shown(raw: Raw) -> str:
    return raw.body[: _SHOWN * 4].decode(errors="replace").strip()[:_SHOWN] or "nothing came"


# --- /chat/completions -------------------------------------------------------------------------------------------


def _chat(body: Mapping[str, object], dialect: Dialect) -> Reply:
    choices = objects_at(body, "choices")
    message = choices[0].get("message") if choices else None
    if not choices or not is_object(message):
        return Reply(Outcome.GARBAGE, detail="There is no message in it.")
    choice = choices[0]
    if choice.get("error") or text_at(choice, "finish_reason") == "error":
        complaint = Complaint.of(200, {"error": choice.get("error") or "finish_reason: error"})
        outcome = complaint.outcome(formed=False)
        # The provider behind the server broke off: that it said so makes it no garbage.
        outcome = Outcome.OVERLOADED if outcome is Outcome.GARBAGE else outcome
        return Reply(outcome, detail=complaint.message, finish="error")
    refusal = text_at(message, "refusal") or _refusal_in(message.get("content"))
    text = _chat_text(message, dialect)
    reply = _ended(text_at(choice, "finish_reason"), text, refusal)
    return replace(reply, likely=likely_of(choice)) if reply.outcome is Outcome.ANSWERED else reply


def _chat_text(message: Mapping[str, object], dialect: Dialect) -> str:
    content, arguments = _content(message.get("content")), _arguments(message)
    first, second = (arguments, content) if dialect is Dialect.TOOL else (content, arguments)
    texts = (first, second, text_at(message, "reasoning_content"), text_at(message, "reasoning"))
    return next((text for text in texts if text.strip()), "")


def _content(content: object) -> str:
    """The text of a message; of a list of parts, those that are no thoughts."""
    if isinstance(content, str) or not is_list(content):
        return content if isinstance(content, str) else ""
    return "".join(
        part if isinstance(part, str) else text_at(part, "text")
        for part in content
        if text_at(part, "type") not in _THOUGHTS
    )


def _refusal_in(content: object) -> str:
    return next((said for part in content if (said := text_at(part, "refusal"))), "") if is_list(content) else ""


def _arguments(message: Mapping[str, object]) -> str:
    """What every tool was called with, one below the other: of two different ones nobody knows which is meant."""
    calls = objects_at(message, "tool_calls") or []
    return _below(_as_text(object_at(call, "function").get("arguments")) for call in calls)


def _as_text(arguments: object) -> str:
    if isinstance(arguments, str):
        return arguments
    try:
        return json.dumps(arguments, ensure_ascii=False, allow_nan=False) if is_object(arguments) else ""
    except (ValueError, RecursionError):
        return ""


def _below(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)


# --- /responses --------------------------------------------------------------------------------------------------


def _response(body: Mapping[str, object]) -> Reply:
    output = objects_at(body, "output")
    status = text_at(body, "status") or "completed"
    if status == "failed":
        return Reply(Outcome.OVERLOADED, detail="It says that it failed, and not why.", finish=status)
    if output is None or status not in ("completed", "incomplete"):
        return Reply(Outcome.GARBAGE, detail="There is no output in it.", finish=status)
    parts = [part for item in _final(output) for part in objects_at(item, "content") or []]
    refusal = next((said for part in parts if (said := text_at(part, "refusal"))), "")
    said = "".join(text_at(part, "text") for part in parts if text_at(part, "type") not in _THOUGHTS)
    called = _below(_as_text(item.get("arguments")) for item in output if text_at(item, "type") == "function_call")
    reason = text_at(object_at(body, "incomplete_details"), "reason") or status
    return _ended("stop" if reason == "completed" else reason, said if said.strip() else called, refusal)


def _final(output: list[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """The messages that answer; a model may comment on its work before it does."""
    messages = [item for item in output if text_at(item, "type") == "message"]
    final = [item for item in messages if text_at(item, "phase") == "final_answer"]
    return final or [item for item in messages if text_at(item, "phase") != "commentary"]


# --- both --------------------------------------------------------------------------------------------------------


def _ended(finish: str, text: str, refusal: str) -> Reply:
    why = finish.lower()
    if refusal or why in _REFUSED:
        return Reply(Outcome.REFUSED, text=text, detail=refusal, finish=finish)
    if why in _FILTERED:
        return Reply(Outcome.FILTERED, detail="The answer was filtered out.", finish=finish)
    if why in _CUT:
        return Reply(Outcome.CUT, text=text, detail="There was no room for the rest of it.", finish=finish)
    if not text.strip():
        return Reply(Outcome.INVALID, detail="The answer is empty.", finish=finish)
    return Reply(Outcome.ANSWERED, text=text, finish=finish)


def _usage(said: Mapping[str, object]) -> Usage:
    """What was counted, under the names of either protocol; what cannot be a count is not known."""
    read_in = object_at(said, "prompt_tokens_details") or object_at(said, "input_tokens_details")
    wrote = object_at(said, "completion_tokens_details") or object_at(said, "output_tokens_details")
    return Usage(
        input=_first(said, "prompt_tokens", "input_tokens"),
        cached=_first(read_in, "cached_tokens"),
        output=_first(said, "completion_tokens", "output_tokens"),
        reasoning=_first(wrote, "reasoning_tokens"),
    )


def _first(said: Mapping[str, object], *names: str) -> int | None:
    return next((count for name in names if (count := count_at(said, name)) is not None), None)
