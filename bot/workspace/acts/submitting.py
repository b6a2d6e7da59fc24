"""Forms and homes: submitted, closed, looked at."""

import asyncio
from collections.abc import Iterator
from typing import cast

from bot.workspace.acts.checked import Unshowable, modal_of
from bot.workspace.acts.choosing import resolved
from bot.workspace.acts.finding import installed_app, refuse_strangers
from bot.workspace.acts.outcome import Outcome, Refused, unanswered
from bot.workspace.acts.place import merged, own_view, owner
from bot.workspace.acts.telling import told, trouble
from bot.workspace.blocks.entering import entered_in, flaws_in_entered, state_values
from bot.workspace.blocks.walking import all_blocks, elements
from bot.workspace.changes import viewing
from bot.workspace.changes.gathering import open_direct
from bot.workspace.changes.granting import grant_response_url, grant_trigger
from bot.workspace.delivery.answering import response_address
from bot.workspace.delivery.courier import Delivery, DeliveryKind
from bot.workspace.desk import Desk
from bot.workspace.payload import Json, as_object
from bot.workspace.state.person import Person
from bot.workspace.state.showing import view_json
from bot.workspace.state.view import Surface, View
from bot.workspace.state.workspace import Workspace

TABS = ("home", "messages")


# --- submitting --------------------------------------------------------------------------------------------------


async def submit(desk: Desk, person: Person, view_id: str, entered: Json) -> Outcome:
    """Submit a form. What Slack's own client sees is wrong never reaches the app."""
    workspace = desk.workspace
    view = _modal(workspace, person, view_id)
    app = owner(workspace, view.app)
    if not view.content.get("submit") or view.content.get("submit_disabled"):
        raise Refused("This form cannot be submitted. Use what stands in it, or close it.")
    entered = resolved(workspace, person, view.blocks, entered)
    view.values = state_values(view.blocks, merged(entered_in(view.values), entered))
    wrong = flaws_in_entered(view.blocks, view.values)
    if wrong:
        return Outcome(ok=False, errors=wrong)
    payload = told(workspace, app, person, "view_submission") | {
        "trigger_id": grant_trigger(workspace, app.id, person.id, view=view.id).id,
        "view": view_json(workspace, view),
        "response_urls": [*_response_urls(desk, person, view)],
    }
    answer = await desk.courier.deliver(_interaction(view, payload, workspace))
    if not answer.ok:
        return _failed(workspace, person, unanswered(app, "The form", answer))
    try:
        return _obey(workspace, view, answer.body)
    except Unshowable as flaw:
        return _failed(workspace, person, f"{app.name} answered with what cannot be shown: {flaw}. Try again.")


def _failed(workspace: Workspace, person: Person, text: str) -> Outcome:
    return Outcome(ok=False, text=trouble(workspace, person, text))


def _response_urls(desk: Desk, person: Person, view: View) -> Iterator[Json]:
    """An address for each channel that was chosen where the form asks for one."""
    for block, element in elements(view.blocks):
        if not element.get("response_url_enabled"):
            continue
        kept: Json = view.values[block["block_id"]][element["action_id"]]
        channel: str = kept.get("selected_conversation") or kept.get("selected_channel") or ""
        if channel in desk.workspace.channels:
            grant = grant_response_url(desk.workspace, view.app, person.id, channel)
            yield {
                "block_id": block["block_id"],
                "action_id": element["action_id"],
                "channel_id": channel,
                "response_url": response_address(desk.address, grant),
            }


def _obey(workspace: Workspace, view: View, body: Json) -> Outcome:
    """Do with the form what the app answered."""
    if not body:
        viewing.close_one(workspace, view)
        return Outcome()
    match body.get("response_action"):
        case "errors":
            return _show_errors(view, as_object(body.get("errors")) or {})
        case "clear":
            viewing.close(workspace, view.app, view.person, everything=True)
            return Outcome()
        case "update":
            viewing.change(workspace, _standing(workspace, view), modal_of(workspace, body.get("view")))
            return Outcome(facts={"view": view.id})
        case "push":
            return _push(workspace, _standing(workspace, view), modal_of(workspace, body.get("view")))
        case _:
            raise Unshowable("its answer has no response_action that Slack knows")


