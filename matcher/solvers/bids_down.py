"""The compiled loops of the auction in which seats lower their prices until somebody comes; as `matcher.solvers.bids`."""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

import numpy as np
from numpy.typing import NDArray

from matcher.compiled import kernel
from matcher.solvers.bids import LOOKED, push, replace

HEAD, TAIL = 1, 2
"""Entries of ``at`` beside `LOOKED`: seats that left the queue, and that joined it."""


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
                push(bid, at, 0, size, offer, arc)
                size += 1
            else:
                replace(bid, at, 0, size, offer, arc)
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
def queue_up(
    scale: int,
    capacity: NDArray[np.int64],
    count: NDArray[np.int64],
    price: NDArray[np.int64],
    seat_of: NDArray[np.int32],
    own: NDArray[np.int64],
    gain: NDArray[np.int64],
    queue: NDArray[np.int32],
    waits: NDArray[np.bool_],
) -> int:
    """Write every row's gain, and queue the seats that have room and a price; returns how many."""
    for row in range(seat_of.size):
        gain[row] = own[row] * scale - price[seat_of[row]] if seat_of[row] >= 0 else 0
    tail = 0
    for place in range(capacity.size):
        if count[place] < capacity[place] and price[place] > 0:
            tail = _join(queue, waits, tail, place)
    return tail


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
    gain: NDArray[np.int64],
    queue: NDArray[np.int32],
    waits: NDArray[np.bool_],
    at: NDArray[np.int64],
) -> bool:
    """Let every seat that has room and a price lower it until it is full or costs nothing, and every seat it takes rows from.

    A seat with room for n takes the n rows that would pay most, at `step` below what the next one would pay.

    Parameters
    ----------
    gain, queue, waits
        As `queue_up` leaves them.
    at
        int64, shape ``(3,)``: edges looked at, and how many seats left and joined the queue.

    Returns
    -------
    Whether it came to the end; False before the first seat at which the edges looked at had passed `limit`.
    """
    bid = np.empty(capacity.max() + 1, np.int64)
    arc = np.empty(capacity.max() + 1, np.int64)
    looked = 0
    head = at[HEAD]
    tail = at[TAIL]
    while head < tail:
        if looked > limit:
            break
        place = queue[head % queue.size]
        head += 1
        waits[place] = False
        room = capacity[place] - count[place]
        looked += seat_start[place + 1] - seat_start[place]
        size = _contenders(seat_start, rows, worth, scale, gain, seat_of, place, room + 1, bid, arc)
        fall = min(max(price[place] - bid[0] + step, 0), price[place]) if size > room else price[place]
        price[place] -= fall
        if fall > 0 and count[place] > 0:
            _repay(seat_start, rows, gain, seat_of, place, fall)
        for turn in range(1 if size > room else 0, size):
            if bid[turn] > price[place]:
                row = rows[arc[turn]]
                left = seat_of[row]
                if left >= 0:
                    count[left] -= 1
                    if price[left] > 0:
                        tail = _join(queue, waits, tail, left)
                seat_of[row] = place
                own[row] = worth[arc[turn]]
                gain[row] = own[row] * scale - price[place]
                count[place] += 1
    at[LOOKED] = looked
    at[HEAD] = head
    at[TAIL] = tail
    return bool(head == tail)
