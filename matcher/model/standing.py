"""Where everybody stands among all eligible pairs: rank, next best, and what was missing to win."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """One entry per row (person).

    Attributes
    ----------
    rank
        int64: 1 + eligible seats with strictly more points than the row's own seat; 0 where it has none.
    alternatives
        int32, shape ``(rows, 3)``: the next eligible seats with openings by points minus price, ties to the lower seat; -1 fills up,
        and a row without a seat has none.
    best_seat
        int32: the eligible seat with openings and points above 0 whose price exceeds the points by least, ties to the lower seat; -1: none.
    best_points, shortfall
        int64: its points, and its price minus those; 0 where there is none.
    winnable
        bool: an eligible seat has points above 0 and either points above its price or a free opening.
    """

    rank: NDArray[np.int64]
    alternatives: NDArray[np.int32]
    best_seat: NDArray[np.int32]
    best_points: NDArray[np.int64]
    shortfall: NDArray[np.int64]
    winnable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Market:
    """The seats as the plan leaves them: int64, shape ``(seats,)`` each.

    ``price`` of a seat without openings is never read.
    """

    openings: NDArray[np.int64]
    filled: NDArray[np.int64]
    price: NDArray[np.int64]


class Compare(Protocol):
    """Compares every row's own seat with all its others."""

    def __call__(self, seat_of: NDArray[np.int32], own_points: NDArray[np.int64], market: Market) -> Standing:
        """Compare.

        Parameters
        ----------
        seat_of
            int32, shape ``(rows,)``: the row's own seat, -1 for none.
        own_points
            int64, shape ``(rows,)``: points of the own pair; not read where there is none.
        """
        ...
