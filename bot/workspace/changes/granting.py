"""Short-lived rights: given with a command or a click, used up by the app."""

from enum import StrEnum

from bot.workspace.state.grant import RESPONSE_SECONDS, RESPONSE_USES, TRIGGER_SECONDS, ResponseUrl, Trigger
from bot.workspace.state.workspace import Workspace

KEPT = 2_000
"""How many of each are remembered, so that one that came too late is told so."""


class Unusable(StrEnum):
    """Why a right is none, in Slack's word."""

    INVALID_TRIGGER = "invalid_trigger_id"
    """Never given, or to another app."""
    EXPIRED_TRIGGER = "expired_trigger_id"
    USED_TRIGGER = "exchanged_trigger_id"
    INVALID_URL = "invalid_url"
    EXPIRED_URL = "expired_url"
    USED_URL = "used_url"


def grant_trigger(workspace: Workspace, app: str, person: str, *, view: str = "") -> Trigger:
    """A right to open a modal for this person; on top of `view` where that is open."""
    until = workspace.clock.now() + TRIGGER_SECONDS
    trigger = Trigger(id=workspace.ids.trigger(), app=app, person=person, until=until, view=view)
    workspace.triggers[trigger.id] = trigger
    _forget_oldest(workspace.triggers)
    return trigger


def use_trigger(workspace: Workspace, id: str, app: str) -> Trigger | Unusable:
    """Use a trigger id up. Call it when all else is checked: a call that fails later has used it too."""
    trigger = workspace.triggers.get(id)
    if trigger is None or trigger.app != app:
        return Unusable.INVALID_TRIGGER
    if trigger.used:
        return Unusable.USED_TRIGGER
    if workspace.clock.now() > trigger.until:
        return Unusable.EXPIRED_TRIGGER
    trigger.used = True
    return trigger


def grant_response_url(
    workspace: Workspace, app: str, person: str, channel: str, *, message_ts: str = "", ephemeral: bool = False
) -> ResponseUrl:
    """An address for answers; about the message that was clicked, where one was."""
    grant = ResponseUrl(
        key=workspace.ids.secret(48),
        app=app,
        person=person,
        channel=channel,
        until=workspace.clock.now() + RESPONSE_SECONDS,
        message_ts=message_ts,
        ephemeral=ephemeral,
    )
    workspace.response_urls[grant.key] = grant
    _forget_oldest(workspace.response_urls)
    return grant


def look_at_response_url(workspace: Workspace, key: str) -> ResponseUrl | Unusable:
    """What an address is good for now; `use_response_url` counts once the answer is known to be sound."""
    grant = workspace.response_urls.get(key)
    if grant is None:
        return Unusable.INVALID_URL
    if workspace.clock.now() > grant.until:
        return Unusable.EXPIRED_URL
    return Unusable.USED_URL if grant.uses >= RESPONSE_USES else grant


def use_response_url(grant: ResponseUrl) -> None:
    grant.uses += 1


def _forget_oldest(rights: dict[str, Trigger] | dict[str, ResponseUrl]) -> None:
    while len(rights) > KEPT:
        del rights[next(iter(rights))]
