"""The compiled search for the largest prices, which is also the proof that an assignment is optimal.

The seats form a residual graph. An arc ``j -> a`` of length ``v(i, a) - v(i, j)`` stands for a row ``i`` that sits in ``a`` and could sit
in ``j``: optimal prices satisfy ``price[a] <= price[j] + length``. The largest optimal prices are shortest distances from "nobody", and
an assignment is optimal exactly when no circle of arcs, through "nobody" or not, is shorter than 0.
"""
# ruff: noqa: PLR0917, SIM110 - compiled loops take their arrays by position, and loop

import numpy as np
from numpy.typing import NDArray

from matcher.compiled import kernel

NOT_OPTIMAL = -1
UNDECIDED = -2

_IDLE = 0
_FINISHED = 1
_QUEUED = 2
_ON_STACK = 3


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
    fallen: NDArray[np.int64],
    stack: NDArray[np.int32],
    order: NDArray[np.int32],
    ordered: int,
) -> int:
    """Walk all tight and violated arcs from `root` in depth, appending seats to `order` in reverse topological order.

    Returns
    -------
    How many seats stand in `order`, or `NOT_OPTIMAL` where the walk meets itself lower than it was: a circle shorter than 0.
    """
    depth = 0
    stack[0] = root
    at[root] = arc_start[root]
    fallen[root] = 0  # sum of how far the arcs from the root to here are violated, as a number of at most 0
    state[root] = _ON_STACK
    while depth >= 0:
        tail = stack[depth]
        deeper = False
        while at[tail] < arc_start[tail + 1] and not deeper:
            arc = at[tail]
            at[tail] += 1
            to = head[arc]
            if state[to] == _FINISHED:
                continue
            excess = label[tail] + length[arc] - label[to]
            if excess > 0:
                continue
            if state[to] == _ON_STACK:
                if fallen[tail] + excess < fallen[to]:
                    return NOT_OPTIMAL
                continue
            state[to] = _ON_STACK
            at[to] = arc_start[to]
            fallen[to] = max(fallen[tail] + excess, -(2**61))  # far labels must not add up to an overflow
            depth += 1
            stack[depth] = to
            deeper = True
        if not deeper:
            state[tail] = _FINISHED
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
    floor: NDArray[np.int64],
    order: NDArray[np.int32],
    ordered: int,
    state: NDArray[np.int8],
    dirty: NDArray[np.bool_],
    queue: NDArray[np.int32],
) -> int:
    """Work off `order` backwards; returns how many seats wait in `queue` for the next pass, or `NOT_OPTIMAL`."""
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
                if candidate < floor[to]:
                    return NOT_OPTIMAL
                label[to] = candidate
                dirty[to] = True
                if state[to] == _IDLE:
                    state[to] = _QUEUED
                    queue[queued] = to
                    queued += 1
    return queued


@kernel
def lower_labels(
    arc_start: NDArray[np.int64],
    head: NDArray[np.int32],
    length: NDArray[np.int64],
    label: NDArray[np.int64],
    floor: NDArray[np.int64],
    patience: int,
) -> int:
    """Lower labels, in place, until ``label[head] <= label[tail] + length`` on every arc.

    Goldberg and Radzik's way (Appl. Math. Lett. 6 (1993) 3-6): every pass works off the labels that changed in topological order of the
    arcs that are tight or violated, so that long chains and ties cost one pass; there are never more passes than seats.

    Returns
    -------
    Passes needed; `NOT_OPTIMAL` where a label would fall below its floor (at least 0) or for ever: then the assignment can be improved;
    `UNDECIDED` after as many passes as there is `patience`, if that is not below 0.
    """
    seats = label.size
    for place in range(seats):
        if label[place] < floor[place]:
            return NOT_OPTIMAL
    state = np.full(seats, _QUEUED, np.int8)
    dirty = np.ones(seats, np.bool_)
    queue = np.arange(seats).astype(np.int32)
    order = np.empty(seats, np.int32)
    stack = np.empty(seats, np.int32)
    at = np.empty(seats, np.int64)
    fallen = np.empty(seats, np.int64)
    queued = seats
    for done in range(seats + 2):
        if queued == 0:
            return done
        if done == patience:
            return UNDECIDED
        ordered = 0
        for turn in range(queued):
            root = queue[turn]
            if state[root] == _FINISHED:
                continue
            if _is_violated(arc_start, head, length, label, root):
                ordered = _walk(arc_start, head, length, label, root, state, at, fallen, stack, order, ordered)
                if ordered < 0:
                    return NOT_OPTIMAL
            else:
                state[root] = _IDLE
                dirty[root] = False
        queued = _relax(arc_start, head, length, label, floor, order, ordered, state, dirty, queue)
        if queued < 0:
            return NOT_OPTIMAL
    return NOT_OPTIMAL
