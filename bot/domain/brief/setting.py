"""What owners change by a form: the settings of a brief in small groups, each with its words and its present value.

What is rarer (the evidence of a group, the fields of the data, whole sections) is changed by `countersign brief`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.brief import Brief, Level, OnRejection
from bot.domain.declared.editing import append, change, drop
from bot.domain.declared.fault import is_list
from bot.domain.declared.place import Where, shown
from bot.domain.declared.toml import read_toml
from bot.domain.errors import Unfit, Unknown
from bot.domain.plain import Plain, is_object
from bot.domain.run import Stage

NEW = "thresholds.new"
DROP = "drop"
"""The setting of a threshold that takes it out."""


class Shape(StrEnum):
    """How a value is typed."""

    TEXT = "text"
    LINES = "a text on each line"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes or no"
    BOUND = "an amount or a number"


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that an owner may change."""

    path: Where
    label: str
    shape: Shape = Shape.TEXT
    hint: str = ""
    needed: bool = False
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def name(self) -> str:
        """As people write it: `reviewers.support.needed`."""
        return shown(self.path)


@dataclass(frozen=True, slots=True)
class Area:
    """Settings that are changed together."""

    key: str
    title: str
    settings: tuple[Setting, ...]


_TIME = "A duration, such as 4h or 1d 12h."
_PEOPLE = (
    Setting(("members",), "Members", Shape.LINES, "A handle such as @mia, or the name of a group."),
    Setting(("usergroup",), "User group", hint="The handle of a user group of the workspace, without the @."),
    Setting(("needed",), "Approvals needed", Shape.NUMBER, needed=True, least=1, most=10),
    Setting(("deny",), "Rejections that decide", Shape.NUMBER, needed=True, least=1, most=10),
    Setting(("channel",), "Channel", hint="Where they are asked, such as #support.", needed=True),
)
_ANSWERS = (
    Setting(("reasons",), "Reasons for a rejection", Shape.LINES, needed=True),
    Setting(("on_rejection",), "After a rejection", Shape.CHOICE, needed=True, choices=tuple(OnRejection)),
    Setting(("redrafts",), "Drafts that may be asked for", Shape.NUMBER, needed=True, least=0, most=5),
)
_LIMITS = (
    Setting(("limits", "actions_per_run"), "Actions in one run", Shape.NUMBER, needed=True, least=1, most=50),
    Setting(("limits", "actions_per_day"), "Actions in one day", Shape.NUMBER, needed=True, least=1),
    Setting(("limits", "actions_per_target_per_day"), "Actions on a record a day", Shape.NUMBER, needed=True, least=1),
    Setting(("limits", "cost_per_run"), "Model cost of one run", hint="An amount, such as 0.50 USD. Empty: no limit."),
    Setting(("limits", "cost_per_day"), "Model cost of one day", hint="An amount, such as 20 USD. Empty: no limit."),
    Setting(("limits", "runs_per_user_per_hour"), "Runs a person starts an hour", Shape.NUMBER, needed=True, least=1),
    Setting(("limits", "open_cards_per_reviewer_group"), "Open cards of one group", Shape.NUMBER, needed=True, least=1),
)  # fmt: skip


def areas_of(brief: Brief, asks: Collection[str] = ()) -> tuple[Area, ...]:
    """Everything of a brief that a form can change; `asks` are the steps in which a model is asked."""
    return tuple(_areas(brief, asks))


def area_of(brief: Brief, key: str, asks: Collection[str] = ()) -> Area:
    """The area of that name. Unknown where the brief has none, or none any more."""
    found = next((one for one in _areas(brief, asks) if one.key == key), None)
    if found is None:
        raise Unknown("This is not part of the brief any more. Open the Home tab again.")
    return found


def _areas(brief: Brief, asks: Collection[str]) -> Iterator[Area]:
    stage = Setting(("stage",), "How far the bot may go", Shape.CHOICE, needed=True, choices=tuple(Stage))
    yield Area("stage", "Stage", (stage,))
    kinds = [f"{system}.{name}" for system, names in brief.changes.items() for name in names]
    levels = [Setting(("levels", kind), kind, Shape.CHOICE, choices=tuple(Level)) for kind in (*kinds, *brief.levels)]
    if levels:
        yield Area("levels", "Levels", tuple({one.path: one for one in levels}.values()))
    for n in range(len(brief.thresholds)):
        drops = Setting(("thresholds", n, DROP), "Take this threshold out", Shape.YES_NO)
        yield Area(f"thresholds.{n}", f"Threshold {n + 1}", (*_threshold(brief, ("thresholds", n), kinds), drops))
    if kinds:
        yield Area(NEW, "New threshold", _threshold(brief, ("thresholds", "new"), kinds))
    if asks:
        per_cent = "How sure the model must be, such as 60 %. Below that a person is asked. Empty: never."
        confident = (Setting(("confidence", step), f"{step}, at least", hint=per_cent) for step in asks)
        yield Area("confidence", "Confidence", tuple(confident))
    for name in brief.reviewers:
        yield from _of_group(brief, name)
    yield Area("limits", "Limits", _LIMITS)


