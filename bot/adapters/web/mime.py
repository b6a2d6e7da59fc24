"""A mail as it was sent, read safely: so many parts and no more, every text cut, and of what came with it the bytes.

The library that takes mails apart was not written for enemies: what it stumbles over is a mail that cannot be read.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import BaseHeader
from email.message import Message
from html.parser import HTMLParser
from typing import cast

from bot.adapters.web.answer import STRANGE, TOO_LARGE, NotTaken
from bot.application.start import File
from bot.domain.plain import Plain

MOST_BYTES = 2 * 1024 * 1024
MOST_PARTS, MOST_FILES, DEEPEST = 20, 10, 6
MOST_LINES = 60_000
"""Each line is compared with the ends of all parts around it: together with their number, that bounds the work."""
LONGEST_HEAD = 64 * 1024
LONGEST_HEADER, LONGEST_ID, LONGEST_NAME, LONGEST_SUBJECT, LONGEST_TEXT = 2_000, 250, 200, 500, 20_000
_HOLDS_OTHERS = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_UNREADABLE = "This is no mail that can be read here."
_SKIPPED = frozenset({"script", "style", "head", "title", "template"})
_BREAKS = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "blockquote", "table"})


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says, and what came with it."""

    value: dict[str, Plain]
    files: tuple[File, ...]
    is_automatic: bool
    """Whether a machine has sent it that may answer the answer: it starts nothing."""

    @property
    def id(self) -> str:
        return str(self.value["id"])


def read_mail(raw: bytes) -> Mail:
    """Raises NotTaken with a sentence for whoever sets up the sender."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if len(head) > LONGEST_HEAD:
        raise NotTaken(TOO_LARGE, f"The head of this mail has more than {LONGEST_HEAD:,} bytes.", reason="head")
    if raw.count(b"\n") > MOST_LINES or len(_HOLDS_OTHERS.findall(raw)) > MOST_PARTS:
        raise NotTaken(
            TOO_LARGE, f"More than {MOST_PARTS} parts or {MOST_LINES:,} lines are not read here.", reason="parts"
        )
    try:
        # The library's older form of a mail: it takes no header apart before that was cut.
        return _read(message_from_bytes(raw), raw)
    except NotTaken:
        raise
    except Exception as error:
        raise NotTaken(STRANGE, _UNREADABLE, reason=type(error).__name__) from None


def _read(message: Message, raw: bytes) -> Mail:
    sender, name = _address(message, "From")
    if not sender:
        raise NotTaken(STRANGE, "This mail names nobody as its sender.", reason="sender")
    parts = list(_parts(message))
    texts, files = [one for one in parts if _is_text(one)], [one for one in parts if not _is_text(one)]
    if len(files) > MOST_FILES:
        raise NotTaken(TOO_LARGE, f"More than {MOST_FILES} attachments are not read here.", reason="attachments")
    contents = [(one, _bytes(one)) for one in files]
    value: dict[str, Plain] = {
        "id": next(iter(_ids(message, "Message-ID")), _unnamed(raw)),
        "sender": sender,
        "sender_name": name,
        "to": _address(message, "To")[0],
        "subject": _cut(_header(message, "Subject"), LONGEST_SUBJECT),
        "body": _body(texts),
        "thread_id": next(iter((*_ids(message, "References"), *_ids(message, "In-Reply-To"))), ""),
        "sent_at": _sent_at(message),
        "attachments": [_attachment(one, content) for one, content in contents],
    }
    return Mail(value, tuple(File(content, _kind(one)) for one, content in contents), _is_automatic(message, sender))


# --- parts -----------------------------------------------------------------------------------------------------------


def _parts(message: Message) -> Iterator[Message]:
    """Everything that holds something, in order; a mail within a mail is one of them. Raises NotTaken for too many."""
    count = 0
    waiting = [(message, 0)]
    while waiting:
        one, depth = waiting.pop(0)
        count += 1
        if count > MOST_PARTS or depth > DEEPEST:
            raise NotTaken(TOO_LARGE, f"More than {MOST_PARTS} parts are not read here.", reason="parts")
        if one.get_content_maintype() == "multipart" and one.is_multipart():
            inner = cast("list[Message]", one.get_payload())
            waiting[:0] = [(part, depth + 1) for part in inner]
        else:
            yield one


def _is_text(part: Message) -> bool:
    """Whether it is what somebody wrote, and not something they sent along."""
    named = part.get_filename() is not None or part.get_content_disposition() == "attachment"
    return not named and part.get_content_type() in ("text/plain", "text/html")


def _bytes(part: Message) -> bytes:
    if part.is_multipart():
        inner = cast("list[Message]", part.get_payload())
        return b"\n".join(one.as_bytes() for one in inner)
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message) -> str:
    content, charset = _bytes(part), part.get_content_charset("utf-8")
    try:
        return content.decode(charset, "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _body(texts: list[Message]) -> str:
    """The plain words; where there are none, those of the page that was sent instead."""
    plain = [_text(one) for one in texts if one.get_content_type() == "text/plain"]
    said = plain if any(one.strip() for one in plain) else [_words(_text(one)) for one in texts]
    return _cut("\n\n".join(one.strip() for one in said if one.strip()).replace("\r\n", "\n"), LONGEST_TEXT)


def _attachment(part: Message, content: bytes) -> dict[str, Plain]:
    kind = _kind(part)
    return {
        "name": _cut(_decoded("Subject", part.get_filename() or "unnamed"), LONGEST_NAME),
        "kind": kind,
        "size": len(content),
        "digest": hashlib.sha256(content).hexdigest(),
        "text": _cut(_text(part), LONGEST_TEXT) if kind in ("text/plain", "text/csv") else "",
    }


def _kind(part: Message) -> str:
    return _cut(part.get_content_type(), 100)


class _Words(HTMLParser):
    """Of a page, what a person would read; nothing in it is fetched or run."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._skipping += tag in _SKIPPED
        if tag in _BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._skipping = max(0, self._skipping - (tag in _SKIPPED))

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.said.append(data)


