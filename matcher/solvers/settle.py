"""What there is when time is up: the best plan so far, and prices that prove exactly the bound that is published with it.

While time runs, a bound may come from people who were never looked at, or from a question that leaves room. What is published must be
what anybody gets who looks at all pairs with the published prices. So afterwards all pairs are looked at, once with the prices of the
bound, where nobody did so yet, and once with the best prices that were on the way. A look finds pairs, and those are not thrown away:
a short auction, of so many steps and no more, makes of them what it can.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.model.edges import Edges, EdgeSource
from matcher.model.solution import Pending, PriceKind, Prices, SolveResult, Status
from matcher.progress import Observer
from matcher.solvers.asking import Answer, ask, closed
from matcher.solvers.auction import Start, auction
from matcher.solvers.greedy import topped_up
from matcher.solvers.guards import exact_sum, points_of
from matcher.solvers.protocol import SolveParams
from matcher.stop import NEVER

EFFORT = 60
"""How often each edge may be looked at in an auction after time is up: most come to an end, in much less time than a look at all pairs."""


@dataclass(frozen=True, slots=True)
class Seated:
    """An assignment, and the points of every row's own edge."""

    seat_of: NDArray[np.int32]
    own: NDArray[np.int64]

    @property
    def objective(self) -> int:
        """Points of the assignment."""
        return exact_sum(self.own)


def settled(
    source: EdgeSource, openings: NDArray[np.int64], result: SolveResult, params: SolveParams, watch: Observer
) -> SolveResult:
    """Return the result with prices that prove its upper bound exactly; nothing can stop this.

    Parameters
    ----------
    source, openings, params
        Those of the solve.
    result
        Of `matcher.solvers.solve`; comes back as it is where nothing is pending.

    Returns
    -------
    A result whose plan is worth at least as much, and whose bound is at most as large.
    """
    if result.pending is None or result.prices is None:
        return result
    return _Settling(source, openings, watch).run(result, result.pending, result.prices.high, params)


def filled(edges: Edges, openings: NDArray[np.int64], plans: Sequence[NDArray[np.int32]]) -> Seated:
    """Fill the free seats of every plan greedily, and return the best; ties go to the first."""
    seated = []
    for plan in plans:
        seat_of = topped_up(edges, openings, plan)
        seated.append(Seated(seat_of, points_of(edges, seat_of)))
    return max(seated, key=lambda one: one.objective)


def some_prices(openings: NDArray[np.int64], price: NDArray[np.int64]) -> Prices:
    """Prices that prove a bound, and are no extremes."""
    price = np.where(openings > 0, price, 0)
    return Prices(high=price, low=price, kind=PriceKind.SOME_OPTIMAL)


def gap(objective: int, bound: int) -> float:
    """(bound - objective) / max(1, |objective|)."""
    return (bound - objective) / max(1, abs(objective))


def status_of(objective: int, bound: int, params: SolveParams) -> Status:
    """How good a plan is proven to be."""
    if objective == bound:
        return Status.OPTIMAL
    return Status.WITHIN_GAP if gap(objective, bound) <= params.gap else Status.FEASIBLE


class _Settling:
    """The looks after the solve, and what they found."""

    def __init__(self, source: EdgeSource, openings: NDArray[np.int64], watch: Observer) -> None:
        self._source = source
        self._openings = openings
        self._watch = watch
        self._looks = 0

    def run(self, result: SolveResult, pending: Pending, price: NDArray[np.int64], params: SolveParams) -> SolveResult:
        edges, bound, plan = pending.edges, pending.proven, result.require_seats()
        start = Start(pending.hint, plan)
        if bound is None or bound > result.upper_bound:
            answer = self._look(edges, pending.asked)
            edges = answer.edges
            if bound is None or answer.bound < bound:
                bound, price = answer.bound, answer.price
        seated, hint = self._improved(edges, start)
        if bound > seated.objective:
            answer = self._look(edges, closed(self._openings, hint))
            edges = answer.edges
            if answer.bound < bound:
                bound, price = answer.bound, answer.price
            seated, _ = self._improved(edges, Start(hint, seated.seat_of))
        return replace(
            result,
            status=status_of(seated.objective, bound, params),
            seat_of=seated.seat_of,
            prices=some_prices(self._openings, price),
            objective=seated.objective,
            upper_bound=bound,
            rounds=result.rounds + self._looks,
            edges_stored=len(edges),
            pending=None,
        )

    def _improved(self, edges: Edges, start: Start) -> tuple[Seated, NDArray[np.int64]]:
        """Return the best plan that a short auction leads to, or the one to start from; and the prices it came to."""
        assert start.seat_of is not None
        found = auction(edges, self._openings, start, effort=EFFORT)
        return filled(edges, self._openings, (start.seat_of, found.seat_of)), found.prices

    def _look(self, edges: Edges, price: NDArray[np.int64]) -> Answer:
        """Look at all edges; what is known to be gained need not be found again."""
        self._watch.phase("pairs", total=self._source.rows)
        self._looks += 1
        floors = np.zeros(edges.rows, dtype=np.int64)
        np.maximum.at(floors, edges.row_of(), edges.points - price[edges.seat])
        return ask(self._source, self._openings, edges, price=price, floors=floors, stop=NEVER)
