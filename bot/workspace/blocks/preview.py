"""What a notification and a screen reader say of a message: its text, or what Slack makes of its blocks."""

from collections.abc import Iterator, Sequence
from typing import cast

from bot.workspace.payload import Json, as_object, as_objects

NOTHING = "This content can't be displayed."
"""What Slack says where there are no words to say."""


def preview(text: str, blocks: list[Json] | None, attachments: list[Json] | None) -> str:
    """The words that stand for a message where blocks cannot be shown."""
    if text.strip():
        return text
    words = [" ".join(word.split()) for word in (*_words(blocks), *_in_attachments(attachments))]
    return " ".join(word for word in words if word) or NOTHING


def rich_words(parts: Sequence[Json]) -> str:
    """The words of rich text, each list item and paragraph on a line of its own."""
    lines: list[str] = []
    for part in parts:
        inside = as_objects(part.get("elements"))
        if part.get("type") == "rich_text_list":
            lines += [rich_words([item]) for item in inside]
        else:
            lines.append("".join(_inline(one) for one in inside))
    return "\n".join(lines)


def _inline(part: Json) -> str:
    match part.get("type"):
        case "link":
            return str(part.get("text") or part.get("url") or "")
        case "emoji":
            return f":{part.get('name')}:"
        case "user" | "canvas_user_mention":
            return f"<@{part.get('user_id')}>"
        case "channel":
            return f"<#{part.get('channel_id')}>"
        case "usergroup":
            return f"<!subteam^{part.get('usergroup_id')}>"
        case "broadcast":
            return f"<!{part.get('range')}>"
        case "date":
            return str(part.get("fallback") or part.get("timestamp") or "")
        case _:
            return str(part.get("text") or part.get("value") or "")


_READ = {
    "plain_text": "text",
    "mrkdwn": "text",
    "raw_text": "text",
    "raw_number": "text|value",
    "action_cell": "element",
    "button": "text",
    "image": "title|alt_text",
    "header": "text",
    "section": "text fields",
    "context": "elements",
    "markdown": "text",
    "alert": "text",
    "input": "label",
    "video": "title description",
    "table": "rows",
    "data_table": "caption",
    "data_visualization": "title",
    "card": "title subtitle body subtext",
    "carousel": "elements",
    "container": "rich_text_title|title subtitle child_blocks",
    "plan": "title tasks",
    "task_card": "title",
    "auth_provider": "name description",
}
"""Where the words of a thing stand, in the order they are read out; after a bar, where they stand instead."""


def _words(part: object) -> Iterator[str]:
    """The words of whatever can stand in a message."""
    if isinstance(part, (str, int, float)):
        yield str(part)
    elif isinstance(part, list):
        for one in cast("list[object]", part):
            yield from _words(one)
    elif (given := as_object(part)) is not None:
        if given.get("type") == "rich_text":
            yield rich_words(as_objects(given.get("elements")))
        else:
            yield from _of_thing(given)


def _of_thing(thing: Json) -> Iterator[str]:
    for places in _READ.get(str(thing.get("type")), "").split():
        place = next((place for place in places.split("|") if place in thing), "")
        yield from _words(thing.get(place))


def _in_attachments(attachments: Sequence[Json] | None) -> Iterator[str]:
    """What was written for this, else what the attachment shows."""
    for one in attachments or ():
        if one.get("blocks"):
            yield from _words(one["blocks"])
        else:
            yield from _words(one.get("fallback") or [one.get("pretext"), one.get("title"), one.get("text")])
