"""Tables: rich text."""

from bot.workspace.blocks.rule import Flag, Items, Kinds, Number, Rule, Shape, Text, typed
from bot.workspace.blocks.text import ID

_MARKS: dict[str, Rule] = {
    name: Flag() for name in ("bold", "italic", "strike", "underline", "highlight", "client_highlight", "unlink")
}
_MENTION_STYLE = Shape("", _MARKS)
_TEXT_STYLE = Shape("", _MARKS | {"code": Flag()})


def _inline(needs: str, **may: Rule) -> Shape:
    return typed(needs, may | {"style": _MENTION_STYLE})


def _written(needs: str, **may: Rule) -> Shape:
    return typed(needs, may | {"style": _TEXT_STYLE})


INLINE = Kinds(
    {
        "text": _written("text", text=Text(least=1)),
        "link": _written("url", url=Text(least=1, most=3000), text=Text(), unsafe=Flag()),
        "date": _written(
            "timestamp format", timestamp=Number(), format=Text(least=1), url=Text(), fallback=Text(least=1)
        ),
        "emoji": _inline("name", name=Text(least=1), unicode=Text(), skin_tone=Number(), url=Text()),
        "user": _inline("user_id", user_id=Text(least=1)),
        "usergroup": _inline("usergroup_id", usergroup_id=Text(least=1)),
        "channel": _inline("channel_id", channel_id=Text(least=1)),
        "team": _inline("team_id", team_id=Text(least=1)),
        "broadcast": _inline("range", range=Text(among=("here", "channel", "everyone"))),
        "color": _inline("value", value=Text(least=1)),
        "tag": _inline("text", text=Text(least=1)),
        "canvas": _inline("file_id", file_id=Text(least=1)),
        "canvas_user_mention": _inline("user_id", user_id=Text(least=1)),
        "attachment_mention": _inline("url", url=Text(least=1)),
        "salesforce_data_field": _inline("salesforce_record_id", salesforce_record_id=Text(least=1)),
        "work_object_mention": _inline("entity_id app_id", entity_id=Text(least=1), app_id=Text(least=1)),
    }
)

_RUNS = Items(of=INLINE, least=1)
_SECTION = typed("elements", {"elements": _RUNS})

RICH = Kinds(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": typed(
            "style elements",
            {
                "style": Text(among=("bullet", "ordered")),
                "elements": Items(of=Kinds({"rich_text_section": _SECTION}), least=1),
                "indent": Number(least=0, most=8),
                "offset": Number(least=0),
                "border": Number(least=0),
            },
        ),
        "rich_text_preformatted": typed(
            "elements",
            {
                "elements": Items(of=INLINE.only("text", "link"), least=1),
                "border": Number(least=0),
                "language": Text(),
            },
        ),
        "rich_text_quote": typed("elements", {"elements": _RUNS, "border": Number(least=0)}),
    }
)

RICH_TEXT = typed("elements", {"block_id": ID, "elements": Items(of=RICH, least=1)})
"""A block, and also a value inside of others."""
RICH_TEXT_VALUE = Kinds({"rich_text": RICH_TEXT})
