"""The bound that prices prove: exact whole numbers over every eligible edge."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InputError
from matcher.model.limits import PRICE_BITS
from matcher.solvers.guards import exact_sum
from matcher.solvers.limited.kernels import exact_gains
from matcher.solvers.limited.reduced import Ints, Reduced, rent

_SAFE = 2**62
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Proven:
    """Prices, and what they prove.

    Attributes
    ----------
    price
        int64, shape ``(seats,)``: whole points, at least 0.
    charge
        int64, shape ``(limits,)``: 2^-20 points per whole number of weight.
    gain, best
        int64, 2^-20 points: of every edge, and the largest of every row, at least 0.
    bound
        No plan is worth more: points, penalties taken off.
    """

    price: Ints
    charge: Ints
    gain: Ints
    best: Ints
    bound: int


def proven(problem: Reduced, price: NDArray[np.float64], charge: NDArray[np.float64]) -> Proven:
    """Round prices to whole numbers and work out what those prove.

    Parameters
    ----------
    price
        Points per seat.
    charge
        Points per whole number of weight. Signs that would prove nothing count as 0; a soft row costs at most its weight.
    """
    whole = np.maximum(np.rint(price), 0).astype(np.int64)
    rates = _bearable(problem, _rounded(problem, charge))
    _require_safe(problem, whole)
    gain = np.empty(problem.points.size, dtype=np.int64)
    best = np.empty(problem.start.size - 1, dtype=np.int64)
    w = problem.weights
    exact_gains(
        problem.start, problem.seat, problem.points, w.start, w.row, w.weight, whole, rates, PRICE_BITS, gain, best
    )
    best = np.maximum(best, 0)
    total = (rent(problem, whole) << PRICE_BITS) + exact_sum(best)
    total += sum(bound * rate for bound, rate in zip(problem.bound, rates.tolist(), strict=True))
    return Proven(whole, rates, gain, best, (total >> PRICE_BITS) + problem.pinned_points)


def _rounded(problem: Reduced, charge: NDArray[np.float64]) -> Ints:
    out = np.zeros(charge.size, dtype=np.int64)
    for k, (row, value) in enumerate(zip(problem.rows, charge.tolist(), strict=True)):
        # Per unit of the people who stated it, a price must still be a whole number that fits the report.
        rate = min(max(0, round(row.sign * value * 2**PRICE_BITS)), _LARGEST // row.scale)
        if row.soft is not None:
            rate = min(rate, (row.soft.weight << PRICE_BITS) // row.soft.unit)
        out[k] = row.sign * rate
    return out


def _require_safe(problem: Reduced, price: Ints) -> None:
    """Prove that points and prices of seats take half of what 64 bits can hold."""
    points = int(np.abs(problem.points).max(initial=0)) + int(price.max(initial=0))
    if (points << PRICE_BITS) >= _SAFE // 2:
        raise InputError(
            "Points are too large for exact prices of limits. Hint: use smaller numbers for `value` in pairs."
        )


def _bearable(problem: Reduced, charge: Ints) -> Ints:
    """Lower prices of limits until no gain leaves 64 bits.

    Only prices far above what any placement is worth are touched: they come from limits that leave no room at all, such as a budget of 0.
    Every price on its side of 0 proves a bound.
    """
    w = problem.weights
    largest = np.zeros(charge.size, dtype=np.int64)
    np.maximum.at(largest, w.row, np.abs(w.weight))
    charged = [abs(a) * b for a, b in zip(charge.tolist(), largest.tolist(), strict=True)]
    if sum(charged) < _SAFE // 2:
        return charge
    most = _SAFE // 2 // charge.size
    lowered = [
        a if total <= most else (1 if a > 0 else -1) * (most // b)
        for a, b, total in zip(charge.tolist(), largest.tolist(), charged, strict=True)
    ]
    return np.array(lowered, dtype=np.int64)
