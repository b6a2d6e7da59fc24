"""Things in the form Slack gives them over the wire."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.workspace.payload import Json
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.file import File
from bot.workspace.state.message import Message
from bot.workspace.state.person import Kind, Person
from bot.workspace.state.team import Group
from bot.workspace.state.view import View
from bot.workspace.state.workspace import Workspace

GUESTS = (Kind.GUEST, Kind.SINGLE_CHANNEL_GUEST)
PHOTO_SIZES = (24, 32, 48, 72, 192, 512)
ICON_SIZES = (36, 48, 72)
_VIEW_TITLE: Json = {"type": "plain_text", "text": "View Title", "emoji": True}


def message_json(workspace: Workspace, message: Message) -> Json:
    """A message as in `conversations.history`."""
    said: Json = {"type": "message"}
    if message.subtype:
        said["subtype"] = message.subtype
    said |= {"user": message.user, "text": message.text, "ts": message.ts, "team": workspace.team.id}
    if message.client_msg_id:
        said["client_msg_id"] = message.client_msg_id
    if message.bot:
        said |= _of_bot(workspace, message)
    said |= {name: value for name, value in _parts(workspace, message).items() if value}
    if message.replies:
        said |= _thread(workspace, message)
    if message.is_reply:
        said |= _of_reply(workspace, message)
    return said | message.more


def _of_reply(workspace: Workspace, message: Message) -> Json:
    root = workspace.message(message.channel, message.thread_ts)
    if root is None:
        return {}
    said: Json = {"parent_user_id": root.user}
    return said | ({"root": message_json(workspace, root)} if message.broadcast else {})


def _of_bot(workspace: Workspace, message: Message) -> Json:
    app = workspace.apps.get(message.app)
    profile = {
        "id": message.bot,
        "app_id": message.app,
        "name": app.name if app else message.username,
        "icons": {f"image_{size}": photo_url(workspace, message.user, size) for size in ICON_SIZES},
        "deleted": False,
        "updated": 0,
        "team_id": workspace.team.id,
    }
    said: Json = {"bot_id": message.bot, "app_id": message.app, "bot_profile": profile}
    if message.username:
        said["username"] = message.username
    if message.icon:
        said["icons"] = {"emoji": message.icon} if message.icon.startswith(":") else {"image_48": message.icon}
    return said


def _parts(workspace: Workspace, message: Message) -> Json:
    return {
        "blocks": message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
        "metadata": message.metadata,
        "edited": {"user": message.edited_by, "ts": message.edited_ts} if message.edited_ts else None,
        "reactions": reactions_json(message),
        "files": [file_json(workspace, workspace.files[id]) for id in message.files if id in workspace.files],
    }


def _thread(workspace: Workspace, message: Message) -> Json:
    channel = workspace.channels[message.channel]
    replies = [channel.messages[ts] for ts in message.replies if ts in channel.messages]
    people = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "reply_count": len(replies),
        "reply_users_count": len(people),
        "latest_reply": replies[-1].ts if replies else "",
        "reply_users": people[:5],
        "is_locked": False,
        "subscribed": False,
    }


def reactions_json(message: Message) -> list[Json]:
    return [{"name": name, "users": people, "count": len(people)} for name, people in message.reactions.items()]


def person_json(workspace: Workspace, person: Person) -> Json:
    """A person as in `users.info`."""
    zone = datetime.fromtimestamp(workspace.clock.now(), tz=ZoneInfo(person.tz))
    offset = zone.utcoffset()
    said: Json = {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "deleted": person.deleted,
        "color": person.colour,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": zone.tzname() or person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile_json(workspace, person),
        "is_admin": person.kind in (Kind.ADMIN, Kind.OWNER),
        "is_owner": person.kind is Kind.OWNER,
        "is_primary_owner": person.kind is Kind.OWNER,
        "is_restricted": person.kind in GUESTS,
        "is_ultra_restricted": person.kind is Kind.SINGLE_CHANNEL_GUEST,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
        "is_email_confirmed": not person.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }
    if person.kind is Kind.STRANGER:
        said["is_stranger"] = True
    return said


def profile_json(workspace: Workspace, person: Person) -> Json:
    first, _, last = person.real_name.partition(" ")
    said: Json = {
        "title": person.title,
        "phone": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": "" if person.is_bot else person.name,
        "display_name_normalized": "" if person.is_bot else person.name,
        "status_text": person.status_text,
        "status_emoji": person.status_emoji,
        "status_expiration": 0,
        "status_text_canonical": "",
        "status_emoji_display_info": [],
        "skype": "",
        "avatar_hash": f"g{person.id.lower()[-10:]}",
        "first_name": first,
        "last_name": last,
        "team": person.team,
    }
    said |= {f"image_{size}": photo_url(workspace, person.id, size) for size in PHOTO_SIZES}
    if person.is_bot:
        said |= {"api_app_id": person.app, "bot_id": person.bot, "always_active": True}
    elif person.email:
        said["email"] = person.email
    return said


def photo_url(workspace: Workspace, person: str, size: int) -> str:
    return f"{workspace.team.url}photos/{person}-{size}.svg"


def channel_json(workspace: Workspace, channel: Channel, *, for_person: str, counted: bool = False) -> Json:
    """A channel as in `conversations.info`, as one person or bot sees it."""
    said: Json = {"id": channel.id, "created": channel.created, "is_archived": channel.archived}
    if channel.kind is ChannelKind.DIRECT:
        other = next((one for one in channel.people if one != for_person), for_person)
        return (
            said
            | {"is_im": True, "is_org_shared": False, "user": other, "is_open": True, "priority": 0}
            | {
                "context_team_id": workspace.team.id,
                "updated": channel.created * 1_000,
            }
        )
    said |= {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_group": channel.kind is ChannelKind.PRIVATE,
        "is_im": False,
        "is_mpim": channel.kind is ChannelKind.GROUP_DIRECT,
        "is_private": channel.kind is not ChannelKind.PUBLIC,
        "is_general": channel.general,
        "is_shared": bool(channel.shared_with),
        "is_ext_shared": bool(channel.shared_with),
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "is_member": for_person in channel.people,
        "creator": channel.creator,
        "unlinked": 0,
        "updated": channel.created * 1_000,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "context_team_id": workspace.team.id,
        "shared_team_ids": [workspace.team.id, *([channel.shared_with] if channel.shared_with else [])],
        "topic": _described(channel.topic, channel),
        "purpose": _described(channel.purpose, channel),
        "previous_names": [],
    }
    return said | ({"num_members": len(channel.people)} if counted else {})


def _described(value: str, channel: Channel) -> Json:
    return {
        "value": value,
        "creator": channel.creator if value else "",
        "last_set": channel.created if value else 0,
    }


def view_json(workspace: Workspace, view: View) -> Json:
    """A view as `views.open` gives it back and as an interaction brings it."""
    said: Json = {
        "id": view.id,
        "team_id": workspace.team.id,
        "type": view.surface.value,
        "title": _VIEW_TITLE,
        "submit": None,
        "close": None,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "submit_disabled": False,
    }
    said |= view.content
    said |= {
        "state": {"values": view.values},
        "hash": view.hash,
        "root_view_id": view.root or view.id,
        "previous_view_id": view.previous or None,
        "app_id": view.app,
        "app_installed_team_id": workspace.team.id,
        "bot_id": workspace.apps[view.app].bot,
    }
    return said


def file_json(workspace: Workspace, file: File) -> Json:
    """A file as in `files.info`."""
    kind = file.name.rpartition(".")[2].lower() if "." in file.name else "text"
    base = f"{workspace.team.url}files/{file.id}/{file.key}"
    public = [id for id in file.channels if workspace.channels[id].kind is ChannelKind.PUBLIC]
    private = [id for id in file.channels if workspace.channels[id].kind is ChannelKind.PRIVATE]
    direct = [id for id in file.channels if workspace.channels[id].is_direct]
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": file.user,
        "user_team": workspace.team.id,
        "editable": False,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(public),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{base}/{file.name}",
        "url_private_download": f"{base}/download/{file.name}",
        "permalink": f"{base}/{file.name}",
        "channels": public,
        "groups": private,
        "ims": direct,
        "comments_count": 0,
        "has_more_shares": False,
    }


def group_json(workspace: Workspace, group: Group) -> Json:
    """A user group as in `usergroups.list`."""
    return {
        "id": group.id,
        "team_id": workspace.team.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": group.created,
        "date_update": group.created,
        "date_delete": group.created if group.disabled else 0,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "channel_count": 0,
        "is_visible": True,
        "created_by": "",
        "updated_by": "",
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(group.people),
    }
