"""What a model's confidence is worth, learned from what people decided about its answers. It only ever lowers it.

A model that says “certain” is right less often than it thinks. How often, is found by laying a curve of two parameters
(Platt's) through pairs of what it said and whether a person took the answer as it was. How far off the curve is, is
measured on answers that it was not fitted to. A curve that is no better than the plain share of answers taken is not
used, and neither is one that falls: then nobody knows what the confidence is worth, and a person decides.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from math import exp, floor, log, log1p

from bot.domain.chance import wilson

LEAST_CASES = 50
"""Before so many answers are decided, nothing is known."""
MOST_CASES = 5_000
"""Older decisions than these say little about a model's answers of today."""
FOLDS = 5
"""Each fifth of the cases, one after the other in time, is foretold by a curve fitted to the other four."""
SLACK = 0.001
"""By how much a curve may do worse than the plain share: less than chance makes of it."""
BINS = 10
_RIDGE = 0.001
"""What keeps the slope where it is where all answers came with one and the same confidence."""
_MOST_ROUNDS = 50
_FLAT = 1e-6
_LEAST, _MOST = 1, 99


@dataclass(frozen=True, slots=True)
class Case:
    """An answer that a person has decided: how sure the model said it was, in per cent, and whether it was taken."""

    confidence: int
    taken: bool


@dataclass(frozen=True, slots=True)
class Worth:
    """What one confidence is known to be worth. All shares are in per cent."""

    reported: int
    """As the model said it."""
    learned: int
    """What people's decisions make of it."""
    cases: int
    """How many answers like it people have decided."""
    taken: int
    """How many of those they took as they were."""

    @property
    def counts(self) -> int:
        """What counts: what was learned can lower a confidence, and never raises one."""
        return min(self.reported, self.learned)

    @property
    def share(self) -> int:
        return round(100 * self.taken / self.cases)


def sureness(confidence: int | None, worth: Worth | None) -> str:
    """How sure a model is, as it counts; where it is known what that is worth, how it is known."""
    if confidence is None:
        return "not known"
    if worth is None:
        return f"{confidence} %"
    said = f"the model says {worth.reported} %; " if worth.counts < worth.reported else ""
    return f"{worth.counts} % ({said}of {worth.cases} answers like it that people decided, {worth.share} % were taken)"


class Finding(StrEnum):
    """Whether a curve is used, and why not."""

    USED = "used"
    TOO_FEW = "too few decided"
    FALLING = "surer answers were not taken more often"
    NO_BETTER = "no better than the plain share"


