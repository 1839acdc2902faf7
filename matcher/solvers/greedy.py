"""The baseline: the best pair first. Good to compare with, and never said to be optimal."""

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SolverError
from matcher.model.edges import CLOSED_SEAT, Edges, EdgeSource
from matcher.model.solution import Proof, SolveResult, Status
from matcher.progress import Observer
from matcher.solvers.guards import exact_sum, points_of, require_edges, require_openings
from matcher.solvers.kernels import take_in_order
from matcher.solvers.protocol import Feature, NamedSolver, SolveParams
from matcher.stop import NEVER, Stop

NAME = "greedy"


def solve(
    source: EdgeSource, openings: NDArray[np.int64], params: SolveParams, watch: Observer, stop: Stop = NEVER
) -> SolveResult:
    """Take pairs from the most points down, as long as person and vacancy are free; ties go to the lower row, then seat.

    The source is asked once, at prices of 0. The upper bound is what everybody's best pair would be worth if there were room for all:
    the bound at prices of 0. There are no dual prices. At least half of the optimum is reached where the source holds nothing back.
    """
    require_openings(openings)
    if openings.size != source.seats:
        raise SolverError("There must be one number of openings per seat.")
    watch.phase("pairs", total=source.rows)
    price = np.where(openings > 0, np.int64(0), np.int64(CLOSED_SEAT))
    offer = source.offer(price, np.zeros(0, dtype=np.int64), np.zeros(source.rows, dtype=np.int64), stop)
    require_edges(offer.edges, source.seats)
    edges = offer.edges.keep(offer.edges.points > 0)
    watch.phase("greedy", total=len(edges))
    seat_of = topped_up(edges, openings, np.full(edges.rows, -1, dtype=np.int32))
    return SolveResult(
        status=Status.FEASIBLE,
        seat_of=seat_of,
        prices=None,
        objective=exact_sum(points_of(edges, seat_of)),
        upper_bound=exact_sum(np.maximum(offer.best, 0)),
        proof=Proof.ALL_PAIRS,
        rounds=1,
        edges_stored=len(edges),
        solver=NAME,
    )


def topped_up(edges: Edges, openings: NDArray[np.int64], seat_of: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give rows without a seat what is free, the most points first; ties go to the lower row, then seat.

    Parameters
    ----------
    edges
        Edges with points of 0 or less are not used.
    seat_of
        int32, shape ``(rows,)``: an assignment, -1 for none. Nobody loses a seat.
    """
    left = openings - np.bincount(seat_of[seat_of >= 0], minlength=openings.size)
    row = edges.row_of()
    useful = np.flatnonzero((seat_of[row] < 0) & (left[edges.seat] > 0) & (edges.points > 0))
    order = useful[np.argsort(-edges.points[useful], kind="stable")]
    taken = np.asarray(take_in_order(order, row, edges.seat, left, edges.rows))
    return np.where(seat_of >= 0, seat_of, taken)


GREEDY = NamedSolver(name=NAME, handles=frozenset({Feature.SEATS, Feature.ANY_TIME}), run=solve)
"""The baseline."""
