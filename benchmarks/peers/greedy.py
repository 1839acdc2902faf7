"""The best pair first."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.listed import Ints64
from benchmarks.peers.protocol import Answer, Limits
from matcher.compiled import kernel
from matcher.model.edges import Edges


@kernel
def _take(
    order: Ints64, row: NDArray[np.int32], seat: NDArray[np.int32], free: Ints64, seat_of: NDArray[np.int32]
) -> None:
    for edge in order:
        if seat_of[row[edge]] < 0 and free[seat[edge]] > 0:
            seat_of[row[edge]] = seat[edge]
            free[seat[edge]] -= 1


def solve(edges: Edges, openings: Ints64, limits: Limits) -> Answer:
    """From the most points down, as long as person and vacancy are free; ties to the lower row, then seat."""
    seat_of = np.full(edges.rows, -1, dtype=np.int32)
    order = np.argsort(-edges.points, kind="stable")
    _take(order, edges.row_of(), edges.seat.copy(), openings.copy(), seat_of)
    return Answer(seat_of, None, "at least half of the optimum")
