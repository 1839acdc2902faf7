"""Pairs that were found before, against prices, compiled."""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

from matcher.compiled import bare_kernel
from matcher.model.edges import NO_GAIN
from matcher.pairing.compile import inlined
from matcher.pairing.layout import Ints32, Ints64
from matcher.pairing.stage import LAYOUT, Found, Kept


@inlined
def gain_of(points: int, price: int) -> int:
    """Points minus price, at least ``NO_GAIN + 1``: an edge is never mistaken for none, and nothing wraps around."""
    if points <= NO_GAIN + price:
        return NO_GAIN + 1
    return points - price


@bare_kernel
def merge(kept: Kept, found: Found, merged: Kept) -> None:
    """Put what was found to what was kept; sorts what was found by number.

    Parameters
    ----------
    merged
        Room for both; written.
    """
    _ = LAYOUT
    number, points = found.number, found.points
    at = 0
    for i in range(found.held.size):
        for later in range(1, found.held[i]):
            last, worth, place = number[i, later], points[i, later], later
            while place > 0 and number[i, place - 1] > last:
                number[i, place], points[i, place] = number[i, place - 1], points[i, place - 1]
                place -= 1
            number[i, place], points[i, place] = last, worth
        old, new = kept.start[i], 0
        while old < kept.start[i + 1] or new < found.held[i]:
            if new == found.held[i] or (old < kept.start[i + 1] and kept.number[old] < number[i, new]):
                merged.number[at], merged.points[at] = kept.number[old], kept.points[old]
                old += 1
            else:
                merged.number[at], merged.points[at] = number[i, new], points[i, new]
                new += 1
            at += 1
        merged.start[i + 1], merged.bound[i] = at, found.rest[i]


@bare_kernel
def beat(
    kept: Kept,
    price: Ints64,
    floor: Ints64,
    most: int,
    gains: Ints64,
    numbers: Ints32,
    best: Ints64,
    count: Ints64,
    seat: Ints32,
    points: Ints64,
) -> int:
    """Write the best ``most`` kept pairs of each person that gain more than the floor, ties to the lower number; return how many.

    Parameters
    ----------
    price
        By the vacancy's number.
    gains, numbers
        Room for ``most``.
    best
        Becomes the largest gain, or the floor where no pair gains more; NO_GAIN where a person has no eligible pair.
    count, seat, points
        Pairs per person, and the pairs by number.
    """
    _ = LAYOUT
    written = 0
    for i in range(best.size):
        held = 0
        for at in range(kept.start[i], kept.start[i + 1]):
            gain, number = gain_of(kept.points[at], price[kept.number[at]]), kept.number[at]
            # Numbers ascend: of equal gains the one that is there already stays in front.
            if gain <= floor[i] or (held == most and gain <= gains[most - 1]):
                continue
            place = held if held < most else most - 1
            held = min(held + 1, most)
            while place > 0 and gains[place - 1] < gain:
                gains[place], numbers[place] = gains[place - 1], numbers[place - 1]
                place -= 1
            gains[place], numbers[place] = gain, number
        nobody = kept.start[i] == kept.start[i + 1] and kept.bound[i] == NO_GAIN
        best[i], count[i] = gains[0] if held > 0 else (NO_GAIN if nobody else floor[i]), held
        for at in range(kept.start[i], kept.start[i + 1]):
            gain, number = gain_of(kept.points[at], price[kept.number[at]]), kept.number[at]
            if held > 0 and (gain > gains[held - 1] or (gain == gains[held - 1] and number <= numbers[held - 1])):
                seat[written], points[written] = number, kept.points[at]
                written += 1
    return written
