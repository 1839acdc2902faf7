"""The compiled loops over pairs: arrays in, arrays out, no interpreter lock. Every one has a slow twin in the tests."""

import numpy as np

from matcher.compiled import kernel
from matcher.domain.codes import RULE_INDEX, Rule
from matcher.model.edges import NO_GAIN
from matcher.pairing.judge import (
    bits_of,
    distance_bits,
    fill_table,
    held_of,
    known_or,
    lane_bits,
    loonwaarde_bits,
    mark,
    subsidy_bits,
)
from matcher.pairing.layout import (
    FACT_BITS,
    KINDS,
    KNOWN_BITS,
    LAYOUT,
    OVERRULED_BITS,
    RULE_COUNT,
    UNKNOWN_SHIFT,
    Asks,
    Holdings,
    Ints32,
    Ints64,
    Jobs,
    Known,
    Marks,
    People,
    Room,
    Rows,
    Seats,
    Weights,
)

CONTROL_ARM_BIT = 1 << RULE_INDEX[Rule.CONTROL_ARM]
FORBIDDEN_BIT = 1 << RULE_INDEX[Rule.FORBIDDEN]
EXCLUDED_BIT = 1 << RULE_INDEX[Rule.EXCLUDED]
SKILLS = RULE_INDEX[Rule.SKILLS]
MILLION = 1_000_000
Z_LIMIT = 12_000

DE_BRUIJN = 0x077CB531
LOWEST_BIT = np.zeros(32, dtype=np.int64)
for _number in range(32):
    LOWEST_BIT[((DE_BRUIJN << _number) & 0xFFFFFFFF) >> 27] = _number
"""Number of the only bit set, by the top five bits of its product with a de Bruijn number."""


@kernel
def gain_of(points: int, price: int) -> int:
    """Points minus price, at least ``NO_GAIN + 1``: an edge is never mistaken for none, and nothing wraps around."""
    if points <= NO_GAIN + price:
        return NO_GAIN + 1
    return points - price


@kernel
def part_of(value: int, factor: int, whole: int) -> int:
    """``value * factor / whole`` rounded half to even, for numbers that are not negative."""
    if factor == whole:
        return value
    product = value * factor
    quotient = product // whole
    twice = 2 * (product - quotient * whole)
    if twice > whole or (twice == whole and quotient & 1 == 1):
        return quotient + 1
    return quotient


@kernel
def bits_with_facts(
    bits: int, i: int, j: int, fact: int, road_m: int, people: People, jobs: Jobs, known: Known, weights: Weights
) -> int:
    """The failures of a pair about which something is known."""
    bp = known.loonwaarde_bp[fact] if known.loonwaarde_bp[fact] >= 0 else people.loonwaarde_bp[i]
    again = distance_bits(i, road_m, known.travel_min[fact], people)
    again |= lane_bits(i, bp, jobs.lane[j], people, weights)
    again |= loonwaarde_bits(bp, jobs.loonwaarde_min_bp[j])
    again |= subsidy_bits(bp, people.lks_eligible[i], jobs.unpaid[j], jobs.lks_accepted[j])
    if known.forbidden[fact]:
        again |= FORBIDDEN_BIT
    if known.eligible[fact] == 0:
        again |= EXCLUDED_BIT
    bits = (bits & ~FACT_BITS) | (again & weights.mask)
    return bits & ~OVERRULED_BITS if known.eligible[fact] == 1 else bits


@kernel
def points_of(
    i: int,
    j: int,
    fact: int,
    essential: int,
    road_m: int,
    people: People,
    holdings: Holdings,
    jobs: Jobs,
    known: Known,
    weights: Weights,
    marks: Marks,
) -> int:
    """Points of an eligible pair."""
    if fact >= 0 and known.has_value[fact]:
        return known.value[fact]
    z = people.z[i] + jobs.z[people.needs_support[i], j]
    if holdings.skills.known[i]:
        z += weights.essential_z[jobs.essential_z[j] + essential]
        z += weights.optional_z[jobs.optional_z[j] + held_of(jobs.optional, j, marks.skills)]
    occupation = jobs.occupation[j]
    if occupation >= 0 and marks.wanted[occupation]:
        z += weights.wanted
    if road_m >= 0 and people.half_m[i] >= 0:
        if road_m <= people.half_m[i]:
            z += weights.within_half
        elif road_m > people.far_m[i]:
            z += weights.beyond_far
    start = MILLION
    p_micro = -1
    if fact >= 0:
        start = known.p_start_micro[fact]
        p_micro = np.int64(known.p_durable_micro[fact])
        if known.trial_done[fact]:
            z += weights.trial_done
    if p_micro < 0:
        p_micro = weights.p_micro[min(max(z, -Z_LIMIT), Z_LIMIT) + Z_LIMIT]
    value = max(0, p_micro - people.p_alone_micro[i])
    value = part_of(value, start, MILLION)
    value = part_of(value, people.priority_milli[i], 1000)
    value = part_of(value, jobs.lane_milli[j], 1000)
    hours = people.hours_max_c[i]
    if hours < 0 or 0 <= jobs.hours_max_c[j] < hours:
        hours = jobs.hours_max_c[j]
    return part_of(value, np.int64(hours), weights.small_job_c) if 0 <= hours < weights.small_job_c else value


