"""A source in which some edges are worth more than they are: the others need not be listed for it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.model.edges import Edges, EdgeSource, Offer
from matcher.model.stability import Wishes
from matcher.solvers.asking import united
from matcher.stop import NEVER, Stop


@dataclass(frozen=True, slots=True)
class Favoured:
    """All edges of a source; those of the wishes are worth ``bonus`` points more.

    Few edges are wished for, so their part of every answer is worked out here, and the source itself knows of no bonus.
    """

    source: EdgeSource
    wishes: Wishes
    bonus: int

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.source.rows

    @property
    def seats(self) -> int:
        """Number of seats."""
        return self.source.seats

    def offer(
        self,
        seat_prices: NDArray[np.int64],
        row_prices: NDArray[np.int64],
        floors: NDArray[np.int64],
        stop: Stop = NEVER,
    ) -> Offer:
        """Offer the edges that beat the prices; see `matcher.model.edges.EdgeSource`."""
        offer, wishes = self.source.offer(seat_prices, row_prices, floors, stop), self.wishes
        dear = wishes.points + self.bonus
        gain = dear - seat_prices[wishes.seat]
        best = offer.best.copy()
        np.maximum.at(best, wishes.row, gain)
        wanted = gain > floors[wishes.row]
        own = _edges(wishes.row[wanted], wishes.seat[wanted], dear[wanted], self.rows)
        return Offer(united(favoured(offer.edges, wishes, self.bonus), own), best, offer.exact, offer.whole)


def favoured(edges: Edges, wishes: Wishes, bonus: int) -> Edges:
    """Return the edges with the bonus on those that are wished for."""
    held = wished(edges, wishes)
    return Edges(edges.start, edges.seat, edges.points + np.int64(bonus) * held) if held.any() else edges


def wished(edges: Edges, wishes: Wishes) -> NDArray[np.bool_]:
    """Which edges are wished for, shape ``(m,)``."""
    out = np.zeros(len(edges), dtype=np.bool_)
    rows = np.unique(wishes.row)
    size = edges.start[rows + 1] - edges.start[rows]
    # Only the edges of rows that wish for something are looked at.
    at = np.repeat(edges.start[rows] - (np.cumsum(size) - size), size) + np.arange(size.sum())
    row = np.repeat(rows, size)
    seats = int(max(edges.seat.max(initial=0), wishes.seat.max(initial=0))) + 1
    out[at] = np.isin(row * seats + edges.seat[at], wishes.row * seats + wishes.seat)
    return out


def _edges(row: NDArray[np.int64], seat: NDArray[np.int64], points: NDArray[np.int64], rows: int) -> Edges:
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows))]).astype(np.int64)
    return Edges(start, seat.astype(np.int32), points)
