"""Why a server gave no answer: out of its status and its own words, one outcome of the closed set.

Servers agree on little. OpenAI sends codes, others a text and nothing else, proxies a page, and some send an error as
if it were an answer. A status that says all is believed; else the words are, codes among them.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from bot.domain.declared.fault import is_list
from bot.domain.outcome import Outcome
from bot.domain.plain import is_object

_LONGEST_WORDS = 4_000
_ADDRESS = re.compile(r"https?://\S+")
"""One of them leads to “quotaincrease” where no quota is used up."""

_FILTERED = re.compile(r"content_filter|content management policy|responsibleai|flagged|usage policy|invalid_prompt")
_NO_KEY = re.compile(r"api key not valid|(?:invalid|incorrect|missing).{0,8}api.?key|invalid_api_key|unauthenticated")
_NO_MODEL = re.compile(r"model_not_found|model\b.{0,80}(?:does not exist|not found)|(?:no such|unknown) model")
_QUOTA = re.compile(r"\bquota\b|billing|\bcredits?\b|insufficient_quota|insufficient balance")
_RATE = re.compile(r"rate.?limit|per minute|per second|per day|too many requests|retry (?:after|in)|slow down")
_LONG = re.compile(
    r"context_length_exceeded|string_above_max_length|(?:maximum )?context (?:length|window|size)"
    r"|too long|too many (?:input )?tokens|reduce the length"
)
_BUSY = re.compile(
    r"overloaded|server_error|internal|unavailable|loading|upstream|timed? ?out|capacity|try again|bad gateway"
)
_NOT_THAT_WAY = re.compile(r"no endpoints found.{0,40}(?:support|handle|parameters)")
_UNFIT = re.compile(r"json_validate_failed|tool_use_failed|failed to (?:generate|validate) json")
"""A server that checks the model's answer, and found it wanting."""
_FORM = re.compile(
    r"response_format|text\.format|json_schema|json_object|\bschemas?\b|\btools?\b|tool_choice|\bfunctions?\b|\bstrict\b"
    r"|grammar|structured.outputs?|guided|additionalproperties|anyof|oneof|allof|\$ref|maxitems|minitems|multipleof"
    r"|exclusive(?:min|max)imum|['\"`](?:enum|format|minimum|maximum|required|type|properties|items|description)['\"`]"
)
_UNWANTED = re.compile(
    r"unsupported|not (?:be )?supported|does(?: not|n't) support|unknown|unrecogni[sz]ed|not permitted|not allowed"
    r"|unexpected|invalid (?:parameter|argument|field)|cannot be used|incompatible|deprecated|only the default"
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a server said instead of an answer."""

    status: int
    message: str
    words: str
    """Codes and message together, in small letters, without addresses."""

    @classmethod
    def of(cls, status: int, body: object, raw: str = "") -> "Complaint":
        """Out of a body of any make; `raw` is what came where it is no JSON."""
        error = body.get("error", body) if is_object(body) else body
        if is_object(error):
            message = _text(error.get("message") or error.get("detail") or error.get("error") or error)
            codes = [str(error.get(name) or "") for name in ("code", "type", "param", "innererror", "metadata")]
        else:
            message, codes = _text(error) if error else raw, []
        words = _ADDRESS.sub(" ", " ".join([*codes, message])[:_LONGEST_WORDS].lower())
        return cls(_own_status(error, status), message, words)

    def outcome(self, *, formed: bool) -> Outcome:
        """How the call ended. `formed`: a form was asked for in a way that a server may not know."""
        if 300 <= self.status < 400:
            return Outcome.GARBAGE
        if self.status < 300:
            return self._in_an_answer()
        if self.status >= 500:
            return self._of_a_server(formed=formed)
        return self._by_status() or self._by_words(formed=formed) or Outcome.BAD_REQUEST

    def unwanted(self, fields: Set[str]) -> str:
        """The field of these that the server says it does not take; empty where it says no such thing."""
        if self.status not in (400, 422) or not _UNWANTED.search(self.words):
            return ""
        places = [(found.start(), name) for name in fields if (found := re.search(rf"\b{name}\b", self.words))]
        return min(places)[1] if places else ""

    def _by_status(self) -> Outcome | None:
        """What the status says by itself, or with one look at the words."""
        match self.status:
            case 401 | 403:
                return Outcome.FILTERED if _FILTERED.search(self.words) else Outcome.AUTH
            case 402:
                return Outcome.QUOTA
            case 404 | 405 if not _NOT_THAT_WAY.search(self.words):
                return Outcome.NOT_FOUND
            case 408:
                return Outcome.TIMEOUT
            case 409 | 425:
                return Outcome.OVERLOADED
            case 413:
                return Outcome.TOO_LONG
            case 429:
                return Outcome.QUOTA if self._is_used_up() else Outcome.RATE_LIMITED
            case _:
                return None

    def _by_words(self, *, formed: bool) -> Outcome | None:
        """What the words say, the surest first."""
        tests = (
            (_NOT_THAT_WAY, Outcome.UNSUPPORTED),
            (_UNFIT, Outcome.INVALID),
            (_FILTERED, Outcome.FILTERED),
            (_NO_KEY, Outcome.AUTH),
            (_NO_MODEL, Outcome.NOT_FOUND),
            (_LONG, Outcome.TOO_LONG),
        )
        for pattern, outcome in tests:
            if pattern.search(self.words):
                return outcome
        return Outcome.UNSUPPORTED if formed and _FORM.search(self.words) else None

    def _is_used_up(self) -> bool:
        if "insufficient_quota" in self.words:
            return True
        return bool(_QUOTA.search(self.words)) and not _RATE.search(self.words)

    def _of_a_server(self, *, formed: bool) -> Outcome:
        if formed and ("grammar" in self.words or self.status == 501):
            return Outcome.UNSUPPORTED
        return Outcome.TOO_LONG if "context_length_exceeded" in self.words else Outcome.OVERLOADED

    def _in_an_answer(self) -> Outcome:
        """An error that came as if it were an answer."""
        if self._is_used_up():
            return Outcome.QUOTA
        if _RATE.search(self.words):
            return Outcome.RATE_LIMITED
        said = self._by_words(formed=False)
        return said or (Outcome.OVERLOADED if _BUSY.search(self.words) else Outcome.GARBAGE)


def _own_status(error: object, status: int) -> int:
    """Some say in the body of an answer which status it should have had."""
    code = error.get("code") if is_object(error) else None
    if status >= 300 or isinstance(code, bool) or not isinstance(code, int | str):
        return status
    number = int(code) if str(code).isascii() and str(code).isdigit() and len(str(code)) == 3 else 0
    return number if 400 <= number < 600 else status


def _text(value: object) -> str:
    """A message, of whatever make: FastAPI sends a list of objects, each with a place and a text."""
    if isinstance(value, str):
        return value
    if is_list(value):
        return "; ".join(_text(one) for one in value[:8])
    if is_object(value):
        told: Mapping[str, object] = value
        parts = [told.get("loc"), told.get("msg") or told.get("message")]
        return ": ".join(_text(part) for part in parts if part) or str(dict(told))[:_LONGEST_WORDS]
    return "" if value is None else str(value)