def _words(html: str) -> str:
    reader = _Words()
    reader.feed(html[: 10 * LONGEST_TEXT])
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.said).splitlines())
    return "\n".join(line for line in lines if line)


# --- the head --------------------------------------------------------------------------------------------------------


def _raw(message: Message, name: str) -> str:
    """The first header of that name as it was sent, cut: others of it are somebody's trick."""
    found = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return " ".join(found[:LONGEST_HEADER].split())


def _header(message: Message, name: str) -> str:
    return _decoded(name, _raw(message, name))


def _decoded(name: str, raw: str) -> str:
    return _cut(str(_taken_apart(name, raw)), LONGEST_HEADER)


def _taken_apart(name: str, raw: str) -> BaseHeader:
    text = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return cast("BaseHeader", policy.default.header_factory(name, text))


def _address(message: Message, name: str) -> tuple[str, str]:
    """The first address, and the name that stands with it; empty where there is none."""
    raw = _raw(message, name)
    addresses = getattr(_taken_apart(name, raw), "addresses", ()) if raw else ()
    first = addresses[0] if addresses else None
    if first is None or not first.username or not first.domain:
        return "", ""
    return _cut(first.addr_spec, 254), _cut(first.display_name, LONGEST_NAME)


def _ids(message: Message, name: str) -> list[str]:
    words = _raw(message, name).replace("<", " ").replace(">", " ").split()
    return [_cut(one, LONGEST_ID) for one in words if "@" in one and one.isascii() and one.isprintable()]


def _unnamed(raw: bytes) -> str:
    return f"{hashlib.sha256(raw).hexdigest()[:32]}@unnamed.invalid"


def _sent_at(message: Message) -> str | None:
    try:
        at = getattr(_taken_apart("Date", _raw(message, "Date")), "datetime", None)
        if not isinstance(at, datetime):
            return None
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, TypeError, OverflowError):
        return None


def _is_automatic(message: Message, sender: str) -> bool:
    submitted = _raw(message, "Auto-Submitted").partition(";")[0].strip().lower()
    box = sender.partition("@")[0].lower()
    return (
        submitted not in ("", "no")
        or _raw(message, "Return-Path") == "<>"
        or message.get_content_type() == "multipart/report"
        or box in ("mailer-daemon", "postmaster")
    )


def _cut(text: str, most: int) -> str:
    """As it may be stored: no half letters, no characters that only steer machines, and not longer than that."""
    sound = text.encode("utf-8", "replace").decode()
    return "".join(one for one in sound if one.isprintable() or one in "\n\t\u00a0" or ord(one) > 0x9F)[:most]
