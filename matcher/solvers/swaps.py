"""What lies between two assignments: exchanges that can be made one without another."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from matcher.solvers.guards import exact_sum

Seats = NDArray[np.int32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Seating:
    """An assignment, what it is worth, and the wishes it keeps.

    Attributes
    ----------
    own
        int64, shape ``(rows,)``: points of every row's own edge, 0 without a seat.
    wished
        bool, shape ``(rows,)``: the own edge is wished for.
    lost
        Points lost on soft limits.
    """

    seat_of: Seats
    own: Ints
    wished: NDArray[np.bool_]
    lost: int = 0

    @property
    def worth(self) -> int:
        """Points of the assignment, less what soft limits take."""
        return exact_sum(self.own) - self.lost

    @property
    def kept(self) -> int:
        """Wishes that it keeps."""
        return int(np.count_nonzero(self.wished))


def mended(good: Seating, other: Seating, least: int) -> Seating:
    """Move the first assignment towards the second, exchange by exchange, while it stays worth ``least``.

    Exchanges that keep more wishes come first, the cheapest per wish; then those that only bring points. Both assignments must fit the
    openings; what comes back does too. No limits beyond those are looked at.
    """
    found = []
    for rows in exchanges(good.seat_of, other.seat_of):
        gain = sum((other.own[rows] - good.own[rows]).tolist())
        more = int(np.count_nonzero(other.wished[rows])) - int(np.count_nonzero(good.wished[rows]))
        if more > 0 or (more == 0 and gain > 0):
            price = Fraction(-gain, more) if more else Fraction(0)
            found.append((more == 0, price, int(rows[0]), gain, rows))
    worth, moved = good.worth, np.zeros(good.own.size, dtype=np.bool_)
    for _, _, _, gain, rows in sorted(found, key=lambda one: one[:3]):
        if worth + gain >= least:
            worth += gain
            moved[rows] = True
    return Seating(
        np.where(moved, other.seat_of, good.seat_of).astype(np.int32),
        np.where(moved, other.own, good.own),
        np.where(moved, other.wished, good.wished),
    )


def exchanges(one: Seats, other: Seats) -> Iterable[Ints]:
    """Groups of rows that can move from the first assignment to the second without the other groups, each in order.

    Whoever comes to a seat takes the place of somebody who leaves it, as long as there is somebody; the others find room.
    """
    moved = np.flatnonzero(one != other)
    leaves: dict[int, list[int]] = defaultdict(list)
    for row in moved[one[moved] >= 0].tolist():
        leaves[int(one[row])].append(row)
    group = {row: row for row in moved.tolist()}

    def head(row: int) -> int:
        while group[row] != row:
            group[row] = group[group[row]]
            row = group[row]
        return row

    for row in moved[other[moved] >= 0].tolist():
        if waiting := leaves.get(int(other[row])):
            a, b = head(waiting.pop(0)), head(row)
            group[max(a, b)] = min(a, b)
    members: dict[int, list[int]] = defaultdict(list)
    for row in moved.tolist():
        members[head(row)].append(row)
    return [np.array(rows, dtype=np.int64) for rows in members.values()]
