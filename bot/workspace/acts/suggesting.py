"""What a person types into a select whose options an app knows: the app is asked for those that fit."""

from bot.workspace.acts.checked import Unshowable, options_of
from bot.workspace.acts.outcome import Outcome, Refused, unanswered
from bot.workspace.acts.place import Place, find
from bot.workspace.acts.telling import told
from bot.workspace.delivery.courier import Delivery, DeliveryKind
from bot.workspace.desk import Desk
from bot.workspace.state.person import Person

ASKED = ("external_select", "multi_external_select")
LEAST_TYPED = 3
"""Letters before an app is asked, where it does not say otherwise."""


async def suggest(desk: Desk, person: Person, place: Place, block_id: str, action_id: str, typed: str) -> Outcome:
    """The options for what was typed; none while that is too short to ask."""
    found = find(desk.workspace, person, place, (block_id, action_id))
    if found.element["type"] not in ASKED:
        raise Refused("No app is asked what can be chosen here. Choose from what there is.")
    if len(typed) < found.element.get("min_query_length", LEAST_TYPED):
        return Outcome()
    names = {"action_id": action_id, "block_id": block_id, "value": typed, "container": found.container}
    payload = told(desk.workspace, found.app, person, "block_suggestion") | names | found.around(desk.workspace)
    said = Delivery(
        app=found.app,
        kind=DeliveryKind.INTERACTION,
        name="block_suggestion",
        payload=payload,
        person=person.id,
        wants_options=True,
    )
    answer = await desk.courier.deliver(said)
    if not answer.ok:
        return Outcome(ok=False, text=unanswered(found.app, "The search", answer))
    try:
        return Outcome(options=options_of(answer.body))
    except Unshowable as flaw:
        return Outcome(ok=False, text=f"{found.app.name} offered what cannot be shown: {flaw}.")