def _threshold(brief: Brief, path: Where, kinds: list[str]) -> tuple[Setting, ...]:
    bound = "An amount, such as 100 EUR, or a whole number."
    return (
        Setting((*path, "intent"), "Change", Shape.CHOICE, needed=True, choices=tuple(kinds)),
        Setting((*path, "field"), "Field", hint="The field it goes by, such as cents.", needed=True),
        Setting((*path, "above"), "Above", Shape.BOUND, bound),
        Setting((*path, "below"), "Below", Shape.BOUND, bound),
        Setting((*path, "reviewers"), "Who then decides", Shape.CHOICE, needed=True, choices=tuple(brief.reviewers)),
        Setting((*path, "needed"), "Approvals then needed", Shape.NUMBER, least=1, most=10),
    )


def _of_group(brief: Brief, name: str) -> Iterator[Area]:
    def at(one: Setting) -> Setting:
        return Setting(
            ("reviewers", name, *one.path), one.label, one.shape, one.hint, one.needed, one.choices, one.least, one.most
        )

    others = (*(other for other in brief.reviewers if other != name), "owner")
    times = (
        Setting(("remind_after",), "Remind after", hint=_TIME),
        Setting(("escalate_after",), "Escalate after", hint=_TIME),
        Setting(("escalate_to",), "Escalate to", Shape.CHOICE, choices=others),
        Setting(("expires_after",), "Runs out after", hint=_TIME, needed=True),
        Setting(("on_expiry",), "When it runs out", Shape.CHOICE, needed=True, choices=("escalate", "reject")),
    )
    yield Area(f"reviewers.{name}", f"Reviewers: {name}", tuple(map(at, _PEOPLE)))
    yield Area(f"times.{name}", f"Times: {name}", tuple(map(at, times)))
    yield Area(f"answers.{name}", f"Rejections: {name}", tuple(map(at, _ANSWERS)))


# --- values ----------------------------------------------------------------------------------------------------------


def values_of(brief: Brief, area: Area) -> dict[str, Plain]:
    """What each setting is now, by name; what is not set is left out."""
    whole = brief.model_dump(mode="json", by_alias=True)
    found = ((one.name, _at(whole, one.path)) for one in area.settings)
    return {name: value for name, value in found if value not in (None, "", [])}


def _at(whole: object, path: Where) -> Plain:
    here: object = whole
    for part in path:
        if is_object(here) and isinstance(part, str):
            here = here.get(part)
        elif is_list(here) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            return None
    if is_list(here):
        return [str(one) for one in here]
    return here if isinstance(here, (str, int)) else None


def edited(text: str, area: Area, before: Mapping[str, Plain], after: Mapping[str, Plain]) -> str:
    """The text of a brief with what was changed in a form, its comments and order kept. Raises Unfit as `change` does.

    Not yet looked at: whether it loads is another question.
    """
    typed = {one.path: _typed(one, after.get(one.name)) for one in area.settings}
    place = area.settings[0].path[:-1]
    if area.key == NEW:
        return append(text, "thresholds", {str(path[-1]): value for path, value in typed.items() if value is not None})
    if typed.pop((*place, DROP), None):
        return drop(text, place)
    for one in area.settings:
        if one.path in typed and typed[one.path] != _typed(one, before.get(one.name)):
            text = _set(text, one, typed[one.path])
    return text


def _set(text: str, one: Setting, value: object) -> str:
    if value is None and _at(read_toml(text, file="the brief").data, one.path) is None:
        raise Unfit(f"“{one.label}” comes from the house rules, and cannot be emptied here. Set another value.")
    return change(text, one.path, value, file="the brief")


def _typed(one: Setting, value: Plain) -> object:
    """A value as a brief has it; None where it was left empty."""
    if value in (None, "", []) or (one.shape is Shape.YES_NO and value is False):
        return None
    is_number = one.shape is Shape.BOUND and isinstance(value, str) and value.strip().isascii()
    return int(value) if is_number and isinstance(value, str) and value.strip().isdigit() else value


def at_fault(text: str, area: Area, line: int) -> Setting | None:
    """The setting that a problem on this line is about; None where it is about something else."""
    toml = read_toml(text, file="the brief")
    return next((one for one in area.settings if one.path in toml.spans.keys and toml.line(one.path) == line), None)
