"""Everything that can happen in a workspace and that an app may hear of: what to do, and what comes of it."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.workspace.changes import filing, gathering, installing, peopling, posting, viewing
from bot.workspace.payload import Json
from bot.workspace.state.message import Message
from bot.workspace.state.person import Person
from bot.workspace.state.team import Group
from bot.workspace.state.workspace import Workspace
from tests.workspace.made import APP, APP_BOT, BOT, GRETA, MIA, OLGA, SAM, SECRET, SUPPORT

Do = Callable[[Workspace], object]


@dataclass(frozen=True)
class Happening:
    """One thing that happens, and the last event an app hears of it."""

    do: Do
    event: str
    keys: frozenset[str]
    """Every key of the inner event, as public samples have them."""
    scope: str = ""
    """Without it nothing is heard."""
    subtype: str = ""
    app_only: bool = False
    """Only that the app is meant decides, not what it may read."""


def said(
    workspace: Workspace,
    text: str = "hello",
    *,
    channel: str = SUPPORT,
    user: str = MIA,
    subtype: str = "",
    app: str = "",
) -> Message:
    message = Message(channel=channel, user=user, text=text, subtype=subtype, client_msg_id="c", app=app)
    message.bot = APP_BOT if app else ""
    return posting.post(workspace, message)


def whole(workspace: Workspace, name: str = "support") -> Message:
    """The last message of a channel."""
    channel = workspace.channel_named(name)
    assert channel is not None
    return [*channel.messages.values()][-1]


def root_and_reply(workspace: Workspace, subtype: str = "") -> None:
    root = said(workspace, "root")
    reply = Message(channel=SUPPORT, user=SAM, text="reply", thread_ts=root.ts, broadcast=bool(subtype))
    reply.subtype, reply.client_msg_id = subtype, "c"
    posting.post(workspace, reply)


def edited(workspace: Workspace) -> None:
    posting.edit(workspace, said(workspace), MIA, posting.Wording(text="hello!"))


def shared_file(workspace: Workspace) -> None:
    file = filing.ask_for_room(workspace, "a.txt", user=MIA, size=1)
    filing.fill(file, b"a")
    filing.share(workspace, Message(channel=SUPPORT, user=MIA, text="", client_msg_id="c"), file)


def unreacted(workspace: Workspace) -> None:
    message = said(workspace)
    posting.react(workspace, message, SAM, "wave")
    posting.unreact(workspace, message, SAM, "wave")


def unpinned(workspace: Workspace) -> None:
    message = said(workspace)
    posting.pin(workspace, message, SAM)
    posting.unpin(workspace, message, SAM)


def changed(person: str, **more: object) -> Do:
    def do(workspace: Workspace) -> None:
        for name, value in more.items():
            setattr(workspace.people[person], name, value)
        peopling.settle_person(workspace, workspace.people[person])

    return do


def regrouped(workspace: Workspace) -> None:
    group = workspace.groups["S0LEADS000"]
    group.people = [OLGA, SAM]
    peopling.settle_group(workspace, group)


def newcomer(workspace: Workspace) -> None:
    peopling.settle_person(workspace, Person(id="U0NEW00000", team=workspace.team.id, name="new", real_name="Ned New"))


def private_with_bot(workspace: Workspace) -> None:
    workspace.channels[SECRET].people[BOT] = None


def in_private(do: Callable[[Workspace], object]) -> Do:
    def happen(workspace: Workspace) -> None:
        private_with_bot(workspace)
        do(workspace)

    return happen


def home_published(workspace: Workspace) -> None:
    content: Json = {"type": "home", "blocks": [{"type": "divider", "block_id": "d"}]}
    viewing.publish_home(workspace, APP, MIA, content)
    gathering.open_direct(workspace, MIA, BOT)
    viewing.visit_home(workspace, APP, MIA, "home")


def in_direct(workspace: Workspace) -> None:
    said(workspace, "psst", channel=gathering.open_direct(workspace, MIA, BOT).id)


def in_group_direct(workspace: Workspace) -> None:
    said(workspace, "psst", channel=gathering.open_direct(workspace, MIA, SAM, BOT).id)


def keys(words: str) -> frozenset[str]:
    return frozenset(words.split())


MESSAGE = keys("type user text ts team client_msg_id channel channel_type event_ts")
PLAIN = MESSAGE - {"client_msg_id"}
NOTE = PLAIN | {"subtype"}
HIDDEN = keys("type subtype hidden channel channel_type ts event_ts previous_message")
MEMBER = keys("type user channel channel_type team event_ts")
REACTED = keys("type user reaction item item_user event_ts")
PINNED = keys("type user channel_id item item_user pin_count pinned_info event_ts")
ARCHIVED = keys("type channel user event_ts")
PERSON = keys("type user cache_ts event_ts")
GROUP = keys("type subteam event_ts")

HAPPENINGS: dict[str, Happening] = {
    "somebody says something": Happening(lambda w: said(w), "message.channels", MESSAGE, "channels:history"),
    "the app itself says something": Happening(
        lambda w: said(w, user=BOT, app=APP),
        "message.channels",
        MESSAGE | keys("bot_id app_id bot_profile"),
        "channels:history",
    ),
    "somebody answers in a thread": Happening(
        root_and_reply, "message.channels", MESSAGE | keys("thread_ts parent_user_id"), "channels:history"
    ),
    "somebody answers in a thread and tells the channel": Happening(
        lambda w: root_and_reply(w, "thread_broadcast"),
        "message.channels",
        MESSAGE | keys("subtype thread_ts parent_user_id root"),
        "channels:history",
        "thread_broadcast",
    ),
    "somebody says something of themselves": Happening(
        lambda w: said(w, "waves", subtype="me_message"),
        "message.channels",
        MESSAGE | {"subtype"},
        "channels:history",
        "me_message",
    ),
    "somebody edits a message": Happening(
        edited, "message.channels", HIDDEN | {"message"}, "channels:history", "message_changed"
    ),
    "somebody deletes a message": Happening(
        lambda w: posting.delete(w, said(w)),
        "message.channels",
        HIDDEN | {"deleted_ts"},
        "channels:history",
        "message_deleted",
    ),
    "a file is shared": Happening(
        shared_file, "file_shared", keys("type file_id user_id file channel_id event_ts"), "files:read"
    ),
    "somebody writes in a private channel": Happening(
        in_private(lambda w: said(w, channel=SECRET)), "message.groups", MESSAGE, "groups:history"
    ),
    "somebody writes to the app": Happening(in_direct, "message.im", MESSAGE, "im:history"),
    "several write to each other": Happening(in_group_direct, "message.mpim", MESSAGE, "mpim:history"),
    "somebody mentions the app": Happening(
        lambda w: said(w, f"<@{BOT}> hello"), "app_mention", MESSAGE - {"channel_type"}, "app_mentions:read"
    ),
    "somebody reacts": Happening(
        lambda w: posting.react(w, said(w), SAM, "wave"), "reaction_added", REACTED, "reactions:read"
    ),
    "somebody takes a reaction back": Happening(unreacted, "reaction_removed", REACTED, "reactions:read"),
    "somebody pins": Happening(lambda w: posting.pin(w, said(w), SAM), "pin_added", PINNED, "pins:read"),
    "somebody unpins": Happening(unpinned, "pin_removed", PINNED | {"has_pins"}, "pins:read"),
    "somebody joins": Happening(
        lambda w: gathering.join(w, w.channels[SUPPORT], GRETA),
        "member_joined_channel",
        MEMBER,
        "channels:read",
    ),
    "somebody is invited": Happening(
        lambda w: gathering.join(w, w.channels[SUPPORT], GRETA, inviter=MIA),
        "member_joined_channel",
        MEMBER | {"inviter"},
        "channels:read",
    ),
    "the app is invited": Happening(
        lambda w: gathering.join(w, w.channels[SECRET], BOT, inviter=MIA),
        "member_joined_channel",
        MEMBER | {"inviter"},
        "groups:read",
    ),
    "somebody leaves": Happening(
        lambda w: gathering.leave(w, w.channels[SUPPORT], SAM), "member_left_channel", MEMBER, "channels:read"
    ),
    "the app leaves": Happening(
        lambda w: gathering.leave(w, w.channels[SUPPORT], BOT),
        "channel_left",
        keys("type channel actor_id event_ts"),
        "channels:read",
    ),
    "the app leaves a private channel": Happening(
        in_private(lambda w: gathering.leave(w, w.channels[SECRET], BOT)),
        "group_left",
        keys("type channel actor_id event_ts"),
        "groups:read",
    ),
    "a channel is made": Happening(
        lambda w: gathering.create(w, "new", MIA),
        "channel_created",
        keys("type channel event_ts"),
        "channels:read",
    ),
    "a channel gets another name": Happening(
        lambda w: gathering.rename(w, w.channels[SUPPORT], MIA, "help"),
        "channel_rename",
        keys("type channel event_ts"),
        "channels:read",
    ),
    "a channel is archived": Happening(
        lambda w: gathering.archive(w, w.channels[SUPPORT], MIA),
        "channel_archive",
        ARCHIVED | {"is_moved"},
        "channels:read",
    ),
    "a channel is unarchived": Happening(
        lambda w: gathering.unarchive(w, w.channels[SUPPORT], MIA), "channel_unarchive", ARCHIVED, "channels:read"
    ),
    "a private channel is archived": Happening(
        in_private(lambda w: gathering.archive(w, w.channels[SECRET], MIA)),
        "group_archive",
        ARCHIVED | {"is_moved"},
        "groups:read",
    ),
    "a private channel gets another name": Happening(
        in_private(lambda w: gathering.rename(w, w.channels[SECRET], MIA, "hush")),
        "group_rename",
        keys("type channel event_ts"),
        "groups:read",
    ),
    "a topic is set": Happening(
        lambda w: gathering.describe(w, w.channels[SUPPORT], MIA, topic="All well"),
        "message.channels",
        NOTE | {"topic"},
        "channels:history",
        "channel_topic",
    ),
    "a purpose is set": Happening(
        lambda w: gathering.describe(w, w.channels[SUPPORT], MIA, purpose="Help"),
        "message.channels",
        NOTE | {"purpose"},
        "channels:history",
        "channel_purpose",
    ),
    "somebody opens a direct message with the app": Happening(
        lambda w: gathering.open_direct(w, MIA, BOT),
        "im_created",
        keys("type user channel event_ts"),
        "im:read",
    ),
    "somebody opens the home": Happening(
        home_published, "app_home_opened", keys("type user channel tab event_ts view"), app_only=True
    ),
    "somebody is new": Happening(newcomer, "team_join", keys("type user event_ts"), "users:read"),
    "somebody has another title": Happening(changed(SAM, title="Lead"), "user_profile_changed", PERSON, "users:read"),
    "somebody's status changes": Happening(
        changed(SAM, status_text="Away"), "user_status_changed", PERSON, "users:read"
    ),
    "somebody wants quiet": Happening(
        changed(SAM, quiet_from=1, quiet_until=2_000_000_000),
        "dnd_updated_user",
        keys("type user dnd_status event_ts"),
        "dnd:read",
    ),
    "a group is new": Happening(
        lambda w: peopling.settle_group(w, Group(id="S0NEW00000", handle="new", name="New")),
        "subteam_created",
        GROUP,
        "usergroups:read",
    ),
    "a group has other people": Happening(
        regrouped,
        "subteam_members_changed",
        keys(
            "type subteam_id team_id date_previous_update date_update added_users added_users_count removed_users"
            " removed_users_count event_ts"
        ),
        "usergroups:read",
    ),
    "the tokens are taken away": Happening(
        lambda w: installing.revoke(w, w.apps[APP]), "app_uninstalled", keys("type event_ts"), app_only=True
    ),
}
