"""Tables: the blocks, and on which surface each of them may stand."""

from bot.workspace.blocks.chart import CHART
from bot.workspace.blocks.element import (
    ACCESSORIES,
    ACTIONS,
    BUTTON,
    CONTEXT_ACTIONS,
    INPUTS,
    MULTI_SELECTS,
    OVERFLOW,
    URL_SOURCE,
)
from bot.workspace.blocks.flaw import NO_FLAWS, Flaws, failed
from bot.workspace.blocks.rich import RICH_TEXT, RICH_TEXT_VALUE
from bot.workspace.blocks.rule import Check, Flag, Free, Items, Kinds, Number, Rule, Shape, Text, one_of, typed
from bot.workspace.blocks.text import (
    ALT_TEXT,
    ID,
    IMAGE,
    IMAGE_URL,
    SECURE_URL,
    SLACK_FILE,
    TEXTS,
    plain,
    text,
)
from bot.workspace.blocks.together import distinct, just_one, needing, not_both, some
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface

MOST_MARKDOWN = 12_000
MOST_TABLE = 10_000
MOST_DATA_TABLE = 20_000

_MOST_BLOCKS = {Surface.MESSAGE: 50, Surface.MODAL: 100, Surface.HOME: 100}
_LEAST_BLOCKS = {Surface.MESSAGE: 0, Surface.MODAL: 1, Surface.HOME: 1}

_ICONS = tuple(
    """
    archive book bookmark bot bug calendar call caret-left caret-right check clipboard code comment compass copy cube
    download edit email eye-closed eye-open file flag folder gear globe heart help image info key lightbulb link map
    mobile new-window pin plus refine refresh rocket save screen share sparkle star star-filled tag thumbs-down
    thumbs-up trash upload user warning
    """.split()
)
_IMAGE = Kinds({"image": IMAGE})


def _block(needs: str, *checks: Check, **may: Rule) -> Shape:
    return typed(needs, {"block_id": ID} | may, *checks)


def _no_multi_select(block: Json) -> Flaws:
    """Slack's documents allow them in `actions`; Slack itself does not."""
    if any(element["type"] in MULTI_SELECTS for element in block["elements"]):
        return (failed("enum", "unsupported element: multiselect"),)
    return NO_FLAWS


def _rows_alike(block: Json) -> Flaws:
    """Every row has as many cells as the head, and the head names its columns in plain words."""
    rows: list[list[Json]] = block["rows"]
    wide = len(rows[0])
    found = [
        failed("min_items", f"must provide {wide} items", expected=wide, got=len(row), at=f"/rows/{at}")
        for at, row in enumerate(rows)
        if len(row) != wide
    ]
    found += [
        failed("enum", f"unsupported type: {cell['type']}", got=cell["type"], at=f"/rows/0/{at}/type")
        for at, cell in enumerate(rows[0])
        if cell["type"] not in ("raw_text", "raw_number")
    ]
    if block.get("row_header_column_index", 0) >= wide:
        found.append(
            failed("maximum", f"must be less than {wide - 1}", expected=wide - 1, at="/row_header_column_index")
        )
    return found


_TASK = _block(
    "task_id title status",
    type=Text(among=("task_card",)),
    task_id=Text(least=1),
    title=Text(least=1),
    status=Text(among=("pending", "in_progress", "complete", "error")),
    details=RICH_TEXT_VALUE,
    output=RICH_TEXT_VALUE,
    sources=Items(of=URL_SOURCE),
)
"""A block, and without its `type` also a task of a plan."""

_CARD = _block(
    "",
    some("hero_image", "title", "actions", "body"),
    not_both("icon", "slack_icon"),
    hero_image=_IMAGE,
    icon=_IMAGE,
    slack_icon=Kinds({"icon": typed("name", {"name": Text(among=_ICONS)})}),
    title=text(150),
    subtitle=text(150),
    body=text(200),
    subtext=text(200),
    actions=Items(of=BUTTON, least=1, most=3),
)

_RAW_TEXT = typed("text", {"text": Text(least=1)})
_CELLS: dict[str, Rule] = {
    "raw_text": _RAW_TEXT,
    "raw_number": typed("value", {"value": Number(decimal=True), "text": Text(least=1)}),
    "rich_text": RICH_TEXT,
}
_ACTION_CELL = typed("element", {"element": BUTTON, "fallback": Kinds(_CELLS)})

