"""`chat.unfurl`: what a link in somebody's message looks like, said by an app that knows it."""

import html
from collections.abc import Mapping
from typing import cast

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.wording import refuse_flaws
from bot.workspace.blocks.checking import flaws_in_message
from bot.workspace.changes.posting import touch
from bot.workspace.changes.wording import numbered
from bot.workspace.payload import Json
from bot.workspace.state.channel import ChannelKind
from bot.workspace.state.message import Message
from bot.workspace.state.showing import message_json


def unfurl(call: Call) -> Json:
    message = _message(call)
    previews = _previews(call, message)
    attachments = [preview | {"from_url": url, "original_url": url} for url, preview in previews.items()]
    refuse_flaws(flaws_in_message(None, [*previews.values()], None, None))
    workspace = call.desk.workspace
    before = message_json(workspace, message)
    kept = [one for one in message.attachments or [] if one.get("from_url") not in previews]
    message.attachments = numbered([*kept, *attachments], workspace.ids)
    touch(workspace, message, before)
    return {}


def _message(call: Call) -> Message:
    if not call.arguments.text("channel"):
        raise SlackError("missing_channel")
    if not call.arguments.text("ts"):
        raise SlackError("missing_ts")
    channel = call.desk.workspace.channels.get(call.arguments.text("channel"))
    if channel is None or (channel.kind is not ChannelKind.PUBLIC and call.app.user not in channel.people):
        raise SlackError("cannot_find_channel")
    message = channel.messages.get(call.arguments.text("ts"))
    if message is None:
        raise SlackError("cannot_find_message")
    return message


def _previews(call: Call, message: Message) -> dict[str, Json]:
    given = call.arguments.structure("unfurls", "invalid_unfurls_format")
    if given is None:
        raise SlackError("missing_unfurls")
    if not isinstance(given, dict):
        raise SlackError("invalid_unfurls_format")
    previews = cast("dict[str, object]", given)
    said = html.unescape(message.text)
    for url, preview in previews.items():
        if not isinstance(preview, dict):
            raise SlackError("cannot_parse_attachment")
        if not url or url not in said:
            raise SlackError("cannot_unfurl_url")
    return cast("dict[str, Json]", given)


METHODS: Mapping[str, Method] = {
    "chat.unfurl": Method(
        do=unfurl,
        scopes=("links:write",),
        errors=(
            "missing_channel", "missing_ts", "cannot_find_channel", "cannot_find_message", "missing_unfurls",
            "invalid_unfurls_format", "cannot_parse_attachment", "cannot_unfurl_url",
        ),
    ),
}  # fmt: skip
