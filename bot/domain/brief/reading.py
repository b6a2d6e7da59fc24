"""A brief out of its file, filled up from the house rules that all workflows share.

The brief wins, name by name. Of the house's reviewers a brief has those it names itself: `[reviewers.finance]` with
nothing below it takes the group as the house has it. Who names members or a user group replaces both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.brief import Brief, Data, Limits, Part, Reviewers
from bot.domain.brief.rule import contradictions
from bot.domain.declared.form import fill_in, misfits
from bot.domain.declared.toml import read_toml
from bot.domain.errors import Misdeclared
from bot.domain.plain import is_object


@dataclass(frozen=True, slots=True)
class House:
    """What all briefs share, as it stands in `house.toml`."""

    reviewers: Mapping[str, Mapping[str, object]] = field(default_factory=dict[str, Mapping[str, object]])
    limits: Mapping[str, object] = field(default_factory=dict[str, object])
    data: Mapping[str, object] = field(default_factory=dict[str, object])


class _HouseFile(Part):
    reviewers: Mapping[str, Reviewers] = {}
    limits: Limits = Limits()
    data: Data = Data()


def read_house(text: bytes | str, *, file: str) -> House:
    """The house rules. Raises Misdeclared with every problem at once; what a brief still has to add may be missing."""
    toml = read_toml(text, file=file)
    problems = misfits(_HouseFile, toml)
    if problems:
        raise Misdeclared.together(problems)
    groups = _section(toml.data, "reviewers")
    return House(
        {name: group for name, group in groups.items() if is_object(group)},
        _section(toml.data, "limits"),
        _section(toml.data, "data"),
    )


def read_brief(text: bytes | str, *, file: str, house: House | None = None) -> Brief:
    """The brief, complete and free of contradictions. Raises Misdeclared with every problem at once."""
    toml = read_toml(text, file=file)
    brief = fill_in(Brief, toml, _filled_up(toml.data, house) if house else None)
    problems = [toml.wrong(path, sentence, mend) for path, sentence, mend in contradictions(brief)]
    if problems:
        raise Misdeclared.together(sorted(problems, key=lambda one: one.line))
    return brief


def _filled_up(brief: Mapping[str, object], house: House) -> dict[str, object]:
    whole = dict(brief)
    groups = brief.get("reviewers", {})
    if is_object(groups):
        whole["reviewers"] = {name: _group(group, house.reviewers.get(name, {})) for name, group in groups.items()}
    whole["limits"] = _over(house.limits, brief.get("limits", {}))
    whole["data"] = data = _over(house.data, brief.get("data", {}))
    if is_object(data) and "classes" in data:
        data["classes"] = _over(_section(house.data, "classes"), data["classes"])
    return whole


def _group(own: object, shared: Mapping[str, object]) -> object:
    if is_object(own) and {"members", "usergroup"} & own.keys():
        shared = {name: value for name, value in shared.items() if name not in ("members", "usergroup")}
    return _over(shared, own)


def _over(shared: Mapping[str, object], own: object) -> object:
    """The brief's own section over the house's; what is no section stays as it is, to be refused."""
    return {**shared, **own} if is_object(own) else own


def _section(data: Mapping[str, object], name: str) -> dict[str, object]:
    section = data.get(name, {})
    return section if is_object(section) else {}
