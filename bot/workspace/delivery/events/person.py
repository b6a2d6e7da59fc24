"""Events about people and groups: what is different from what was last known of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.workspace.delivery.events.event import Event
from bot.workspace.payload import Json
from bot.workspace.state.person import Person
from bot.workspace.state.showing import group_json, person_json
from bot.workspace.state.team import Group
from bot.workspace.state.workspace import Workspace

_STATUS = ("status_text", "status_emoji")
_QUIET = ("quiet_from", "quiet_until")
_UNTOLD = (*_QUIET, "away", "updated")
"""Presence is told to nobody over the Events API."""


@dataclass(slots=True)
class Known:
    """People and groups as apps last heard of them."""

    people: dict[str, Person] = field(default_factory=dict[str, Person])
    groups: dict[str, Group] = field(default_factory=dict[str, Group])

    def learn(self, workspace: Workspace) -> None:
        self.people = {person.id: replace(person) for person in workspace.people.values()}
        self.groups = {group.id: replace(group, people=[*group.people]) for group in workspace.groups.values()}

    def of_person(self, workspace: Workspace, id: str) -> Iterator[Event]:
        person = workspace.people[id]
        before, self.people[id] = self.people.get(id), replace(person)
        ts = workspace.ids.ts(workspace.clock.now())
        shown = person_json(workspace, person)
        if before is None:
            yield _about_person("team_join", {"user": shown}, ts)
            return
        for name in _changes(before, person):
            yield _about_person(name, {"user": shown, "cache_ts": person.updated}, ts)
        if _differ(before, person, _QUIET):
            quiet = {
                "dnd_enabled": person.quiet_until > workspace.clock.now(),
                "next_dnd_start_ts": person.quiet_from,
                "next_dnd_end_ts": person.quiet_until,
            }
            body = {"type": "dnd_updated_user", "user": id, "dnd_status": quiet, "event_ts": ts}
            yield Event(name="dnd_updated_user", body=body, scopes=("dnd:read",))

    def of_group(self, workspace: Workspace, id: str) -> Iterator[Event]:
        group = workspace.groups[id]
        before, self.groups[id] = self.groups.get(id), replace(group, people=[*group.people])
        ts = workspace.ids.ts(workspace.clock.now())
        shown = group_json(workspace, group) | {"users": [*group.people]}
        name = "subteam_created" if before is None else "subteam_updated"
        yield _about_group(name, {"subteam": shown}, ts)
        if before is not None and before.people != group.people:
            yield _about_group("subteam_members_changed", _members(workspace, before, group), ts)


def _changes(before: Person, now: Person) -> Iterator[str]:
    """The events of one change of somebody, in the order in which Slack sends them."""
    if before == replace(now, **{name: getattr(before, name) for name in _UNTOLD}):
        return
    yield "user_change"
    yield "user_profile_changed"
    if _differ(before, now, _STATUS):
        yield "user_status_changed"


def _differ(before: Person, now: Person, names: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(now, name) for name in names)


def _about_person(name: str, more: Json, ts: str) -> Event:
    return Event(name=name, body={"type": name, **more, "event_ts": ts}, scopes=("users:read",))


def _about_group(name: str, more: Json, ts: str) -> Event:
    return Event(name=name, body={"type": name, **more, "event_ts": ts}, scopes=("usergroups:read",))


def _members(workspace: Workspace, before: Group, now: Group) -> Json:
    added = [person for person in now.people if person not in before.people]
    removed = [person for person in before.people if person not in now.people]
    return {
        "subteam_id": now.id,
        "team_id": workspace.team.id,
        "date_previous_update": before.created,
        "date_update": int(workspace.clock.now()),
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
    }
