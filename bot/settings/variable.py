"""The variables of the environment that mean something here."""

from collections.abc import Mapping

from bot.domain.errors import Misdeclared
from bot.domain.text import nearest
from bot.settings.events import EVENTS, SECRET
from bot.settings.model import KEY
from bot.settings.secret import IN_FILE, PREFIX
from bot.settings.slack import SECRETS
from bot.settings.systems import CREDENTIAL
from bot.settings.web import HOOK, OLD

PLACES = ("DATA", "FILE", "WORKFLOWS")
OF_AN_ENDPOINT = f"{KEY}NAME"
OF_A_SYSTEM = f"{CREDENTIAL}NAME"
OF_HOOKS = (f"{HOOK}NAME", f"{HOOK}NAME{OLD}")
OF_EVENTS = (f"{EVENTS}NAME{SECRET}", f"{EVENTS}NAME{SECRET}{OLD}")
VARIABLES = (*PLACES, *SECRETS, OF_AN_ENDPOINT, OF_A_SYSTEM, *OF_HOOKS, *OF_EVENTS)
"""Each with the prefix; what is secret may lie in a file instead."""
_OF_SOMETHING = (KEY, CREDENTIAL, HOOK, EVENTS)


def refuse_unknown(env: Mapping[str, str]) -> None:
    """Raise Misdeclared where a variable means nothing, so that a slip of the key is noticed.

    Whether a key has its endpoint, and a credential its system, is looked at when those are known.
    """
    for name in sorted(env):
        own = name.removeprefix(PREFIX)
        if own == name or own in PLACES or own.removesuffix(IN_FILE) in SECRETS or own.startswith(_OF_SOMETHING):
            continue
        meant = nearest(own, VARIABLES)
        places = ", ".join(PREFIX + variable for variable in PLACES)
        known = f"{places}, and those of Slack, models, systems, hooks and events"
        mend = f"Did you mean {PREFIX}{meant}?" if meant else f"Known: {known}."
        if meant == OF_AN_ENDPOINT:
            mend = f"Did you mean {PREFIX}{KEY}…, with the name of an endpoint in capitals?"
        if meant == OF_A_SYSTEM:
            mend = f"Did you mean {PREFIX}{CREDENTIAL}…, with the name of a system in capitals?"
        raise Misdeclared(f"The environment has {name}, which means nothing here.", mend=mend)
