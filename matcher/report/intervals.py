"""How sure a rate is, and a comparison of two rates: 95 % intervals that also hold for small groups.

- A rate: the score interval of E.B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209-212;
  method 3 of R.G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998) 857-872.
- A difference of two rates: R.G. Newcombe, Interval estimation for the difference between independent proportions, Statistics in Medicine
  17 (1998) 873-890, method 10: what each rate's own interval leaves, squared and added.
- A ratio of two rates: A. Donner and G.Y. Zou, Closed-form confidence intervals for functions of the normal mean and standard deviation,
  Statistical Methods in Medical Research 21 (2012) 347-359, equation 9: the same idea for ratios. It holds 1 exactly where the interval of
  the difference holds 0.

The groups of a run are no sample: the plan placed exactly these people. The intervals say how much of a difference of this size chance
alone could make in groups this small.
"""

import math
from dataclasses import dataclass

Z = 1.959963984540054
"""The normal quantile of 97.5 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Lowest and highest value that fit what was seen; `high` may be infinite."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies inside."""
        return self.low <= value <= self.high


def rate_interval(hits: int, of: int, *, z: float = Z) -> Interval:
    """Return Wilson's interval of ``hits`` out of ``of``.

    Raises
    ------
    ValueError
        ``of`` is below 1, or ``hits`` is not from 0 to ``of``.
    """
    if of < 1 or not 0 <= hits <= of:
        raise ValueError(f"{hits} out of {of} is no rate.")
    square = z * z
    middle = 2 * hits + square
    width = z * math.sqrt(square + 4 * hits * (of - hits) / of)
    whole = 2 * (of + square)
    # At both ends the formula is exact on paper, not in floating point.
    low = 0.0 if hits == 0 else (middle - width) / whole
    high = 1.0 if hits == of else (middle + width) / whole
    return Interval(low, high)


def difference_interval(hits: int, of: int, other_hits: int, other_of: int, *, z: float = Z) -> Interval:
    """Return Newcombe's interval of the first rate minus the second."""
    one, two = hits / of, other_hits / other_of
    first, second = rate_interval(hits, of, z=z), rate_interval(other_hits, other_of, z=z)
    return Interval(
        one - two - math.hypot(one - first.low, second.high - two),
        one - two + math.hypot(first.high - one, two - second.low),
    )


def ratio_interval(hits: int, of: int, other_hits: int, other_of: int, *, z: float = Z) -> Interval:
    """Return the interval of the first rate divided by the second; without an upper end where the second may be 0."""
    one, two = hits / of, other_hits / other_of
    first, second = rate_interval(hits, of, z=z), rate_interval(other_hits, other_of, z=z)
    both = one * two
    below = first.low * (2 * one - first.low)
    root = math.sqrt(max(0.0, both * both - below * second.high * (2 * two - second.high)))
    low = below / (both + root) if both + root else 0.0
    under = second.low * (2 * two - second.low)
    if under <= 0:
        return Interval(low, math.inf)
    above = first.high * (2 * one - first.high)
    return Interval(low, (both + math.sqrt(max(0.0, both * both - above * under))) / under)
