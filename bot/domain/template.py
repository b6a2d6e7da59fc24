"""A workflow made from another one: its texts, rewritten for the people who will own it."""

import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.domain.brief import Level
from bot.domain.declared.editing import change, drop
from bot.domain.declared.fault import is_list
from bot.domain.declared.place import Where
from bot.domain.declared.toml import read_toml
from bot.domain.errors import Unfit
from bot.domain.plain import is_object
from bot.domain.text import one_line

STAGES = ("shadow", "assisted")
"""The stages a new workflow may start at: nothing is executed yet."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TAKEN = frozenset({"house", "workflows"})
_COMMENT = re.compile(r"\A(?:#[^\n]*\n)+")
_WORD = re.compile(
    r"""(?P<comment>\#[^\n]*)|(?P<long>[rbfRBF]{0,2}(?:\"{3}.*?\"{3}|'{3}.*?'{3}))"""
    r"""|(?P<text>[rbfRBF]{0,2}(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))|(?P<name>\w+)""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Crew:
    """Who decides as a reviewer group, and where they are asked."""

    members: tuple[str, ...] = ()
    usergroup: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the brief of a new workflow says that the template's does not."""

    owner: str
    maintainer: str
    pager: str
    stage: str
    baseline_minutes: float
    review_date: date
    crews: Mapping[str, Crew] = field(default_factory=dict[str, Crew])
    """Those that are other people than the template has, or are asked elsewhere."""
    colleagues: tuple[str, ...] = ()
    """Who gets work by its routing tables; those of the template, where nobody is named."""


def refuse_name(name: str) -> None:
    """Raises Unfit where a workflow cannot be called that: its folder is a module of Python, too."""
    if not _NAME.fullmatch(name):
        mend = "Use small letters, digits and _, beginning with a letter; at most 40."
        raise Unfit(f"“{one_line(name, 60)}” cannot be the name of a workflow. {mend}")
    if keyword.iskeyword(name) or name in _TAKEN:
        raise Unfit(f"“{name}” means something else already. Choose another name.")


def class_of(name: str) -> str:
    """`partner_mail` as a class is called: `PartnerMail`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def steps_from(source: str, names: Mapping[str, str]) -> str:
    """Python with some names changed, where they stand as names or as a whole text; nowhere inside of texts."""

    def changed(found: re.Match[str]) -> str:
        word = found[0]
        if found.lastgroup == "name":
            return names.get(word, word)
        if found.lastgroup == "text" and word[1:-1] in names:
            return f"{word[0]}{names[word[1:-1]]}{word[-1]}"
        return word

    return _WORD.sub(changed, source)


def brief_from(text: str, name: str, answers: Answers) -> str:
    """The brief with its own people; what somebody once allowed the template alone is left out."""
    text = _COMMENT.sub("", text)
    text = _without_allowances(text)
    said: dict[Where, object] = {
        ("owner",): answers.owner,
        ("maintainer",): answers.maintainer,
        ("pager",): answers.pager,
        ("stage",): answers.stage,
        ("review_date",): answers.review_date,
        ("metric", "baseline_minutes"): answers.baseline_minutes,
    }
    for group, crew in answers.crews.items():
        text = _with_crew(text, ("reviewers", group), crew)
    for where, value in said.items():
        text = change(text, where, value, file="brief.toml")
    return f"# What the owner says about {name}. Engineers own the steps; this file is the owner's.\n{_gap(text)}{text}"


def _gap(text: str) -> str:
    return "" if text.startswith("\n") else "\n"


def _without_allowances(text: str) -> str:
    data = read_toml(text, file="brief.toml").data
    overrides, levels = data.get("overrides"), data.get("levels")
    for n in reversed(range(len(overrides) if is_list(overrides) else 0)):
        text = drop(text, ("overrides", n), file="brief.toml")
    for level, value in levels.items() if is_object(levels) else ():
        if value == Level.AUTOMATICALLY:
            text = change(text, ("levels", level), None, file="brief.toml")
    return text


def _with_crew(text: str, section: Where, crew: Crew) -> str:
    own = read_toml(text, file="brief.toml").data.get("reviewers", {})
    there = own.get(str(section[-1])) if is_object(own) else None
    settings: dict[str, object] = {"usergroup": crew.usergroup} if crew.usergroup else {"members": [*crew.members]}
    replaced = "members" if crew.usergroup else "usergroup"
    if is_object(there) and replaced in there:
        text = change(text, (*section, replaced), None, file="brief.toml")
    for name, value in {"channel": crew.channel, **settings}.items():
        text = change(text, (*section, name), value, file="brief.toml")
    return text


def colleagues_in(text: str) -> tuple[str, ...]:
    """Everybody who gets work by these routing tables."""
    return tuple(dict.fromkeys(one for _, names in _given(text) for one in names))


def routes_from(text: str, colleagues: Sequence[str]) -> str:
    """Routing tables that give to these people what they gave to others."""
    for where, names in _given(text):
        text = change(text, where, [*colleagues] if len(names) > 1 else colleagues[0], file="routes.toml")
    return text


def _given(text: str) -> list[tuple[Where, list[str]]]:
    """Where colleagues stand in routing tables; a rule that goes by a field names nobody."""
    found: list[tuple[Where, list[str]]] = []
    for table, rules in read_toml(text, file="routes.toml").data.items():
        for n, rule in enumerate(rules if is_list(rules) else ()):
            to = rule.get("to") if is_object(rule) else None
            names = [str(one) for one in (to if is_list(to) else [to]) if str(one).startswith("@")]
            if names:
                found.append(((table, n, "to"), names))
    return found


def first_change(template: str, day: date) -> str:
    """The change log of a workflow that begins."""
    return f"# Why the instructions changed\n\n## {day.isoformat()}\n\n- First version, made from {template}.\n"
