"""What an app answers to a command or a click, at once or later: said, or put in place."""

from bot.workspace.blocks.checking import error_of, flaws_in_message
from bot.workspace.blocks.naming import named
from bot.workspace.changes.posting import Wording, delete, dismiss, edit, post, whisper, whisper_anew
from bot.workspace.changes.wording import escaped, numbered
from bot.workspace.payload import Json
from bot.workspace.state.grant import ResponseUrl
from bot.workspace.state.message import Message
from bot.workspace.state.workspace import Workspace

LONGEST_TEXT = 40_000


def response_address(address: str, grant: ResponseUrl) -> str:
    return f"{address}/response/{grant.key}"


def respond(workspace: Workspace, grant: ResponseUrl, body: Json) -> str:
    """Do what an answer says; in Slack's word why not, else nothing."""
    if grant.app not in workspace.apps or grant.channel not in workspace.channels:
        return "channel_not_found"  # the workspace was begun anew meanwhile
    flaws = flaws_in_message(body.get("blocks"), body.get("attachments"), body.get("text"), body.get("metadata"))
    if flaws:
        return error_of(flaws)
    target = _target(workspace, grant)
    if _says(body, "delete_original"):
        return _remove(workspace, target)
    wording = _wording(workspace, body)
    if not (wording.text or wording.blocks or wording.attachments):
        return "no_text"
    if len(wording.text) > LONGEST_TEXT:
        return "msg_too_long"
    if _says(body, "replace_original"):
        return _replace(workspace, grant, target, wording)
    return _say(workspace, grant, body, wording)


def _target(workspace: Workspace, grant: ResponseUrl) -> Message | None:
    """The message that was clicked, if it stands yet."""
    if grant.ephemeral:
        return workspace.whispers.get((grant.person, grant.message_ts))
    return workspace.message(grant.channel, grant.message_ts)


def _remove(workspace: Workspace, target: Message | None) -> str:
    if target is None:
        return "message_not_found"
    if target.only_for:
        dismiss(workspace, target)
    else:
        delete(workspace, target)
    return ""


def _replace(workspace: Workspace, grant: ResponseUrl, target: Message | None, wording: Wording) -> str:
    if target is None:
        return "message_not_found"
    if target.only_for:
        whisper_anew(workspace, target, wording)
    else:
        edit(workspace, target, workspace.apps[grant.app].bot, wording)
    return ""


def _say(workspace: Workspace, grant: ResponseUrl, body: Json, wording: Wording) -> str:
    """A new message: for the one person, unless it is meant for the channel."""
    app, in_channel = workspace.apps[grant.app], body.get("response_type") == "in_channel"
    if workspace.channels[grant.channel].archived:
        return "is_archived"
    message = Message(
        channel=grant.channel,
        user=app.user,
        app=app.id,
        bot=app.bot,
        text=wording.text,
        blocks=wording.blocks,
        attachments=wording.attachments,
        metadata=wording.metadata,
        thread_ts=_thread(workspace, grant, body),
        only_for="" if in_channel else grant.person,
    )
    if in_channel:
        post(workspace, message)
    else:
        whisper(workspace, message)
    return ""


def _thread(workspace: Workspace, grant: ResponseUrl, body: Json) -> str:
    """Only where the answer names one: Slack puts the answer to a click in a thread into the channel."""
    given = body.get("thread_ts")
    root = workspace.message(grant.channel, given) if isinstance(given, str) else None
    return (root.thread_ts or root.ts) if root else ""


def _wording(workspace: Workspace, body: Json) -> Wording:
    blocks, attachments = body.get("blocks"), body.get("attachments")
    return Wording(
        text=escaped(body.get("text") or ""),
        blocks=named(blocks, workspace.ids) if blocks else None,
        attachments=numbered(attachments, workspace.ids) if attachments else None,
        metadata=body.get("metadata"),
    )


def _says(body: Json, name: str) -> bool:
    return body.get(name) in (True, "true")
