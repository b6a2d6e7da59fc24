"""What a webhook says: one JSON value, read strictly; of a CloudEvent 1.0, the envelope, in whichever mode it came."""

from collections.abc import Mapping
from email.message import Message
from urllib.parse import unquote

from bot.adapters.web.answer import OTHER_KIND, STRANGE, NotTaken
from bot.domain.from_event import Sent
from bot.domain.plain import Unreadable, is_object, read_json

MOST_BYTES = 256 * 1024
DEEPEST = 32
_STRUCTURED, _BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
_ATTRIBUTE = "ce-"
_NEEDED = ("id", "source", "type")
_VERSION = "1.0"
_LONGEST = 1_000


def sent_of(body: bytes, headers: Mapping[str, str]) -> Sent:
    """The event. Raises NotTaken with a sentence for whoever sets up the sender."""
    kind = _kind(headers.get("content-type", ""))
    try:
        value = read_json(body, max_bytes=MOST_BYTES, max_depth=DEEPEST)
    except Unreadable as error:
        raise NotTaken(STRANGE, f"This is not the JSON that is read here. {error}", reason="json") from None
    if kind == _STRUCTURED:
        return Sent(_checked(value), is_cloud_event=True, headers=headers)
    if f"{_ATTRIBUTE}specversion" in headers:
        return Sent(_checked(_attributes(headers) | {"data": value}), is_cloud_event=True, headers=headers)
    return Sent(value, headers=headers)


def is_structured(headers: Mapping[str, str]) -> bool:
    """Whether what says which event it is lies in the body, where a signature covers it."""
    return f"{_ATTRIBUTE}specversion" not in headers


def _kind(content_type: str) -> str:
    message = Message()
    message["content-type"] = content_type if content_type.isascii() and content_type.isprintable() else "odd/odd"
    kind, charset = message.get_content_type(), str(message.get_param("charset") or "utf-8")
    is_json = kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
    if not is_json or not content_type or kind == _BATCH:
        said = "Events are sent one by one as application/json or application/cloudevents+json."
        raise NotTaken(OTHER_KIND, said, reason="content type")
    if charset.lower() not in ("utf-8", "utf8"):
        raise NotTaken(OTHER_KIND, "JSON is read as UTF-8 here.", reason="charset")
    return kind


def _attributes(headers: Mapping[str, str]) -> dict[str, object]:
    named = {name.removeprefix(_ATTRIBUTE): value for name, value in headers.items() if name.startswith(_ATTRIBUTE)}
    return {name: unquote(value, errors="replace") for name, value in named.items()}


def _checked(value: object) -> dict[str, object]:
    if not is_object(value) or value.get("specversion") != _VERSION:
        raise NotTaken(STRANGE, f"This is no CloudEvent of version {_VERSION}.", reason="cloudevent")
    for name in _NEEDED:
        said = value.get(name)
        if not isinstance(said, str) or not 0 < len(said) <= _LONGEST:
            raise NotTaken(STRANGE, f"A CloudEvent needs “{name}”, as a text.", reason="cloudevent")
    if "data_base64" in value:
        raise NotTaken(STRANGE, "The data of a CloudEvent is read as JSON: send “data”.", reason="cloudevent")
    return value
