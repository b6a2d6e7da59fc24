"""One workflow from inside: how it fares, its settings, who changed them when and why."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.adapters.slack.draw.home.flows import health
from bot.adapters.slack.draw.home.mine import heading, pager
from bot.adapters.slack.draw.home.numbers import numbers
from bot.adapters.slack.draw.home.place import block_id, button
from bot.adapters.slack.draw.home.wording import counted, named, stage_in_words
from bot.adapters.slack.draw.safe import Block, Blocks, Mention, inline, label, pieces, plain, rich, section
from bot.domain.brief import Level, Reviewers, Threshold
from bot.domain.brief.setting import NEW, Area, areas_of, values_of
from bot.domain.overview import Inside, Logged
from bot.domain.plain import Plain
from bot.domain.quantity import write_duration
from bot.domain.text import one_line

Name = Callable[[str], str]
"""What somebody is called, by their id."""
LONGEST_ROW = 1_500
LONGEST_PROCESS = 1_000
LONGEST_WHY = 500
MOST_ROWS = 60
MOST_LINES = 6
LONGEST_LINE = 160
PROMPT, ROUTES = "prompt.", "routes"
"""How the keys of prompts begin, and that of the routing table."""
_KINDS = {"brief": "the brief", "routes": "the routes", "house": "the house rules"}


def inside(content: Inside, mention: Mention, name: Name) -> Iterator[Block]:
    """The whole page."""
    yield _way_out(content)
    yield heading(named(content.flow.name))
    brief = content.brief
    people = [*pieces("Owner "), mention(brief.owner), *pieces(", maintainer "), mention(brief.maintainer)]
    process = section(inline(one_line(brief.process, LONGEST_PROCESS)))
    yield rich([process, section(people, pieces(", technical failures go to "), [mention(brief.pager)], pieces("."))])
    yield rich([section(pieces("Now  ", "bold"), inline(health(content.flow)))])
    if content.numbers is not None:
        yield from numbers(content.numbers)
    yield heading("Settings")
    yield from _settings(content)
    yield from _log(content, name)


def _way_out(content: Inside) -> Block:
    elements: Blocks = [button("back", "Back to Everything")]
    if content.may_hold:
        is_held = content.flow.held is not None
        switch = button("resume" if is_held else "pause", "Resume" if is_held else "Pause", content.flow.name)
        elements.append({**switch, "style": "primary"} if is_held else switch)
    return {"type": "actions", "block_id": block_id("way"), "elements": elements}


# --- settings --------------------------------------------------------------------------------------------------------


def _settings(content: Inside) -> Iterator[Block]:
    rows = list(_rows(content))
    yield from rows[:MOST_ROWS]
    if len(rows) > MOST_ROWS:
        rest = f"{len(rows) - MOST_ROWS} more settings have no room here: countersign brief show {content.flow.name}"
        yield rich([section(inline(rest))])
    if not content.may_change:
        yield rich([section(pieces("Only the owner changes these.", "italic"))])


def _rows(content: Inside) -> Iterator[Block]:
    groups: dict[str, list[Area]] = {}
    for area in areas_of(content.brief, content.prompts):
        kind, _, group = area.key.partition(".")
        if kind in ("reviewers", "times", "answers"):
            groups.setdefault(group, []).append(area)
        elif area.key != NEW or content.may_change:
            yield _row(content, area)
    for group, areas in groups.items():
        yield _group(content, group, areas)
    for step, length in content.prompts.items():
        area = Area(f"{PROMPT}{step}", f"Prompt: {step}", ())
        yield _changeable(content, area, f"{length:,} characters that tell the model what to do")
    if content.routes:
        yield _changeable(content, Area(ROUTES, "Routes", ()), "The routing table beside the steps")


def _row(content: Inside, area: Area) -> Block:
    if area.key == NEW:
        said = "Above or below an amount, other people decide, or more of them"
        return _changeable(content, area, said, verb="Add")
    return _changeable(content, area, summary(content, area))


def _changeable(content: Inside, area: Area, said: str, *, verb: str = "Change") -> Block:
    row = _told(area.title, said)
    if not content.may_change:
        return row
    changes = button("change", verb, area.key, about=area.title)
    return {**row, "block_id": block_id("area", area.key), "accessory": changes}


def _group(content: Inside, group: str, areas: list[Area]) -> Block:
    """A group of reviewers in one row; what there is to change about it in a menu."""
    row = _told(f"Reviewers: {group}", "\n".join(_deciding(content.brief.reviewers[group])))
    if not content.may_change:
        return row
    said = ("Change Who Decides", "Change the Times", "Change Rejections")
    options: Blocks = [
        {"text": label(words), "value": button("change", words, area.key)["value"]}
        for words, area in zip(said, areas, strict=True)
    ]
    menu: Block = {"type": "overflow", "action_id": "change", "options": options}
    return {**row, "block_id": block_id("area", group), "accessory": menu}


def _deciding(group: Reviewers) -> Iterator[str]:
    """Who decides, and how long they have, in two lines."""
    who = ", ".join((*group.members, *([f"the user group {group.usergroup}"] if group.usergroup else [])))
    yield f"{one_line(who, 300)}, in {one_line(group.channel, 80)}; {counted(group.needed, 'approval')} needed"
    times = [
        f"reminded after {write_duration(group.remind_after)}" if group.remind_after else "",
        f"escalated after {write_duration(group.escalate_after)}" if group.escalate_after else "",
        f"then {group.escalate_to} may be asked" if group.escalate_to else "",
        f"runs out after {write_duration(group.expires_after)}",
    ]
    said = ", ".join(one for one in times if one)
    yield f"{said[:1].upper()}{said[1:]}"


def _told(title: str, said: str) -> Block:
    return {"type": "section", "text": plain(f"{title}\n{_whole_lines(said, LONGEST_ROW)}", LONGEST_ROW + 200)}


def _whole_lines(text: str, most: int) -> str:
    """As many characters as there is room for, and a word on how many are not there."""
    return text if len(text) <= most else f"{text[:most]} … and {len(text) - most:,} more characters"


def summary(content: Inside, area: Area) -> str:
    """What the settings of an area are now, in a line or two."""
    if area.key == "stage":
        return stage_in_words(content.brief.stage)
    if area.key.startswith("thresholds."):
        return _threshold(content.brief.thresholds[int(area.key.partition(".")[2])])
    values = values_of(content.brief, area)
    usual = Level.WITH_APPROVAL.value if area.key == "levels" else ""
    said = ((one.label, values.get(one.name, usual)) for one in area.settings)
    return "; ".join(f"{name}: {_value(value)}" for name, value in said if value) or "Not set"


def _threshold(one: Threshold) -> str:
    bounds = [f"{word} {bound}" for word, bound in (("above", one.above), ("below", one.below)) if bound is not None]
    needed = f", {counted(one.needed, 'approval')} needed" if one.needed else ""
    return f"{one.intent} with {one.field} {' or '.join(bounds)}: {one.reviewers} decide{needed}"


def _value(value: Plain) -> str:
    return one_line(", ".join(map(str, value)) if isinstance(value, list) else str(value), 300)


# --- the change log --------------------------------------------------------------------------------------------------


def _log(content: Inside, name: Name) -> Iterator[Block]:
    yield heading(f"Change log ({content.log_page.every:,})" if content.log else "Change log")
    if not content.log:
        yield rich([section(pieces("Nothing was changed yet: the files beside the steps are all there is."))])
    for n, one in enumerate(content.log):
        yield _logged(content, replace(one, by=name(one.by)), n)
    yield from pager("log", content.log_page, len(content.log), "newest")


def _logged(content: Inside, one: Logged, n: int) -> Block:
    """One version: what, who, when, why, and what it changed."""
    now = ", as it is now" if one.current else ""
    said = [
        f"Version {one.n} of {text_in_words(one.kind, one.name)}{now}",
        f"{one_line(one.by, 80)}, {one.at:%d %b %Y %H:%M} UTC: {one_line(one.why, LONGEST_WHY) or 'no reason given'}",
        *difference(one.diff, MOST_LINES),
    ]
    row: Block = {"type": "section", "text": plain("\n".join(said), 3_000)}
    if one.current or not content.may_change:
        return row
    back = button("rollback", "Roll Back", one.kind, one.name, one.n, about=f"to version {one.n}")
    return {**row, "block_id": block_id("version", n), "accessory": back}


def difference(diff: str, most: int) -> Iterator[str]:
    """The lines of a difference, and how many there is no room for."""
    lines = diff.splitlines()
    yield from (one_line(line, LONGEST_LINE) for line in lines[:most] if line.strip())
    if len(lines) > most:
        yield f"… and {len(lines) - most:,} more lines: countersign brief history shows them"


def text_in_words(kind: str, name: str) -> str:
    """Which text of a workflow: “the brief”, “the prompt triage”."""
    return _KINDS.get(kind) or f"the prompt {one_line(name.partition('/')[2] or name, 60)}"
