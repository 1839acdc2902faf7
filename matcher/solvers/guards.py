"""What solvers check before and after: the shape of what they are given, and sums that cannot overflow."""

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InputError, SolverError
from matcher.model.edges import Edges

POINTS_LIMIT = 2**61
"""No pair may be worth this much or more: sums and differences of two values then always fit 64 bits."""

_HALF = 32
_SAFE_PRODUCT = 2**62
_SUM_RANGE = 2**62
_SCALED_RANGE = 2**60  # both solvers multiply costs by nodes + 1 and then add a few of them


def exact_sum(values: NDArray[np.int64]) -> int:
    """Sum int64 values without overflow, whatever they are (fewer than 2**31 of them)."""
    high = int((values >> _HALF).sum(dtype=np.int64))
    low = int((values & (2**_HALF - 1)).sum(dtype=np.int64))
    return (high << _HALF) + low


def exact_dot(left: NDArray[np.int64], right: NDArray[np.int64]) -> int:
    """Sum of products of int64 values without overflow."""
    if not left.size:
        return 0
    largest = [max(abs(int(column.min())), abs(int(column.max()))) for column in (left, right)]
    if largest[0] * largest[1] < _SAFE_PRODUCT:
        return exact_sum(left * right)
    return sum(a * b for a, b in zip(left.tolist(), right.tolist(), strict=True))


def require_openings(openings: NDArray[np.int64]) -> None:
    """Refuse openings that are not exact whole numbers of at least 0.

    Raises
    ------
    SolverError
        A defect of the caller, never of the user's data.
    """
    if openings.dtype != np.int64 or openings.ndim != 1:
        raise SolverError(f"Openings must be one column of int64, not {openings.dtype} of {openings.ndim} dimensions.")
    if openings.size and int(openings.min()) < 0:
        raise SolverError("Openings must be at least 0.")


def require_edges(edges: Edges, seats: int) -> None:
    """Refuse edges that compiled loops could not walk safely.

    Raises
    ------
    SolverError
        When columns, order or seat numbers do not fit what `Edges` promises.
    InputError
        When a value is so large that sums of points no longer fit 64 bits.
    """
    start, seat, points = edges.start, edges.seat, edges.points
    columns = ((start, np.int64), (seat, np.int32), (points, np.int64))
    if any(column.dtype != dtype or column.ndim != 1 for column, dtype in columns):
        raise SolverError("Edges must be columns of int64, int32 and int64.")
    length = seat.size
    if not start.size or points.size != length or int(start[0]) != 0 or int(start[-1]) != length:
        raise SolverError("The columns of the edges do not fit together.")
    if bool((np.diff(start) < 0).any()):
        raise SolverError("The edges do not follow their rows.")
    if not length:
        return
    if int(seat.min()) < 0 or int(seat.max()) >= seats:
        raise SolverError("An edge leads to a seat that does not exist.")
    first = np.zeros(length + 1, dtype=np.bool_)
    first[start] = True
    if bool((np.diff(seat) <= 0)[~first[1:length]].any()):
        raise SolverError("The edges of a row are not in ascending order of seat, each once.")
    if max(abs(int(points.min())), abs(int(points.max()))) >= POINTS_LIMIT:
        raise InputError("The points of a pair are too large to add up. Hint: look at `value` in pairs and `priority`.")


def points_of(edges: Edges, seat_of: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the points of every row's own edge, 0 for rows without a seat.

    Raises
    ------
    SolverError
        When a row sits where it has no edge.
    """
    row = edges.row_of()
    mine = np.flatnonzero(edges.seat == seat_of[row])
    own = np.zeros(edges.rows, dtype=np.int64)
    own[row[mine]] = edges.points[mine]
    if mine.size != int((seat_of >= 0).sum()):
        raise SolverError("An assignment uses a pair that was not offered.")
    return own


def require_range(nodes: int, cost: NDArray[np.int64]) -> None:
    """Prove that no cost, potential or total of a solve can leave 64 bits, with room to spare.

    Raises
    ------
    InputError
        When it cannot be proven.
    """
    largest = max(abs(int(cost.min())), abs(int(cost.max())))
    if (nodes + 1) * largest >= _SCALED_RANGE or abs(exact_sum(cost)) >= _SUM_RANGE:
        raise InputError(
            f"Points up to {largest} are too large for a plan of this size: with {nodes} people and vacancies and {cost.size} "
            "pairs and limits the sums could overflow. Hint: use smaller numbers for `value` in pairs, `priority` or [value.lane]."
        )