@kernel
def scan_row(
    i: int,
    home: int,
    floor: int,
    written: int,
    people: People,
    holdings: Holdings,
    jobs: Jobs,
    known: Known,
    weights: Weights,
    metres: Ints32,
    prices: Ints64,
    table: Ints64,
    marks: Marks,
    rows: Rows,
    seats: Seats,
    room: Room,
) -> int:
    """Look at every pair of one person; return how many edges are written by now."""
    fact_at, fact_end = known.start[i], known.start[i + 1]
    next_fact = known.vacancy[fact_at] if fact_at < fact_end else -1
    steps = fact_end - fact_at if weights.listed_only else jobs.bits.size
    own_bits = CONTROL_ARM_BIT & weights.mask if people.control[i] else 0
    knows_skills = holdings.skills.known[i]
    missing, eligible, positive, best, begin = 0, 0, False, NO_GAIN, written
    for step in range(steps):
        j = np.int64(known.vacancy[fact_at]) if weights.listed_only else step
        bits = jobs.bits[j] | own_bits
        for kind in range(KINDS):
            bits |= table[jobs.ask[j, kind]]
        fact, vouched, own_m = -1, False, -1
        if j == next_fact:
            fact = fact_at
            fact_at += 1
            next_fact = known.vacancy[fact_at] if fact_at < fact_end else -1
            vouched = known.eligible[fact] == 1
            own_m = known.travel_m[fact]
            bits = bits_with_facts(
                bits, i, j, fact, road_between(own_m, home, jobs.place[j], metres), people, jobs, known, weights
            )
        essential = 0
        if bits & KNOWN_BITS == 0:
            essential = held_of(jobs.essential, j, marks.skills)
            needed = jobs.needed[j]
            if needed > 0 and not vouched:
                bits |= bits_of(known_or(not knows_skills, essential >= needed), SKILLS) & weights.mask
        if bits != 0:
            failed = bits & KNOWN_BITS
            unknown = bits >> UNKNOWN_SHIFT
            lowest = (failed | unknown) & -(failed | unknown)
            first = LOWEST_BIT[((lowest * DE_BRUIJN) & 0xFFFFFFFF) >> 27]
            rows.first[i, first] += 1
            seats.first[first, j] += 1
            if unknown & lowest:
                rows.first_unknown[i, first] += 1
                seats.first_unknown[first, j] += 1
            if failed == 0:
                missing |= unknown
            continue
        road_m = road_between(own_m, home, jobs.place[j], metres)
        points = points_of(i, j, fact, essential, road_m, people, holdings, jobs, known, weights, marks)
        eligible += 1
        seats.eligible[j] += 1
        positive |= points > 0
        gain = gain_of(points, prices[j])
        best = max(best, gain)
        if gain > floor:
            room.seat[written] = j
            room.points[written] = points
            written += 1
    rows.missing[i] = missing
    rows.eligible[i] = eligible
    rows.positive[i] = positive
    rows.best[i] = best
    rows.listed[i] = written - begin
    return written


@kernel
def road_between(own_m: int, home: int, work: int, metres: Ints32) -> int:
    """The pair's own metres where it has them, else between the places, else -1."""
    if own_m >= 0:
        return own_m
    return np.int64(metres[home, work]) if home >= 0 and work >= 0 else -1


@kernel
def scan_rows(
    people: People,
    holdings: Holdings,
    jobs: Jobs,
    asks: Asks,
    known: Known,
    weights: Weights,
    metres: Ints32,
    home: Ints32,
    home_base: int,
    first_row: int,
    last_row: int,
    prices: Ints64,
    floors: Ints64,
    marks: Marks,
    rows: Rows,
    seats: Seats,
    room: Room,
) -> int:
    """Scan people ``first_row`` to ``last_row``; return where it stopped because the room for edges was full.

    Parameters
    ----------
    metres
        int32, shape ``(homes, places of work)``: road metres.
    home
        Row of `metres` for person ``home_base + k`` at ``k``, -1 unknown.
    marks
        All zero; is so again afterwards.
    rows
        Zero at these people; written there only.
    seats
        Is added to.
    """
    _ = LAYOUT
    table = np.empty(asks.offset[-1], dtype=np.int64)
    written = 0
    for i in range(first_row, last_row):
        pairs = known.start[i + 1] - known.start[i] if weights.listed_only else jobs.bits.size
        if written + pairs > room.seat.size:
            return i
        mark(i, holdings, marks, 1)
        here = np.int64(home[i - home_base])
        fill_table(i, people, holdings, asks, weights, marks, metres, here, table)
        written = scan_row(
            i, here, floors[i], written, people, holdings, jobs, known, weights, metres, prices, table, marks, rows, seats, room,
        )
        mark(i, holdings, marks, 0)
    return last_row


@kernel
def beat(
    start: Ints64,
    seat: Ints32,
    points: Ints64,
    prices: Ints64,
    floors: Ints64,
    first_row: int,
    last_row: int,
    best: Ints64,
    count: Ints64,
    room: Room,
) -> int:
    """Write the listed edges of some rows whose gain is above the row's floor; return how many.

    ``best`` becomes the largest gain of each row, ``count`` the number of edges written.
    """
    written = 0
    for row in range(first_row, last_row):
        top, begin = NO_GAIN, written
        for at in range(start[row], start[row + 1]):
            gain = gain_of(points[at], prices[seat[at]])
            top = max(top, gain)
            if gain > floors[row]:
                room.seat[written] = seat[at]
                room.points[written] = points[at]
                written += 1
        best[row] = top
        count[row] = written - begin
    return written
