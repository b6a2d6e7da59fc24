"""What few cases prove: between which shares a true share lies."""

from math import sqrt

_Z = 1.96
"""Nineteen times of twenty."""


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The interval that holds the true share in 95 of 100 cases (Wilson's); all of it where nothing was counted."""
    if of <= 0:
        return 0.0, 1.0
    share, squared = hits / of, _Z * _Z
    centre = (share + squared / (2 * of)) / (1 + squared / of)
    reach = _Z * sqrt(share * (1 - share) / of + squared / (4 * of * of)) / (1 + squared / of)
    return (max(0.0, centre - reach) if hits else 0.0), min(1.0, centre + reach)
