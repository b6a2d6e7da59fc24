"""Tables: text objects, and the other objects that elements are composed of."""

import re

from bot.workspace.blocks.rule import Flag, Form, Items, Kinds, Rule, Shape, Text, all_of, typed
from bot.workspace.blocks.together import just_one, some

LONGEST_TEXT = 3000


def plain(most: int) -> Rule:
    """Plain text of at most so many characters."""
    return all_of(Kinds({"plain_text": _plain(most)}))


def text(most: int) -> Rule:
    """Plain text or mrkdwn of at most so many characters."""
    return all_of(Kinds({"plain_text": _plain(most), "mrkdwn": _mrkdwn(most)}))


def title(most: int) -> Rule:
    """Plain text whose limit is its own, as in the frame of a view."""
    return Kinds({"plain_text": _plain(most)})


def _plain(most: int) -> Shape:
    return typed("text", {"text": Text(least=1, most=most), "emoji": Flag()})


def _mrkdwn(most: int) -> Shape:
    return typed("text", {"text": Text(least=1, most=most), "verbatim": Flag()})


TEXTS: dict[str, Rule] = {"plain_text": _plain(LONGEST_TEXT), "mrkdwn": _mrkdwn(LONGEST_TEXT)}
"""Where nothing but Slack's limit for every text holds."""

WEB = Form(
    pattern=re.compile(r"https?://\S+", re.IGNORECASE),
    kind="format",
    expected="uri",
    message="downloading image failed",
)
"""An image has to be found; this is what Slack says where it finds none."""
HTTPS = Form(
    pattern=re.compile(r"https://\S+", re.IGNORECASE),
    kind="pattern",
    expected="^https://",
    message="input must match regex pattern: ^https://",
)

STYLE = Text(among=("primary", "danger"))
ACCESSIBILITY_LABEL = Text(most=75)
ID = Text(most=255)
"""An id of an app's own: of a block, an action, a view."""
LINK = Text(most=3000)
IMAGE_URL = Text(most=3000, form=WEB)
ALT_TEXT = Text(most=2000)
SECURE_URL = Text(most=3000, form=HTTPS)

SLACK_FILE = Shape("", {"id": Text(least=1), "url": Text(least=1)}, just_one("id", "url"))

IMAGE = typed(
    "alt_text",
    {"image_url": IMAGE_URL, "slack_file": SLACK_FILE, "alt_text": ALT_TEXT},
    *just_one("image_url", "slack_file"),
)

CONFIRM = Shape(
    "title text confirm deny",
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30), "style": STYLE},
)


def option(words: Rule, description: Rule, **more: Rule) -> Shape:
    """Something to choose."""
    return Shape("text value", {"text": words, "value": Text(most=150), "description": description, **more})


MENU_OPTION = option(plain(75), plain(75))
LINKED_OPTION = option(plain(75), plain(75), url=LINK)
MARKED_OPTION = option(text(75), text(75))
"""Of checkboxes and radio buttons, which may be marked up."""

OPTION_GROUP = Shape(
    "label options",
    {"label": plain(75), "options": Items(of=MENU_OPTION, least=1, most=100)},
)

DISPATCH = Shape(
    "",
    {"trigger_actions_on": Items(of=Text(among=("on_enter_pressed", "on_character_entered")), least=1, most=2)},
)

FILTER = Shape(
    "",
    {
        "include": Items(of=Text(among=("im", "mpim", "private", "public")), least=1),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    },
    (some("include", "exclude_external_shared_channels", "exclude_bot_users"),),
)

WORKFLOW = Shape(
    "trigger",
    {
        "trigger": Shape(
            "url",
            {
                "url": Text(least=1),
                "customizable_input_parameters": Items(of=Shape("name value", {"name": Text(), "value": Text()})),
            },
        ),
    },
)