_SIMPLE: dict[str, Rule] = {
    "section": _block(
        "",
        some("text", "fields", at="/type"),
        text=text(3000),
        fields=Items(of=text(2000), least=1, most=10),
        accessory=ACCESSORIES,
        expand=Flag(),
    ),
    "divider": _block(""),
    "header": _block("text", text=plain(150), level=Number(least=1, most=4)),
    "context": _block("elements", elements=Items(of=Kinds({"image": IMAGE} | TEXTS), least=1, most=10)),
    "image": _block(
        "alt_text",
        *just_one("image_url", "slack_file"),
        image_url=IMAGE_URL,
        slack_file=SLACK_FILE,
        alt_text=ALT_TEXT,
        title=plain(2000),
    ),
    "actions": _block("elements", _no_multi_select, elements=Items(of=ACTIONS, least=1, most=25)),
    "input": _block(
        "label element",
        label=plain(2000),
        element=INPUTS,
        hint=plain(2000),
        optional=Flag(),
        dispatch_action=Flag(),
    ),
    "file": _block("external_id source", external_id=Text(least=1), source=Text(among=("remote",))),
    "video": _block(
        "alt_text title thumbnail_url video_url",
        alt_text=Text(least=1, most=200),
        title=plain(200),
        title_url=SECURE_URL,
        description=plain(200),
        video_url=SECURE_URL,
        thumbnail_url=IMAGE_URL,
        author_name=Text(most=50),
        provider_name=Text(most=50),
        provider_icon_url=IMAGE_URL,
    ),
    "rich_text": RICH_TEXT,
    "table": _block(
        "rows",
        rows=Items(of=Items(of=Kinds(_CELLS), least=1, most=20), least=1, most=100),
        column_settings=Items(
            of=Shape("", {"align": Text(among=("left", "center", "right")), "is_wrapped": Flag()}), most=20
        ),
    ),
}

_FRAMED: dict[str, Rule] = {
    "card": _CARD,
    "carousel": _block("elements", elements=Items(of=Kinds({"card": _CARD}), least=1, most=10)),
    "container": _block(
        "child_blocks",
        some("title", "rich_text_title", at="/type"),
        needing("default_collapsed", of="is_collapsible", to_be=True),
        needing("has_header_divider", of="is_collapsible", to_be=False),
        title=plain(150),
        rich_text_title=RICH_TEXT_VALUE,
        subtitle=text(150),
        icon=_IMAGE,
        child_blocks=Items(of=Kinds(_SIMPLE), least=1, most=10),
        width=Text(among=("narrow", "standard", "wide", "full")),
        is_collapsible=Flag(),
        default_collapsed=Flag(),
        has_header_divider=Flag(),
    ),
}

_ASSISTING: dict[str, Rule] = {
    "markdown": _block("text", text=Text(least=1, most=MOST_MARKDOWN)),
    "context_actions": _block("elements", elements=Items(of=CONTEXT_ACTIONS, least=1, most=5)),
    "task_card": _TASK,
    "plan": _block(
        "title",
        distinct(
            lambda plan: [(f"/tasks/{at}/task_id", task["task_id"]) for at, task in enumerate(plan.get("tasks", ()))],
            "task_id",
        ),
        title=Text(least=1),
        tasks=Items(of=_TASK, most=50),
    ),
    "call": _block("call_id", call_id=Text(least=1), api_decoration_available=Flag(), call=Free()),
}

_DATA: dict[str, Rule] = {
    "data_table": _block(
        "rows caption",
        _rows_alike,
        rows=Items(of=Items(of=Kinds(_CELLS | {"action_cell": _ACTION_CELL}), least=1, most=20), least=2, most=201),
        caption=Text(least=1),
        page_size=Number(least=1, most=100),
        row_header_column_index=Number(least=0),
    ),
    "data_visualization": _block("title chart", title=Text(least=1, most=50), chart=one_of(CHART)),
}

_ALERT = _block("text", text=text(200), level=Text(among=("default", "info", "warning", "error", "success")))

_AUTH_PROVIDER = _block(
    "value name is_connected",
    value=Text(least=1, most=150),
    name=plain(75),
    is_connected=Flag(),
    description=plain(150),
    icon_url=SECURE_URL,
    auth_url=SECURE_URL,
    disconnect_url=SECURE_URL,
    connected_identity=plain(75),
    connected_context=plain(75),
    accessory=OVERFLOW,
    fallback=Items(of=Kinds(_SIMPLE), most=10),
)

_EVERYWHERE = _SIMPLE | {"card": _CARD, "auth_provider": _AUTH_PROVIDER}
_NO_TABLE = {name: rule for name, rule in _EVERYWHERE.items() if name != "table"}
_KINDS = {
    Surface.MESSAGE: Kinds(_EVERYWHERE | _FRAMED | _ASSISTING | _DATA),
    Surface.MODAL: Kinds(_NO_TABLE | {"alert": _ALERT}),
    Surface.HOME: Kinds(_EVERYWHERE | {"carousel": _FRAMED["carousel"]} | _DATA),
}

BLOCKS = {
    surface: Items(of=kinds, least=_LEAST_BLOCKS[surface], most=_MOST_BLOCKS[surface])
    for surface, kinds in _KINDS.items()
}
