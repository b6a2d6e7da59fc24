"""The figures of one workflow, or of each."""

from datetime import timedelta

from bot.adapters.slack.hear.ops.said import Answer, Ops, Said
from bot.adapters.slack.hear.ops.verb import BY_NAME
from bot.adapters.slack.hear.ops.which import known_workflow
from bot.application.report import report as figures
from bot.domain.errors import Unfit
from bot.domain.gate import allow, may_inspect
from bot.domain.quantity import Unclear, parse_duration
from bot.domain.reporting import report_lines
from bot.domain.text import one_line

MONTH = timedelta(days=30)


async def report(ops: Ops, said: Said) -> Answer:
    """For those who may look into a workflow: its figures tell what people decided, and why."""
    names, since = _asked(ops, said.rest.split())
    seen = [(name, may_inspect(said.by, ops.parts.library.responsible(name))) for name in names]
    if len(seen) == 1:
        allow(seen[0][1])
    lines: Answer = []
    for name in (name for name, permission in seen if permission.allowed):
        lines += ["", *report_lines(await figures(ops.parts, name, since=since))]
    return lines[1:] or ["There is no workflow yet whose figures are for you to see."]


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
