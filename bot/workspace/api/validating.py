"""`blocks.validate`: says what is wrong with blocks, a message or a view, and does nothing with them."""

from collections.abc import Callable, Mapping
from typing import cast

from bot.workspace.api.call import Call, Method, SlackError, TokenKind
from bot.workspace.blocks.checking import flaws_in_blocks, flaws_in_message, flaws_in_view
from bot.workspace.blocks.flaw import Flaw
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface

LONGEST = 100_000


def _in_blocks(given: object) -> list[Flaw]:
    return flaws_in_blocks(given, Surface.MESSAGE)


def _in_message(given: object) -> list[Flaw]:
    if not isinstance(given, dict):
        return [Flaw(code="invalid_type", message="must provide an object")]
    fields = cast("Json", given)
    return flaws_in_message(*(fields.get(name) for name in ("blocks", "attachments", "text", "metadata")))


_KINDS: Mapping[str, Callable[[object], list[Flaw]]] = {
    "blocks": _in_blocks,
    "message": _in_message,
    "view": flaws_in_view,
}


def validate(call: Call) -> Json:
    given = [name for name in _KINDS if call.arguments.has(name)]
    if len(given) != 1:
        raise _refused("must provide exactly one of `blocks`, `view`, or `message`")
    (kind,) = given
    if len(call.arguments.text(kind)) > LONGEST:
        raise _refused(f"must be less than {LONGEST + 1} characters [json-pointer:/{kind}]")
    flaws = _KINDS[kind](call.arguments.structure(kind))
    if flaws:
        raise SlackError(f"invalid_{kind}", errors=[flaw.shown() for flaw in flaws])
    return {}


def _refused(why: str) -> SlackError:
    return SlackError("invalid_arguments", response_metadata={"messages": [why]})


METHODS: Mapping[str, Method] = {
    "blocks.validate": Method(
        do=validate,
        token=TokenKind.NONE,
        errors=("invalid_arguments", "invalid_blocks", "invalid_message", "invalid_view"),
    )
}
