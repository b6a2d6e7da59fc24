"""The pages as HTML: pure functions of what the back office holds. Everything in it is escaped."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from urllib.parse import quote

from bot.adapters.web.office.wording import moment, worded
from bot.adapters.web.page import shown
from bot.domain.field import titled
from bot.domain.run import short
from bot.ports.back_office import DeskLine, Happening, Listed, Part, Row, Sheet
from bot.ports.queries import RunLine

PLACE = "/office"
_MOST_COLUMNS = 5
_QUESTION = re.compile(r"(https?://[A-Za-z0-9.:\[\]-]{1,255})(/inquiries/[A-Za-z0-9_.-]{1,4000})")
_LONG = 60
"""A text that is longer stands on the record's own page, not in a list."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around what is shown: whose office it is, what a person looked for, what counts as new."""

    company: str
    last: int
    """The number of the last change of all."""
    new_since: int
    """What changed after that one is marked."""
    style: str
    script: str
    words: str = ""
    runs: Mapping[str, RunLine] = field(default_factory=dict[str, RunLine])
    """By the key of a change, the run that made it."""

    def mark(self, happening: Happening | None, *also: str) -> str:
        """The classes of a line."""
        is_new = happening is not None and happening.n > self.new_since
        names = " ".join((*also, "new") if is_new else also)
        return f' class="{names}"' if names else ""


def overview(around: Around, desks: Sequence[DeskLine], changes: Sequence[Happening]) -> str:
    """Every desk, and what changed last."""
    said = "What the systems hold that the bot works with here. It changes as approved actions are carried out."
    happened = _history(around, changes, where=True) if changes else f'<p class="soft">{NOTHING_YET}</p>'
    inside = (
        f'<div class="sheet"><section class="history" aria-labelledby="changed">'
        f'<h2 id="changed">What changed last</h2>{happened}</section>'
        f'<section aria-labelledby="all"><h2 id="all">Desks</h2><ul class="desks">'
        f"{''.join(_desk_line(around, one) for one in desks)}</ul></section></div>"
    )
    heading = f"The back office of {around.company}"
    return whole(around, heading, inside, said=said, search=f"{PLACE}/search", of="everything")


NOTHING_YET = "Nothing has changed yet. Approve what the bot asks, and see it here."


def desk(around: Around, line: DeskLine, lists: Sequence[Listed]) -> str:
    """What one desk holds."""
    inside = _lists(around, line.name, lists) or _nothing(around)
    place = path_of(line.name)
    said = "What changed last stands first."
    return whole(around, titled(line.title), inside, said=said, search=place, of=f"the {line.title}")


def found(around: Around, titles: Mapping[str, str], by_desk: Mapping[str, Sequence[Listed]]) -> str:
    """The records of all desks that have the words."""
    inside = "".join(
        f'<section><h2><a href="{path_of(name)}">{shown(titled(titles[name]))}</a></h2>'
        f"{_lists(around, name, lists, level=3)}</section>"
        for name, lists in by_desk.items()
    )
    heading = "Search the back office"
    return whole(around, heading, inside or _nothing(around), search=f"{PLACE}/search", of="everything")


def record(around: Around, line: DeskLine, name: str, sheet: Sheet) -> str:
    """One record: what it says, what was done to it and by which run, and what hangs on it."""
    first = sheet.lists[0]
    facts = "".join(_facts(around, one, is_alone=len(sheet.lists) + len(first.rows) == 2) for one in sheet.lists)
    done = _history(around, sheet.history) if sheet.history else '<p class="soft">The bot has not changed it.</p>'
    parts = "".join(map(_part, sheet.parts))
    inside = (
        f'<div class="sheet"><div>{facts}</div><section class="history" aria-labelledby="done">'
        f'<h2 id="done">What was done</h2>{done}</section><div>{parts}</div></div>'
    )
    back = f'<a href="{path_of(line.name)}">{shown(titled(line.title))}</a>'
    return whole(around, first.rows[0].title, inside, said=name, back=back)


def whole(
    around: Around, heading: str, inside: str, *, said: str = "", back: str = "", search: str = "", of: str = ""
) -> str:
    """A page; `inside` and `back` are HTML."""
    trail = f'<a href="{PLACE}">Back office</a>' + (f' <span aria-hidden="true">/</span> {back}' if back else "")
    form = _search(search, of, around.words) if search else ""
    hint = f'<p class="soft">{shown(said)}</p>' if said else ""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{shown(heading)} · Back office</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="stylesheet" href="{around.style}"><script type="module" src="{around.script}"></script></head>'
        f'<body data-last="{around.last}" data-since="{around.new_since}">'
        f'<header><nav aria-label="Where you are">{trail}</nav><span class="company">{shown(around.company)}</span>'
        '<span id="state" class="soft">Reload to see what changed.</span></header>'
        f'<main><h1>{shown(heading)}</h1>{hint}{form}<div id="content">{inside}</div></main>'
        '<p id="said" class="unseen" role="status"></p></body></html>\n'
    )


def path_of(desk: str, record: str = "") -> str:
    """The address of a desk, or of a record there."""
    return f"{PLACE}/{quote(desk, safe='')}" + (f"/{quote(record, safe='')}" if record else "")


