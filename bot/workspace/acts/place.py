"""Where a person clicks: in a message, or in a modal or a home; and what an app is told of that place."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.workspace.acts.finding import seen_channel, seen_message
from bot.workspace.acts.outcome import Refused
from bot.workspace.acts.telling import channel_told
from bot.workspace.blocks.entering import entered_in, state_values
from bot.workspace.blocks.walking import find_element
from bot.workspace.payload import Json, as_object
from bot.workspace.state.app import App
from bot.workspace.state.message import Message
from bot.workspace.state.person import Person
from bot.workspace.state.showing import message_json, view_json
from bot.workspace.state.view import Surface, View
from bot.workspace.state.workspace import Workspace

GONE = "This is not there any more: what it stood in has changed. Look at how it is now."


@dataclass(frozen=True, slots=True)
class InMessage:
    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class InView:
    view: str


Place = InMessage | InView


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An element as it stands now, with all that is around it."""

    app: App
    block: Json
    element: Json
    blocks: list[Json]
    """All blocks beside it, whose state goes with it."""
    container: Json
    message: Message | None = None
    view: View | None = None

    def around(self, workspace: Workspace) -> Json:
        """What an app is told of the message or the view. Of an ephemeral message there is nothing to tell."""
        if self.view is not None:
            return {"view": view_json(workspace, self.view)}
        if self.message is None:
            return {}
        channel = {"channel": channel_told(workspace.channels[self.message.channel])}
        return channel if self.message.only_for else channel | {"message": message_json(workspace, self.message)}


def find(workspace: Workspace, person: Person, place: Place, names: tuple[str, str]) -> Found:
    """The element of these names, a block's and its own, as far as this person may use it."""
    if isinstance(place, InView):
        found = _in_view(workspace, person, place.view, names)
    else:
        found = _in_message(workspace, person, place, names)
    allowed = found.element.get("visible_to_user_ids")
    if allowed and person.id not in allowed:
        raise Refused(GONE)
    return found


def _in_view(workspace: Workspace, person: Person, id: str, names: tuple[str, str]) -> Found:
    view = own_view(workspace, person, id)
    block, element = _there(find_element(view.blocks, *names))
    container = {"type": "view", "view_id": view.id}
    app = owner(workspace, view.app)
    return Found(app=app, block=block, element=element, blocks=view.blocks, container=container, view=view)


def owner(workspace: Workspace, id: str) -> App:
    """The app that made it, which is still installed."""
    app = workspace.apps.get(id)
    if app is None or app.revoked:
        raise Refused("The app that made this is not installed any more, so nothing in it works.")
    return app


def own_view(workspace: Workspace, person: Person, id: str) -> View:
    """A view that is open before this person: a home, or the topmost modal."""
    view = workspace.view(id)
    if view is None or view.person != person.id:
        raise Refused("This form is not open any more. Open it again.")
    if view.surface is Surface.MODAL and workspace.modals[view.app, person.id][-1] is not view:
        raise Refused("Another form lies on top of this one. Finish that first.")
    return view


def _in_message(workspace: Workspace, person: Person, place: InMessage, names: tuple[str, str]) -> Found:
    channel = seen_channel(workspace, person, place.channel)
    message = seen_message(workspace, person, channel.id, place.ts)
    app = owner(workspace, message.app)
    groups: list[list[Json]] = [message.blocks or [], *((one.get("blocks") or []) for one in message.attachments or ())]
    at = next((n for n, blocks in enumerate(groups) if find_element(blocks, *names)), 0)
    block, element = _there(find_element(groups[at], *names))
    container = _container(message, at)
    return Found(app=app, block=block, element=element, blocks=groups[at], container=container, message=message)


def _container(message: Message, attachment: int) -> Json:
    said: Json = {
        "type": "message_attachment" if attachment else "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": bool(message.only_for),
    }
    if attachment:
        said |= {"attachment_id": attachment, "is_app_unfurl": False}
    if message.thread_ts:
        said["thread_ts"] = message.thread_ts
    return said


def _there(found: tuple[Json, Json] | None) -> tuple[Json, Json]:
    if found is None:
        raise Refused(GONE)
    return found


# --- what was entered there --------------------------------------------------------------------------------------


def remember(person: Person, found: Found, entered: Json | None) -> Json:
    """The `state.values` of a place, with what the person entered before and now."""
    if found.view is not None:
        found.view.values = state_values(found.view.blocks, merged(entered_in(found.view.values), entered))
        return found.view.values
    if found.message is None:
        return {}
    before = entered_in(found.message.chosen.get(person.id, {}))
    values = found.message.chosen[person.id] = state_values(found.blocks, merged(before, entered))
    return values


def merged(before: Json, entered: Json | None) -> Json:
    """What was entered last counts."""
    made = dict(before)
    for block_id, actions in (entered or {}).items():
        made[block_id] = {**(as_object(made.get(block_id)) or {}), **_actions(actions)}
    return made


def _actions(actions: object) -> Mapping[str, object]:
    return as_object(actions) or {}
