"""What serves a workspace: what there is, what was called, what is to go wrong, and who carries deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.workspace.delivery.courier import Connections, Courier, Unconnected
from bot.workspace.fault import Faults
from bot.workspace.limit import Limits
from bot.workspace.log import Log
from bot.workspace.state.workspace import Workspace


@dataclass(slots=True)
class Desk:
    """All of it, for whoever handles a request."""

    workspace: Workspace
    address: str
    """Where it is reached: `http://127.0.0.1:3000`."""
    courier: Courier
    log: Log = field(default_factory=Log)
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    connections: Connections = field(default_factory=Unconnected)
    neighbours: Mapping[str, str] = field(default_factory=dict[str, str])
    """Other pages that belong to the app, by what they are called."""
