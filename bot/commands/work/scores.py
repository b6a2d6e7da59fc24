"""What golden cases came to, for people to read and for scripts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.application.lay_out import Side
from bot.commands.shell.screen import Screen
from bot.commands.shell.shape import Shape, call_shape
from bot.commands.shell.words import moment, plural, stamp
from bot.commands.work.trial import compared_shape, in_line
from bot.domain.comparing import Match
from bot.domain.measuring import Measured, Row, Tally, Turned, regressions, rows_of, spent, spread, turned
from bot.domain.quantity import dollars
from bot.domain.text import one_line

LONGEST_VALUE = 300
RULES = "The rehearsal model answered: this measures its rules, and no AI."


@dataclass(frozen=True, slots=True)
class Scores:
    """Everything there is to tell."""

    workflow: str
    at: datetime
    model: str
    role: str
    rehearsal: bool
    sides: tuple[Side, ...]
    measured: tuple[Measured, ...]
    left_out: tuple[str, ...]
    of: int
    """How many questions there were to be."""
    strict: bool
    ended: bool
    """Whether it came to an end before all was asked."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(side.name for side in self.sides)

    @property
    def rows(self) -> tuple[Row, ...]:
        return rows_of(self.measured, self.names)

    @property
    def changes(self) -> tuple[Turned, ...]:
        return turned(self.measured, self.names[0], self.names[-1]) if len(self.names) > 1 else ()

    @property
    def regressions(self) -> tuple[str, ...]:
        return regressions(self.rows, self.changes, strict=self.strict) if len(self.names) > 1 else ()

    def prompts(self, side: Side) -> dict[str, str]:
        """The versions that were measured, by step."""
        return {step: side.terms.prompts[step].version for step in dict.fromkeys(one.step for one in self.measured)}


def tell_scores(screen: Screen, scores: Scores, *, json: bool) -> tuple[str, ...]:
    """Say all of it; what got worse, so that it fails."""
    if json:
        screen.json(_shape(scores))
        return scores.regressions
    _tell_head(screen, scores)
    _tell_table(screen, scores)
    _tell_costs(screen, scores)
    _tell_changes(screen, scores)
    _tell_cases(screen, scores)
    for one in scores.regressions:
        screen.say(f"Worse: {one}", "bad")
    return scores.regressions


def _tell_head(screen: Screen, scores: Scores) -> None:
    cases = len({one.case for one in scores.measured})
    role = f", asked as {scores.role}" if scores.role else ""
    head = f"{scores.workflow}: {plural(cases, 'case')}, {plural(len(scores.measured), 'answer')}"
    screen.say(f"{head} of {scores.model}{role}, {moment(scores.at)}", "bold")
    for side in scores.sides:
        called = f"{side.name}: " if len(scores.sides) > 1 else "Prompts: "
        screen.say(called + ", ".join(scores.prompts(side).values()), "faint")
    if scores.rehearsal:
        screen.say(RULES, "warn")
    if scores.ended:
        screen.say(f"This is not all: {len(scores.measured)} of {scores.of} questions were asked.", "warn")
    screen.say()


def _tell_table(screen: Screen, scores: Scores) -> None:
    rows = scores.rows
    if len(scores.sides) == 1:
        heads = ("step", "field", *(match.value for match in Match))
        screen.table(heads, [(row.step, row.field, *_cells(row.tallies[0])) for row in rows])
        return
    exact = tuple(f"exact, {name}" for name in scores.names)
    screen.table(("step", "field", *exact, "close", "wrong", "doubt", ""), [_pair(row) for row in rows])


def _cells(tally: Tally) -> tuple[str, ...]:
    return _share(tally), *(str(tally[match]) for match in (Match.CLOSE, Match.WRONG, Match.DOUBT))


def _pair(row: Row) -> tuple[str, ...]:
    first, last = row.tallies
    moved = last[Match.EXACT] / max(1, last.of) - first[Match.EXACT] / max(1, first.of)
    verdict = "worse beyond chance" if row.worse else "better" if moved > 0 else "worse" if moved < 0 else "the same"
    rest = (f"{first[match]} → {last[match]}" for match in (Match.CLOSE, Match.WRONG, Match.DOUBT))
    return row.step, row.field, _share(first), _share(last), *rest, verdict


def _share(tally: Tally) -> str:
    exact = tally[Match.EXACT]
    return f"{exact} of {tally.of} ({round(100 * exact / tally.of)} %)" if tally.of else "–"