def _search(place: str, of: str, words: str) -> str:
    return (
        f'<form role="search" action="{place}"><label class="unseen" for="q">Search {shown(of)}</label>'
        f'<input id="q" name="q" type="search" maxlength="200" value="{shown(words)}" placeholder="Search {shown(of)}">'
        "<button>Search</button></form>"
    )


def _nothing(around: Around) -> str:
    said = f"Nothing here has “{shown(around.words)}” in it. Try fewer words." if around.words else "Type what to find."
    return f'<p class="soft">{said}</p>'


def _desk_line(around: Around, line: DeskLine) -> str:
    kinds = " · ".join(f"{number:,} {title[:1].lower()}{title[1:]}" for title, number in line.kinds.items())
    last = line.last
    happened = f'<p class="soft">{shown(last.sentence)} <span>{moment(last.at)}</span></p>' if last else ""
    head = f'<a href="{path_of(line.name)}">{shown(titled(line.title))}</a>'
    return f"<li{around.mark(last)}><h3>{head}</h3><p>{shown(kinds)}</p>{happened}</li>"


def _history(around: Around, changes: Iterable[Happening], *, where: bool = False) -> str:
    return f'<ol class="changes">{"".join(_happening(around, one, where=where) for one in changes)}</ol>'


def _happening(around: Around, one: Happening, *, where: bool) -> str:
    said = shown(one.sentence)
    sentence = f'<a href="{path_of(one.desk, one.record)}">{said}</a>' if where else said
    run = around.runs.get(one.key)
    by = f"{shown(titled(run.workflow))}, run {shown(short(run.id))}" if run else "not by a run of this bot"
    return (
        f'<li{around.mark(one)}><p>{sentence}</p><p class="soft"><time datetime="{one.at.isoformat()}">'
        f"{moment(one.at)}</time> · {by}</p></li>"
    )


def _lists(around: Around, desk: str, lists: Iterable[Listed], *, level: int = 2) -> str:
    return "".join(_list(around, desk, one, level) for one in lists if one.rows or not around.words)


def _list(around: Around, desk: str, one: Listed, level: int) -> str:
    texts = [worded(row.fields) for row in one.rows]
    columns = _columns(texts)
    head = "".join(f'<th scope="col">{shown(name)}</th>' for name in ("Record", *columns, "Last change"))
    lines = "".join(_row(around, desk, row, [text[name] for name in columns]) for row, text in _zipped(one.rows, texts))
    more = f'<p class="soft">{one.left_out:,} more are not shown. Search for them.</p>' if one.left_out else ""
    number = len(one.rows) + one.left_out
    heading = f"<h{level}>{shown(one.title)} <small>{number:,}</small></h{level}>"
    if not one.rows:
        return f'<section>{heading}<p class="soft">There are none yet.</p></section>'
    table = f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
    return f"<section>{heading}{table}{more}</section>"


def _zipped(rows: Iterable[Row], texts: Iterable[Mapping[str, str]]) -> Iterator[tuple[Row, Mapping[str, str]]]:
    return zip(rows, texts, strict=True)


def _columns(texts: Sequence[Mapping[str, str]]) -> list[str]:
    """The headings of what is short in every line, and there in one."""
    names = texts[0] if texts else ()
    short = (name for name in names if all(len(text[name]) <= _LONG for text in texts))
    return [name for name in short if any(text[name] for text in texts)][:_MOST_COLUMNS]


def _row(around: Around, desk: str, row: Row, cells: Iterable[str]) -> str:
    name = f'<a href="{path_of(desk, row.record)}">{shown(row.title)}</a>'
    own = "" if row.title == row.record else f'<span class="soft">{shown(row.record)}</span>'
    inside = "".join(f"<td>{shown(cell)}</td>" for cell in cells)
    changed = moment(row.changed.at) if row.changed else ""
    return f'<tr{around.mark(row.changed)}><th scope="row">{name} {own}</th>{inside}<td>{changed}</td></tr>'


def _facts(around: Around, one: Listed, *, is_alone: bool) -> str:
    """What the record says; with a heading of its own each, where it stands in several lists or several times."""
    articles = "".join(
        f"<article{around.mark(row.changed, 'facts')}>"
        f"{'' if is_alone else f'<h3>{shown(row.title)}</h3>'}{_list_of(worded(row.fields))}</article>"
        for row in one.rows
    )
    return f"<section><h2>{shown(one.title)}</h2>{articles}</section>"


def _list_of(text: Mapping[str, str]) -> str:
    pairs = "".join(f"<dt>{shown(name)}</dt><dd>{_with_questions(value)}</dd>" for name, value in text.items() if value)
    return f"<dl>{pairs}</dl>"


def _with_questions(text: str) -> str:
    """A text in which the link of a question can be followed, to the doors here, whatever address stands there."""
    parts = _QUESTION.split(text)
    texts, addresses, paths = parts[::3], parts[1::3], parts[2::3]
    links = (f'<a href="{path}">{shown(host + path)}</a>' for host, path in zip(addresses, paths, strict=True))
    return "".join(f"{shown(one)}{link}" for one, link in zip_longest(texts, links, fillvalue=""))


def _part(part: Part) -> str:
    texts = [worded(line) for line in part.lines]
    items = "".join(f"<li>{_list_of(text)}</li>" for text in texts)
    return f'<section><h2>{shown(part.title)} <small>{len(texts)}</small></h2><ol class="parts">{items}</ol></section>'
