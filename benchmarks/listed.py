"""An `EdgeSource` over pairs that somebody already listed."""

import numpy as np
from numpy.typing import NDArray

from matcher.model.edges import NO_GAIN, Edges, Offer
from matcher.stop import NEVER, Stop

Ints64 = NDArray[np.int64]


class ListedEdges:
    """Answers prices from a list, in plain numpy."""

    def __init__(self, edges: Edges, seats: int) -> None:
        self._edges = edges
        self._seats = seats
        self._held = np.flatnonzero(np.diff(edges.start))

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self._edges.rows

    @property
    def seats(self) -> int:
        """Number of seats."""
        return self._seats

    def offer(self, seat_prices: Ints64, row_prices: Ints64, floors: Ints64, stop: Stop = NEVER) -> Offer:
        """Offer every edge that beats the prices; see `matcher.model.edges.EdgeSource`. There are no limits, so no row prices.

        That takes no time worth stopping for.

        Raises
        ------
        ValueError
            There are row prices.
        """
        if row_prices.size:
            raise ValueError("Expected no row prices: a list of pairs has no limits.")
        edges = self._edges
        gain = edges.points - seat_prices[edges.seat]
        best = np.full(edges.rows, NO_GAIN, dtype=np.int64)
        if self._held.size:
            # Rows without edges would take the first edge of the next row, so only the others are asked.
            best[self._held] = np.maximum.reduceat(gain, edges.start[self._held])
        return Offer(edges.keep(gain > np.repeat(floors, np.diff(edges.start))), best, exact=True)


def edges_of(row: NDArray[np.integer], seat: NDArray[np.integer], points: Ints64, rows: int) -> Edges:
    """Sort pairs into `Edges`; of a pair that occurs twice, the first stays."""
    order = np.lexsort((seat, row))
    row, seat, points = row[order], seat[order], points[order]
    first = np.ones(row.size, dtype=np.bool_)
    first[1:] = (row[1:] != row[:-1]) | (seat[1:] != seat[:-1])
    start = np.concatenate([[0], np.cumsum(np.bincount(row[first], minlength=rows))]).astype(np.int64)
    return Edges(start, seat[first].astype(np.int32), points[first])
