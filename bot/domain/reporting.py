"""A report in words: one line a figure, each with what it is a share of. What is not defined is not there."""

from collections.abc import Iterator, Mapping, Sequence

from bot.domain.calibration import LEAST_CASES, Finding, Learned
from bot.domain.lapse import span
from bot.domain.quantity import dollars
from bot.domain.report import Cost, Ratio, Report, Spread


def report_lines(report: Report) -> Iterator[str]:
    """The lines, the most important first."""
    yield f"{report.workflow}, runs started from {report.since:%Y-%m-%d} to {report.until:%Y-%m-%d}: {report.started}"
    if not report.started:
        yield "Nothing was started in that time, so there are no figures."
        yield from _learned(report.learned)
        return
    yield from _shares("How they stand", report.runs)
    yield from _ratio("Approved unchanged", report.acceptance, "decided by people")
    yield from _corrections(report.corrections)
    yield from _shares("Reasons of rejections", report.rejections)
    yield from _ratio("Escalated", report.escalated, "proposals")
    yield from _shares("Why they were escalated", report.escalations)
    yield from _ratio("Forms closed without deciding", report.abandoned, "proposals")
    yield from _spread("From the card to the first verdict", report.response, "card")
    yield from _spread("From start to end", report.cycle, "run")
    yield from _cost(report.cost)
    if report.incidents is not None:
        yield f"Incidents declared: {report.incidents.of}, on {many(report.incidents.among, 'run')}"
    yield from _learned(report.learned)


def share(ratio: Ratio, things: str = "") -> str:
    """`40 of 50 proposals (80 %)`"""
    return f"{ratio.of} of {ratio.among} {things}".rstrip() + f" ({ratio.percent} %)"


def many(count: int, one: str) -> str:
    """`1 run`, `2 runs`"""
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def _ratio(name: str, ratio: Ratio | None, things: str) -> Iterator[str]:
    if ratio is not None:
        yield f"{name}: {share(ratio, things)}"


def _shares(name: str, shares: Mapping[str, Ratio]) -> Iterator[str]:
    if shares:
        yield f"{name}: {', '.join(f'{what} {share(ratio)}' for what, ratio in shares.items())}"


def _corrections(shares: Mapping[str, Ratio]) -> Iterator[str]:
    changed = {name: ratio for name, ratio in shares.items() if ratio.of}
    for name, ratio in changed.items():
        yield f"Corrected {name}: {share(ratio, 'times it was shown')}"
    if len(changed) < len(shares):
        yield f"Never corrected: {len(shares) - len(changed)} of {many(len(shares), 'field')}"


def _spread(name: str, spread: Spread | None, one: str) -> Iterator[str]:
    if spread is not None:
        within = f"half within {span(spread.median)}, nine of ten within {span(spread.p90)}"
        yield f"{name}: {within} ({many(spread.of, one)})"


def _cost(cost: Cost | None) -> Iterator[str]:
    if cost is not None:
        spent = f"{dollars(cost.micros)}, {dollars(cost.per_run)} a run" if cost.micros else "nothing"
        yield f"The model cost {spent} ({many(cost.among, 'run')} asked it)"


def _learned(learned: Sequence[Learned]) -> Iterator[str]:
    """What a confidence is worth, and how far that can be trusted."""
    for one in learned:
        known = one.calibration
        taken = f"{known.taken} of {many(known.cases, 'answer')} taken as they were"
        yield f"Confidence in {one.step}, asked with {one.prompt} of {one.model}: {taken}, {_standing(one)}"
        if known.brier is not None and known.base is not None and known.gap is not None:
            off = f"{round(100 * known.gap)} points off on average"
            yield f"  {off}; squared error {known.brier:.3f}, and {known.base:.3f} for the plain share of answers taken"


def _standing(learned: Learned) -> str:
    known = learned.calibration
    match known.finding:
        case Finding.USED:
            return f"at least {round(100 * known.at_least)} % in the long run"
        case Finding.TOO_FEW:
            return f"not used before {LEAST_CASES} are decided"
        case Finding.FALLING | Finding.NO_BETTER:
            return f"not used: {known.finding}"
