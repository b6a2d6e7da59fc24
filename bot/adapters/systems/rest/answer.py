"""What an answer means: whether it happened, and what stands in it. What is not known is refused, never guessed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from bot.adapters.systems.rest.description import Description, ErrorRule, ReceiptMap, Value
from bot.adapters.systems.rest.template import MISSING, at, fill_text
from bot.domain.declared.fault import is_list
from bot.domain.errors import Broken
from bot.domain.intent import Receipt
from bot.ports.description import changed_words

LONGEST_ASKED = timedelta(days=1)
SHOWABLE = re.compile(r"[A-Za-z0-9 _.-]{1,40}")
"""A word of an answer that may stand in a sentence: no person, no key."""


class Meaning(StrEnum):
    """What a call came to."""

    DONE = "done"
    TRANSIENT = "transient"
    BROKEN = "broken"
    UNCERTAIN = "uncertain"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    data: object = None
    """The JSON in it; `MISSING` where it has none that can be read."""
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer means, in words."""

    meaning: Meaning
    words: str


def judge(description: Description, answer: Answer, *, done: Sequence[int]) -> Judged:
    """What an answer means: as the description says; where it says nothing, the more careful reading."""
    if answer.status in done:
        return Judged(Meaning.DONE, "")
    code = _code(description, answer)
    rule = _rule(description, answer.status, code)
    meaning = Meaning(rule.means) if rule is not None else _by_status(answer.status)
    said = f"{description.name} answered {answer.status}{f' ({code})' if code else ''}."
    return Judged(meaning, f"{said} {rule.words if rule is not None else _WORDS.get(answer.status, '')}".rstrip())


def _code(description: Description, answer: Answer) -> str:
    found = at(answer.data, description.code_at) if description.code_at else None
    return found if isinstance(found, str) and SHOWABLE.fullmatch(found) else ""


def _rule(description: Description, status: int, code: str) -> ErrorRule | None:
    fitting = [rule for rule in description.errors if rule.status == status and rule.code in ("", code)]
    return max(fitting, key=lambda rule: rule.code != "", default=None)


_NOTHING_DONE = frozenset({425, 429})
_MAYBE_DONE = frozenset({302, 303, 408})
_WORDS: Mapping[int, str] = {
    401: "It does not accept our credential.",
    403: "Our credential may not do this.",
    404: "There is no such record, or our credential may not see it.",
    429: "It is called too often.",
}


def _by_status(status: int) -> Meaning:
    if status in _NOTHING_DONE:
        return Meaning.TRANSIENT
    if status >= 500 or status < 300 or status in _MAYBE_DONE:
        return Meaning.UNCERTAIN
    return Meaning.BROKEN


def is_sure(description: Description) -> bool:
    """Whether a 401 always means that nothing happened."""
    meant = {rule.means for rule in description.errors if rule.status == 401}
    return meant <= {"broken", "transient"} and all(401 not in one.done for one in description.changes.values())


def asked_for(answer: Answer, now: datetime) -> timedelta | None:
    """How long the system asked us to wait: in seconds, or until a time."""
    text = answer.retry_after.strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return min(timedelta(seconds=int(text)), LONGEST_ASKED)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), LONGEST_ASKED)


# --- what stands in it ------------------------------------------------------------------------------------------------


class Changed(Broken):
    """The system answers in another form than its description says."""


def value_of(name: str, value: Value, answer: object, values: Mapping[str, object]) -> object:
    """One value of an answer. Raises Changed, naming it, where it has another form or a word that is not known."""
    if value.take is not None:
        return fill_text(value.take, values)
    found = at(answer, value.at)
    if found is MISSING:
        raise Changed(changed(name, f"its answer has no “{value.at}”"))
    if found is None and value.null is not None:
        return value.null
    if found is None and value.empty:
        return MISSING
    taken = _FORMS[value.form](found)
    if taken is MISSING:
        raise Changed(changed(name, f"“{value.at}” is no longer {_FORM_WORDS[value.form]}"))
    if not value.values:
        return taken
    if isinstance(taken, str) and taken in value.values:
        return value.values[taken]
    word = f"“{taken}”" if isinstance(taken, str) and SHOWABLE.fullmatch(taken) else "a word"
    raise Changed(changed(name, f"“{value.at}” says {word}, and known there are: {', '.join(value.values)}"))


def changed(name: str, what: str) -> str:
    """The sentence that parks a run."""
    mend = "Its description has to be looked at by the team that owns it; after that, resume this."
    return f"{changed_words(name)} {what}. {mend}"


def receipt_of(name: str, receipt: ReceiptMap, answer: object, values: Mapping[str, object]) -> Receipt:
    """What a change brought back. Raises Changed where that has another form."""
    link = value_of(name, receipt.link, answer, values) if receipt.link is not None else MISSING
    undo = {key: value_of(name, value, answer, values) for key, value in receipt.undo.items()}
    return Receipt(
        id=str(value_of(name, receipt.id, answer, values)),
        link=str(link) if link is not MISSING else None,
        undo={key: str(value) for key, value in undo.items() if value is not MISSING},
    )


def _text(found: object) -> object:
    return found if isinstance(found, str) else MISSING


def _id(found: object) -> object:
    sound = isinstance(found, str | int) and not isinstance(found, bool) and found != ""
    return str(found) if sound else MISSING


def _whole(found: object) -> object:
    return found if isinstance(found, int) and not isinstance(found, bool) else MISSING


def _yes_no(found: object) -> object:
    return found if isinstance(found, bool) else MISSING


def _time(found: object) -> object:
    try:
        time = datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        return MISSING
    return time if time is not None and time.tzinfo is not None else MISSING


def _epoch(found: object) -> object:
    sound = isinstance(found, int) and not isinstance(found, bool) and abs(found) < 10**11
    return datetime.fromtimestamp(found, UTC) if sound and isinstance(found, int) else MISSING


def _list(found: object) -> object:
    texts = [_id(one) for one in found] if is_list(found) else [MISSING]
    return MISSING if MISSING in texts else tuple(texts)


_FORMS = {
    "text": _text,
    "id": _id,
    "whole": _whole,
    "yes-no": _yes_no,
    "time": _time,
    "epoch": _epoch,
    "list": _list,
}
_FORM_WORDS = {
    "text": "a text",
    "id": "an id",
    "whole": "a whole number",
    "yes-no": "true or false",
    "time": "a time with its zone",
    "epoch": "a time in seconds",
    "list": "a list of texts",
}
