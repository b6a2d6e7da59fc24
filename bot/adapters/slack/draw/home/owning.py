"""The forms of an owner: change something, see the difference, say why; roll back; pause and resume.

A form that is shown once more with what it would change has its fields under other names: Slack keeps what was typed
into a block of the same name, and a long text may be cut into other parts by then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.adapters.slack.draw.home.inside import difference
from bot.adapters.slack.draw.home.wording import STAGES, counted, named
from bot.adapters.slack.draw.modal.filling import Read, State, block_of, inputs, read, typed
from bot.adapters.slack.draw.modal.frame import Meta, told, view
from bot.adapters.slack.draw.safe import Block, Blocks, bullets, inline, pieces, rich, section
from bot.domain.brief.setting import Area, Setting, Shape
from bot.domain.field import Field, Kind
from bot.domain.plain import Plain
from bot.domain.text import one_line
from bot.ports.queries import Leaving, UnderWay

CHANGE, ROLL_BACK, SWITCH = "home-change", "home-rollback", "home-switch"
FORMS = (CHANGE, ROLL_BACK, SWITCH)
"""The forms, by their callback ids."""
LONGEST_WHY = 500
MOST_LINES, LONGEST_LINE = 40, 300
WHY = Field("why", Kind.LONG, "Why", "It stands in the change log and in the record.", longest=LONGEST_WHY)
TEXT = Field("text", Kind.LONG, "The text")
_KINDS: Mapping[Shape, Kind] = {
    Shape.TEXT: Kind.TEXT,
    Shape.LINES: Kind.LINES,
    Shape.NUMBER: Kind.NUMBER,
    Shape.CHOICE: Kind.CHOICE,
    Shape.YES_NO: Kind.YES_NO,
    Shape.BOUND: Kind.TEXT,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for: settings of a brief, or a whole text."""

    title: str
    fields: tuple[Field, ...]
    known: Mapping[str, Plain]
    """What it is now."""


def field_of(one: Setting) -> Field:
    """A setting as a form asks for it."""
    return Field(
        one.name,
        _KINDS[one.shape],
        one.label,
        one.hint,
        needed=one.needed,
        choices=one.choices,
        least=one.least,
        most=one.most,
    )


def asked_of(area: Area, known: Mapping[str, Plain]) -> Asked:
    return Asked(area.title, tuple(map(field_of, area.settings)), known)


# --- changing --------------------------------------------------------------------------------------------------------


def change_view(asked: Asked, meta: Meta) -> Block:
    """The form, filled with what is there now."""
    blocks = [*_explained(asked), *inputs(asked.fields, asked.known)]
    return view(CHANGE, asked.title, blocks, meta=meta, submit="See What Changes")


def _explained(asked: Asked) -> Blocks:
    """What the stages mean, where one is chosen."""
    if not any(one.name == "stage" for one in asked.fields):
        return []
    return [rich([bullets([*pieces(stage.value, "bold"), *pieces(f"  {said}")] for stage, said in STAGES.items())])]


def preview(asked: Asked, state: State, diff: str, meta: Meta) -> Block:
    """What would change, the reason for it, and the form once more, with what was typed."""
    fields, now = (WHY, *asked.fields), replace(meta, n=meta.n + 1)
    entered = typed(fields, own_state(state, meta.n))
    inner = inputs(fields, {**asked.known, **{one.name: None for one in asked.fields}, **entered})
    blocks = [*_shown(diff), *inner[:1], told("You can still change it here:"), *inner[1:]]
    shown = view(CHANGE, asked.title, blocks, meta=now, submit=f"Save as Version {meta.version + 1}")
    return _set_apart(shown, now.n)


def _shown(diff: str) -> Blocks:
    counts = "Runs that start from now on go by it. Runs under way keep the version they began with."
    return [rich([section(pieces("What changes", "bold"))]), _difference(diff), told(counts)]


def _difference(diff: str) -> Block:
    lines = "\n".join(one_line(line, LONGEST_LINE) for line in difference(diff, MOST_LINES))
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": pieces(lines or "–")}]}


def own_state(state: State, n: int) -> State:
    """What stands in a form, by the names its fields have when it is first shown."""
    return {name.removeprefix(_apart(n)): value for name, value in state.items()}


