"""The figures of one workflow, or of each."""

from datetime import timedelta

from bot.adapters.slack.hear.ops.said import Answer, Ops, Said
from bot.adapters.slack.hear.ops.verb import BY_NAME
from bot.adapters.slack.hear.ops.which import known_workflow
from bot.application.report import report as figures
from bot.domain.errors import Unfit
from bot.domain.quantity import Unclear, parse_duration
from bot.domain.reporting import report_lines
from bot.domain.text import one_line

MONTH = timedelta(days=30)


async def report(ops: Ops, said: Said) -> Answer:
    names, since = _asked(ops, said.rest.split())
    lines: Answer = []
    for name in names:
        lines += ["", *report_lines(await figures(ops.parts, name, since=since))]
    return lines[1:] or ["There are no workflows yet."]


def _asked(ops: Ops, words: list[str]) -> tuple[tuple[str, ...], timedelta]:
    """Which workflows, and how far back: all of them, and thirty days, where nothing is said."""
    known = ops.parts.library.every()
    match words:
        case []:
            return known, MONTH
        case [one] if _reads_as_time(one):
            return known, _time(one)
        case [name]:
            return (known_workflow(ops, name),), MONTH
        case [name, time]:
            return (known_workflow(ops, name),), _time(time)
        case _:
            raise Unfit(f"Say a workflow and a time, or one of them: {BY_NAME['report'].for_example}")


def _reads_as_time(word: str) -> bool:
    return word[:1].isdigit()


def _time(word: str) -> timedelta:
    try:
        return parse_duration(word)
    except Unclear:
        raise Unfit(f"“{one_line(word, 40)}” is no time. For example: {BY_NAME['report'].for_example}") from None