def _show_errors(view: View, errors: Json) -> Outcome:
    """Errors belong to input blocks; an answer that names none of them says nothing to anybody."""
    inputs = {block["block_id"] for _, block in all_blocks(view.blocks) if block["type"] == "input"}
    shown = {
        block_id: text for block_id, text in errors.items() if block_id in inputs and isinstance(text, str) and text
    }
    if not shown or len(shown) < len(errors):
        raise Unshowable(f"its errors are not for input blocks of this form: {', '.join([*errors][:5]) or 'none'}")
    return Outcome(ok=False, errors=shown)


def _standing(workspace: Workspace, view: View) -> View:
    if view not in viewing.stack(workspace, view.app, view.person):
        raise Unshowable("the form was closed before it answered")
    return view


def _push(workspace: Workspace, view: View, content: Json) -> Outcome:
    if len(viewing.stack(workspace, view.app, view.person)) >= viewing.DEEPEST:
        raise Unshowable(f"no more than {viewing.DEEPEST} forms lie on top of each other")
    pushed = viewing.push_modal(workspace, view.app, view.person, content)
    return Outcome(facts={"view": pushed.id})


# --- closing -----------------------------------------------------------------------------------------------------


async def close_view(desk: Desk, person: Person, view_id: str, *, everything: bool = False) -> Outcome:
    """Close a form, or with `everything` all that lie below it too. Apps that asked to be told are told."""
    workspace = desk.workspace
    view = _modal(workspace, person, view_id)
    clears = everything or view.clear_on_close
    gone = viewing.close(workspace, view.app, person.id, everything=clears)
    told_of = [one for one in gone if one.notify_on_close and not workspace.apps[one.app].revoked]
    await asyncio.gather(*(_tell_closed(desk, person, one, cleared=clears) for one in told_of))
    return Outcome()


async def _tell_closed(desk: Desk, person: Person, view: View, *, cleared: bool) -> None:
    """The form is closed whatever the app makes of it."""
    workspace = desk.workspace
    payload = told(workspace, workspace.apps[view.app], person, "view_closed")
    payload |= {"view": view_json(workspace, view), "is_cleared": cleared}
    await desk.courier.deliver(_interaction(view, payload, workspace))


def _modal(workspace: Workspace, person: Person, view_id: str) -> View:
    view = own_view(workspace, person, view_id)
    if view.surface is not Surface.MODAL:
        raise Refused("A home is neither submitted nor closed. Use what stands in it.")
    return view


def _interaction(view: View, payload: Json, workspace: Workspace) -> Delivery:
    app, name = workspace.apps[view.app], cast("str", payload["type"])
    return Delivery(app=app, kind=DeliveryKind.INTERACTION, name=name, payload=payload, person=view.person)


# --- homes -------------------------------------------------------------------------------------------------------


def open_home(desk: Desk, person: Person, app: str, tab: str = "home") -> Outcome:
    """Look at an app: its home, or the messages with it."""
    refuse_strangers(person, "homes")
    found = installed_app(desk.workspace, app)
    if tab not in TABS:
        raise Refused(f"{found.name} has no tab “{tab[:40]}”. There is: {', '.join(TABS)}.")
    if tab == "home" and not found.home:
        raise Refused(f"{found.name} has no home. Write to it instead.")
    channel = open_direct(desk.workspace, person.id, found.user)
    viewing.visit_home(desk.workspace, found.id, person.id, tab)
    view = desk.workspace.homes.get((found.id, person.id))
    return Outcome(facts={"channel": channel.id} | ({"view": view.id} if view and tab == "home" else {}))
