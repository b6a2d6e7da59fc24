"""What a crowd says, does and asks: sensible things most of the time, hostile ones now and then."""

from random import Random
from typing import Any

from bot.workspace.state.message import Message
from bot.workspace.state.workspace import Workspace

Json = dict[str, Any]
NOON = 1_800_000_000.0

TEXTS = [
    "hello", "/ops start", "*x* @mia #support", "A", " ", "/", "/me waves", "<!here> <@U0NOBODY> &amp; <", "\u202e",
    "x" * 5_000, "*_~`>", "```", "\n\n\n", ":tada:", "<script>alert(1)</script>", "%00../../etc/passwd", "", "\ud800",
]  # fmt: skip
LABEL = {"type": "plain_text", "text": "Go"}
BUTTON = {"type": "button", "action_id": "go", "text": LABEL}
SELECT = {"type": "static_select", "action_id": "pick", "options": [{"text": LABEL, "value": "a"}]}
ASKED = {"type": "external_select", "action_id": "ask", "min_query_length": 0}
FIELD = {"type": "plain_text_input", "action_id": "text"}
TASK = {"type": "task_update", "id": "1", "title": "T", "status": "complete"}
BLOCKS: list[Any] = [
    [{"type": "actions", "block_id": "a", "elements": [BUTTON, SELECT, ASKED]}],
    [{"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "*x*"}, "accessory": BUTTON}],
    [{"type": "input", "block_id": "i", "label": LABEL, "element": FIELD, "dispatch_action": True}],
    [{"type": "divider"}],
]  # fmt: skip
BAD_BLOCKS: list[Any] = [
    [{"type": "input", "block_id": "i", "label": LABEL, "element": FIELD}, {"type": "divider", "block_id": "i"}],
    [{"type": "nonsense"}], [], [[]], {}, "[", None, [{"type": "section"}] * 101, [{"type": ["x"]}],
]  # fmt: skip
VIEWS: list[Any] = [
    {"type": "modal", "title": LABEL, "submit": LABEL, "blocks": BLOCKS[2], "notify_on_close": True},
    {"type": "modal", "title": LABEL, "blocks": BLOCKS[0], "clear_on_close": True},
    {"type": "modal", "title": LABEL, "submit": LABEL, "blocks": BLOCKS[2], "external_id": "one"},
]
HOME: Json = {"type": "home", "blocks": BLOCKS[0]}
OPTIONS = [{"text": LABEL, "value": "a"}]
ANSWERS: list[Any] = [
    b"", b"ok", b"[]", b"null", b"\xff", b"{", 500, 302, {"text": "yes"}, {"response_type": "in_channel", "text": "a"},
    {"response_action": "update", "view": VIEWS[0]}, {"response_action": "push", "view": VIEWS[1]},
    {"response_action": "clear"}, {"response_action": "errors", "errors": {"i": "no"}},
    {"response_action": "errors", "errors": []}, {"response_action": "push", "view": {}}, {"response_action": 7},
    {"options": OPTIONS}, {"options": {}}, {"text": ["x"], "blocks": BLOCKS[0]},
]  # fmt: skip


def anything(chance: Random, depth: int = 3) -> Any:
    """Any JSON, and a few texts and structures that are known to be trouble."""
    if depth and chance.random() < 0.3:
        inner = [anything(chance, depth - 1) for _ in range(chance.randrange(4))]
        return inner if chance.random() < 0.5 else dict(zip(("a", "type", "text", ""), inner, strict=False))
    letters = "".join(chr(chance.randrange(0x20, 0x3000)) for _ in range(chance.randrange(9)))
    numbers = [0, 1, -1, 2**31, 10**30, chance.randrange(100), 0.5, -1e300, float("inf"), float("nan")]
    return chance.choice([None, True, False, letters, chance.choice(numbers), chance.choice([*TEXTS, *BAD_BLOCKS])])


CALLS: dict[str, str] = {
    "chat.postMessage": "channel text blocks? thread_ts? reply_broadcast? metadata?",
    "chat.postEphemeral": "channel user text blocks? thread_ts?",
    "chat.update": "channel own text blocks? metadata?",
    "chat.delete": "channel own",
    "chat.meMessage": "channel text",
    "chat.unfurl": "channel ts unfurls?",
    "chat.getPermalink": "channel message_ts",
    "chat.scheduleMessage": "channel post_at text",
    "chat.startStream": "channel thread_ts recipient_user_id recipient_team_id? markdown_text?",
    "chat.appendStream": "channel own chunks",
    "chat.stopStream": "channel own chunks? blocks?",
    "conversations.open": "users",
    "conversations.info": "channel",
    "conversations.history": "channel limit? cursor? oldest? latest?",
    "conversations.replies": "channel ts limit? cursor?",
    "conversations.members": "channel",
    "conversations.join": "channel",
    "conversations.leave": "channel",
    "conversations.invite": "channel users",
    "conversations.kick": "channel user",
    "conversations.create": "name",
    "conversations.rename": "channel name",
    "conversations.archive": "channel",
    "conversations.unarchive": "channel",
    "conversations.setTopic": "channel topic",
    "conversations.mark": "channel ts",
    "reactions.add": "channel timestamp emoji",
    "reactions.remove": "channel timestamp emoji",
    "pins.add": "channel timestamp",
    "pins.remove": "channel timestamp",
    "views.open": "trigger_id view",
    "views.push": "trigger_id view",
    "views.update": "view_id view hash?",
    "views.publish": "user_id home",
    "files.getUploadURLExternal": "filename length",
    "files.completeUploadExternal": "files channel_id? thread_ts?",
    "files.delete": "file",
    "usergroups.users.update": "usergroup users",
    "usergroups.create": "name",
    "users.setPresence": "presence",
    "users.info": "user",
    "assistant.threads.setStatus": "channel_id thread_ts status",
}
"""Methods that change something, with what they need; the rest is called with whatever there is."""

OFTEN = ["chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete", "chat.startStream", "views.update"]
CALLED = sorted(CALLS) + OFTEN * 4

RENAMED = {"own": "ts", "emoji": "name", "home": "view"}
"""What is called otherwise on the wire."""


class Pool:
    """Names of what is there now, for arguments that mean something."""

    def __init__(self, workspace: Workspace, chance: Random, person: str, *, acts: bool = False) -> None:
        """Of what somebody, or the bot, can see."""
        self.workspace = workspace
        self.chance = chance
        self.person = person
        self.acts = acts
        self.message = self._some_message(own=False)
        self.own = self._some_message(own=True)

    def arguments(self, wanted: str) -> Json:
        """Everything that is needed, some of what may be left out; now and then one of them is anything."""
        names = wanted.split()
        chosen = [name.rstrip("?") for name in names if not name.endswith("?") or self._once_in(2)]
        about = self.own if "own" in chosen else self.message
        given = {RENAMED.get(name, name): self._value(name, about) for name in chosen}
        if given and self._once_in(6):
            given[self.chance.choice(sorted(given))] = anything(self.chance)
        if given and self._once_in(12):
            del given[self.chance.choice(sorted(given))]
        return given

    def _once_in(self, n: int) -> bool:
        return self.chance.randrange(n) == 0

    def _some_message(self, *, own: bool) -> Message | None:
        bots = {app.user for app in self.workspace.apps.values()}
        found = [
            one
            for channel in self.workspace.channels.values()
            if self.person in channel.people
            for one in [*channel.messages.values()][-6:]
            if not own or one.user in bots
        ]
        return self.chance.choice(found) if found else None

    def _value(self, name: str, about: Message | None) -> Any:
        if name == "channel" or (name == "channel_id" and about):
            return about.channel if about else self._one([*self.workspace.channels])
        if name in ("ts", "own", "timestamp", "message_ts", "thread_ts"):
            return about.ts if about else "1.5"
        if name in ("user", "users", "user_id", "recipient_user_id", "guest"):
            return self._one([*self.workspace.people])
        known = self._known(name)
        return self._one(known) if known else anything(self.chance)

    def _known(self, name: str) -> list[Any]:
        workspace = self.workspace
        live: dict[str, list[Any]] = {
            "view_id": [one.id for one in workspace.views()],
            "view": [one.id for one in workspace.views()] if self.acts else VIEWS,
            "trigger_id": [*workspace.triggers][-2:],
            "file": [*workspace.files],
            "files": [*workspace.files] if self.acts else [[{"id": one}] for one in workspace.files],
            "usergroup": [*workspace.groups],
            "others": [[one] for one in workspace.people],
            "recipient_team_id": [workspace.team.id],
        }
        return live[name] if name in live else FIXED.get(name, TEXTS)

    def _one(self, known: list[Any]) -> Any:
        return self.chance.choice(known) if known else ""


FIXED: dict[str, list[Any]] = {
    "blocks": BLOCKS * 3 + BAD_BLOCKS,
    "home": [HOME],
    "unfurls": [{}, {"https://example.com": {"text": "x"}}, []],
    "chunks": [[{"type": "markdown_text", "text": "x"}], [TASK]],
    "markdown_text": ["**x**"],
    "post_at": [int(NOON) + 30, int(NOON) - 5, int(NOON) + 10**6],
    "limit": [1, 2, 100],
    "cursor": ["", "dXNlcjpV", "bmV4dF90czox"],
    "oldest": ["0", "1799999999.000000"],
    "latest": ["1800000100.000000"],
    "name": ["new-one", "another", "general", "x" * 90, "Big"],
    "emoji": ["tada", "thumbsup", "no such", ""],
    "metadata": [{"event_type": "x", "event_payload": {"a": 1}}, {"event_type": 7}],
    "filename": ["a.txt", "b.png"],
    "length": [3, 0, -1],
    "presence": ["auto", "away"],
    "status": ["is thinking", ""],
    "reply_broadcast": [True, False],
    "broadcast": [True, False],
    "private": [True, False],
    "everything": [True, False],
    "test": [True],
    "hash": ["1.x"],
    "content": ["aGVsbG8=", "not base64"],
    "block_id": ["a", "s", "i", ""],
    "action_id": ["go", "pick", "ask", "text"],
    "value": ["a", None, "b", 7],
    "entered": [{}, {"i": {"text": "x"}}, {"i": {}}],
    "callback_id": ["start"],
    "tab": ["home", "messages", "x"],
    "app": ["", "opsbot"],
    "typed": ["", "a"],
}  # fmt: skip

STEERED: dict[str, list[Json]] = {
    "clock": [{"advance": 1}, {"advance": 61}, {"set": NOON}, {}],
    "faults": [
        {"add": [{"name": "*", "trouble": trouble, "error": "fatal_error", "status": 418, "times": 1}]}
        for trouble in ("error", "status", "garbage", "drop before", "drop after", "none")
    ] + [{"add": [{"name": "*", "delivery": True, "trouble": "drop after"}]}, {"clear": True}],
    "limits": [{"factor": "real"}, {"factor": "off"}, {"factor": 100}],
    "state": [{"of": ["messages", "whispers", "modals", "homes", "files", "notices", "app", "people", "groups"]}],
    "log": [{}, {"name": "chat.*", "limit": 1}],
    "app": [{"scopes": "all", "revoked": False}] * 8 + [{"events": "all"}, {"scopes": []}, {"revoked": True}],
    "person": [{"person": "mia", "deactivated": False, "groups": ["leads"]}] * 4
    + [{"person": "mia", "deactivated": True}],
    "seed": [{"channel": "random", "count": 3}, {"channel": "support", "messages": [{"by": "mia", "text": "x"}]}],
    "settle": [{}],
    "verify": [{}],
    "sockets": [{}],
    "reset": [{}],
}  # fmt: skip
