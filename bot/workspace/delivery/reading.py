"""What an app's HTTP answer means."""

from bot.workspace.delivery.courier import DeliveryKind, NoAnswer
from bot.workspace.delivery.letter import Reason, Reply
from bot.workspace.payload import Json, as_object, read_json


def read_answer(kind: DeliveryKind, status: int, *, content_type: str = "", raw: bytes = b"") -> Reply:
    """Take an answer as Slack does: any 2xx acknowledges an event; a command or a click wants exactly 200."""
    if 300 <= status < 400:
        return _refused(f"HTTP {status}, which leads elsewhere", Reason.REDIRECT)
    if kind is DeliveryKind.EVENT:
        acknowledged = 200 <= status < 300
        body = _json(raw) or ({"text": raw.decode(errors="replace")} if raw.strip() else {})
        return Reply(status=str(status), body=body) if acknowledged else _refused(f"HTTP {status}", Reason.STATUS)
    if status != 200:
        return _refused(f"HTTP {status}", Reason.STATUS)
    if not raw.strip():
        return Reply(status="200")
    if "json" not in content_type.lower():
        return Reply(status="200", body={"text": raw.decode(errors="replace")})
    found = _json(raw)
    return (
        _refused("an answer that is no JSON object", Reason.UNKNOWN)
        if found is None
        else Reply(status="200", body=found)
    )


def _json(raw: bytes) -> Json | None:
    return as_object(read_json(raw))


def _refused(status: str, reason: Reason) -> Reply:
    return Reply(status=status, trouble=NoAnswer.REFUSED, reason=reason)
