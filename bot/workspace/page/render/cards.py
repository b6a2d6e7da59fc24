"""Cards, alone and in a row."""

from collections.abc import Mapping
from typing import Final

from bot.workspace.page.html import Html, tag
from bot.workspace.page.render.elements import element, elements
from bot.workspace.page.render.mrkdwn import text_object
from bot.workspace.page.render.part import Labelled
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import inner, inners, text, words
from bot.workspace.payload import Json

_TABLE: Final = """
archive 🗄 book 📖 bookmark 🔖 bot 🤖 bug 🐞 calendar 📅 call 📞 check ✓ clipboard 📋 code ⌨ comment 💬 compass 🧭 copy ⧉
cube 🧊 download ⤓ edit ✎ email ✉ eye-open 👁 file 📄 flag ⚑ folder 📁 gear ⚙ globe 🌐 heart ♥ help ? image 🖼 info i
key 🔑 lightbulb 💡 link 🔗 map 🗺 mobile 📱 pin 📌 plus + refresh ↻ rocket 🚀 save 💾 screen 🖥 share ↗ sparkle ✨ star ☆
star-filled ★ thumbs-down 👎 thumbs-up 👍 trash 🗑 upload ⤒ user 👤 warning ⚠
""".split()
_SIGNS: Final[Mapping[str, str]] = dict(zip(_TABLE[::2], _TABLE[1::2], strict=True))
"""What stands for Slack's own icons; for the few others, a dot."""


def card(place: Place, one: Json) -> Html:
    id = text(one, "block_id")
    named = Labelled(label=words(one, "title"))
    acts = elements(place, id, inners(one, "actions"), labelled=named)
    hero = inner(one, "hero_image")
    return tag(
        "div",
        {"class": "card-box"},
        tag("div", {"class": "hero"}, element(place, id, hero)) if hero else None,
        _head(place, one),
        [_line(place, one, name) for name in ("body", "subtext")],
        tag("div", {"class": "actions"}, acts) if acts else None,
    )


def _head(place: Place, one: Json) -> Html:
    """The icon beside the title and what stands below it."""
    icon, sign = inner(one, "icon"), text(inner(one, "slack_icon"), "name")
    shown = element(place, text(one, "block_id"), icon) if icon else None
    if shown is None and sign:
        shown = tag("span", {"class": "sign", "aria-hidden": "true"}, _SIGNS.get(sign, "•"))
    return tag("div", {"class": "card-head"}, shown, tag("div", None, [_line(place, one, n) for n in _HEAD]))


_HEAD: Final = ("title", "subtitle")


def _line(place: Place, one: Json, name: str) -> Html | None:
    said = inner(one, name)
    return tag("div", {"class": name, "dir": "auto"}, text_object(place.viewer, said)) if said else None
