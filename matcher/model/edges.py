"""Pairs worth looking at, and the protocol that offers them. This floor knows numbers, not people."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.stop import NEVER, Stop

NO_GAIN = -(2**62)
"""Best gain of a row that has no edge at all."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Edges between rows (people) and seats (vacancies), sorted by row, then seat, each at most once.

    Attributes
    ----------
    start
        int64, shape ``(rows + 1,)``: row ``r`` owns edges ``start[r]`` to ``start[r + 1]``.
    seat
        int32, shape ``(m,)``, ascending within a row.
    points
        int64, shape ``(m,)``.
    """

    start: NDArray[np.int64]
    seat: NDArray[np.int32]
    points: NDArray[np.int64]

    def __post_init__(self) -> None:
        for column in (self.start, self.seat, self.points):
            column.setflags(write=False)

    @property
    def rows(self) -> int:
        """Number of rows, those without an edge included."""
        return int(self.start.size - 1)

    def __len__(self) -> int:
        return int(self.seat.size)

    def row_of(self) -> NDArray[np.int32]:
        """Row of every edge, int32, shape ``(m,)``."""
        return np.repeat(np.arange(self.rows, dtype=np.int32), np.diff(self.start))

    def keep(self, mask: NDArray[np.bool_]) -> "Edges":
        """Return only the edges where ``mask`` (shape ``(m,)``) is true."""
        running = np.concatenate([[0], np.cumsum(mask)]).astype(np.int64)
        return Edges(running[self.start], self.seat[mask], self.points[mask])


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer to prices.

    Attributes
    ----------
    edges
        Every eligible edge whose gain (points minus seat price minus row prices times weights) is above its row's floor.
    best
        int64, shape ``(rows,)``: an upper bound on the largest gain over **all** eligible edges of the row, offered or not; equal to it
        unless `exact` says otherwise; `NO_GAIN` where the row has none.
    exact
        True where `best` is the largest gain itself.
    whole
        False where time was up before all edges were looked at: some may be missing, and `best` is further from the largest gain, but
        never below it.
    """

    edges: Edges
    best: NDArray[np.int64]
    exact: bool
    whole: bool = True


class EdgeSource(Protocol):
    """All eligible edges of a problem, listed or not.

    A whole offer is a pure function of the source and the arguments: asking twice gives the same answer, and a source may be cut into
    shards of rows that live in different processes or machines.
    """

    @property
    def rows(self) -> int:
        """Number of rows (people)."""
        ...

    @property
    def seats(self) -> int:
        """Number of seats (vacancies)."""
        ...

    def offer(
        self,
        seat_prices: NDArray[np.int64],
        row_prices: NDArray[np.int64],
        floors: NDArray[np.int64],
        stop: Stop = NEVER,
    ) -> Offer:
        """Offer the edges that beat the prices.

        Parameters
        ----------
        seat_prices
            int64, shape ``(seats,)``, points, at least 0. `CLOSED_SEAT` takes a seat out.
        row_prices
            int64, shape ``(limits,)``: prices of limits beyond seats; empty in a pure flow.
        floors
            int64, shape ``(rows,)``: only edges with a larger gain are offered.
        stop
            Asked from time to time, in no certain order: when time is up, the answer is what was seen so far.
        """
        ...


CLOSED_SEAT = 2**61
"""A seat price that no edge can beat: the seat has no openings."""
