"""First come, first served."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.listed import Ints64
from benchmarks.peers.protocol import Answer, Limits
from matcher.compiled import kernel
from matcher.model.edges import Edges


@kernel
def _serve(start: Ints64, seat: NDArray[np.int32], points: Ints64, free: Ints64, seat_of: NDArray[np.int32]) -> None:
    for row in range(seat_of.size):
        best, most = -1, 0
        for edge in range(start[row], start[row + 1]):
            if free[seat[edge]] > 0 and points[edge] > most:
                best, most = edge, points[edge]
        if best >= 0:
            seat_of[row] = seat[best]
            free[seat[best]] -= 1


def solve(edges: Edges, openings: Ints64, limits: Limits) -> Answer:
    """Everybody, in the order of their ids, takes the best vacancy that is left; ties to the lower seat."""
    seat_of = np.full(edges.rows, -1, dtype=np.int32)
    _serve(edges.start.copy(), edges.seat.copy(), edges.points.copy(), openings.copy(), seat_of)
    return Answer(seat_of, None, "nothing")
