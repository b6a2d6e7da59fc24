"""Slack's signature on the raw bytes of a request: checked before anything in them is read."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)
"""How old a request may be, and how far ahead its clock."""

_SECONDS = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


def why_unsigned(body: bytes, *, timestamp: str, signature: str, secrets: Sequence[str], now: datetime) -> str:
    """Why these bytes are not known to be Slack's, as a word for the log; empty where they are.

    There may be two secrets: while one replaces the other, Slack signs with either.
    """
    if not _SECONDS.fullmatch(timestamp):
        return "timestamp"
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        return "stale"
    if not _SIGNATURE.fullmatch(signature):
        return "signature"
    matches = [hmac.compare_digest(signed(body, timestamp, secret), signature) for secret in secrets]
    return "" if any(matches) else "signature"


def signed(body: bytes, timestamp: str, secret: str) -> str:
    """The signature that Slack gives such a request."""
    return "v0=" + hmac.new(secret.encode(), b"v0:%s:%s" % (timestamp.encode(), body), hashlib.sha256).hexdigest()
