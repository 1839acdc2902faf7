"""The compiled loops of the solvers: arrays in, arrays out. Each has a slow twin in the tests.

The seats form a residual graph. An arc ``j -> a`` of length ``v(i, a) - v(i, j)`` stands for a row ``i`` that sits in ``a`` and could sit
in ``j``: optimal prices satisfy ``price[a] <= price[j] + length``. The largest optimal prices are shortest distances from "nobody", the
smallest ones shortest distances to it.
"""
# ruff: noqa: PLR0917, SIM110 - compiled loops take their arrays by position, and loop

import numpy as np
from numpy.typing import NDArray

from matcher.compiled import kernel

NOT_OPTIMAL = -1

_IDLE = 0
_IN_PASS = 1
_QUEUED = 2
_DONE = -2
_OUTSIDE = -1


@kernel
def residual_arcs(
    start: NDArray[np.int64],
    seat: NDArray[np.int32],
    points: NDArray[np.int64],
    seat_of: NDArray[np.int32],
    own: NDArray[np.int64],
    seats: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Arcs between seats, grouped by the seat they leave: arc start ``(seats + 1,)``, head and length ``(arcs,)``."""
    arc_start = np.zeros(seats + 1, np.int64)
    for row in range(seat_of.size):
        if seat_of[row] >= 0:
            for edge in range(start[row], start[row + 1]):
                if seat[edge] != seat_of[row]:
                    arc_start[seat[edge] + 1] += 1
    for place in range(seats):
        arc_start[place + 1] += arc_start[place]
    free = arc_start[:-1].copy()
    head = np.empty(arc_start[seats], np.int32)
    length = np.empty(arc_start[seats], np.int64)
    for row in range(seat_of.size):
        mine = seat_of[row]
        if mine >= 0:
            for edge in range(start[row], start[row + 1]):
                place = seat[edge]
                if place != mine:
                    head[free[place]] = mine
                    length[free[place]] = own[row] - points[edge]
                    free[place] += 1
    return arc_start, head, length


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
def _is_violated(
    arc_start: NDArray[np.int64],
    head: NDArray[np.int32],
    length: NDArray[np.int64],
    label: NDArray[np.int64],
    tail: int,
) -> bool:
    for arc in range(arc_start[tail], arc_start[tail + 1]):
        if label[tail] + length[arc] < label[head[arc]]:
            return True
    return False


@kernel
def _walk(
    arc_start: NDArray[np.int64],
    head: NDArray[np.int32],
    length: NDArray[np.int64],
    label: NDArray[np.int64],
    root: int,
    state: NDArray[np.int8],
    at: NDArray[np.int64],
    stack: NDArray[np.int32],
    order: NDArray[np.int32],
    ordered: int,
) -> int:
    """Walk all tight and violated arcs from `root` in depth, appending seats to `order` in reverse topological order."""
    depth = 0
    stack[0] = root
    at[root] = arc_start[root]
    state[root] = _IN_PASS
    while depth >= 0:
        tail = stack[depth]
        deeper = False
        while at[tail] < arc_start[tail + 1] and not deeper:
            arc = at[tail]
            at[tail] += 1
            to = head[arc]
            if state[to] != _IN_PASS and label[tail] + length[arc] <= label[to]:
                state[to] = _IN_PASS
                at[to] = arc_start[to]
                depth += 1
                stack[depth] = to
                deeper = True
        if not deeper:
            order[ordered] = tail
            ordered += 1
            depth -= 1
    return ordered


@kernel
def _relax(
    arc_start: NDArray[np.int64],
    head: NDArray[np.int32],
    length: NDArray[np.int64],
    label: NDArray[np.int64],
    order: NDArray[np.int32],
    ordered: int,
    state: NDArray[np.int8],
    dirty: NDArray[np.bool_],
    queue: NDArray[np.int32],
) -> int:
    """Work off `order` backwards; returns how many seats wait in `queue` for the next pass, -1 where a label falls below 0."""
    queued = 0
    for turn in range(ordered - 1, -1, -1):
        tail = order[turn]
        state[tail] = _IDLE
        if not dirty[tail]:
            continue
        dirty[tail] = False
        for arc in range(arc_start[tail], arc_start[tail + 1]):
            to = head[arc]
            candidate = label[tail] + length[arc]
            if candidate < label[to]:
                if candidate < 0:
                    return -1
                label[to] = candidate
                dirty[to] = True
                if state[to] == _IDLE:
                    state[to] = _QUEUED
                    queue[queued] = to
                    queued += 1
    return queued


@kernel
def lower_labels(
    arc_start: NDArray[np.int64], head: NDArray[np.int32], length: NDArray[np.int64], label: NDArray[np.int64]
) -> int:
    """Lower labels, in place, until ``label[head] <= label[tail] + length`` on every arc.

    Goldberg and Radzik's way (Appl. Math. Lett. 6 (1993) 3-6): every pass works off the labels that changed in topological order of the
    arcs that are tight or violated, so that long chains and ties cost one pass; there are never more passes than seats.

    Returns
    -------
    Passes needed, or `NOT_OPTIMAL` where a label would fall below 0: then the assignment can be improved.
    """
    seats = label.size
    state = np.full(seats, _QUEUED, np.int8)
    dirty = np.ones(seats, np.bool_)
    queue = np.arange(seats).astype(np.int32)
    order = np.empty(seats, np.int32)
    stack = np.empty(seats, np.int32)
    at = np.empty(seats, np.int64)
    queued = seats
    for done in range(seats + 2):
        if queued == 0:
            return done
        ordered = 0
        for turn in range(queued):
            root = queue[turn]
            if state[root] == _IN_PASS:
                continue
            if _is_violated(arc_start, head, length, label, root):
                ordered = _walk(arc_start, head, length, label, root, state, at, stack, order, ordered)
            else:
                state[root] = _IDLE
                dirty[root] = False
        queued = _relax(arc_start, head, length, label, order, ordered, state, dirty, queue)
        if queued < 0:
            return NOT_OPTIMAL
    return NOT_OPTIMAL


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
