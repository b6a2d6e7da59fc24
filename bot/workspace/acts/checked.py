"""What an app sends back to be shown: views and options, checked as Slack checks them."""

from typing import cast

from bot.workspace.blocks.checking import flaws_in_blocks, flaws_in_view
from bot.workspace.blocks.naming import named_view
from bot.workspace.payload import Json, as_object
from bot.workspace.state.view import Surface
from bot.workspace.state.workspace import Workspace

MOST_OPTIONS = 100


class Unshowable(Exception):
    """It cannot be shown; the message says what is wrong with it."""


def modal_of(workspace: Workspace, view: object) -> Json:
    """The content of a modal that an app sent, each block with its name."""
    flaws = flaws_in_view(view)
    if flaws:
        raise Unshowable(flaws[0].line())
    given = cast("Json", view)
    if given.get("type") != Surface.MODAL.value:
        raise Unshowable("it is no modal")
    return named_view(given, workspace.ids)


def options_of(body: Json) -> tuple[Json, ...]:
    """The options, or the groups of options, that an app offers."""
    name = "option_groups" if body.get("option_groups") else "options"
    options = body.get(name)
    if not isinstance(options, list):
        raise Unshowable("it has no options")
    listed = cast("list[object]", options)
    if listed:
        flaws = flaws_in_blocks([_as_select(name, listed)], Surface.MODAL)
        if flaws:
            raise Unshowable(flaws[0].line())
    return tuple(option for one in listed if (option := as_object(one)) is not None)


def _as_select(name: str, options: list[object]) -> Json:
    """What comes from an app's source obeys what stands in a select."""
    return {"type": "actions", "elements": [{"type": "static_select", name: options}]}
