"""The samples use every field there is, and only some of their texts and lists may be empty."""

from collections.abc import Iterator
from typing import cast

from bot.workspace.blocks.block import BLOCKS as TABLES
from bot.workspace.blocks.checking import flaws_in_blocks
from bot.workspace.blocks.rule import Items, Kinds, Outer, Rule, Shape
from bot.workspace.blocks.view import VIEWS
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface
from tests.workspace.blocks.made import block, home, modal, plain, rich
from tests.workspace.blocks.test_fields import Path, places, with_other
from tests.workspace.blocks.test_samples import BLOCKS, ELEMENTS, INPUTS, RICH, holder, surface_of

SAMPLES: dict[str, Json] = (
    BLOCKS
    | {f"element: {name}": holder(given) for name, given in ELEMENTS.items()}
    | {f"input: {name}": given for name, given in INPUTS.items()}
    | {f"rich: {name}": rich(given) for name, given in RICH.items()}
    | {f"in a block: {name}": block("section", accessory=given) for name, given in ELEMENTS.items()}
    | {f"in a row: {name}": block("actions", elements=[given]) for name, given in ELEMENTS.items()}
    | {f"asked: {name}": block("input", element=given) for name, given in ELEMENTS.items()}
)


def shapes(rule: Rule, seen: dict[int, Shape]) -> dict[int, Shape]:
    """Every shape that a rule leads to."""
    match rule:
        case Items():
            shapes(rule.of, seen)
        case Outer():
            shapes(rule.rule, seen)
        case Kinds():
            for one in rule.shapes.values():
                shapes(one, seen)
        case Shape() if id(rule) not in seen:
            seen[id(rule)] = rule
            for one in rule.may.values():
                shapes(one, seen)
        case _:
            pass
    return seen


def used(rule: Rule, value: object) -> Iterator[tuple[int, str]]:
    """Which fields of which shapes a value has."""
    match rule, value:
        case Items(), list():
            for one in cast("list[object]", value):
                yield from used(rule.of, one)
        case Outer(), _:
            yield from used(rule.rule, value)
        case Kinds(), dict():
            kind = str(cast("Json", value).get("type"))
            yield from used(rule.shapes[kind], cast("Json", value)) if kind in rule.shapes else ()
        case Shape(), dict():
            for name, part in cast("Json", value).items():
                yield id(rule), name
                yield from used(rule.may[name], part) if name in rule.may else ()
        case _:
            pass


EVERYWHERE = ("type", "block_id", "action_id", "text", "emoji", "verbatim", "style")
"""Fields of so many things that not every one of them needs a sample of its own."""


def test_every_field_of_every_table_stands_in_a_sample() -> None:
    views = [
        modal(submit=plain(), close=plain(), clear_on_close=True, notify_on_close=True),
        *(make(private_metadata="", callback_id="", external_id="") for make in (modal, home)),
    ]
    seen = {one for view in views for one in used(VIEWS, view)}
    for surface in Surface:
        seen |= {one for given in SAMPLES.values() for one in used(TABLES[surface], [given])}
    unused = {
        (tuple(shape.may), name)
        for number, shape in (shapes(VIEWS, {}) | shapes(TABLES[Surface.MESSAGE], {})).items()
        for name in shape.may
        if (number, name) not in seen and name not in EVERYWHERE
    }
    assert unused == set()


def value_at(value: object, path: Path) -> object:
    for part in path:
        value = cast("Json", value)[cast("str", part)]
    return value


def owner(value: object, path: Path) -> str:
    """What has the field at the end of a path: its `type`, or the field it stands in itself."""
    around = value_at(value, path[:-1])
    kind: object = cast("Json", around).get("type") if isinstance(around, dict) else None
    return kind if isinstance(kind, str) else next(str(part) for part in reversed(path[:-1]) if isinstance(part, str))


def emptied() -> Iterator[tuple[str, bool]]:
    """For every text and list of the samples that says something, whether it may be empty."""
    for given in SAMPLES.values():
        if flaws_in_blocks([given], surface_of(given)):
            continue
        for path in places(given):
            there = value_at(given, path)
            if isinstance(there, (str, list)) and there and isinstance(path[-1], str) and "call" not in path:
                other = with_other(given, path, "" if isinstance(there, str) else [])
                yield f"{owner(given, path)}.{path[-1]}", not flaws_in_blocks([other], surface_of(given))


MAY_BE_EMPTY = set(
    """
    auth_provider.fallback axis_config.x_label axis_config.y_label
    button.accessibility_label button.agent_prompt button.agent_prompt_display button.url button.value
    customizable_input_parameters.name customizable_input_parameters.value date.url
    email_text_input.initial_value emoji.unicode emoji.url icon_button.accessibility_label icon_button.value
    image.alt_text initial_option.value initial_options.value link.text
    multi_conversations_select.initial_conversations multi_users_select.initial_users negative_button.value
    options.url options.value plan.tasks positive_button.accessibility_label positive_button.value
    rich_text_preformatted.language
    table.column_settings task_card.sources trigger.customizable_input_parameters url_text_input.initial_value
    video.author_name video.provider_name workflow_button.accessibility_label
    """.split()
)
"""Besides the names of blocks and actions: an empty one is none."""


def test_only_these_texts_and_lists_may_be_empty() -> None:
    found = {name for name, taken in emptied() if taken}
    assert {name for name in found if not name.endswith((".block_id", ".action_id"))} == MAY_BE_EMPTY


def test_where_a_text_must_not_be_empty_one_character_is_enough() -> None:
    for name, given in SAMPLES.items():
        for path in places(given):
            if isinstance(value_at(given, path), str):
                flaws = flaws_in_blocks([with_other(given, path, "")], surface_of(given))
                if any(flaw.message == "must be more than 0 characters" for flaw in flaws):
                    again = flaws_in_blocks([with_other(given, path, "x")], surface_of(given))
                    assert not any(flaw.message.startswith("must be more than") for flaw in again), (name, path)
