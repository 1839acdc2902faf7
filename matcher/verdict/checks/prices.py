"""Do the published prices prove the bound, and are they the largest and the smallest that do?

Duality in two lines: for any prices p >= 0, no plan is worth more than ``sum(openings * p) + sum over people of max(0, best points - p)``,
for each person pays for a seat, keeps the rest, and nobody can keep more than his best. Prices for which that equals the worth of the
plan are called optimal. Limits are seats of another sort: their prices times their bounds come in, what a pair weighs on them is paid for.
So are cuts, which `matcher.verdict.checks.cuts` shows to be no more than what limits ask of whole people,
and cuts of distinct values, which `matcher.verdict.checks.value_cuts` shows to be no more than what those ask.
Who is pinned has no choice: that person's own pair stands in place of the best one.

Optimal prices are the solutions of a system of differences: where person i sits at j, p_j <= p_k + points_ij - points_ik for every k he
could have. So one optimal price can rise only together with the prices that hold it down, and a price is the largest possible exactly
when a chain of such ties, each holding with equality, ends at something that cannot move: a free opening (its price is 0) or somebody
who keeps nothing. The smallest prices mirror that: every price must hang, through ties, on a price of 0 or on somebody left out.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.model.limits import PRICE_BITS
from matcher.verdict.checks.check import Check, require, require_claim
from matcher.verdict.checks.evidence import Evidence, whole
from matcher.verdict.checks.rest import Rest

_REPORT = "vacancies_report"


def upper_bound(e: Evidence, price: NDArray[np.int64], most: NDArray[np.int64]) -> int:
    """What prices of vacancies alone prove where nobody can keep more than ``most`` at them, in Python's integers."""
    return _rent(e, price) + sum(_pinned(e, e.value.points)) - sum(_pinned(e, price[e.vacancy])) + _others(e, most)


def limited_bound(e: Evidence, rest: Rest) -> int:
    """What prices of vacancies and limits prove together."""
    own = rest.of(e.person, e.vacancy, e.value.points)
    bounds: int = sum(row.bound * y for row, y in zip(e.limits.rows, e.row_price.tolist(), strict=True))
    bounds += sum(cut.bound * cut.price for cut in e.cuts)
    bounds += sum(cut.bound * cut.price for cut in e.value_cuts)
    scaled: int = (_rent(e, e.price) << PRICE_BITS) + bounds + sum(_pinned(e, own)) + _others(e, rest.best)
    return scaled >> PRICE_BITS


def _rent(e: Evidence, price: NDArray[np.int64]) -> int:
    return sum(seats * p for seats, p in zip(e.problem.vacancies.openings.tolist(), price.tolist(), strict=True))


def _pinned(e: Evidence, of_assigned: NDArray[Any]) -> list[int]:
    held: list[int] = of_assigned[e.pinned[e.person]].tolist()
    return held


def _others(e: Evidence, of_people: NDArray[Any]) -> int:
    total: int = sum(of_people[~e.pinned].tolist())
    return total


def check_signs(tables: Mapping[str, pa.Table]) -> Iterator[Check]:
    """The prices are no gifts."""
    yield require("at least 0", _REPORT, "price", whole(tables[_REPORT]["price"]) >= 0)
    yield require("at least 0", _REPORT, "price_next", whole(tables[_REPORT]["price_next"]) >= 0)


def check_bound(e: Evidence, claimed: int) -> Iterator[Check]:
    """The prices prove the bound over all eligible pairs."""
    yield require("not above price", _REPORT, "price_next", (e.price_next <= e.price) | ~e.open)
    proven = upper_bound(e, e.price, e.found.most) if e.rest is None else limited_bound(e, e.rest)
    yield require_claim("upper_bound, as the prices prove it", claimed, proven)


def check_slackness(e: Evidence) -> Iterator[Check]:
    """Nobody could do better at these prices, and what costs anything is full."""
    own, free = e.value.points - e.price[e.vacancy], ~e.pinned[e.person]
    suited = (own == e.found.most[e.person]) | ~free
    yield require("nobody keeps more elsewhere", "assignments", "vacancy_price", suited)
    yield require("nobody left out could pay", "unassigned", "shortfall", e.found.most[e.idle] == 0)
    full = e.filled == e.problem.vacancies.openings
    yield require("free openings cost nothing", _REPORT, "price", full | (e.price == 0))


def check_largest(e: Evidence) -> Check:
    """No price could be larger and still prove the optimum; only after `check_slackness`."""
    anchored = e.filled < e.problem.vacancies.openings
    anchored[e.vacancy[(e.found.most[e.person] == 0) & ~e.pinned[e.person]]] = True
    # Where i sits at j and k suits him equally well, p_j cannot rise before p_k does.
    sits, suits = e.found.ties
    held = reached(anchored, suits, sits)
    return require("largest optimal price", _REPORT, "price", held | ~e.open)


def check_smallest(e: Evidence, objective: int) -> Iterator[Check]:
    """The smaller prices are optimal too, also where there are no openings, and none could be smaller."""
    proven = upper_bound(e, e.price_next, e.found.most_next)
    yield require("proves the optimum", _REPORT, "price_next", [proven == objective])
    anchored = (e.price_next == 0) | e.found.anchored
    # Where i sits at j and k suits him equally well, p_k cannot fall before p_j does.
    sits, suits = e.found.ties_next
    held = reached(anchored, sits, suits)
    yield require("smallest optimal price", _REPORT, "price_next", held)


def reached(begin: NDArray[np.bool_], source: NDArray[np.int64], target: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which nodes can be walked to along arcs from those marked in ``begin``; breadth first, each arc once."""
    order = np.argsort(source, kind="stable")
    target = target[order]
    first = np.searchsorted(source[order], np.arange(begin.size + 1))
    seen = begin.copy()
    front = np.flatnonzero(seen)
    while front.size:
        count = first[front + 1] - first[front]
        skipped = np.cumsum(count) - count
        arcs = np.repeat(first[front] - skipped, count) + np.arange(count.sum())
        front = np.unique(target[arcs])
        front = front[~seen[front]]
        seen[front] = True
    return seen
