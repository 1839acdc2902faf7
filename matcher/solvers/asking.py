"""Asking a source about prices: the edges it offers beside those at hand, and the bound that its answer proves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SolverError
from matcher.model.edges import CLOSED_SEAT, Edges, EdgeSource, Offer
from matcher.solvers.guards import exact_dot, exact_sum, require_edges
from matcher.solvers.kernels import merged
from matcher.stop import Stop

_NO_LIMITS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Answer:
    """What all pairs say to prices.

    Attributes
    ----------
    edges
        The edges at hand with those that beat the prices.
    price
        The prices that were asked about.
    bound
        What they prove: no plan over all edges is worth more.
    whole
        False where time was up before all edges were looked at; the bound holds all the same.
    """

    edges: Edges
    price: NDArray[np.int64]
    bound: int
    whole: bool


def ask(
    source: EdgeSource,
    openings: NDArray[np.int64],
    edges: Edges,
    *,
    price: NDArray[np.int64],
    floors: NDArray[np.int64],
    stop: Stop,
) -> Answer:
    """Ask for edges that gain more than the floors at these prices.

    Raises
    ------
    SolverError
        The source breaks its promises.
    """
    offer = source.offer(price, _NO_LIMITS, floors, stop)
    _require_offer(offer, source)
    charged = np.where(openings > 0, price, 0)
    bound = exact_dot(openings, charged) + exact_sum(np.maximum(offer.best, 0))
    return Answer(united(edges, offer.edges), price, bound, offer.whole)


def closed(openings: NDArray[np.int64], price: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same prices, with seats without openings out of reach."""
    return np.where(openings > 0, price, CLOSED_SEAT)


def no_edges(rows: int) -> Edges:
    """Return no edges of so many rows."""
    return Edges(np.zeros(rows + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64))


def united(old: Edges, new: Edges) -> Edges:
    """Both, without new edges that are worth nothing."""
    if not len(new):
        return old
    start = np.zeros(old.rows + 1, dtype=np.int64)
    seat = np.empty(len(old) + len(new), dtype=np.int32)
    points = np.empty(seat.size, dtype=np.int64)
    size = merged(old.start, old.seat, old.points, new.start, new.seat, new.points, start, seat, points)
    if size < 0:
        raise SolverError("The source offered one pair with two different values.")
    return Edges(start, seat[:size].copy(), points[:size].copy())


def _require_offer(offer: Offer, source: EdgeSource) -> None:
    if offer.edges.rows != source.rows or offer.best.shape != (source.rows,) or offer.best.dtype != np.int64:
        raise SolverError("The source answered for other rows than it has.")
    require_edges(offer.edges, source.seats)
