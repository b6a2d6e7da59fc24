"""Short-lived rights that an app is sent: to open a modal, to answer by an address, to get its token."""

from dataclasses import dataclass

TRIGGER_SECONDS = 3.0
RESPONSE_USES, RESPONSE_SECONDS = 5, 30 * 60.0
CODE_SECONDS = 10 * 60.0


@dataclass(slots=True, kw_only=True)
class Trigger:
    """A trigger id: opens one modal, soon."""

    id: str
    app: str
    person: str
    until: float
    view: str = ""
    """The modal that stood open when it was given; a push goes on top of it."""
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """An address that answers one command or click."""

    key: str
    app: str
    person: str
    channel: str
    until: float
    message_ts: str = ""
    """The message that was clicked."""
    ephemeral: bool = False
    thread_ts: str = ""
    uses: int = 0


@dataclass(slots=True, kw_only=True)
class Code:
    """What somebody who installs an app sends it, to be changed into a token once."""

    code: str
    app: str
    person: str
    until: float
    redirect_uri: str = ""
