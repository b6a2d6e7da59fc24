"""Blocks that stand for something which lies elsewhere: pictures, films, files, calls, accounts."""

from bot.workspace.page.html import Child, Html, joined, tag
from bot.workspace.page.render.elements import element
from bot.workspace.page.render.files import file_html
from bot.workspace.page.render.mrkdwn import link, text_object
from bot.workspace.page.render.pictures import picture, picture_of
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import inner, text, words
from bot.workspace.page.render.viewer import named
from bot.workspace.payload import Json


def image(place: Place, one: Json) -> Html:
    title = words(one, "title")
    caption = tag("figcaption", {"dir": "auto"}, text_object(place.viewer, inner(one, "title"))) if title else None
    return tag("figure", None, caption, picture_of(place.viewer, one))


def video(place: Place, one: Json) -> Html:
    """A film is not played here: its picture, its words, and the way to it."""
    from_whom = " · ".join(said for name in ("provider_name", "author_name") if (said := text(one, name)))
    address = text(one, "title_url") or text(one, "video_url")
    title = tag("strong", None, link(address, named(words(one, "title"))))
    said = tag("div", {"dir": "auto"}, text_object(place.viewer, inner(one, "description")))
    by = tag("div", {"class": "soft"}, named(from_whom)) if from_whom else None
    shown = picture(place.viewer, text(one, "thumbnail_url"), text(one, "alt_text"))
    return tag("figure", None, tag("figcaption", None, by, title, said), shown)


def file(place: Place, one: Json) -> Html:
    """A file that an app told of: known here, or by the name it has elsewhere."""
    known = place.viewer.workspace.files.get(text(one, "file_id"))
    return file_html(place.viewer, known) if known else _away("📄", named(text(one, "external_id")), "kept elsewhere")


def call(_place: Place, one: Json) -> Html:
    told = inner(inner(one, "call"), "v1")
    name = text(told, "name") or text(one, "call_id")
    ended = "The call has ended." if told.get("has_ended") or told.get("date_end") else "A call"
    return _away("📞", tag("strong", None, named(name)), ended, _join(text(told, "join_url")))


def _join(address: str) -> Html | None:
    shown = link(address, "Join")
    return shown if shown.startswith("<a") else None


def _away(sign: str, name: Html, said: str, more: Child = None) -> Html:
    line = tag("span", {"class": "soft"}, said)
    return tag("div", {"class": "file"}, tag("span", {"aria-hidden": "true"}, f"{sign} "), name, " ", line, " ", more)


def auth_provider(place: Place, one: Json) -> Html:
    """An account at another place, and whether it is joined to this one."""
    is_joined = bool(one.get("is_connected"))
    who = [text_object(place.viewer, inner(one, name)) for name in ("connected_identity", "connected_context")]
    state = ["Connected", *(part for part in who if part)] if is_joined else ["Not connected"]
    dotted = [part if n == 0 else (" · ", part) for n, part in enumerate(state)]
    name, address = ("Disconnect", "disconnect_url") if is_joined else ("Connect", "auth_url")
    way = link(text(one, address), name)
    said = inner(one, "description")
    accessory = inner(one, "accessory")
    lines = joined(
        [
            tag("strong", None, text_object(place.viewer, inner(one, "name"))),
            tag("div", None, text_object(place.viewer, said)) if said else None,
            tag("div", {"class": "soft"}, dotted, (" ", way) if way.startswith("<a") else None),
        ]
    )
    beside = element(place, text(one, "block_id"), accessory) if accessory else None
    return tag("div", {"class": "account"}, tag("div", {"dir": "auto"}, lines), beside)