def _tell_costs(screen: Screen, scores: Scores) -> None:
    screen.say()
    for name in scores.names:
        own = [one for one in scores.measured if one.side == name]
        called = f"{name}: " if len(scores.names) > 1 else ""
        handed = sum(one.handed_over for one in own)
        screen.say(f"{called}A person would have filled in {handed} of {plural(len(own), 'answer')}.")
        screen.say(f"{called}{cost_line(own)}{_times(own)}")


def cost_line(measured: list[Measured]) -> str:
    """What it cost, as far as anybody knows."""
    found = spent(measured)
    if found.unknown and not found.micros:
        return "What it cost is not known."
    more = f", and {plural(found.unknown, 'call')} of which it is not known" if found.unknown else ""
    return f"It cost {dollars(found.micros)}{more}." if found.micros or more else "It cost nothing."


def _times(measured: list[Measured]) -> str:
    found = spread(one.latency_ms for one in measured)
    return f" Half of the answers took up to {found[0]:,} ms, 95 of 100 up to {found[1]:,} ms." if found else ""


def _tell_changes(screen: Screen, scores: Scores) -> None:
    for better, title in ((True, "Got better"), (False, "Got worse")):
        found = [one for one in scores.changes if one.better is better]
        if found:
            screen.say()
            screen.say(f"{title}:", "good" if better else "bad")
        for one in found:
            screen.say(f"  {one.case}, {one.step}.{one.field}: {one.before} → {one.after}")


def _tell_cases(screen: Screen, scores: Scores) -> None:
    """Each answer that is not exact; where two versions are compared, those of the new one."""
    for one in (each for each in scores.measured if each.side == scores.names[-1] and not each.exact):
        known = f"confidence {one.confidence} %" if one.confidence is not None else "no confidence"
        screen.say()
        screen.say(f"{one.case}, {one.step} ({one.text or known})", "bold")
        for line in _lines(one):
            screen.say(f"  {line}")


def _lines(one: Measured) -> Iterator[str]:
    for compared in (each for each in one.fields if each.match is not Match.EXACT):
        yield f"{compared.field}: {compared.match}"
        yield f"  expected: {one_line(in_line(compared.expected), LONGEST_VALUE)}"
        if not one.text:
            yield f"  came:     {one_line(in_line(compared.came), LONGEST_VALUE)}"
    for doubt in one.doubts:
        yield f"doubt: {one_line(doubt, LONGEST_VALUE)}"


# --- for scripts ---------------------------------------------------------------------------------------------------


def _shape(scores: Scores) -> Shape:
    return {
        "workflow": scores.workflow,
        "at": stamp(scores.at),
        "model": scores.model,
        "role": scores.role or None,
        "rehearsal": scores.rehearsal,
        "complete": not scores.ended,
        "sides": [_side_shape(scores, side) for side in scores.sides],
        "fields": [_row_shape(scores, row) for row in scores.rows],
        "answers": [_answer_shape(one) for one in scores.measured],
        "changes": [_turned_shape(one) for one in scores.changes],
        "regressions": [*scores.regressions],
        "left_out": [*scores.left_out],
    }


def _side_shape(scores: Scores, side: Side) -> Shape:
    own = [one for one in scores.measured if one.side == side.name]
    cost, times = spent(own), spread(one.latency_ms for one in own)
    return {
        "name": side.name,
        "prompts": scores.prompts(side),
        "answers": len(own),
        "handed_over": sum(one.handed_over for one in own),
        "cost_micros": cost.micros,
        "calls_of_unknown_cost": cost.unknown,
        "latency_ms": {"median": times[0], "p95": times[1]} if times else None,
    }


def _row_shape(scores: Scores, row: Row) -> Shape:
    sides = zip(scores.names, row.tallies, strict=True)
    counts = {name: {match.value: tally[match] for match in Match} for name, tally in sides}
    return {"step": row.step, "field": row.field, "counts": counts, "worse": len(scores.names) > 1 and row.worse}


def _answer_shape(one: Measured) -> Shape:
    return {
        "case": one.case,
        "step": one.step,
        "side": one.side,
        "confidence": one.confidence,
        "doubts": [*one.doubts],
        "handed_over": one.handed_over,
        "error": one.text or None,
        "fields": [compared_shape(field) for field in one.fields],
        "attempts": [call_shape(tried) for tried in one.attempts],
    }


def _turned_shape(one: Turned) -> Shape:
    return {
        "case": one.case,
        "step": one.step,
        "field": one.field,
        "before": one.before.value,
        "after": one.after.value,
        "better": one.better,
    }
