"""People and groups: new ones, and what is different about those that are known."""

from bot.workspace.state.change import GroupChanged, PersonChanged
from bot.workspace.state.person import Person
from bot.workspace.state.team import Group
from bot.workspace.state.workspace import Workspace


def settle_person(workspace: Workspace, person: Person) -> None:
    """Take somebody in, or take note that they have changed: set their fields first."""
    person.updated = int(workspace.clock.now())
    workspace.people[person.id] = person
    workspace.tell(PersonChanged(person.id))


def settle_group(workspace: Workspace, group: Group) -> None:
    """Take a user group in, or take note that it has changed."""
    workspace.groups[group.id] = group
    workspace.tell(GroupChanged(group.id))
