"""Every method there is, by its name."""

from collections.abc import Mapping
from itertools import chain

from bot.workspace.api import (
    agents,
    auth,
    chat,
    conversations,
    files,
    gathering,
    history,
    joining,
    pins,
    reactions,
    scheduling,
    streams,
    team,
    unfurling,
    usergroups,
    users,
    validating,
    views,
)
from bot.workspace.api.call import Method

_FAMILIES = (
    agents, auth, chat, conversations, files, gathering, history, joining, pins, reactions, scheduling, streams, team,
    unfurling, usergroups, users, validating, views,
)  # fmt: skip

METHODS: Mapping[str, Method] = {name: method for family in _FAMILIES for name, method in family.METHODS.items()}

_OF_OTHERS = (
    "app_mentions:read", "chat:write.customize", "chat:write.public", "commands", "im:read", "incoming-webhook",
    "users:read.email",
)  # fmt: skip
"""Scopes that no method asks for at its door."""

SCOPES = ",".join(sorted({*_OF_OTHERS, *chain.from_iterable(method.scopes for method in METHODS.values())}))
"""All of them: what an app may do of which nobody said anything."""
