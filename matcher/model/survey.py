"""What a full look at all pairs counts on the way: the raw material of every reason."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Survey:
    """Counts over all pairs that exist.

    ``rules`` is the number of hard rules; their numbers are their places in the contract's order.

    Attributes
    ----------
    row_eligible, seat_eligible
        int64, shapes ``(rows,)`` and ``(seats,)``: eligible pairs, whatever openings or points.
    row_first, seat_first
        int64, shapes ``(rows, rules)`` and ``(seats, rules)``: pairs whose first failing rule this is.
    row_first_unknown, seat_first_unknown
        int64, same shapes: those of them that failed on an unknown.
    row_missing
        uint32, shape ``(rows,)``: bit ``r`` is set where rule ``r`` fails on unknown in a pair whose only failures are unknown ones.
    row_positive
        bool, shape ``(rows,)``: at least one eligible pair has points above 0.
    """

    row_eligible: NDArray[np.int64]
    seat_eligible: NDArray[np.int64]
    row_first: NDArray[np.int64]
    seat_first: NDArray[np.int64]
    row_first_unknown: NDArray[np.int64]
    seat_first_unknown: NDArray[np.int64]
    row_missing: NDArray[np.uint32]
    row_positive: NDArray[np.bool_]
