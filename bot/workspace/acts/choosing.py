"""What was chosen, as Slack names it: people and channels by their ids, files as they are."""

from typing import cast

from bot.workspace.acts.finding import anybody, seen_channel
from bot.workspace.acts.outcome import Refused
from bot.workspace.blocks.walking import elements
from bot.workspace.payload import Json, as_object
from bot.workspace.state.person import Person
from bot.workspace.state.showing import file_json
from bot.workspace.state.workspace import Workspace

PEOPLE = ("users_select", "multi_users_select")
CHANNELS = ("conversations_select", "multi_conversations_select", "channels_select", "multi_channels_select")
FILES = "file_input"


def resolved(workspace: Workspace, person: Person, blocks: list[Json], entered: Json | None) -> Json:
    """What was entered, with each name that means something here made into its id; names nobody has are refused."""
    made = {block_id: dict(as_object(actions) or {}) for block_id, actions in (entered or {}).items()}
    for block, element in elements(blocks):
        actions = made.get(block["block_id"], {})
        if element["action_id"] in actions:
            chosen = actions[element["action_id"]]
            actions[element["action_id"]] = resolved_in(workspace, person, element, chosen)
    return made


def resolved_in(workspace: Workspace, person: Person, element: Json, chosen: object) -> object:
    """What was chosen in one element."""
    kind = element["type"]
    if kind not in (*PEOPLE, *CHANNELS, FILES):
        return chosen
    if isinstance(chosen, list):
        return [_named(workspace, person, kind, one) for one in cast("list[object]", chosen)]
    return _named(workspace, person, kind, chosen)


def _named(workspace: Workspace, person: Person, kind: str, one: object) -> object:
    if kind == FILES:
        id = (as_object(one) or {}).get("id", one)
        return _file(workspace, person, id) if isinstance(id, str) and id else None
    if not isinstance(one, str) or not one:
        return None
    return anybody(workspace, one).id if kind in PEOPLE else seen_channel(workspace, person, one).id


def _file(workspace: Workspace, person: Person, id: str) -> Json:
    file = workspace.files.get(id)
    if file is None or file.user != person.id or file.data is None:
        raise Refused("One of the files is not here any more. Add it again.")
    return file_json(workspace, file)
