"""Which vacancies of a block a group of people can reach, compiled."""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

import numpy as np

from matcher.compiled import bare_kernel
from matcher.domain.places import EARTH_RADIUS_KM, ROAD_M_PER_KM
from matcher.pairing.compile import inlined, part
from matcher.pairing.layout import Floats, Given, Ints32
from matcher.pairing.stage import FAR_AWAY, Bench, Block, Crowd, Seating, Ways
from matcher.pairing.words import BLOCK, WORDS, ZERO, set_bits

NONE, SOME, WHOLE = range(3)
M_PER_RADIAN = ROAD_M_PER_KM * EARTH_RADIUS_KM
SERIES_LIMIT = 0.1
DOUBT_M = 1e-4
"""Half way between two metres within this much: rounding errors are a thousand times smaller."""


@inlined
def placed_part(group: int, number: int, crowd: Crowd, ways: Ways) -> int:
    """Whether a group reaches none, some or all of the vacancies with a known place in block ``number``."""
    home, reach = crowd.home[group], crowd.reach[group]
    if home < 0:
        return WHOLE if crowd.nowhere[group] == 0 else NONE
    if reach < ways.near[home, number] or ways.near[home, number] == FAR_AWAY:
        return NONE
    return WHOLE if reach >= ways.far[home, number] else SOME


@inlined
def group_near(group: int, number: int, crowd: Crowd, ways: Ways, placed: bool, unplaced: bool) -> bool:
    """Whether a group passes DISTANCE, or fails it on an unknown, for a vacancy of block ``number``."""
    if (unplaced or crowd.home[group] < 0) and crowd.nowhere[group] != 1:
        return True
    return placed and placed_part(group, number, crowd, ways) != NONE


@part
def anybody_near(crowd: Crowd, ways: Ways, number: int, placed: bool, unplaced: bool) -> bool:
    """Whether one group of a crowd is near."""
    group = 0
    while group < crowd.home.size and not group_near(group, number, crowd, ways, placed, unplaced):
        group += 1
    return bool(group < crowd.home.size)


@part
def fill_near(
    group: int,
    number: int,
    end: int,
    given: Given,
    crowd: Crowd,
    seating: Seating,
    ways: Ways,
    block: Block,
    bench: Bench,
    inside: Ints32,
) -> int:
    """The open vacancies that pass DISTANCE for a group into ``bench.near``, those that fail it on an unknown into ``bench.doubt``.

    Adds the size of the group to ``inside`` of every place that it reaches, the part of it in this block. Returns which part of the
    block's places that is; where it is all of them, the counting is left to the caller.
    """
    near, doubt, open_, placed = bench.near, bench.doubt, block.open, block.placed
    nowhere, home = crowd.nowhere[group], crowd.home[group]
    reached = placed_part(group, number, crowd, ways)
    for word in range(WORDS):
        near[word] = placed[word] if reached == WHOLE else ZERO
        doubt[word] = ZERO
    if reached == SOME:
        _add_places(group, number * BLOCK, min(end, seating.start[-1]), given, crowd, seating, ways, bench, inside)
    unknown = placed if home >= 0 else open_
    for word in range(WORDS):
        # Vacancies whose distance is unknown: all of them where the home is.
        lost = ~unknown[word] if home >= 0 else unknown[word]
        if nowhere == 0:
            near[word] |= lost
        elif nowhere > 1:
            doubt[word] = lost & open_[word]
        near[word] &= open_[word]
    return reached


@part
def _add_places(
    group: int,
    begin: int,
    end: int,
    given: Given,
    crowd: Crowd,
    seating: Seating,
    ways: Ways,
    bench: Bench,
    inside: Ints32,
) -> None:
    place, start, metres, near = given.jobs.place, seating.start, ways.metres, bench.near
    home, reach, size = crowd.home[group], crowd.reach[group], crowd.group[group + 1] - crowd.group[group]
    at = begin
    for work in range(place[begin], place[end - 1] + 1):
        stop = min(start[work + 1], end)
        if metres[home, work] <= reach:
            set_bits(near, at - begin, stop - begin)
            inside[work + begin // BLOCK] += size
        at = stop


@bare_kernel
def measure(
    x: Floats,
    y: Floats,
    z: Floats,
    home: Floats,
    place: Ints32,
    row: int,
    metres: Ints32,
    near: Ints32,
    doubtful: Ints32,
) -> int:
    """Road metres from a home to all places of work of every block whose ``near`` is not FAR_AWAY.

    Parameters
    ----------
    x, y, z
        Of every place of work on the unit sphere; ``home`` likewise.
    place
        Place of work of every vacancy with a known one, ascending.
    row
        The home's, in ``metres`` and ``near``.
    doubtful
        Room for the places whose metres may be rounded the wrong way, or lie too far off for this formula.

    Returns
    -------
    How many are doubtful; more than there is room for when it is full.
    """
    doubts = 0
    for number in range(near.shape[1]):
        begin, end = number * BLOCK, min((number + 1) * BLOCK, place.size)
        if begin >= end or near[row, number] == FAR_AWAY:
            continue
        first, last = place[begin], place[end - 1] + 1
        for work in range(first, last):
            u, v, w = x[work] - home[0], y[work] - home[1], z[work] - home[2]
            half = 0.5 * np.sqrt(u * u + v * v + w * w)
            exact = M_PER_RADIAN * 2.0 * arcsine(half)
            whole = np.floor(exact)
            metres[row, work] = np.int32(whole + 1.0 if exact - whole > 0.5 else whole)
            if half > SERIES_LIMIT or abs(exact - whole - 0.5) < DOUBT_M:
                if doubts < doubtful.size:
                    doubtful[doubts] = work
                doubts += 1
    return doubts


@inlined
def arcsine(sine: float) -> float:
    """Arc sine to 1e-14, up to SERIES_LIMIT."""
    s = sine * sine
    return sine * (
        1.0 + s * (1 / 6 + s * (3 / 40 + s * (15 / 336 + s * (105 / 3456 + s * (945 / 42240 + s * (10395 / 599040))))))
    )


@bare_kernel
def nearest_and_farthest(metres: Ints32, row: int, place: Ints32, near: Ints32, far: Ints32) -> None:
    """The least and the most metres from a home to each block, where ``near`` is not FAR_AWAY already."""
    for number in range(near.shape[1]):
        begin, end = number * BLOCK, min((number + 1) * BLOCK, place.size)
        if begin >= end or near[row, number] == FAR_AWAY:
            continue
        first, last = place[begin], place[end - 1] + 1
        least, most = metres[row, first], metres[row, first]
        for work in range(first, last):
            least, most = min(least, metres[row, work]), max(most, metres[row, work])
        near[row, number], far[row, number] = least, most
