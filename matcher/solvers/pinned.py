"""A pure flow in which some rows have their seat already: they are left out with their openings, and counted back in."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.model.edges import Edges, EdgeSource, Offer
from matcher.model.solution import Proof, SolveResult, Status
from matcher.progress import Observer
from matcher.solvers.guards import exact_sum
from matcher.solvers.pricing import solve
from matcher.solvers.protocol import SolveParams
from matcher.solvers.settle import settled
from matcher.stop import NEVER, Stop


@dataclass(frozen=True, slots=True)
class Pins:
    """Who sits where.

    Attributes
    ----------
    seat_of
        int32, shape ``(rows,)``: -1 for everybody who is free.
    points
        int64, shape ``(rows,)``: worth of the pinned pairs, whatever its sign; 0 for everybody else.
    """

    seat_of: NDArray[np.int32]
    points: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Others:
    """All edges of the rows that are free; made by `others`."""

    source: EdgeSource
    free: NDArray[np.bool_]

    @property
    def rows(self) -> int:
        return self.source.rows

    @property
    def seats(self) -> int:
        return self.source.seats

    def offer(
        self,
        seat_prices: NDArray[np.int64],
        row_prices: NDArray[np.int64],
        floors: NDArray[np.int64],
        stop: Stop = NEVER,
    ) -> Offer:
        offer = self.source.offer(seat_prices, row_prices, floors, stop)
        edges: Edges = offer.edges.keep(np.repeat(self.free, np.diff(offer.edges.start)))
        return Offer(edges, np.where(self.free, offer.best, 0), offer.exact, offer.whole)


def solve_pinned(
    source: EdgeSource,
    openings: NDArray[np.int64],
    pins: Pins,
    params: SolveParams,
    watch: Observer,
    *,
    stop: Stop = NEVER,
) -> SolveResult:
    """Solve what the pins leave.

    Returns
    -------
    As `solve`, pinned rows and their points included; INFEASIBLE where a seat has fewer openings than pins. Prices are those of the
    openings that are left: 0 where there are none.
    """
    held = np.bincount(pins.seat_of[pins.seat_of >= 0], minlength=openings.size).astype(np.int64)
    if (held > openings).any():
        return _infeasible()
    free, left = others(source, pins), openings - held
    rest = settled(free, left, solve(free, left, params, watch, stop), params, watch)
    fixed = exact_sum(pins.points)
    result = replace(
        rest,
        seat_of=np.where(pins.seat_of >= 0, pins.seat_of, rest.require_seats()).astype(np.int32),
        objective=rest.objective + fixed,
        upper_bound=rest.upper_bound + fixed,
    )
    # A gap is a share of all points.
    close = Status.WITHIN_GAP if result.gap <= params.gap else Status.FEASIBLE
    return replace(result, status=result.status if result.status is Status.OPTIMAL else close)


def others(source: EdgeSource, pins: Pins) -> EdgeSource:
    """Return what a source offers to the rows that are free."""
    return _Others(source, pins.seat_of < 0)


def _infeasible() -> SolveResult:
    return SolveResult(
        status=Status.INFEASIBLE,
        seat_of=None,
        prices=None,
        objective=0,
        upper_bound=0,
        proof=Proof.ALL_PAIRS,
        rounds=0,
        edges_stored=0,
        solver="pins",
    )
