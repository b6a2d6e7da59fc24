"""Each method, once: a call that succeeds, and the shape of what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.workspace.changes.installing import give_code
from bot.workspace.payload import Json
from tests.workspace.api.desk import DIRECT, HOME, MODAL, SECTION, STREAMED, Caller
from tests.workspace.api.shape import (
    BOT_MESSAGE,
    CHANNEL,
    FILE,
    GROUP,
    MESSAGE,
    NEXT,
    PAGING,
    PROFILE,
    USER,
    VIEW,
    Fields,
    Shape,
)
from tests.workspace.made import ALONE, APP, APP_BOT, BOT, MIA, NOON, SAM, SUPPORT

LATER = int(NOON) + 600
LEADS = "S0LEADS000"


@dataclass(frozen=True)
class Case:
    """A call that succeeds, and the shape of its answer besides `ok`."""

    arguments: Callable[[Caller], Json]
    shape: Shape


def given(**arguments: object) -> Callable[[Caller], Json]:
    return lambda _: arguments


def own(**more: object) -> Callable[[Caller], Json]:
    return lambda call: {"channel": SUPPORT, "ts": call.said(), **more}


def item(**more: object) -> Callable[[Caller], Json]:
    return lambda call: {"channel": SUPPORT, "timestamp": call.said(), **more}


def scheduled(call: Caller) -> Json:
    later = call.ok("chat.scheduleMessage", channel=SUPPORT, text="Later", post_at=LATER)
    return {"channel": SUPPORT, "scheduled_message_id": later["scheduled_message_id"]}


def thread(call: Caller) -> Json:
    ts = call.said()
    call.said(thread_ts=ts)
    return {"channel": SUPPORT, "ts": ts}


def reacted(call: Caller) -> Json:
    place = {"channel": SUPPORT, "timestamp": call.said()}
    call.ok("reactions.add", name="eyes", **place)
    return place


def pinned(call: Caller) -> Json:
    place = {"channel": SUPPORT, "timestamp": call.said()}
    call.ok("pins.add", **place)
    return place


def linked(call: Caller) -> Json:
    ts = call.of_mia("See https://shop.example/1 please")
    return {"channel": SUPPORT, "ts": ts, "unfurls": {"https://shop.example/1": {"text": "An order"}}}


def installing(call: Caller) -> Json:
    code = give_code(call.workspace, call.workspace.apps[APP], MIA)
    return {"client_id": "1.2", "client_secret": "hush", "code": code.code}


def session(call: Caller) -> Json:
    place = {"channel_id": DIRECT, "thread_ts": call.of_mia(channel=DIRECT)}
    call.ok("agents.sessions.setStatus", status="active", **place)
    return {"title": "A trip", **place}


def made(call: Caller) -> Json:
    return {"channel": call.ok("conversations.create", name="of-the-bot")["channel"]["id"]}


def archived(call: Caller) -> Json:
    channel = made(call)
    call.ok("conversations.archive", **channel)
    return channel


DND: Fields = {"dnd_enabled": bool, "next_dnd_start_ts": int, "next_dnd_end_ts": int}
DELAYED: Fields = {"type": str, "text": str, "user": str, "team": str, "bot_id": str}
SCHEDULED: Fields = {"id": str, "channel_id": str, "post_at": int, "date_created": int, "text": str}
POSTED: Fields = {"channel": str, "ts": str, "message": BOT_MESSAGE}
PLACE: Fields = {"channel": str, "ts": str}
IM: Fields = {
    "id": str, "created": int, "is_archived": bool, "is_im": bool, "is_org_shared": bool, "user": str, "is_open": bool,
    "priority": int, "last_read": str, "unread_count": int, "unread_count_display": int,
}  # fmt: skip
PINNED: Fields = {
    "type": str, "channel": str, "created": int, "created_by": str,
    "message": {**BOT_MESSAGE, "pinned_to": [str], "permalink": str},
}  # fmt: skip
REACTED: Fields = {
    **BOT_MESSAGE, "permalink": str, "reactions": [{"name": str, "users": [str], "count": int}],
}  # fmt: skip
TEAM_INFO: Fields = {
    "id": str, "name": str, "url": str, "domain": str, "email_domain": str, "is_verified": bool,
    "avatar_base_url": str, "icon": {"image_34": str, "image_132": str, "image_default": bool},
}  # fmt: skip
LISTED_CHANNELS: Fields = {"channels": [CHANNEL], "response_metadata": NEXT}
OF_USER: Fields = {"channels": [{"id": str, "name": str}], "response_metadata": NEXT}
NOTHING: Fields = {}

CASES: dict[str, Case] = {
    "api.test": Case(given(foo="bar"), {"args": {"foo": str}}),
    "auth.test": Case(
        given(),
        {
            "url": str, "team": str, "user": str, "team_id": str, "user_id": str, "bot_id": str,
            "is_enterprise_install": bool,
        },
    ),
    "auth.revoke": Case(given(test=True), {"revoked": bool}),
    "apps.connections.open": Case(given(), {"url": str}),
    "oauth.v2.access": Case(
        installing,
        {
            "access_token": str, "token_type": str, "scope": str, "bot_user_id": str, "app_id": str,
            "team": {"id": str, "name": str}, "enterprise": type(None), "is_enterprise_install": bool,
            "authed_user": {"id": str},
        },
    ),
    "bots.info": Case(
        given(bot=APP_BOT),
        {
            "bot": {
                "id": str, "deleted": bool, "name": str, "updated": int, "app_id": str, "user_id": str,
                "icons": {"image_36": str, "image_48": str, "image_72": str},
            }
        },
    ),
    "blocks.validate": Case(given(blocks=[SECTION]), NOTHING),
    "chat.postMessage": Case(given(channel=SUPPORT, text="Hello"), POSTED),
    "chat.update": Case(
        own(text="New"), {**PLACE, "text": str, "message": {**BOT_MESSAGE, "edited": {"user": str, "ts": str}}}
    ),
    "chat.delete": Case(own(), PLACE),
    "chat.postEphemeral": Case(given(channel=SUPPORT, user=MIA, text="Psst"), {"message_ts": str}),
    "chat.getPermalink": Case(
        lambda call: {"channel": SUPPORT, "message_ts": call.said()}, {"channel": str, "permalink": str}
    ),
    "chat.meMessage": Case(given(channel=SUPPORT, text="yawns"), PLACE),
    "chat.scheduleMessage": Case(
        given(channel=SUPPORT, text="Later", post_at=LATER),
        {"channel": str, "scheduled_message_id": str, "post_at": int, "message": DELAYED},
    ),
    "chat.scheduledMessages.list": Case(
        lambda call: {"channel": scheduled(call)["channel"]},
        {"scheduled_messages": [SCHEDULED], "response_metadata": NEXT},
    ),
    "chat.deleteScheduledMessage": Case(scheduled, NOTHING),
    "chat.unfurl": Case(linked, NOTHING),
    "chat.startStream": Case(
        lambda call: {"channel": SUPPORT, "thread_ts": call.of_mia(), "markdown_text": "Let me", **STREAMED}, PLACE
    ),
    "chat.appendStream": Case(
        lambda call: {"channel": SUPPORT, "ts": call.streaming(), "markdown_text": " see"}, PLACE
    ),
    "chat.stopStream": Case(lambda call: {"channel": SUPPORT, "ts": call.streaming()}, POSTED),
    "conversations.open": Case(given(users=MIA, return_im=True), {"channel": IM, "no_op": bool, "already_open": bool}),
    "conversations.close": Case(given(channel=DIRECT), NOTHING),
    "conversations.info": Case(
        given(channel=SUPPORT, include_num_members=True),
        {"channel": {**CHANNEL, "num_members": int, "last_read": str}},
    ),
    "conversations.history": Case(
        lambda call: {"channel": SUPPORT, "oldest": "0", "limit": call.said() and 1},
        {
            "messages": [MESSAGE], "has_more": bool, "pin_count": int, "oldest": str, "response_metadata": NEXT,
            "channel_actions_ts": type(None), "channel_actions_count": int,
        },
    ),
    "conversations.replies": Case(
        thread, {"messages": [MESSAGE], "has_more": bool, "response_metadata": NEXT}
    ),
    "conversations.list": Case(given(), LISTED_CHANNELS),
    "users.conversations": Case(given(), OF_USER),
    "conversations.members": Case(given(channel=SUPPORT), {"members": [str], "response_metadata": NEXT}),
    "conversations.join": Case(given(channel=ALONE), {"channel": CHANNEL}),
    "conversations.leave": Case(given(channel=SUPPORT), NOTHING),
    "conversations.invite": Case(lambda call: {**made(call), "users": f"{MIA},{SAM}"}, {"channel": CHANNEL}),
    "conversations.kick": Case(given(channel=SUPPORT, user=SAM), NOTHING),
    "conversations.create": Case(given(name="incident-7"), {"channel": CHANNEL}),
    "conversations.archive": Case(given(channel=SUPPORT), NOTHING),
    "conversations.unarchive": Case(archived, NOTHING),
    "conversations.rename": Case(lambda call: {**made(call), "name": "renamed"}, {"channel": CHANNEL}),
    "conversations.setTopic": Case(given(channel=SUPPORT, topic="Orders"), {"channel": CHANNEL}),
    "conversations.setPurpose": Case(given(channel=SUPPORT, purpose="Orders"), {"channel": CHANNEL}),
    "conversations.mark": Case(own(), NOTHING),
    "users.info": Case(given(user=MIA, include_locale=True), {"user": {**USER, "locale": str}}),
    "users.list": Case(
        given(limit=2),
        {"members": [{"id": str, "name": str, "deleted": bool}], "cache_ts": int, "response_metadata": NEXT},
    ),
    "users.lookupByEmail": Case(given(email="Mia@Acme.example"), {"user": USER}),
    "users.profile.get": Case(given(user=MIA), {"profile": {**PROFILE, "fields": {}}}),
    "users.getPresence": Case(given(user=MIA), {"presence": str}),
    "users.setPresence": Case(given(presence="away"), NOTHING),
    "usergroups.list": Case(
        given(include_users=True, include_count=True), {"usergroups": [{**GROUP, "users": [str], "user_count": int}]}
    ),
    "usergroups.users.list": Case(given(usergroup=LEADS), {"users": [str]}),
    "usergroups.create": Case(given(name="On call"), {"usergroup": GROUP}),
    "usergroups.update": Case(given(usergroup=LEADS, name="Chiefs"), {"usergroup": GROUP}),
    "usergroups.users.update": Case(given(usergroup=LEADS, users=SAM), {"usergroup": {**GROUP, "users": [str]}}),
    "usergroups.disable": Case(given(usergroup=LEADS), {"usergroup": GROUP}),
    "usergroups.enable": Case(given(usergroup=LEADS), {"usergroup": GROUP}),
    "reactions.add": Case(item(name="eyes"), NOTHING),
    "reactions.remove": Case(lambda call: {"name": "eyes", **reacted(call)}, NOTHING),
    "reactions.get": Case(reacted, {"type": str, "channel": str, "message": REACTED}),
    "reactions.list": Case(
        lambda call: {"user": reacted(call) and BOT},
        {"items": [{"type": str, "channel": str, "message": REACTED}], "paging": PAGING},
    ),
    "pins.add": Case(item(), NOTHING),
    "pins.remove": Case(pinned, NOTHING),
    "pins.list": Case(lambda call: {"channel": pinned(call)["channel"]}, {"items": [PINNED]}),
    "team.info": Case(given(), {"team": TEAM_INFO}),
    "dnd.info": Case(given(user=MIA), DND),
    "dnd.teamInfo": Case(given(users=f"{MIA},{SAM}"), {"users": {MIA: DND, SAM: DND}}),
    "emoji.list": Case(given(), {"emoji": {}, "cache_ts": str}),
    "bookmarks.list": Case(given(channel_id=SUPPORT), {"bookmarks": []}),
    "views.open": Case(lambda call: {"trigger_id": call.trigger(), "view": MODAL}, {"view": VIEW}),
    "views.push": Case(
        lambda call: {"trigger_id": call.trigger(view=call.opened()["id"]), "view": MODAL}, {"view": VIEW}
    ),
    "views.update": Case(lambda call: {"view_id": call.opened()["id"], "view": MODAL}, {"view": VIEW}),
    "views.publish": Case(given(user_id=MIA, view=HOME), {"view": VIEW}),
    "files.getUploadURLExternal": Case(given(filename="a.txt", length=3), {"upload_url": str, "file_id": str}),
    "files.completeUploadExternal": Case(
        lambda call: {"files": [{"id": call.file(done=False).id, "title": "A"}], "channel_id": SUPPORT},
        {"files": [FILE]},
    ),
    "files.info": Case(lambda call: {"file": call.file().id}, {"file": FILE, "comments": []}),
    "files.list": Case(lambda call: {"user": call.file().user}, {"files": [FILE], "paging": PAGING}),
    "files.delete": Case(lambda call: {"file": call.file().id}, NOTHING),
    "assistant.threads.setStatus": Case(
        lambda call: {"channel_id": DIRECT, "thread_ts": call.of_mia(channel=DIRECT), "status": "is thinking…"}, NOTHING
    ),
    "assistant.threads.setTitle": Case(
        lambda call: {"channel_id": DIRECT, "thread_ts": call.of_mia(channel=DIRECT), "title": "A trip"}, NOTHING
    ),
    "assistant.threads.setSuggestedPrompts": Case(
        given(channel_id=DIRECT, prompts=[{"title": "Sum up", "message": "Sum this up"}]), NOTHING
    ),
    "agents.sessions.setStatus": Case(
        lambda call: {"channel_id": DIRECT, "thread_ts": call.of_mia(channel=DIRECT), "status": "processing"},
        {"status": str, "agent_status": str, "title": str},
    ),
    "agents.sessions.rename": Case(session, {"title": str}),
}  # fmt: skip
