"""The figures of one workflow, for people to read and for scripts."""

import argparse
from collections.abc import Mapping

from bot.application.report import report
from bot.commands.shell.failure import Mistyped
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.shape import Shape
from bot.commands.shell.words import stamp
from bot.domain.calibration import Finding, Learned
from bot.domain.quantity import Unclear, parse_duration
from bot.domain.report import Cost, Ratio, Report, Spread
from bot.domain.reporting import report_lines


def report_figures(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _report(session, arguments))


async def _report(session: Session, arguments: argparse.Namespace) -> int:
    try:
        since = parse_duration(arguments.since)
    except Unclear as unclear:
        raise Mistyped(f"--since: {unclear.why}") from None
    found = await report(session.bot.parts, arguments.workflow, since=since)
    if arguments.json:
        session.screen.json(report_shape(found))
        return 0
    title, *lines = report_lines(found)
    session.screen.say(title, "bold")
    for line in lines:
        session.screen.say(line)
    return 0


def report_shape(report: Report) -> Shape:
    """The JSON of `report`; a figure that is not defined is not there."""
    single = {
        "acceptance": report.acceptance,
        "escalated": report.escalated,
        "abandoned": report.abandoned,
        "incidents": report.incidents,
    }
    several = {
        "runs": report.runs,
        "corrections": report.corrections,
        "rejections": report.rejections,
        "escalations": report.escalations,
    }
    times = {"cycle": report.cycle, "response": report.response}
    return {
        "workflow": report.workflow,
        "since": stamp(report.since),
        "until": stamp(report.until),
        "started": report.started,
        **{name: _ratio(one) for name, one in single.items() if one is not None},
        **{name: _ratios(ones) for name, ones in several.items() if ones},
        **{name: _spread(one) for name, one in times.items() if one is not None},
        **({"cost": _cost(report.cost)} if report.cost is not None else {}),
        **({"confidence": [_learned(one) for one in report.learned]} if report.learned else {}),
    }


def _learned(learned: Learned) -> Shape:
    """What a confidence is worth; errors are in thousandths, which are not there before it was measured."""
    known = learned.calibration
    errors = {"squared_error": known.brier, "squared_error_of_share": known.base, "gap": known.gap}
    return {
        "step": learned.step,
        "prompt": learned.prompt,
        "model": learned.model,
        "used": known.finding is Finding.USED,
        "finding": known.finding.value,
        "taken": known.taken,
        "cases": known.cases,
        "at_least_percent": round(100 * known.at_least),
        **{f"{name}_thousandths": round(1000 * error) for name, error in errors.items() if error is not None},
    }


def _ratio(ratio: Ratio) -> Shape:
    return {"of": ratio.of, "among": ratio.among}


def _ratios(ratios: Mapping[str, Ratio]) -> Shape:
    return {name: _ratio(one) for name, one in ratios.items()}


def _spread(spread: Spread) -> Shape:
    seconds = (int(spread.median.total_seconds()), int(spread.p90.total_seconds()))
    return {"median_seconds": seconds[0], "p90_seconds": seconds[1], "of": spread.of}


def _cost(cost: Cost) -> Shape:
    return {"micros": cost.micros, "micros_per_run": cost.per_run, "among": cost.among}
