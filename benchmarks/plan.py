"""Whether a plan is one, and what it is worth: counted here, whoever made it."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.listed import Ints64
from benchmarks.peers.protocol import CannotRunError
from matcher.model.edges import Edges


def worth(seat_of: NDArray[np.int32], edges: Edges, openings: Ints64) -> int:
    """Return the points of a plan.

    Raises
    ------
    CannotRunError
        It fills a vacancy twice, or uses a pair that does not exist.
    """
    placed = np.flatnonzero(seat_of >= 0)
    if (np.bincount(seat_of[placed], minlength=openings.size) > openings).any():
        raise CannotRunError("gave a plan that overfills a vacancy")
    seats = openings.size
    held = edges.row_of().astype(np.int64) * seats + edges.seat
    asked = placed * seats + seat_of[placed]
    at = np.minimum(np.searchsorted(held, asked), max(0, held.size - 1))
    if placed.size and not (held.size and bool((held[at] == asked).all())):
        raise CannotRunError("gave a plan with a pair that is not eligible or worth nothing")
    return int(edges.points[at].sum())
