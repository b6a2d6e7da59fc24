"""What comes in as one JSON object, read strictly: whatever is odd about it is refused, never guessed."""

from urllib.parse import parse_qsl

from bot.domain.plain import Unreadable, is_object, read_json

MOST_BYTES = 1024 * 1024
_MOST_FIELDS = 64
_DEEPEST = 100
"""Rich text nests; nothing that Slack sends comes near this."""


class Unparsed(ValueError):
    """Text that is not what Slack sends; the message is for the log and quotes nothing of it."""


def parsed(body: bytes, content_type: str) -> dict[str, object]:
    """What a request says. A form with a field `payload` says what stands in there; a command's text may say so too."""
    match content_type.partition(";")[0].strip().lower():
        case "application/json":
            return parsed_json(body)
        case "application/x-www-form-urlencoded":
            form = _form(body)
            inner = form.get("payload")
            return parsed_json(inner) if inner is not None else {**form}
        case _:
            raise Unparsed("content type")


def parsed_json(text: bytes | str) -> dict[str, object]:
    """One object."""
    try:
        value = read_json(text, max_bytes=MOST_BYTES, max_depth=_DEEPEST)
    except Unreadable:
        raise Unparsed("json") from None
    if not is_object(value):
        raise Unparsed("no object")
    return value


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise Unparsed("form") from None
    form = dict(pairs)
    if len(form) < len(pairs):
        raise Unparsed("a field twice")
    return form
