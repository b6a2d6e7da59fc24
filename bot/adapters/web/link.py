"""Signed links: to a form, until when and with what filled in for good; and to one question of one run."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.plain import Plain, Unreadable, canonical, is_object, read_json
from bot.domain.run import RunId
from bot.domain.slip import Slip

LONGEST = 4_000
_LETTERS = 22
"""Of a signature, as base64: 128 bits of it."""


@dataclass(frozen=True, slots=True)
class Link:
    """Lets whoever has it send one workflow's form."""

    form: str
    until: datetime
    given: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    """Fields that whoever made the link has filled in; nobody changes them in the form."""


def write_link(key: bytes, link: Link) -> str:
    said = {"form": link.form, "until": int(link.until.timestamp()), "given": {**link.given}}
    text = _letters(canonical(said))
    return f"{text}.{_signature(key, text)}"


def read_link(key: bytes, form: str, text: str, *, now: datetime) -> Link | None:
    """What a link says; None where it was not made here, is for another form, or is over."""
    said = _signed(key, text)
    until, given = said.get("until"), said.get("given")
    if said.get("form") != form or not isinstance(until, int) or not is_object(given):
        return None
    link = Link(form, datetime.fromtimestamp(until, UTC), _plain(given))
    return link if now < link.until else None


def write_slip(key: bytes, slip: Slip) -> str:
    """As it stands in the link of a mail."""
    micros = round(slip.until.timestamp() * 1_000_000)
    text = _letters(canonical({"run": slip.run, "step": slip.step, "who": slip.who, "until": micros}))
    return f"{text}.{_signature(key, text)}"


def read_slip(key: bytes, text: str) -> Slip | None:
    """What it stands for, over or not; None where it was not made here."""
    match _signed(key, text):
        case {"run": str(run), "step": str(step), "who": str(who), "until": int(micros)}:
            return Slip(RunId(run), step, who, _EPOCH + timedelta(microseconds=micros))
        case _:
            return None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _signed(key: bytes, text: str) -> Mapping[str, object]:
    """What was written here; nothing where it was not."""
    told, _, signature = text.partition(".")
    if len(text) > LONGEST or not _is_same(_signature(key, told), signature):
        return {}
    try:
        said = read_json(base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)), max_bytes=LONGEST)
    except (Unreadable, binascii.Error, ValueError):
        return {}
    return said if is_object(said) else {}


def new_token(key: bytes, link: str) -> str:
    """What stands in one form that was shown: sent twice, it is the same form."""
    chance = secrets.token_hex(16)
    return f"{chance}.{_signature(key, f'{chance} {link}')}"


def is_token(key: bytes, link: str, token: str) -> bool:
    """Whether a form with this token was shown behind this link."""
    chance, _, signature = token.partition(".")
    return _is_same(_signature(key, f"{chance} {link}"), signature)


def _plain(given: Mapping[str, object]) -> dict[str, Plain]:
    """What was written by `write_link` has no fractions in it."""
    return {name: value for name, value in given.items() if isinstance(value, (str, bool, int, list)) or value is None}


def _signature(key: bytes, text: str) -> str:
    made = hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return _letters(made)[:_LETTERS]


def _is_same(made: str, given: str) -> bool:
    return hmac.compare_digest(made.encode(), given.encode("utf-8", "surrogatepass"))


def _letters(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
