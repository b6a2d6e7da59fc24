"""The app's manifest, as Slack takes it: what the bot uses and nothing else, each right with its reason."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.adapters.slack.hear.heard import EVENTS, SHORTCUTS, Event, Shortcut
from bot.adapters.slack.hear.ops.verb import usage_hint
from bot.adapters.slack.post.method import METHODS

NAME, DISPLAYED = "Countersign", "countersign"
DESCRIPTION = "Prepares work, asks a person, and does exactly what they approved."
COLOUR = "#1f5f5b"

_HEAD = """\
# The Slack app of Countersign. Made by `countersign manifest`: change the code or a brief, not this file.
# In Slack: https://api.slack.com/apps, Create New App, From a manifest."""

_BECAUSE: Mapping[str, str] = {
    "app_mentions:read": "who mentions the bot is answered",
    "channels:history": "finds its own card again where an answer of Slack's was lost, so that none is posted twice",
    "channels:read": "finds the channels that briefs name",
    "chat:write": "posts cards, receipts and answers",
    "commands": "hears /ops and the commands that briefs name",
    "dnd:read": "passes over whoever does not want to be disturbed, in favour of their delegate",
    "files:write": "puts what is too long for a card into its thread as a text file",
    "groups:history": "the same in private channels",
    "groups:read": "the same for private channels",
    "im:history": "the same in direct messages",
    "im:write": "tells people directly what waits for them and what came of it",
    "reactions:read": "hears the reactions that briefs name",
    "usergroups:read": "knows who is in the groups that may decide",
    "users:read": "knows who is a guest, deactivated or away",
}
_OF_EVENTS: Mapping[str, str] = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
}
"""What an app has to be allowed to hear them; the others need nothing."""


@dataclass(frozen=True, slots=True)
class Slash:
    """A command."""

    name: str
    description: str
    hint: str = ""


OPS = Slash("/ops", "Start a workflow, see what waits, hold or undo a run", usage_hint())


def scopes(events: Sequence[Event] = EVENTS) -> tuple[str, ...]:
    """All that the bot has to be allowed."""
    called = {scope for method in METHODS.values() for scope in method.scopes}
    heard = {_OF_EVENTS[event.name] for event in events if event.name in _OF_EVENTS}
    return tuple(sorted({"commands", *called, *heard}))


def manifest(
    commands: Iterable[Slash] = (),
    *,
    url: str = "",
    events: Sequence[Event] = EVENTS,
    shortcuts: Sequence[Shortcut] = SHORTCUTS,
) -> str:
    """The manifest as YAML: for Socket Mode, or for HTTP where there is a `url` at which Slack finds the bot."""
    lines = [
        _HEAD,
        *_displayed(),
        "features:",
        *_home(events),
        *_commands((OPS, *commands), url),
        *_shortcuts(shortcuts),
        *_scopes(events),
        *_settings(events, url),
    ]
    return "\n".join(lines) + "\n"


def _displayed() -> Iterator[str]:
    yield "display_information:"
    yield f"  name: {NAME}"
    yield f"  description: {DESCRIPTION}"
    yield f"  background_color: {_quoted(COLOUR)}"


def _home(events: Sequence[Event]) -> Iterator[str]:
    names = {event.name for event in events}
    yield "  app_home:"
    yield f"    home_tab_enabled: {_truth('app_home_opened' in names)}"
    yield "    messages_tab_enabled: true # people are told things directly"
    yield f"    messages_tab_read_only_enabled: {_truth('message.im' not in names)}"
    yield "  bot_user:"
    yield f"    display_name: {DISPLAYED}"
    yield "    always_online: true"


def _commands(commands: Iterable[Slash], url: str) -> Iterator[str]:
    yield "  slash_commands:"
    for one in {one.name: one for one in commands}.values():
        yield f"    - command: {one.name}"
        yield f"      description: {_quoted(one.description)}"
        if one.hint:
            yield f"      usage_hint: {_quoted(one.hint)}"
        if url:
            yield f"      url: {_quoted(url)}"
        yield "      should_escape: false"


def _shortcuts(shortcuts: Sequence[Shortcut]) -> Iterator[str]:
    if shortcuts:
        yield "  shortcuts:"
    for one in shortcuts:
        yield f"    - name: {_quoted(one.name)}"
        yield f"      type: {one.place}"
        yield f"      callback_id: {one.callback_id}"
        yield f"      description: {_quoted(one.description)}"


def _scopes(events: Sequence[Event]) -> Iterator[str]:
    yield "oauth_config:"
    yield "  scopes:"
    yield "    bot:"
    for scope in scopes(events):
        yield f"      - {scope} # {_BECAUSE[scope]}"


def _settings(events: Sequence[Event], url: str) -> Iterator[str]:
    yield "settings:"
    if events:
        yield "  event_subscriptions:"
        if url:
            yield f"    request_url: {_quoted(url)}"
        yield "    bot_events:"
        for event in events:
            yield f"      - {event.name} # {event.because}"
    yield "  interactivity:"
    yield "    is_enabled: true # buttons and forms"
    if url:
        yield f"    request_url: {_quoted(url)}"
    yield "  org_deploy_enabled: false"
    yield f"  socket_mode_enabled: {_truth(not url)}"
    yield "  token_rotation_enabled: false"


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _quoted(text: str) -> str:
    """As YAML, of which JSON is a part."""
    return json.dumps(text, ensure_ascii=False)
