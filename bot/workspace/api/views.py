"""`views.*`: modals and home tabs."""

import json
from collections.abc import Mapping
from typing import cast

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.wording import refused
from bot.workspace.blocks.checking import flaws_in_view
from bot.workspace.blocks.flaw import under
from bot.workspace.blocks.naming import named_view
from bot.workspace.changes.granting import Unusable, use_trigger
from bot.workspace.changes.viewing import DEEPEST, change, open_modal, publish_home, push_modal, stack
from bot.workspace.limit import Tier
from bot.workspace.payload import Json
from bot.workspace.state.grant import Trigger
from bot.workspace.state.showing import view_json
from bot.workspace.state.view import Surface, View

LARGEST = 250 * 1024


def open_view(call: Call) -> Json:
    content = _content(call, Surface.MODAL)
    _refuse_external_id(call, content)
    trigger = _used_trigger(call)
    view = open_modal(call.desk.workspace, call.app.id, trigger.person, content)
    return _shown(call, view)


def push_view(call: Call) -> Json:
    """Only whom the trigger names is known by then, so what depends on them is looked at before it is used up."""
    content = _content(call, Surface.MODAL)
    _refuse_external_id(call, content)
    workspace, trigger = call.desk.workspace, _trigger(call)
    if trigger is not None and trigger.app == call.app.id:
        _refuse_push(call, trigger.person)
    used = _used_trigger(call)
    return _shown(call, push_modal(workspace, call.app.id, used.person, content))


def _refuse_push(call: Call, person: str) -> None:
    below = stack(call.desk.workspace, call.app.id, person)
    if not below:
        raise SlackError("not_found")
    if len(below) >= DEEPEST:
        raise SlackError("push_limit_reached")


def update_view(call: Call) -> Json:
    view = _view(call)
    content = _content(call, view.surface)
    _refuse_hash(call, view)
    _refuse_external_id(call, content, view)
    change(call.desk.workspace, view, content)
    return _shown(call, view)


def publish(call: Call) -> Json:
    content = _content(call, Surface.HOME)
    person = call.desk.workspace.people.get(call.arguments.needed("user_id"))
    if person is None or person.is_bot or person.deleted:
        raise _invalid("user not found", "/user_id")
    if not call.app.home:
        raise SlackError("not_enabled")
    home = call.desk.workspace.homes.get((call.app.id, person.id))
    if home is not None:
        _refuse_hash(call, home)
    _refuse_external_id(call, content, home)
    return _shown(call, publish_home(call.desk.workspace, call.app.id, person.id, content))


def _shown(call: Call, view: View) -> Json:
    return {"view": view_json(call.desk.workspace, view)}


def _content(call: Call, surface: Surface) -> Json:
    """The view of a call, checked and in Slack's form."""
    if not call.arguments.has("view"):
        call.arguments.needed("view")
    given = call.arguments.structure("view")
    if not isinstance(given, dict):
        raise _invalid("must provide an object", "/view")
    content = cast("Json", given)
    if len(json.dumps(content)) > LARGEST:
        raise SlackError("view_too_large")
    flaws = flaws_in_view(content)
    if flaws:
        raise refused(under("/view", flaws), "invalid_arguments")
    if content["type"] != surface.value:
        raise _invalid(f"unsupported type: {content['type']}", "/view/type")
    return named_view(content, call.desk.workspace.ids)


def _invalid(message: str, pointer: str) -> SlackError:
    lines = [f"[ERROR] {message} [json-pointer:{pointer}]"]
    return SlackError("invalid_arguments", response_metadata={"messages": lines})


def _trigger(call: Call) -> Trigger | None:
    return call.desk.workspace.triggers.get(_trigger_id(call))


def _trigger_id(call: Call) -> str:
    return call.arguments.text("interactivity_pointer") or call.arguments.needed("trigger_id", "invalid_trigger_id")


def _used_trigger(call: Call) -> Trigger:
    used = use_trigger(call.desk.workspace, _trigger_id(call), call.app.id)
    if isinstance(used, Unusable):
        raise SlackError(used.value)
    return used


def _view(call: Call) -> View:
    """The view a call names by its id, or by the name its app gave it."""
    id, external_id = call.arguments.text("view_id"), call.arguments.text("external_id")
    if not id and not external_id:
        raise _invalid("missing required field: view_id or external_id", "/view_id")
    mine = [one for one in call.desk.workspace.views() if one.app == call.app.id]
    found = next((one for one in mine if one.id == id or (not id and one.external_id == external_id)), None)
    if found is None:
        raise SlackError("not_found")
    return found


def _refuse_hash(call: Call, view: View) -> None:
    given = call.arguments.text("hash")
    if given and given != view.hash:
        raise SlackError("hash_conflict")


def _refuse_external_id(call: Call, content: Json, view: View | None = None) -> None:
    """A name that an app gives to a view must be the name of no other."""
    name = content.get("external_id")
    others = (one for one in call.desk.workspace.views() if one.app == call.app.id and one is not view)
    if name and any(one.external_id == name for one in others):
        raise SlackError("duplicate_external_id")


_TRIGGER = "invalid_trigger_id", "expired_trigger_id", "exchanged_trigger_id"
_CONTENT = "invalid_arguments", "view_too_large", "duplicate_external_id"

METHODS: Mapping[str, Method] = {
    "views.open": Method(do=open_view, tier=Tier.FOUR, errors=(*_TRIGGER, *_CONTENT)),
    "views.push": Method(
        do=push_view, tier=Tier.FOUR, errors=(*_TRIGGER, *_CONTENT, "not_found", "push_limit_reached")
    ),
    "views.update": Method(do=update_view, tier=Tier.FOUR, errors=(*_CONTENT, "not_found", "hash_conflict")),
    "views.publish": Method(do=publish, tier=Tier.FOUR, errors=(*_CONTENT, "hash_conflict", "not_enabled")),
}
