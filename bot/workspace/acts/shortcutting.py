"""Shortcuts: from the menu of the workspace, or from the menu of a message."""

from bot.workspace.acts.finding import installed_app, refuse_strangers, seen_channel, seen_message
from bot.workspace.acts.outcome import Outcome, Refused, unanswered
from bot.workspace.acts.telling import channel_told, told, trouble
from bot.workspace.changes.granting import grant_response_url, grant_trigger
from bot.workspace.delivery.answering import response_address
from bot.workspace.delivery.courier import Delivery, DeliveryKind
from bot.workspace.desk import Desk
from bot.workspace.payload import Json
from bot.workspace.refusal import meant
from bot.workspace.state.app import App, Place, Shortcut
from bot.workspace.state.person import Person
from bot.workspace.state.showing import message_json


async def run_shortcut(
    desk: Desk, person: Person, callback_id: str, *, app: str = "", channel: str = "", ts: str = ""
) -> Outcome:
    """Run a shortcut; one of a message is given the message."""
    refuse_strangers(person, "shortcuts")
    place = Place.MESSAGE if ts else Place.GLOBAL
    owner, shortcut = _find(desk, callback_id, place, app)
    if place is Place.MESSAGE:
        kind, more = "message_action", _of_message(desk, person, owner, (channel, ts))
    else:
        kind, more = "shortcut", {}
    workspace = desk.workspace
    payload = told(workspace, owner, person, kind) | more
    payload |= {
        "callback_id": callback_id,
        "trigger_id": grant_trigger(workspace, owner.id, person.id).id,
        "action_ts": workspace.ids.ts(workspace.clock.now()),
    }
    said = Delivery(app=owner, kind=DeliveryKind.INTERACTION, name=kind, payload=payload, person=person.id)
    answer = await desk.courier.deliver(said)
    if answer.ok:
        return Outcome()
    text = unanswered(owner, f"“{shortcut.name}”", answer)
    return Outcome(ok=False, text=trouble(workspace, person, text, where=(channel, ts)))


def _find(desk: Desk, callback_id: str, place: Place, app: str) -> tuple[App, Shortcut]:
    apps = [installed_app(desk.workspace, app)] if app else [*desk.workspace.apps.values()]
    there = [(one, shortcut) for one in apps if not one.revoked for shortcut in one.shortcuts]
    for owner, shortcut in there:
        if shortcut.callback_id == callback_id and shortcut.place is place:
            return owner, shortcut
    known = [shortcut.callback_id for _, shortcut in there if shortcut.place is place]
    of = "for messages" if place is Place.MESSAGE else "of the workspace"
    raise Refused(f"There is no shortcut “{callback_id[:80]}” {of}.{meant(callback_id, known)}")


def _of_message(desk: Desk, person: Person, app: App, named: tuple[str, str]) -> Json:
    workspace = desk.workspace
    channel = seen_channel(workspace, person, named[0])
    message = seen_message(workspace, person, channel.id, named[1])
    if message.only_for:
        raise Refused("Only you see this message, so no shortcut runs on it.")
    grant = grant_response_url(workspace, app.id, person.id, channel.id, message_ts=message.ts)
    return {
        "channel": channel_told(channel),
        "message_ts": message.ts,
        "message": message_json(workspace, message),
        "response_url": response_address(desk.address, grant),
    }
