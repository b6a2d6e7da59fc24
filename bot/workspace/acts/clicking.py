"""A click, or a choice that acts at once: in a message, a modal or a home."""

from bot.workspace.acts.choosing import resolved, resolved_in
from bot.workspace.acts.outcome import Outcome, Refused, unanswered
from bot.workspace.acts.place import Found, Place, find, merged, remember
from bot.workspace.acts.telling import told, trouble
from bot.workspace.blocks.entering import action_of
from bot.workspace.blocks.holding import HOLDINGS
from bot.workspace.blocks.refusing import refusal
from bot.workspace.changes.granting import grant_response_url, grant_trigger
from bot.workspace.delivery.answering import response_address
from bot.workspace.delivery.courier import Delivery, DeliveryKind
from bot.workspace.desk import Desk
from bot.workspace.payload import Json
from bot.workspace.state.person import Person

WORKFLOWS = "workflow_button"


async def click(
    desk: Desk,
    person: Person,
    place: Place,
    block_id: str,
    action_id: str,
    *,
    simple: object = None,
    entered: Json | None = None,
) -> Outcome:
    """Use an element: the app is told, and what it does then is its own matter."""
    found = find(desk.workspace, person, place, (block_id, action_id))
    _refuse_what_does_not_act(found)
    workspace, now = desk.workspace, desk.workspace.clock.now()
    simple = resolved_in(workspace, person, found.element, simple)
    action = _action(found, simple) | {"action_ts": workspace.ids.ts(now)}
    chosen: Json = {block_id: {action_id: simple}} if found.element["type"] in HOLDINGS else {}
    values = remember(person, found, merged(resolved(workspace, person, found.blocks, entered), chosen))
    payload = _payload(desk, person, found) | {"state": {"values": values}, "actions": [action]}
    said = Delivery(
        app=found.app, kind=DeliveryKind.INTERACTION, name="block_actions", payload=payload, person=person.id
    )
    answer = await desk.courier.deliver(said)
    if answer.ok:
        return Outcome()
    message = found.message
    where = (message.channel, message.ts) if message else ("", "")
    return Outcome(ok=False, text=trouble(desk.workspace, person, unanswered(found.app, "This", answer), where=where))


def _refuse_what_does_not_act(found: Found) -> None:
    if found.block["type"] == "input" and not found.block.get("dispatch_action"):
        raise Refused("What is entered here is sent with the whole form. Fill it in, then submit.")
    if found.element["type"] == WORKFLOWS:
        raise Refused("This button starts a workflow of Slack's own, and there are none here.")


def _action(found: Found, simple: object) -> Json:
    """The entry of `actions`; a choice that the element does not offer is refused."""
    block, element = found.block, found.element
    action = action_of(block, element, simple)
    holding = HOLDINGS.get(element["type"])
    kept = action.get("selected_option") if holding is None else action[holding.field]
    offered = element["type"] == "overflow" or (holding is not None and not _is_empty(simple))
    if offered and _is_empty(kept):
        raise Refused("This cannot be chosen here any more. Look at what there is now.")
    wrong = refusal({"element": element, "optional": True}, kept) if holding is not None else ""
    if wrong:
        raise Refused(wrong)
    return action


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [])


def _payload(desk: Desk, person: Person, found: Found) -> Json:
    workspace, app = desk.workspace, found.app
    view, message = found.view, found.message
    trigger = grant_trigger(workspace, app.id, person.id, view=view.id if view is not None else "")
    payload = told(workspace, app, person, "block_actions") | {"container": found.container, "trigger_id": trigger.id}
    if message is not None:
        grant = grant_response_url(
            workspace, app.id, person.id, message.channel, message_ts=message.ts, ephemeral=bool(message.only_for)
        )
        payload["response_url"] = response_address(desk.address, grant)
    return payload | found.around(workspace)