@dataclass(frozen=True, slots=True)
class Curve:
    """The share of answers taken, as the logistic function of slope times the log-odds of a confidence, and so on."""

    slope: float
    intercept: float

    def at(self, confidence: int) -> float:
        return _logistic(self.slope * _odds(confidence) + self.intercept)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was learned about the answers of one model to one question, and how far it can be trusted."""

    finding: Finding
    cases: int
    taken: int
    curve: Curve | None = None
    brier: float | None = None
    """The mean squared error on answers that the curve was not fitted to; 0 is perfect."""
    base: float | None = None
    """The same, had the plain share been foretold for each."""
    gap: float | None = None
    """How far the foretold share is from the true one on average, where answers are foretold alike."""

    @property
    def at_least(self) -> float:
        """The share of answers taken is at least this, nineteen times of twenty (Wilson's lower bound)."""
        return wilson(self.taken, self.cases)[0]

    def worth(self, confidence: int) -> Worth | None:
        """What a confidence is worth; None where that is not known."""
        if self.finding is not Finding.USED or self.curve is None:
            return None
        # Rounded down: what is not quite reached is not reached.
        return Worth(confidence, floor(100 * self.curve.at(confidence)), self.cases, self.taken)


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned, and of what: one question at one version, and who answers it."""

    step: str
    prompt: str
    model: str
    calibration: Calibration


def calibrate(cases: Sequence[Case]) -> Calibration:
    """What these cases teach; they come in the order in which they were decided."""
    taken = sum(case.taken for case in cases)
    if len(cases) < LEAST_CASES:
        return Calibration(Finding.TOO_FEW, len(cases), taken)
    curve = fit(cases)
    foretold, plain = _foretell(cases)
    brier, base = _error(foretold, cases), _error(plain, cases)
    return Calibration(
        finding=_judge(curve, brier, base),
        cases=len(cases),
        taken=taken,
        curve=curve,
        brier=brier,
        base=base,
        gap=_gap(foretold, cases),
    )


def _judge(curve: Curve, brier: float, base: float) -> Finding:
    if curve.slope < -_FLAT:
        return Finding.FALLING
    return Finding.NO_BETTER if brier > base + SLACK else Finding.USED


# --- the fit --------------------------------------------------------------------------------------------------------


def fit(cases: Iterable[Case]) -> Curve:
    """The curve that fits best. Whatever the cases are, there is one."""
    counted = Counter((case.confidence, case.taken) for case in cases)
    yes = sum(times for (_, taken), times in counted.items() if taken)
    no = counted.total() - yes
    # Platt's targets: nothing that happened n times out of n is certain to happen again.
    target = {True: (yes + 1) / (yes + 2), False: 1 / (no + 2)}
    points = [(_odds(said), target[taken], times) for (said, taken), times in counted.items()]
    share = (yes + 1) / (yes + no + 2)
    curve = Curve(0.0, log(share / (1 - share)))
    for _ in range(_MOST_ROUNDS):
        better = _step(curve, points)
        if better is None:
            break
        curve = better
    return curve


_Point = tuple[float, float, int]
"""The log-odds of a confidence, the share aimed at, and how often that occurred."""


def _step(curve: Curve, points: Sequence[_Point]) -> Curve | None:
    """One step of Newton's, shortened until it helps; None where none does any more."""
    down_a = _RIDGE * curve.slope
    aa, ab, bb, down_b = _RIDGE, 0.0, 1e-9, 0.0
    for x, target, times in points:
        share = _logistic(curve.slope * x + curve.intercept)
        weight, off = times * share * (1 - share), times * (share - target)
        aa, ab, bb = aa + weight * x * x, ab + weight * x, bb + weight
        down_a, down_b = down_a + off * x, down_b + off
    determinant = aa * bb - ab * ab
    if abs(down_a) + abs(down_b) < 1e-9 or determinant <= 0:
        return None
    by_a, by_b = (bb * down_a - ab * down_b) / determinant, (aa * down_b - ab * down_a) / determinant
    before, size = _loss(curve, points), 1.0
    while size > 1e-6:
        shorter = Curve(curve.slope - size * by_a, curve.intercept - size * by_b)
        if _loss(shorter, points) < before:
            return shorter
        size /= 2
    return None


def _loss(curve: Curve, points: Sequence[_Point]) -> float:
    loss = _RIDGE * curve.slope * curve.slope / 2
    for x, target, times in points:
        at = curve.slope * x + curve.intercept
        loss += times * (log1p(exp(-abs(at))) + max(at, 0.0) - target * at)
    return loss


@lru_cache(maxsize=128)
def _odds(confidence: int) -> float:
    """The log-odds of a confidence; 0 and 100 are as good as 1 and 99."""
    share = min(max(confidence, _LEAST), _MOST) / 100
    return log(share / (1 - share))


def _logistic(at: float) -> float:
    if at >= 0:
        return 1 / (1 + exp(-min(at, 700.0)))
    grown = exp(max(at, -700.0))
    return grown / (1 + grown)


# --- how far it is off ----------------------------------------------------------------------------------------------


def _foretell(cases: Sequence[Case]) -> tuple[list[float], list[float]]:
    """For each case, what the others would have foretold: by a curve, and by the plain share of answers taken."""
    foretold, plain = [0.0] * len(cases), [0.0] * len(cases)
    ends = [len(cases) * fold // FOLDS for fold in range(FOLDS + 1)]
    for begin, end in pairwise(ends):
        others = [*cases[:begin], *cases[end:]]
        curve = fit(others)
        known: Mapping[int, float] = {said: curve.at(said) for said in {case.confidence for case in cases}}
        share = (sum(case.taken for case in others) + 1) / (len(others) + 2)
        for n in range(begin, end):
            foretold[n], plain[n] = known[cases[n].confidence], share
    return foretold, plain


def _error(foretold: Sequence[float], cases: Sequence[Case]) -> float:
    return sum((share - case.taken) ** 2 for share, case in zip(foretold, cases, strict=True)) / len(cases)


def _gap(foretold: Sequence[float], cases: Sequence[Case]) -> float:
    """The expected calibration error, in bins of a tenth."""
    off = [0.0] * BINS
    for share, case in zip(foretold, cases, strict=True):
        off[min(int(share * BINS), BINS - 1)] += share - case.taken
    return sum(map(abs, off)) / len(cases)
