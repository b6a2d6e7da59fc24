"""Weekly report.

Reads the figures and the notes of a week, drafts what is behind them, and posts it with a chart once a person has
approved it. The same figures go into the archive, so that a week is reported once.
"""

import re
from decimal import Decimal
from enum import StrEnum

from bot.authoring import Fact, Field, Workflow, act, ask, decide, look_up, plan, propose, review, stop, trigger
from bot.intents import chat, reports

CHANNEL = "#ops"
CHART = "Per cent of the week before"


class Archived(StrEnum):
    NOT_YET = "not archived yet"
    ALREADY = "archived already"


class Figures(StrEnum):
    THERE = "there"
    MISSING = "missing"


class Summary(Fact):
    """What a week was like, for colleagues who have two minutes."""

    headline: str = Field(min_length=1, max_length=300)
    reasons: tuple[str, ...] = Field(default=(), max_length=5)
    """Why the figures changed."""
    todo: tuple[str, ...] = Field(default=(), max_length=5)
    """What follows from it, and who does it where a note says so."""


def whether_archived(archive: reports.Sheet) -> Archived:
    return Archived.ALREADY if archive.rows else Archived.NOT_YET


def whether_there(metrics: reports.Metrics) -> Figures:
    return Figures.THERE if metrics.figures else Figures.MISSING


# --- what is posted and kept: the words are the model's, every figure is ours ----------------------------------------


def message(metrics: reports.Metrics, summary: Summary) -> chat.PostMessage:
    drawn = [one for one in metrics.figures if one.before][:20]
    return chat.PostMessage(
        channel=CHANNEL,
        title=f"The week {metrics.week}",
        text=_text(metrics, summary)[:8_000],
        chart=CHART if drawn else "",
        labels=tuple(one.name for one in drawn),
        values=tuple(_share(one) for one in drawn),
    )


def line(metrics: reports.Metrics, archive: reports.Sheet) -> reports.AppendRow:
    cells = (f"{one.name}: {_amount(one.value, one.unit)}" for one in metrics.figures)
    return reports.AppendRow(sheet=archive.sheet, cells=(metrics.week, *cells)[:30])


def _text(metrics: reports.Metrics, summary: Summary) -> str:
    parts = [summary.headline]
    parts += _listed("Why", summary.reasons) + _listed("What to do", summary.todo)
    parts += _listed("Figures", tuple(_line(one) for one in metrics.figures))
    return "\n".join(parts)


def _listed(title: str, lines: tuple[str, ...]) -> list[str]:
    return ["", title, *(f"- {' '.join(line.split())}" for line in lines)] if lines else []


def _line(figure: reports.Figure) -> str:
    """`Orders: 412 (week before 398, target 420)`"""
    beside = f"week before {figure.before}" + (f", target {figure.target}" if figure.target is not None else "")
    return f"{figure.name}: {_amount(figure.value, figure.unit)} ({beside})"


def _amount(value: int, unit: str) -> str:
    return f"{value} {unit}".rstrip()


def _share(figure: reports.Figure) -> int:
    """This week in per cent of the week before."""
    return round(100 * figure.value / figure.before)


# --- what always holds -----------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f']\d{3})*(?:[.,]\d+)?")


def names_no_other_number(post: chat.PostMessage, metrics: reports.Metrics, notes: reports.Notes) -> bool:
    """A figure, how far it is from the week before or the target, in units or per cent, or what a note says itself."""
    known = {number for one in metrics.figures for number in _around(one)}
    noted = {found for line in (*notes.lines, *_names(metrics)) for found in _NUMBER.findall(line)}
    said = _NUMBER.findall(post.text.replace(metrics.week, ""))
    return all(one in noted or known & _readings(one) for one in said)


def charts_the_figures(post: chat.PostMessage, metrics: reports.Metrics) -> bool:
    drawn = [one for one in metrics.figures if one.before][:20]
    chart = (tuple(one.name for one in drawn), tuple(_share(one) for one in drawn))
    return (post.labels, post.values) == chart and post.chart == (CHART if drawn else "")


def archives_the_figures(row: reports.AppendRow, metrics: reports.Metrics, archive: reports.Sheet) -> bool:
    return row == line(metrics, archive)


def _names(metrics: reports.Metrics) -> list[str]:
    return [text for one in metrics.figures for text in (one.name, one.unit)]


def _around(figure: reports.Figure) -> set[Decimal]:
    """What may be said of a figure: itself, what it is compared with, and how far it is from that."""
    found = {Decimal(figure.value), Decimal(figure.before)}
    for other in (figure.before, *([figure.target] if figure.target is not None else [])):
        found |= {Decimal(other), Decimal(abs(figure.value - other))}
        if other:
            change = Decimal(100 * abs(figure.value - other)) / abs(other)
            share = Decimal(100 * figure.value) / other
            found |= {round(one, places) for one in (change, share) for places in (0, 1)}
    return {abs(one) for one in found}


def _readings(said: str) -> set[Decimal]:
    """What a number may mean: a point or a comma parts thousands, or begins a fraction."""
    plain = re.sub(r"[\u00a0\u202f']", "", said)
    whole = re.sub(r"[.,]", "", plain)
    fraction = re.sub(r"[.,](?=.*[.,])", "", plain).replace(",", ".")
    return {Decimal(whole), Decimal(fraction)} if re.search(r"[.,]\d{3}$", plain) else {Decimal(fraction)}


class WeeklyReport(Workflow, version=1):
    week = trigger(reports.Week)
    archive = look_up(reports.archive_of, week)
    archived = decide(archive, by=whether_archived)
    twice = stop("This week was reported already; nothing was posted.", when=archived.is_(Archived.ALREADY))
    metrics = look_up(reports.metrics_of, week)
    figures = decide(metrics, by=whether_there)
    early = stop("There are no figures for this week yet; nothing was posted.", when=figures.is_(Figures.MISSING))
    notes = look_up(reports.notes_of, week)
    summary = ask(Summary, about=(metrics, notes))
    row = propose(line, metrics, archive)
    post = propose(message, metrics, summary)
    report = plan(row, post)
    approved = review(report, by="editors")
    published = act(approved)
