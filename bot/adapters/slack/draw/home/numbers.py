"""What a workflow has come to in the last days, in a few lines: each figure beside what it is a share of."""

from collections.abc import Iterator, Mapping

from bot.adapters.slack.draw.home.wording import counted, lasted
from bot.adapters.slack.draw.safe import Block, bullets, inline, pieces, rich, section
from bot.domain.report import Ratio, Report, Spread
from bot.domain.text import one_line

MOST = 3
"""Of reasons and of fields, so many: the report has all of them."""


def numbers(report: Report) -> Iterator[Block]:
    """The figures that there are; a sentence where there are none yet."""
    days = counted((report.until - report.since).days, "day")
    lines = list(_lines(report))
    if not lines:
        yield rich([section(pieces(f"Nothing was started in the last {days}, so there are no figures."))])
        return
    yield rich([section(pieces(f"The last {days}", "bold")), bullets(inline(line) for line in lines)])


def _lines(report: Report) -> Iterator[str]:
    if report.started:
        outcomes = ", ".join(f"{ratio.of:,} {outcome}" for outcome, ratio in report.runs.items())
        yield f"{counted(report.started, 'run')} started: {outcomes}"
    if report.acceptance is not None:
        yield f"Approved as proposed: {_share(report.acceptance)}"
    yield from _listed("Changed by people", report.corrections)
    yield from _listed("Rejected because of", report.rejections)
    if report.escalated is not None and report.escalated.of:
        yield f"Escalated: {_share(report.escalated)}"
    yield from _spread("First answer by a person", report.response)
    yield from _spread("From start to end", report.cycle)
    if report.cost is not None:
        yield f"Model cost: {report.cost.micros / 1_000_000:.2f} over {counted(report.cost.among, 'run')}"


def _share(ratio: Ratio) -> str:
    return f"{ratio.of:,} of {ratio.among:,} ({ratio.percent} %)"


def _listed(said: str, ratios: Mapping[str, Ratio]) -> Iterator[str]:
    found = [f"{one_line(name, 60)} {_share(ratio)}" for name, ratio in ratios.items() if ratio.of]
    if found:
        more = f", and {len(found) - MOST:,} more" if len(found) > MOST else ""
        yield f"{said}: {', '.join(found[:MOST])}{more}"


def _spread(said: str, spread: Spread | None) -> Iterator[str]:
    if spread is not None:
        yield f"{said}: half within {lasted(spread.median)}, nine of ten within {lasted(spread.p90)} (of {spread.of:,})"
