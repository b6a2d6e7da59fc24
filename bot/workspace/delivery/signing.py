"""Slack's signature on a request: version nought, the time and the body under the app's secret."""

import hashlib
import hmac


def signature(secret: str, timestamp: int, body: bytes) -> str:
    base = b"v0:%d:%b" % (timestamp, body)
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def signed_headers(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers by which an app knows that a request is Slack's."""
    return {
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": signature(secret, timestamp, body),
    }
