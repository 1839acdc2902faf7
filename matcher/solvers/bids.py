"""The compiled loops of the auction: arrays in, arrays out, some changed in place. `matcher.solvers.auction` says what they are for.

Prices and bids are in points times `scale`; `points` and `own` are not. A seat's holders stand in a heap of their bids, the lowest on
top, from ``first[seat]`` on. A loop counts the edges it looks at and gives up, in a state to go on from, when they pass its `limit`.
"""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.compiled import kernel

GAVE_UP = -1


@kernel
def by_seat(
    start: NDArray[np.int64], seat: NDArray[np.int32], points: NDArray[np.int64], seats: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """The same edges by seat: start ``(seats + 1,)``, row and points."""
    seat_start = np.zeros(seats + 1, np.int64)
    for edge in range(seat.size):
        seat_start[seat[edge] + 1] += 1
    for place in range(seats):
        seat_start[place + 1] += seat_start[place]
    free = seat_start[:-1].copy()
    rows = np.empty(seat.size, np.int32)
    worth = np.empty(seat.size, np.int64)
    for row in range(start.size - 1):
        for edge in range(start[row], start[row + 1]):
            at = free[seat[edge]]
            free[seat[edge]] += 1
            rows[at] = row
            worth[at] = points[edge]
    return seat_start, rows, worth


@kernel
def seat_again(
    start: NDArray[np.int64],
    seat: NDArray[np.int32],
    points: NDArray[np.int64],
    capacity: NDArray[np.int64],
    wanted: NDArray[np.int32],
    seat_of: NDArray[np.int32],
    own: NDArray[np.int64],
) -> None:
    """Give rows the seat they are said to have, where that is an edge and the seat has room; lower rows first."""
    left = capacity.copy()
    for row in range(seat_of.size):
        place = wanted[row]
        if place < 0 or place >= left.size or left[place] == 0:
            continue
        for edge in range(start[row], start[row + 1]):
            if seat[edge] == place:
                seat_of[row] = place
                own[row] = points[edge]
                left[place] -= 1
                break


@kernel
def let_go(
    start: NDArray[np.int64],
    seat: NDArray[np.int32],
    points: NDArray[np.int64],
    scale: int,
    price: NDArray[np.int64],
    seat_of: NDArray[np.int32],
    own: NDArray[np.int64],
    slack: int,
) -> None:
    """Unseat every row that could gain over `slack` more elsewhere, or outside."""
    for row in range(seat_of.size):
        if seat_of[row] >= 0:
            best = 0
            for edge in range(start[row], start[row + 1]):
                best = max(best, points[edge] * scale - price[seat[edge]])
            if own[row] * scale - price[seat_of[row]] < best - slack:
                seat_of[row] = -1
                own[row] = 0


@kernel
def take_stock(
    first: NDArray[np.int64],
    price: NDArray[np.int64],
    seat_of: NDArray[np.int32],
    count: NDArray[np.int64],
    holder: NDArray[np.int32],
    bid: NDArray[np.int64],
) -> None:
    """Build all heaps anew: every holder has bid his seat's price."""
    count[:] = 0
    for row in range(seat_of.size):
        place = seat_of[row]
        if place >= 0:
            slot = first[place] + count[place]
            holder[slot] = row
            bid[slot] = price[place]
            count[place] += 1


@kernel
def _push(bid: NDArray[np.int64], item: NDArray[Any], base: int, size: int, offer: int, row: int) -> None:
    slot = size
    while slot > 0:
        parent = (slot - 1) >> 1
        if bid[base + parent] <= offer:
            break
        bid[base + slot] = bid[base + parent]
        item[base + slot] = item[base + parent]
        slot = parent
    bid[base + slot] = offer
    item[base + slot] = row


@kernel
def _replace(bid: NDArray[np.int64], item: NDArray[Any], base: int, size: int, offer: int, row: int) -> None:
    slot = 0
    while 2 * slot + 1 < size:
        child = 2 * slot + 1
        if child + 1 < size and bid[base + child + 1] < bid[base + child]:
            child += 1
        if offer <= bid[base + child]:
            break
        bid[base + slot] = bid[base + child]
        item[base + slot] = item[base + child]
        slot = child
    bid[base + slot] = offer
    item[base + slot] = row


@kernel
def _choice(
    start: NDArray[np.int64],
    seat: NDArray[np.int32],
    points: NDArray[np.int64],
    scale: int,
    price: NDArray[np.int64],
    row: int,
) -> tuple[int, int]:
    """Edge on which a row gains most, -1 where none gains anything, and its second best gain, at least 0."""
    best = 0
    second = 0
    chosen = -1
    for edge in range(start[row], start[row + 1]):
        gain = points[edge] * scale - price[seat[edge]]
        if gain > second:
            if gain > best:
                second = best
                best = gain
                chosen = edge
            else:
                second = gain
    return chosen, second


@kernel
def bid_up(
    start: NDArray[np.int64],
    seat: NDArray[np.int32],
    points: NDArray[np.int64],
    scale: int,
    step: int,
    limit: int,
    capacity: NDArray[np.int64],
    first: NDArray[np.int64],
    count: NDArray[np.int64],
    holder: NDArray[np.int32],
    bid: NDArray[np.int64],
    price: NDArray[np.int64],
    seat_of: NDArray[np.int32],
    own: NDArray[np.int64],
) -> int:
    """Let every row without a seat bid, and everybody it outbids, until all sit or want nothing.

    A row bids for the seat where it gains most, as much as leaves it `step` less than its second best (being left out counts as 0).

    Returns
    -------
    Edges looked at, or `GAVE_UP`.
    """
    looked = 0
    for begin in range(seat_of.size):
        row = begin if seat_of[begin] < 0 else -1
        while row >= 0:
            chosen, second = _choice(start, seat, points, scale, price, row)
            looked += start[row + 1] - start[row]
            if chosen < 0:
                break
            place = seat[chosen]
            offer = points[chosen] * scale - second + step
            seat_of[row] = place
            own[row] = points[chosen]
            if count[place] < capacity[place]:
                _push(bid, holder, first[place], count[place], offer, row)
                count[place] += 1
                row = -1
            else:
                outbid = holder[first[place]]
                _replace(bid, holder, first[place], count[place], offer, row)
                seat_of[outbid] = -1
                own[outbid] = 0
                row = outbid
            if count[place] == capacity[place]:
                price[place] = bid[first[place]]
            if looked > limit:
                return GAVE_UP
    return looked


@kernel
def _contenders(
    seat_start: NDArray[np.int64],
    rows: NDArray[np.int32],
    worth: NDArray[np.int64],
    scale: int,
    gain: NDArray[np.int64],
    seat_of: NDArray[np.int32],
    place: int,
    most: int,
    bid: NDArray[np.int64],
    at: NDArray[np.int64],
) -> int:
    """Collect the `most` rows elsewhere that would pay most for a seat, as a heap of bids; returns how many there are."""
    size = 0
    lowest = 0
    for arc in range(seat_start[place], seat_start[place + 1]):
        offer = worth[arc] * scale - gain[rows[arc]]
        if offer > lowest and seat_of[rows[arc]] != place:
            if size < most:
                _push(bid, at, 0, size, offer, arc)
                size += 1
            else:
                _replace(bid, at, 0, size, offer, arc)
            if size == most:
                lowest = bid[0]
    return size


@kernel
def _repay(
    seat_start: NDArray[np.int64],
    rows: NDArray[np.int32],
    gain: NDArray[np.int64],
    seat_of: NDArray[np.int32],
    place: int,
    fall: int,
) -> None:
    for arc in range(seat_start[place], seat_start[place + 1]):
        if seat_of[rows[arc]] == place:
            gain[rows[arc]] += fall


@kernel
def _join(queue: NDArray[np.int32], waits: NDArray[np.bool_], tail: int, place: int) -> int:
    if waits[place]:
        return tail
    waits[place] = True
    queue[tail % queue.size] = place
    return tail + 1


@kernel
def bid_down(
    seat_start: NDArray[np.int64],
    rows: NDArray[np.int32],
    worth: NDArray[np.int64],
    scale: int,
    step: int,
    limit: int,
    capacity: NDArray[np.int64],
    count: NDArray[np.int64],
    price: NDArray[np.int64],
    seat_of: NDArray[np.int32],
    own: NDArray[np.int64],
) -> int:
    """Let every seat that has room and a price lower it until it is full or costs nothing, and every seat it takes rows from.

    A seat with room for n takes the n rows that would pay most, at `step` below what the next one would pay.

    Returns
    -------
    Edges looked at, or `GAVE_UP`.
    """
    gain = np.zeros(seat_of.size, np.int64)
    for row in range(seat_of.size):
        if seat_of[row] >= 0:
            gain[row] = own[row] * scale - price[seat_of[row]]
    queue = np.empty(capacity.size, np.int32)
    waits = np.zeros(capacity.size, np.bool_)
    bid = np.empty(capacity.max() + 1, np.int64)
    at = np.empty(capacity.max() + 1, np.int64)
    head = tail = looked = 0
    for place in range(capacity.size):
        if count[place] < capacity[place] and price[place] > 0:
            tail = _join(queue, waits, tail, place)
    while head < tail:
        if looked > limit:
            return GAVE_UP
        place = queue[head % queue.size]
        head += 1
        waits[place] = False
        room = capacity[place] - count[place]
        looked += seat_start[place + 1] - seat_start[place]
        size = _contenders(seat_start, rows, worth, scale, gain, seat_of, place, room + 1, bid, at)
        fall = min(max(price[place] - bid[0] + step, 0), price[place]) if size > room else price[place]
        price[place] -= fall
        if fall > 0 and count[place] > 0:
            _repay(seat_start, rows, gain, seat_of, place, fall)
        for turn in range(1 if size > room else 0, size):
            if bid[turn] > price[place]:
                row = rows[at[turn]]
                left = seat_of[row]
                if left >= 0:
                    count[left] -= 1
                    if price[left] > 0:
                        tail = _join(queue, waits, tail, left)
                seat_of[row] = place
                own[row] = worth[at[turn]]
                gain[row] = own[row] * scale - price[place]
                count[place] += 1
    return looked
