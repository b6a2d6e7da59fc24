"""What a person entered, as an app is told it: `state.values`, the entry of an action. And what a form refuses.

Entered values are simple: `{block_id: {action_id: value}}` with texts, dates ("2026-01-31"), times ("09:30"), whole
seconds, an option or its value, ids of people, channels and files, rich text, and lists of these where an element
takes several. None is what a person emptied; what they did not touch is left out.
"""

from bot.workspace.blocks.holding import HOLDINGS, option_of
from bot.workspace.blocks.refusing import refusal
from bot.workspace.blocks.walking import all_blocks, elements
from bot.workspace.payload import Json, as_object


def state_values(blocks: list[Json], entered: Json) -> Json:
    """The `values` of a state: every element that keeps something, whether or not anybody touched it."""
    values: Json = {}
    for block, element in elements(blocks):
        holding = HOLDINGS.get(element["type"])
        if holding is None:
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        touched = as_object(entered.get(block_id)) or {}
        value = holding.of(element, touched[action_id]) if action_id in touched else holding.at_first(element)
        kept = _zoned(element, {"type": element["type"], holding.field: value})
        values.setdefault(block_id, {})[action_id] = kept
    return values


def _zoned(element: Json, kept: Json) -> Json:
    """A time of day goes with the zone it is meant in, where an app said one."""
    return kept | {"timezone": element["timezone"]} if "timezone" in element else kept


_TOLD = ("placeholder", "confirm", "style", "url", "min_query_length", "timezone", "icon")
"""What an app is told again of the element that was used."""


def action_of(block: Json, element: Json, simple: object) -> Json:
    """The entry of `actions` for an element that was used; whoever sends it adds the `action_ts`.

    A button needs no value. Of feedback buttons it is `positive_button`, `negative_button` or the value of one.
    """
    kind = element["type"]
    action: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
    action |= {name: element[name] for name in _TOLD if name in element}
    match kind:
        case "button" | "icon_button" | "workflow_button":
            return action | {name: element[name] for name in ("text", "value", "workflow") if name in element}
        case "feedback_buttons":
            pressed = _pressed(element, simple)
            return action | {"text": pressed["text"], "value": pressed["value"]}
        case "overflow":
            return action | {"selected_option": option_of(element, simple)}
        case _:
            holding = HOLDINGS[kind]
            action[holding.field] = holding.of(element, simple)
            if holding.initial in element:
                action[holding.initial] = element[holding.initial]
            return action


def _pressed(element: Json, simple: object) -> Json:
    buttons: list[Json] = [element["positive_button"], element["negative_button"]]
    if simple in ("negative_button", "negative"):
        return buttons[1]
    return next((button for button in buttons if button["value"] == simple), buttons[0])


def entered_in(values: Json) -> Json:
    """The simple values that give these `state.values` again: what stays when a view that is open is changed."""
    return {
        block_id: {action_id: _simple(kept) for action_id, kept in (as_object(of_block) or {}).items()}
        for block_id, of_block in values.items()
    }


def _simple(kept: Json) -> object:
    return kept[HOLDINGS[kept["type"]].field]


def flaws_in_entered(blocks: list[Json], values: Json) -> dict[str, str]:
    """Which input blocks cannot be submitted with these `state.values`, each with a sentence for the person."""
    found: dict[str, str] = {}
    for _, block in all_blocks(blocks):
        if block.get("type") == "input" and (sentence := refusal(block, _kept(block, values))):
            found[block["block_id"]] = sentence
    return found


def _kept(block: Json, values: Json) -> object:
    """What the input of a block holds."""
    element: Json = block["element"]
    of_block = as_object(values.get(block["block_id"])) or {}
    kept = as_object(of_block.get(element["action_id"])) or {}
    return kept.get(HOLDINGS[element["type"]].field)
