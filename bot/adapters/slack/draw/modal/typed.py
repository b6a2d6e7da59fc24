"""Forms made from a type: to edit an intent, to start a workflow, to answer a question, to correct a fact."""

from collections.abc import Mapping, Sequence
from enum import Enum

from pydantic import BaseModel, ValidationError

from bot.adapters.slack.draw.modal.filling import Read, State, block_of, fits, inputs, read, text_of, typed
from bot.adapters.slack.draw.modal.frame import Meta, note, told, view
from bot.adapters.slack.draw.modal.preview import preview_button
from bot.adapters.slack.draw.safe import Block, Blocks, inline, label, rich, section
from bot.domain.field import Field, Kind, fields_of, unfillable
from bot.domain.intent import Fact, Intent
from bot.domain.plain import Plain
from bot.domain.text import visible

WHICH = "which"
"""The action that says which intent of a plan is edited."""
_ODD_FORM = "This is not in the form it has to have."
"""Where a pattern says which: nobody reads patterns."""


def edit_view(
    intent: type[Intent],
    data: Mapping[str, Plain],
    meta: Meta,
    *,
    actions: Sequence[str] = (),
    known: Mapping[str, Plain] | None = None,
) -> Block:
    """An intent to be edited, filled with what it is. Of a plan, `actions` are the titles of all its intents."""
    fields = _of_intent(intent)
    choice: Blocks = [_which(actions, meta.n)] if len(actions) > 1 else []
    says = told("Saving makes a new version and voids approvals so far. Its author may have to let others decide.")
    blocks = [*choice, says, *inputs(fields, {**data, **(known or {})}), preview_button()]
    if all(one.kind is Kind.FIXED for one in fields):
        fixed = told("Nothing of this can be edited. Reject it instead.")
        return view(
            "edit", "Edit", [*choice, fixed, *inputs(fields, data)], meta=meta, close="Close", submit=_go(choice)
        )
    return view("edit", "Edit before approving", blocks, meta=meta, submit=f"Save as Version {meta.version + 1}")


def _go(choice: Blocks) -> str:
    """An input needs a button below it, even one that only chooses what is shown."""
    return "Show It" if choice else ""


def read_edit(intent: type[Intent], data: Mapping[str, Plain], state: State) -> Read:
    """The fields that were changed, or what is wrong with them."""
    fields = _of_intent(intent)
    found = read(fields, state, data)
    changed = {name: value for name, value in found.values.items() if value != data.get(name)}
    errors = found.errors or _misfits(intent, fields, {**data, **changed})
    if not errors and not changed:
        first = next((one.name for one in fields if one.kind is not Kind.FIXED), "")
        errors = {block_of(first): "Nothing is changed yet. Change something, or close this."}
    return Read({} if errors else changed, errors)


def typed_edit(intent: type[Intent], state: State) -> dict[str, Plain]:
    """What stands in the form right now, right or wrong."""
    return typed(_of_intent(intent), state)


def start_view(
    workflow: str,
    title: str,
    fact: type[Fact],
    *,
    known: Mapping[str, Plain] | None = None,
    about: str = "",
    says: str = "",
) -> Block:
    """What a workflow starts from, to be filled in; `about` is the message it starts from, where there is one."""
    meta = Meta("", workflow, about=about)
    fields = fields_of(fact)
    missing = unfillable(fields)
    if missing:
        return note(
            title, f"This cannot be started by a form: {', '.join(missing)} is not something to type.", meta=meta
        )
    long = [one.label for one in fields if not fits(text_of((known or {}).get(one.name)))]
    if long:
        said = (
            f"{' and '.join(long)}: this is longer than a form of Slack's takes. Start it on the command line instead"
        )
        return note(title, f"{said}: countersign start {workflow} --input FILE", meta=meta)
    head: Blocks = [told(says)] if says else []
    asked = inputs(fields, {**_usual(fact), **(known or {})})
    return view("start", title, [*head, *asked], meta=meta, submit="Start")


def fact_view(
    verb: str, title: str, says: str, fact: type[Fact], meta: Meta, *, known: Mapping[str, Plain] | None = None
) -> Block:
    """A fact that a question asks for (`answer`), or that is put right (`correct`), filled with what is known."""
    fields = fields_of(fact)
    missing = unfillable([one for one in fields if one.name not in (known or {})])
    if missing:
        return note(title, f"A form cannot ask for this: {', '.join(missing)}. Use the command line.", meta=meta)
    head = rich([section(inline(says))])
    return view(
        verb,
        title,
        [head, *inputs(fields, {**_usual(fact), **(known or {})})],
        meta=meta,
        submit="Correct" if verb == "correct" else "Answer",
    )


def read_fact(fact: type[Fact], state: State, known: Mapping[str, Plain] | None = None) -> Read:
    """The whole fact as plain data, or what is wrong with it. What a form cannot ask for stays as it is known."""
    fields = fields_of(fact)
    found = read(fields, state, known)
    fixed = {one.name for one in fields if one.kind is Kind.FIXED or block_of(one.name) not in state}
    values = {**{name: value for name, value in (known or {}).items() if name in fixed}, **found.values}
    errors = found.errors or _misfits(fact, fields, values)
    return Read({}, errors) if errors else Read(fact.model_validate(values).model_dump(mode="json"))


def _usual(fact: type[Fact]) -> dict[str, Plain]:
    """What a field is where nobody says otherwise."""
    found: dict[str, Plain] = {}
    for name, info in fact.model_fields.items():
        default: object = None if info.is_required() else info.get_default(call_default_factory=False)
        value: object = default.value if isinstance(default, Enum) else default
        if isinstance(value, (str, int)):
            found[name] = value
    return found


def _of_intent(intent: type[Intent]) -> tuple[Field, ...]:
    return fields_of(intent, fixed=intent.identifiers, edited=True)


def _misfits(model: type[BaseModel], fields: Sequence[Field], values: Mapping[str, Plain]) -> dict[str, str]:
    """What the type says is wrong, each by the block it belongs to; what belongs to none, by the first."""
    try:
        model.model_validate(values)
    except ValidationError as error:
        enterable = [one.name for one in fields if one.kind is not Kind.FIXED]
        first = enterable[0] if enterable else ""
        found: dict[str, str] = {}
        for one in error.errors(include_url=False, include_context=False, include_input=False):
            name = str(one["loc"][0]) if one["loc"] else first
            said = _ODD_FORM if one["type"] == "string_pattern_mismatch" else _sentence(one["msg"])
            found.setdefault(block_of(name if name in enterable else first), said)
        return found
    return {}


def _sentence(message: str) -> str:
    said = visible(message).removeprefix("Value error, ")
    return said if said.endswith((".", "?", "!")) else f"{said}."


def _which(actions: Sequence[str], chosen: int) -> Block:
    """Which of several is edited; choosing another shows its fields."""
    options: Blocks = [{"text": label(f"{n + 1}. {title}"), "value": str(n)} for n, title in enumerate(actions[:100])]
    select: Block = {"type": "static_select", "action_id": WHICH, "options": options}
    if 0 <= chosen < len(options):
        select["initial_option"] = options[chosen]
    said: Block = label("Which action", 150)
    return {"type": "input", "block_id": WHICH, "label": said, "element": select, "dispatch_action": True}
