"""As many wishes as possible kept at a given loss: the second stage, after the optimum is known.

Without a loss it is exact: optimal plans are the assignments on the edges that no optimal prices rule out, with every seat full that costs
something and every row seated that gains something. Among those the most wishes are an assignment problem of small numbers, and its
prices, put behind the first ones, prove the end of it.

With a loss every wish gets a bonus of whole points, and the optimum is looked for again (Lagrangian relaxation; Geoffrion 1974): its bound
shows how many wishes any plan can keep that is worth enough. The bonus is found as the slope between two plans, one that is worth
enough and one that keeps more; exchanges between the two do the rest.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InputError, SolverError
from matcher.model.edges import Edges
from matcher.model.stability import Wishes
from matcher.solvers.asking import no_edges, united
from matcher.solvers.auction import Halted, Start
from matcher.solvers.favoured import wished
from matcher.solvers.guards import points_of
from matcher.solvers.master import optimum
from matcher.solvers.swaps import Seating, mended
from matcher.stop import Stop

Ints = NDArray[np.int64]
_SAFE = 2**62
_ROUNDS = 40
_MOST_BONUS = 2**40
"""Prices times rows stay in 64 bits; a larger bonus keeps no more."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What prices prove of how many wishes can be kept: at most ``(bound - weight_points * least) / weight_kept``.

    Attributes
    ----------
    bound
        No plan is worth more than this if its objective counts ``weight_points`` times and every wish ``weight_kept``.
    """

    bound: int
    weight_points: int
    weight_kept: int
    prices: Ints
    row_prices: Ints | None = None

    def most(self, least: int) -> int:
        """Most wishes of a plan that is worth ``least``."""
        return (self.bound - self.weight_points * least) // self.weight_kept


@dataclass(frozen=True, slots=True)
class Steady:
    """A plan that keeps wishes, and what proves that it could not keep many more."""

    plan: Seating
    limit: Limit

    def with_limit(self, other: Limit, least: int) -> "Steady":
        """Return the same plan with the other limit, where that says more."""
        return Steady(self.plan, other) if other.most(least) < self.limit.most(least) else self


Ask = Callable[[int], tuple[Seating, Limit] | None]
"""Looks for the optimum with a bonus for every wish; None where time is up."""


def one_each(wishes: Wishes, seats: int) -> Limit:
    """Nobody keeps more than one wish: what can be said without any price."""
    return Limit(int(np.unique(wishes.row).size), 0, 1, np.zeros(seats, dtype=np.int64))


def seating(wishes: Wishes, seat_of: NDArray[np.int32], own: Ints) -> Seating:
    """Put an assignment and its points beside the wishes that it keeps."""
    held = np.zeros(seat_of.size, dtype=np.bool_)
    held[wishes.row[seat_of[wishes.row] == wishes.seat]] = True
    return Seating(seat_of, own, held)


def keep_free(
    heaps: Iterable[Edges],
    openings: Ints,
    plan: Seating,
    *,
    wishes: Wishes,
    prices: Ints,
    stop: Stop,
) -> Steady | None:
    """Keep as many wishes as an optimal plan can.

    Parameters
    ----------
    heaps
        Every edge that leaves its row at these prices as much as its own edge does, 0 without a seat; and none that leaves more.
    plan
        An optimal one.
    prices
        int64, shape ``(seats,)``: optimal prices. The fewer edges are as good at them, the less there is to do.

    Returns
    -------
    None where time was up.

    Raises
    ------
    InputError
        Points are too large to reckon with exactly.
    SolverError
        Plan and prices are not optimal.
    """
    more, paid = len(wishes) + 1, openings > 0
    edges = no_edges(plan.seat_of.size)
    for heap in heaps:
        edges = united(edges, heap.keep((heap.points > 0) & paid[heap.seat]))
    costs, gains = prices > 0, (plan.own - np.where(plan.seat_of >= 0, prices[plan.seat_of], 0)) > 0
    row, scale = edges.row_of(), 2 * more + 1
    if scale * (int(prices.max(initial=0)) + 1) >= _SAFE:
        raise InputError(
            "Points are too large to choose the plan that changes least. Hint: use smaller numbers for `value`."
        )
    weight = more * (gains[row].astype(np.int64) + costs[edges.seat]) + wished(edges, wishes)
    small = Edges(edges.start, edges.seat, weight.astype(np.int64))
    found = optimum(small, openings, Start(more * costs.astype(np.int64), plan.seat_of), stop)
    if isinstance(found, Halted):
        return None
    kept = found.objective - more * (int(np.count_nonzero(gains)) + int(openings[costs].sum()))
    own = points_of(edges, found.seat_of)
    best = seating(wishes, found.seat_of, own)
    if best.kept != kept or best.worth != plan.worth:
        raise SolverError("Plan and prices are not optimal: the plan that changes least is worth something else.")
    behind = np.where(paid, scale * prices + found.high - more * costs, 0)
    return Steady(best, Limit(scale * plan.worth + kept, scale, 1, behind))


def keep_at_a_loss(ask: Ask, first: Steady, least: int, bound: int, *, mend: bool) -> Steady:
    """Keep as many wishes as can be found in plans that are worth ``least``.

    Parameters
    ----------
    ask
        The optimum with a bonus.
    first
        A plan that is worth ``least``, and something that limits what can be kept.
    bound
        No plan is worth more.
    mend
        Exchanges between two plans make plans: there are no limits beyond seats.
    """
    good, limit, poor = first.plan, first.limit, None
    low, high = 0, min(max(1, bound - least + 1), _MOST_BONUS)
    bonus = high
    for _ in range(_ROUNDS):
        if limit.most(least) <= good.kept:
            break
        answer = ask(bonus)
        if answer is None:
            break
        plan, found = answer
        if found.most(least) < limit.most(least):
            limit = found
        if plan.worth >= least:
            good, low = (plan if _better(plan, good) else good), bonus
        else:
            poor, high = plan, bonus
            good = mended(good, plan, least) if mend else good
        if poor is None or high - low <= 1:
            break
        bonus = _slope(good, poor, low, high)
    return Steady(good, limit)


def _better(one: Seating, other: Seating) -> bool:
    return (one.kept, one.worth) > (other.kept, other.worth)


def _slope(good: Seating, poor: Seating, low: int, high: int) -> int:
    """The bonus at which both plans are worth the same, or the middle where that tells nothing new."""
    if poor.kept > good.kept:
        slope = (good.worth - poor.worth) // (poor.kept - good.kept)
        if low < slope < high:
            return slope
    return (low + high) // 2
