"""Who sent this: four schemes, each over the raw bytes, before anything in them is read.

However a signature is wrong, it is one error. Two secrets are good while one replaces the other.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.brief.hook import Signed

TOLERANCE = timedelta(minutes=5)
"""How old a request may be, and how far ahead its clock."""
MOST_SIGNATURES = 16
PREFIX = "whsec_"

_SECONDS = re.compile(r"[0-9]{1,12}")
_ID = re.compile(r"[\x21-\x7e]{1,256}")
_HEX = r"[0-9a-f]{64}"
_GITHUB, _SLACK = re.compile(f"sha256=({_HEX})"), re.compile(f"v0=({_HEX})")

Headers = Mapping[str, str]
"""By small letters. What came twice is joined by a line break, which no signature has."""


class Unsigned(Exception):
    """It is not known who sent this; the message is a word for the log."""


def verify(scheme: Signed, headers: Headers, body: bytes, *, secrets: Sequence[bytes], now: datetime) -> str:
    """The id that the sender has signed, where the scheme has one. Raises Unsigned, whatever is wrong."""
    match scheme:
        case Signed.STANDARD:
            return _standard(headers, body, secrets, now)
        case Signed.GITHUB:
            return _hex(_GITHUB, headers.get("x-hub-signature-256", ""), body, secrets)
        case Signed.SLACK:
            at = _fresh(headers.get("x-slack-request-timestamp", ""), now)
            return _hex(_SLACK, headers.get("x-slack-signature", ""), _of_slack(at, body), secrets)
        case Signed.BEARER:
            return _bearer(headers.get("authorization", ""), secrets)
        case _:
            assert_never(scheme)


def sign(scheme: Signed, body: bytes, *, secret: bytes, id: str, now: datetime) -> dict[str, str]:
    """The headers that a sender puts beside such a body."""
    at = str(int(now.timestamp()))
    match scheme:
        case Signed.STANDARD:
            made = base64.b64encode(_mac(secret, _of_standard(id, at, body))).decode()
            return {"webhook-id": id, "webhook-timestamp": at, "webhook-signature": f"v1,{made}"}
        case Signed.GITHUB:
            return {"X-GitHub-Delivery": id, "X-Hub-Signature-256": f"sha256={_mac(secret, body).hex()}"}
        case Signed.SLACK:
            made = _mac(secret, _of_slack(at, body)).hex()
            return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={made}"}
        case Signed.BEARER:
            return {"Authorization": f"Bearer {secret.decode()}"}
        case _:
            assert_never(scheme)


def secret_of(text: str, scheme: Signed) -> bytes:
    """A secret as its owner writes it: one of Standard Webhooks is base64, any other is what stands there.

    Raises ValueError where it is neither.
    """
    if scheme is not Signed.STANDARD or not text.startswith(PREFIX):
        return text.encode("ascii")
    return base64.b64decode(text.removeprefix(PREFIX), validate=True)


def _standard(headers: Headers, body: bytes, secrets: Sequence[bytes], now: datetime) -> str:
    id = headers.get("webhook-id", "")
    if not _ID.fullmatch(id):
        raise Unsigned("id")
    at = _fresh(headers.get("webhook-timestamp", ""), now)
    given = headers.get("webhook-signature", "").split(" ")
    made = [_mac(secret, _of_standard(id, at, body)) for secret in secrets]
    found = [mac for one in given[:MOST_SIGNATURES] if (mac := _decoded(one))]
    if not any(hmac.compare_digest(one, other) for one in found for other in made):
        raise Unsigned("signature")
    return id


def _decoded(one: str) -> bytes:
    """One signature of several; nothing where it is of another version, or none at all."""
    version, _, text = one.partition(",")
    try:
        return base64.b64decode(text, validate=True) if version == "v1" else b""
    except (binascii.Error, ValueError):
        return b""


def _hex(form: re.Pattern[str], given: str, told: bytes, secrets: Sequence[bytes]) -> str:
    found = form.fullmatch(given)
    if found is None or not any(hmac.compare_digest(_mac(secret, told).hex(), found[1]) for secret in secrets):
        raise Unsigned("signature")
    return ""


def _bearer(given: str, secrets: Sequence[bytes]) -> str:
    scheme, _, token = given.partition(" ")
    told = token.encode("utf-8", "surrogateescape")
    if scheme.lower() != "bearer" or not any(hmac.compare_digest(told, secret) for secret in secrets):
        raise Unsigned("token")
    return ""


def _fresh(seconds: str, now: datetime) -> str:
    if not _SECONDS.fullmatch(seconds):
        raise Unsigned("timestamp")
    if abs(now.timestamp() - int(seconds)) > TOLERANCE.total_seconds():
        raise Unsigned("stale")
    return seconds


def _of_standard(id: str, at: str, body: bytes) -> bytes:
    return f"{id}.{at}.".encode() + body


def _of_slack(at: str, body: bytes) -> bytes:
    return f"v0:{at}:".encode() + body


def _mac(secret: bytes, told: bytes) -> bytes:
    return hmac.new(secret, told, hashlib.sha256).digest()
