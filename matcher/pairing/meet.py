"""What a look does with an eligible pair: it is found, listed or compared; compiled."""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

from matcher.model.edges import NO_GAIN
from matcher.pairing.compile import inlined, part
from matcher.pairing.kept import gain_of
from matcher.pairing.layout import Given, Ints64
from matcher.pairing.stage import LIST, OFFER, Crowd, Found, Kept, Question, Seating


@inlined
def insert(i: int, number: int, points: int, gain: int, found: Found) -> int:
    """Keep a pair if it is among the best so far, ties to the lower number; return the gain of the pair that goes, NO_GAIN if none."""
    gains, numbers, worth = found.gain, found.number, found.points
    at, out = found.held[i], NO_GAIN
    if at == gains.shape[1]:
        at -= 1
        if gains[i, at] > gain or (gains[i, at] == gain and numbers[i, at] < number):
            return gain
        out = gains[i, at]
    else:
        found.held[i] += 1
    while at > 0 and (gains[i, at - 1] < gain or (gains[i, at - 1] == gain and numbers[i, at - 1] > number)):
        gains[i, at], numbers[i, at], worth[i, at] = gains[i, at - 1], numbers[i, at - 1], worth[i, at - 1]
        at -= 1
    gains[i, at], numbers[i, at], worth[i, at] = gain, number, points
    return int(out)


@inlined
def is_kept(i: int, number: int, kept: Kept) -> bool:
    """Whether a pair was found before."""
    low, high = kept.start[i], kept.start[i + 1]
    while low < high:
        middle = (low + high) >> 1
        if kept.number[middle] < number:
            low = middle + 1
        else:
            high = middle
    return bool(low < kept.start[i + 1] and kept.number[low] == number)


@inlined
def find(i: int, number: int, points: int, gain: int, kept: Kept, found: Found) -> None:
    """Take a pair into the best of those that were not found before, or into the bound on the rest."""
    room = found.gain.shape[1]
    if found.held[i] == room and gain < found.gain[i, room - 1] and gain <= found.rest[i]:
        return
    if not is_kept(i, number, kept):
        found.rest[i] = max(found.rest[i], insert(i, number, points, gain, found))


@inlined
def stand(i: int, j: int, number: int, points: int, gain: int, question: Question, found: Found) -> None:
    """Compare one eligible pair with the person's own."""
    own = question.seat[i]
    if own >= 0 and points > question.points[i]:
        found.better[i] += 1
    if not question.usable[j]:
        return
    if own >= 0 and number != own:
        insert(i, number, points, gain, found)
    if points <= 0:
        return
    best = found.best_number[i]
    if best < 0 or gain > found.best_gain[i] or (gain == found.best_gain[i] and number < best):
        found.best_number[i], found.best_points[i], found.best_gain[i] = number, points, gain
    if gain > 0 or question.free[j]:
        found.winnable[i] = True


@inlined
def meet(i: int, j: int, points: int, seating: Seating, kept: Kept, question: Question, found: Found) -> None:
    """Take one eligible pair."""
    number = seating.number[j]
    gain = gain_of(points, question.price[j])
    if question.mode == LIST:
        if gain > question.floor[i]:
            at = found.at[i]
            found.listed[at], found.listed_points[at] = number, points
            found.at[i] += 1
    elif question.mode == OFFER:
        find(i, number, points, gain, kept, found)
    else:
        stand(i, j, number, points, gain, question, found)


@part
def meet_known(
    given: Given,
    crowd: Crowd,
    seating: Seating,
    fact_bits: Ints64,
    fact_points: Ints64,
    kept: Kept,
    question: Question,
    found: Found,
) -> None:
    """Take the eligible pairs about which something is known."""
    start = given.known.start
    for i in range(found.held.size):
        for fact in range(start[crowd.first + i], start[crowd.first + i + 1]):
            if fact_bits[fact] == 0:
                meet(i, given.known.vacancy[fact], fact_points[fact], seating, kept, question, found)
