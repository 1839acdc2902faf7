"""The compiled loops of the solvers beside auction and largest prices: arrays in, arrays out."""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

import numpy as np
from numpy.typing import NDArray

from matcher.compiled import kernel

NOT_OPTIMAL = -1

_DONE = -2
_OUTSIDE = -1


@kernel
def rows_by_seat(seat_of: NDArray[np.int32], seats: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Rows that sit in every seat: start ``(seats + 1,)`` and rows."""
    first = np.zeros(seats + 1, np.int64)
    for row in range(seat_of.size):
        if seat_of[row] >= 0:
            first[seat_of[row] + 1] += 1
    for place in range(seats):
        first[place + 1] += first[place]
    free = first[:-1].copy()
    rows = np.empty(first[seats], np.int32)
    for row in range(seat_of.size):
        if seat_of[row] >= 0:
            rows[free[seat_of[row]]] = row
            free[seat_of[row]] += 1
    return first, rows


@kernel
def _rise(heap: NDArray[np.int32], where: NDArray[np.int64], key: NDArray[np.int64], slot: int) -> None:
    item = heap[slot]
    while slot > 0:
        parent = (slot - 1) // 2
        if key[heap[parent]] <= key[item]:
            break
        heap[slot] = heap[parent]
        where[heap[slot]] = slot
        slot = parent
    heap[slot] = item
    where[item] = slot


@kernel
def _sink(heap: NDArray[np.int32], where: NDArray[np.int64], key: NDArray[np.int64], slot: int, size: int) -> None:
    item = heap[slot]
    while 2 * slot + 1 < size:
        child = 2 * slot + 1
        if child + 1 < size and key[heap[child + 1]] < key[heap[child]]:
            child += 1
        if key[item] <= key[heap[child]]:
            break
        heap[slot] = heap[child]
        where[heap[slot]] = slot
        slot = child
    heap[slot] = item
    where[item] = slot


@kernel
def shrink_slack(
    start: NDArray[np.int64],
    seat: NDArray[np.int32],
    points: NDArray[np.int64],
    own: NDArray[np.int64],
    first: NDArray[np.int64],
    rows: NDArray[np.int32],
    open_seat: NDArray[np.bool_],
    high: NDArray[np.int64],
    slack: NDArray[np.int64],
) -> int:
    """Shrink ``slack`` (how far every seat's price may fall below ``high``), in place, to what the other seats allow.

    Dijkstra from "nobody" against the arcs; `high` as potential makes every length at least 0.

    Returns
    -------
    0, or `NOT_OPTIMAL` where a length is below 0: then `high` is no optimal dual.
    """
    seats = slack.size
    heap = np.empty(seats, np.int32)
    where = np.full(seats, _OUTSIDE, np.int64)
    size = 0
    for place in range(seats):
        if open_seat[place]:
            heap[size] = place
            where[place] = size
            size += 1
    for slot in range(size // 2 - 1, -1, -1):
        _sink(heap, where, slack, slot, size)
    while size > 0:
        near = heap[0]
        where[near] = _DONE
        size -= 1
        if size > 0:
            heap[0] = heap[size]
            where[heap[0]] = 0
            _sink(heap, where, slack, 0, size)
        for turn in range(first[near], first[near + 1]):
            row = rows[turn]
            base = own[row] - high[near]
            for edge in range(start[row], start[row + 1]):
                place = seat[edge]
                if place == near or not open_seat[place]:
                    continue
                length = base - points[edge] + high[place]
                if length < 0:
                    return NOT_OPTIMAL
                if where[place] >= 0 and slack[near] + length < slack[place]:
                    slack[place] = slack[near] + length
                    _rise(heap, where, slack, where[place])
    return 0


@kernel
def largest_offer(
    start: NDArray[np.int64],
    seat: NDArray[np.int32],
    points: NDArray[np.int64],
    gain: NDArray[np.int64],
    counts: NDArray[np.bool_],
    seats: int,
) -> NDArray[np.int64]:
    """For every seat the most that a row which counts would give for it: points minus the row's gain, at least 0."""
    offer = np.zeros(seats, np.int64)
    for row in range(gain.size):
        if counts[row]:
            for edge in range(start[row], start[row + 1]):
                bid = points[edge] - gain[row]
                offer[seat[edge]] = max(offer[seat[edge]], bid)
    return offer


@kernel
def take_in_order(
    order: NDArray[np.int64],
    row: NDArray[np.int32],
    seat: NDArray[np.int32],
    openings: NDArray[np.int64],
    rows: int,
) -> NDArray[np.int32]:
    """Walk edges in the order given and keep each whose row and seat are still free; returns the seat of every row."""
    left = openings.copy()
    seat_of = np.full(rows, -1, np.int32)
    for edge in order:
        if seat_of[row[edge]] < 0 and left[seat[edge]] > 0:
            seat_of[row[edge]] = seat[edge]
            left[seat[edge]] -= 1
    return seat_of


@kernel
def merged(
    start: NDArray[np.int64],
    seat: NDArray[np.int32],
    points: NDArray[np.int64],
    new_start: NDArray[np.int64],
    new_seat: NDArray[np.int32],
    new_points: NDArray[np.int64],
    out_start: NDArray[np.int64],
    out_seat: NDArray[np.int32],
    out_points: NDArray[np.int64],
) -> int:
    """Write the union of two lists of edges, each sorted by row and seat, without new edges worth nothing.

    Returns
    -------
    How many edges were written, -1 where the lists disagree about one.
    """
    size = 0
    for row in range(start.size - 1):
        old = start[row]
        end = start[row + 1]
        for new in range(new_start[row], new_start[row + 1]):
            if new_points[new] <= 0:
                continue
            while old < end and seat[old] < new_seat[new]:
                out_seat[size] = seat[old]
                out_points[size] = points[old]
                size += 1
                old += 1
            if old < end and seat[old] == new_seat[new]:
                if points[old] != new_points[new]:
                    return -1
                old += 1
            out_seat[size] = new_seat[new]
            out_points[size] = new_points[new]
            size += 1
        while old < end:
            out_seat[size] = seat[old]
            out_points[size] = points[old]
            size += 1
            old += 1
        out_start[row + 1] = size
    return size
