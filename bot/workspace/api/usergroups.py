"""`usergroups.*`: groups of people that can be mentioned at once."""

import re
from collections.abc import Mapping

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.changes.peopling import settle_group
from bot.workspace.limit import Tier
from bot.workspace.payload import Json
from bot.workspace.state.showing import group_json
from bot.workspace.state.team import Group

LONGEST_NAME = 80

_HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


def list_groups(call: Call) -> Json:
    disabled_too = call.arguments.flag("include_disabled")
    groups = call.desk.workspace.groups.values()
    return {"usergroups": [_shown(call, one) for one in groups if disabled_too or not one.disabled]}


def _shown(call: Call, group: Group) -> Json:
    said = group_json(call.desk.workspace, group)
    if not call.arguments.flag("include_count"):
        del said["user_count"]
    if call.arguments.flag("include_users"):
        said["users"] = [*group.people]
    return said


def list_people(call: Call) -> Json:
    group = _group(call)
    if group.disabled and not call.arguments.flag("include_disabled"):
        raise SlackError("no_such_subteam")
    return {"users": [*group.people]}


def _group(call: Call) -> Group:
    group = call.desk.workspace.groups.get(call.arguments.needed("usergroup", "no_such_subteam"))
    if group is None:
        raise SlackError("no_such_subteam")
    return group


def create_group(call: Call) -> Json:
    workspace, name = call.desk.workspace, call.arguments.needed("name", "missing_subteam_name")
    handle = call.arguments.text("handle").removeprefix("@") or re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:21]
    group = Group(id=workspace.ids.new("S"), handle="", name="", created=int(workspace.clock.now()))
    _call_it(call, group, name=name, handle=handle)
    settle_group(workspace, group)
    return {"usergroup": _shown(call, group)}


def update_group(call: Call) -> Json:
    group = _group(call)
    name = call.arguments.text("name") or group.name
    _call_it(call, group, name=name, handle=call.arguments.text("handle").removeprefix("@") or group.handle)
    settle_group(call.desk.workspace, group)
    return {"usergroup": _shown(call, group)}


def _call_it(call: Call, group: Group, *, name: str, handle: str) -> None:
    """Give a group a name and a handle that no other has."""
    others = [one for one in call.desk.workspace.groups.values() if one is not group]
    if len(name) > LONGEST_NAME:
        raise SlackError("name_too_long")
    if _HANDLE.fullmatch(handle) is None:
        raise SlackError("bad_handle")
    if any(one.name == name for one in others):
        raise SlackError("name_already_exists")
    if any(one.handle == handle for one in others):
        raise SlackError("handle_already_exists")
    group.name, group.handle = name, handle


def update_people(call: Call) -> Json:
    group = _group(call)
    ids = list(dict.fromkeys(call.arguments.listed("users")))
    if not ids:
        raise SlackError("no_users_provided")
    people = call.desk.workspace.people
    if any(id not in people or people[id].deleted for id in ids):
        raise SlackError("invalid_users")
    group.people = ids
    settle_group(call.desk.workspace, group)
    return {"usergroup": _shown(call, group) | {"users": ids}}


def disable_group(call: Call) -> Json:
    return _switch(call, disabled=True)


def enable_group(call: Call) -> Json:
    return _switch(call, disabled=False)


def _switch(call: Call, *, disabled: bool) -> Json:
    group = _group(call)
    group.disabled = disabled
    settle_group(call.desk.workspace, group)
    return {"usergroup": _shown(call, group)}


_READ, _WRITE = ("usergroups:read",), ("usergroups:write",)
_NAMES = "name_too_long", "bad_handle", "name_already_exists", "handle_already_exists"

METHODS: Mapping[str, Method] = {
    "usergroups.list": Method(do=list_groups, tier=Tier.TWO, scopes=_READ, takes_json=False),
    "usergroups.users.list": Method(
        do=list_people, tier=Tier.TWO, scopes=_READ, takes_json=False, errors=("no_such_subteam",)
    ),
    "usergroups.create": Method(
        do=create_group, tier=Tier.TWO, scopes=_WRITE, errors=("missing_subteam_name", *_NAMES)
    ),
    "usergroups.update": Method(do=update_group, tier=Tier.TWO, scopes=_WRITE, errors=("no_such_subteam", *_NAMES)),
    "usergroups.users.update": Method(
        do=update_people, tier=Tier.TWO, scopes=_WRITE, errors=("no_such_subteam", "no_users_provided", "invalid_users")
    ),
    "usergroups.disable": Method(do=disable_group, tier=Tier.TWO, scopes=_WRITE, errors=("no_such_subteam",)),
    "usergroups.enable": Method(do=enable_group, tier=Tier.TWO, scopes=_WRITE, errors=("no_such_subteam",)),
}
