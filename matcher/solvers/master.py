"""The restricted problem, solved to a proven optimum: the pairs at hand, by auction, or by OR-Tools where that takes too long."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SolverError
from matcher.model.edges import Edges
from matcher.solvers import auction, min_cost_flow
from matcher.solvers.duals import largest_prices, require_optimal, useful_edges
from matcher.solvers.guards import exact_sum, points_of
from matcher.stop import NEVER, Stop

AUCTION_ONLY = auction.NAME
FALLEN_BACK = f"{auction.NAME}, {min_cost_flow.NAME}"
_FLOW_S = 1e-8
"""Seconds that a flow may take per edge that the auction looked at before it gave up: a flow cannot be stopped, so it is not begun late."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """A best assignment over the edges at hand, with the prices that prove it.

    Attributes
    ----------
    own
        int64, shape ``(rows,)``: points of every row's own edge, 0 without a seat.
    high
        int64, shape ``(seats,)``: the largest optimal prices.
    prices
        Prices to start from next time.
    fell_back
        The auction gave up and the flow was used.
    """

    edges: Edges
    seat_of: NDArray[np.int32]
    own: NDArray[np.int64]
    high: NDArray[np.int64]
    prices: NDArray[np.int64]
    fell_back: bool

    @property
    def objective(self) -> int:
        """Points of the assignment."""
        return exact_sum(self.own)


def optimum(
    edges: Edges, openings: NDArray[np.int64], start: auction.Start, stop: Stop = NEVER
) -> Optimum | auction.Halted:
    """Assign rows to seats for the largest sum of points over these edges, or as far as time allows.

    Raises
    ------
    InputError
        When points are too large to add up exactly.
    SolverError
        When no solver reaches an optimum that its own prices prove.
    """
    found = auction.auction(edges, openings, start, stop=stop)
    if isinstance(found, auction.Halted) and stop(found.looked * _FLOW_S):
        return found
    useful = useful_edges(edges, openings)
    fell_back = isinstance(found, auction.Halted)
    if isinstance(found, auction.Auctioned):
        seat_of, own, high, prices = found.seat_of, found.own, found.high, found.prices
    else:
        seat_of = min_cost_flow.flow(edges, openings)
        own = points_of(edges, seat_of)
        largest = largest_prices(useful, openings, seat_of, own)
        if largest is None:
            raise SolverError("The assignment is not optimal: somebody could move to a better place.")
        high = prices = largest
    if not np.array_equal(own, points_of(useful, seat_of)):
        raise SolverError("The auction counted other points than its pairs have.")
    require_optimal(useful, openings, seat_of, own, high)
    return Optimum(edges, seat_of, own, high, prices, fell_back)