def own_errors(errors: Mapping[str, str], n: int) -> dict[str, str]:
    """Errors by the blocks of a form as it is shown."""
    return {f"{_apart(n)}{name}": said for name, said in errors.items()}


def _apart(n: int) -> str:
    return f"{n}:" if n else ""


def _set_apart(whole: Block, n: int) -> Block:
    blocks = whole["blocks"]
    found = [one for one in blocks if isinstance(one, dict)] if isinstance(blocks, list) else []
    return {**whole, "blocks": [_renamed(one, n) for one in found]}


def _renamed(block: Block, n: int) -> Block:
    name = block.get("block_id")
    return {**block, "block_id": f"{_apart(n)}{name}"} if isinstance(name, str) else block


def read_change(asked: Asked, state: State, n: int) -> Read:
    """What every field holds now, or what is missing; errors by the names that fields have when first shown."""
    there = own_state(state, n)
    found = read(asked.fields, there, asked.known)
    for one in asked.fields:
        if block_of(one.name) not in there:
            found.values[one.name] = asked.known.get(one.name)
        elif one.needed and found.values.get(one.name) in (None, "", []):
            found.errors.setdefault(block_of(one.name), "Fill this in.")
    return found


def read_why(state: State, n: int) -> Read:
    """The reason, or that there is none. Of a form that does not ask for it yet, neither."""
    found = read([WHY], own_state(state, n))
    why = str(found.values.get("why") or "").strip()
    if block_of("why") in own_state(state, n) and not why:
        found.errors[block_of("why")] = "Say why: whoever reads the change log later will want to know."
    elif len(why) > LONGEST_WHY:
        found.errors[block_of("why")] = f"At most {LONGEST_WHY} characters; this has {len(why):,}."
    return found


# --- rolling back, pausing -------------------------------------------------------------------------------------------


def rollback_view(what: str, to: int, diff: str, meta: Meta) -> Block:
    """What going back to an earlier version would change."""
    said = told(f"This makes a new version of {what} that says what version {to} said. Nothing is deleted.")
    blocks = [said, *_shown(diff), *inputs([WHY], {})]
    return view(ROLL_BACK, f"Back to version {to}", blocks, meta=meta, submit="Roll Back")


def pause_view(scope: str, counted_now: UnderWay, leaving: Leaving, meta: Meta) -> Block:
    """What holding a workflow, or everything, affects: what stays here, and what leaves all the same."""
    begun = f"{counted(leaving.begun, 'action')} that {'has' if leaving.begun == 1 else 'have'} begun"
    lines = [
        f"{_under_way(counted_now)} Nothing new starts.",
        f"What has not left yet stays here until it goes on{_among(leaving)}. Cards can still be decided.",
        f"What leaves all the same: {begun}." if leaving.begun else "Nothing is on its way out at this moment.",
    ]
    return _switch_view(f"Pause {_scope(scope)}", "Pause", lines, meta)


def resume_view(scope: str, why: str, counted_now: UnderWay, leaving: Leaving, meta: Meta) -> Block:
    """What letting it go on affects."""
    lines = [
        f"It was paused: {one_line(why, LONGEST_LINE)}",
        f"{_under_way(counted_now)} New runs can start.",
        f"What waited leaves as soon as its last checks allow it{_among(leaving)}.",
    ]
    return _switch_view(f"Resume {_scope(scope)}", "Resume", lines, meta)


def _under_way(now: UnderWay) -> str:
    if not now.runs:
        return "Nothing is under way."
    verb = "waits" if now.asking == 1 else "wait"
    return f"{counted(now.runs, 'run')} under way, {now.asking:,} of them {verb} for a person."


def _among(leaving: Leaving) -> str:
    return f", {counted(leaving.waiting, 'approved action')} among it" if leaving.waiting else ""


def _switch_view(title: str, verb: str, lines: Sequence[str], meta: Meta) -> Block:
    blocks = [rich([bullets(inline(line) for line in lines)]), *inputs([WHY], {})]
    return view(SWITCH, title, blocks, meta=meta, submit=verb)


def _scope(scope: str) -> str:
    return "everything" if scope == "*" else named(scope)
