"""The compiled loops of the auction in which rows bid: arrays in, arrays out, some changed in place; see `matcher.solvers.auction`.

Prices and bids are in points times `scale`; `points` and `own` are not. A seat's holders stand in a heap of their bids, the lowest on
top, from ``first[seat]`` on. A loop counts the edges it looks at and pauses when they pass its `limit`; called again with the same
``at`` it goes on exactly where it was. Between calls everybody sits where there is room.
"""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.compiled import kernel

LOOKED, BEGIN, ROW = range(3)
"""Entries of ``at``: edges looked at by this call, and where the next one goes on."""


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
def push(bid: NDArray[np.int64], item: NDArray[Any], base: int, size: int, offer: int, row: int) -> None:
    """Put a bid into a heap of ``size`` bids that starts at ``base``."""
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
def replace(bid: NDArray[np.int64], item: NDArray[Any], base: int, size: int, offer: int, row: int) -> None:
    """Put a bid into a heap in the place of its lowest one."""
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
    at: NDArray[np.int64],
) -> bool:
    """Let every row without a seat bid, and everybody it outbids, until all sit or want nothing.

    A row bids for the seat where it gains most, as much as leaves it `step` less than its second best (being left out counts as 0).

    Parameters
    ----------
    at
        int64, shape ``(3,)``: edges looked at, first row that did not bid yet (0 at first), and the row whose turn it is (-1 at first).

    Returns
    -------
    Whether it came to the end; False after the bid with which the edges looked at passed `limit`.
    """
    looked = 0
    begin = at[BEGIN]
    row = at[ROW]
    while begin < seat_of.size:
        if row < 0 and seat_of[begin] < 0:
            row = begin
        while row >= 0:
            chosen, second = _choice(start, seat, points, scale, price, row)
            looked += start[row + 1] - start[row]
            if chosen < 0:
                row = -1
                break
            place = seat[chosen]
            offer = points[chosen] * scale - second + step
            seat_of[row] = place
            own[row] = points[chosen]
            if count[place] < capacity[place]:
                push(bid, holder, first[place], count[place], offer, row)
                count[place] += 1
                row = -1
            else:
                outbid = holder[first[place]]
                replace(bid, holder, first[place], count[place], offer, row)
                seat_of[outbid] = -1
                own[outbid] = 0
                row = outbid
            if count[place] == capacity[place]:
                price[place] = bid[first[place]]
            if looked > limit:
                at[LOOKED] = looked
                at[BEGIN] = begin if row >= 0 else begin + 1
                at[ROW] = row
                return False
        begin += 1
    at[LOOKED] = looked
    at[BEGIN] = begin
    at[ROW] = -1
    return True
