"""What an app needs to be allowed for what: Slack asks other scopes for each kind of channel."""

from collections.abc import Mapping
from enum import Enum

from bot.workspace.api.call import SlackError
from bot.workspace.state.app import App
from bot.workspace.state.channel import ChannelKind

Scopes = Mapping[ChannelKind, tuple[str, ...]]


def _each(purpose: str) -> Scopes:
    prefixes = {
        ChannelKind.PUBLIC: "channels",
        ChannelKind.PRIVATE: "groups",
        ChannelKind.DIRECT: "im",
        ChannelKind.GROUP_DIRECT: "mpim",
    }
    return {kind: (f"{prefix}:{purpose}",) for kind, prefix in prefixes.items()}


_MANAGING: Scopes = {**_each("write"), ChannelKind.PUBLIC: ("channels:manage", "channels:write")}
_INVITING: Scopes = {
    **_MANAGING,
    ChannelKind.PUBLIC: ("channels:manage", "channels:write.invites"),
    ChannelKind.PRIVATE: ("groups:write", "groups:write.invites"),
}
_DESCRIBING: Scopes = {kind: (*_MANAGING[kind], *scopes) for kind, scopes in _each("write.topic").items()}


class Purpose(Enum):
    """What a call wants with a channel."""

    READ = _each("read")
    HISTORY = _each("history")
    MANAGE = _MANAGING
    INVITE = _INVITING
    TOPIC = _DESCRIBING

    @property
    def scopes(self) -> tuple[str, ...]:
        """All that may do for some kind of channel."""
        return tuple(scope for scopes in self.value.values() for scope in scopes)


def allow(app: App, kind: ChannelKind, purpose: Purpose) -> None:
    """Refuse a call about a kind of channel that its app may not touch."""
    scopes = purpose.value[kind]
    if not any(app.may(scope) for scope in scopes):
        raise missing(app, *scopes)


def missing(app: App, *scopes: str) -> SlackError:
    """The refusal of a call that needs one of these scopes."""
    return SlackError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(app.scopes or ())))


def require(app: App, scope: str) -> None:
    if not app.may(scope):
        raise missing(app, scope)
