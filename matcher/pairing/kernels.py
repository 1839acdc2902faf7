"""The compiled loops over pairs: arrays in, arrays out, no interpreter lock. `matcher.rules` is their slow twin in the tests."""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

import numpy as np

from matcher.compiled import kernel
from matcher.domain.codes import RULE_INDEX, Rule
from matcher.model.edges import NO_GAIN
from matcher.pairing.compile import part
from matcher.pairing.judge import (
    bits_of,
    distance_bits,
    known_or,
    lane_bits,
    loonwaarde_bits,
    person_of,
    subsidy_bits,
)
from matcher.pairing.layout import (
    FACT_BITS,
    KINDS,
    KNOWN_BITS,
    LAYOUT,
    OVERRULED_BITS,
    UNKNOWN_SHIFT,
    Given,
    Ints32,
    Ints64,
    Marks,
    Passed,
    Person,
    Room,
    Rows,
    Seats,
)
from matcher.pairing.person_table import fill_table, held_of, mark
from matcher.pairing.score import road_between, score_row

FORBIDDEN_BIT = 1 << RULE_INDEX[Rule.FORBIDDEN]
EXCLUDED_BIT = 1 << RULE_INDEX[Rule.EXCLUDED]
SKILLS = RULE_INDEX[Rule.SKILLS]

DE_BRUIJN = 0x077CB531
LOWEST_BIT = np.array(
    sorted(range(32), key=lambda number: ((DE_BRUIJN << number) & 0xFFFFFFFF) >> 27),
    dtype=np.int64,
)
"""Number of the only bit set, by the top five bits of its product with a de Bruijn number."""


@part
def gain_of(points: int, price: int) -> int:
    """Points minus price, at least ``NO_GAIN + 1``: an edge is never mistaken for none, and nothing wraps around."""
    if points <= NO_GAIN + price:
        return NO_GAIN + 1
    return points - price


@part
def judge_row(
    person: Person,
    given: Given,
    metres: Ints32,
    table: Ints64,
    marks: Marks,
    passed: Passed,
    rows: Rows,
    seats: Seats,
) -> int:
    """Judge every pair of one person; return how many are eligible, and leave them in ``passed``."""
    jobs, weights = given.jobs, given.weights
    job_bits, ask, needed, work = jobs.bits, jobs.ask, jobs.needed, jobs.place
    skill_start, skill_code, held_skills = jobs.essential.start, jobs.essential.code, marks.skills
    fact_start, fact_vacancy, fact_eligible = given.known.start, given.known.vacancy, given.known.eligible
    own_first, own_unknown = rows.first[person.row], rows.first_unknown[person.row]
    seat_first, seat_unknown, seat_eligible = seats.first, seats.first_unknown, seats.eligible
    mask, listed_only = weights.mask, weights.listed_only
    fact_at, fact_end = fact_start[person.row], fact_start[person.row + 1]
    next_fact = fact_vacancy[fact_at] if fact_at < fact_end else -1
    missing, eligible = 0, 0
    for step in range(fact_end - fact_at if listed_only else job_bits.size):
        j = int(next_fact) if listed_only else step
        bits = job_bits[j] | person.own_bits
        for kind in range(KINDS):
            bits |= table[ask[j, kind]]
        fact, vouched = -1, False
        if j == next_fact:
            fact, vouched = fact_at, fact_eligible[fact_at] == 1
            fact_at += 1
            next_fact = fact_vacancy[fact_at] if fact_at < fact_end else -1
            bits = bits_with_facts(bits, fact, road_between(person.home, work[j], metres), person, given)
        held = 0
        if bits & KNOWN_BITS == 0:
            held = held_of(skill_start[j], skill_start[j + 1], skill_code, held_skills)
            if needed[j] > 0 and not vouched:
                bits |= bits_of(known_or(not person.skills_known, held >= needed[j]), SKILLS) & mask
        if bits == 0:
            passed.job[eligible], passed.fact[eligible], passed.held[eligible] = j, fact, held
            seat_eligible[j] += 1
            eligible += 1
            continue
        failed, unknown = bits & KNOWN_BITS, bits >> UNKNOWN_SHIFT
        lowest = (failed | unknown) & -(failed | unknown)
        first = LOWEST_BIT[((lowest * DE_BRUIJN) & 0xFFFFFFFF) >> 27]
        own_first[first] += 1
        seat_first[first, j] += 1
        if unknown & lowest:
            own_unknown[first] += 1
            seat_unknown[first, j] += 1
        if failed == 0:
            missing |= unknown
    rows.missing[person.row], rows.eligible[person.row] = missing, eligible
    return eligible


@part
def bits_with_facts(bits: int, fact: int, road_m: int, person: Person, given: Given) -> int:
    """The failures of a pair about which something is known; ``road_m`` is by the places."""
    jobs, known, weights = given.jobs, given.known, given.weights
    j, lane = known.vacancy[fact], jobs.lane[known.vacancy[fact]]
    bp = int(known.loonwaarde_bp[fact]) if known.loonwaarde_bp[fact] >= 0 else person.loonwaarde_bp
    if known.travel_m[fact] >= 0:
        road_m = known.travel_m[fact]
    again = distance_bits(person, road_m, known.travel_min[fact])
    again |= lane_bits(person, bp, weights.lane_low[lane], weights.lane_high[lane])
    again |= loonwaarde_bits(bp, jobs.loonwaarde_min_bp[j])
    again |= subsidy_bits(bp, person.lks_eligible, jobs.unpaid[j], jobs.lks_accepted[j])
    if known.forbidden[fact]:
        again |= FORBIDDEN_BIT
    if known.eligible[fact] == 0:
        again |= EXCLUDED_BIT
    bits = (bits & ~FACT_BITS) | (again & weights.mask)
    return bits & ~OVERRULED_BITS if known.eligible[fact] == 1 else bits


@part
def offer_row(
    row: int,
    count: int,
    floor: int,
    prices: Ints64,
    passed: Passed,
    points: Ints64,
    written: int,
    rows: Rows,
    room: Room,
) -> int:
    """Write the eligible pairs of one person whose gain is above the floor; return how many edges are written by now."""
    seat, value = room.seat, room.points
    begin, best, positive = written, NO_GAIN, False
    for at in range(count):
        gain = gain_of(points[at], prices[passed.job[at]])
        best = max(best, gain)
        positive |= points[at] > 0
        if gain > floor:
            seat[written], value[written] = passed.job[at], points[at]
            written += 1
    rows.best[row], rows.listed[row], rows.positive[row] = best, written - begin, positive
    return written


@kernel
def scan_rows(
    given: Given,
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
        Zero at these people, `Rows.best` at `NO_GAIN`; written there only.
    seats
        Is added to.
    room
        Must hold at least all pairs of one person.
    """
    _ = LAYOUT
    people, holdings, fact_start, m = given.people, given.holdings, given.known.start, given.jobs.bits.size
    mask, listed_only = given.weights.mask, given.weights.listed_only
    table, points = np.empty(given.asks.offset[-1], dtype=np.int64), np.empty(m, dtype=np.int64)
    passed = Passed(np.empty(m, dtype=np.int32), np.empty(m, dtype=np.int32), np.empty(m, dtype=np.int32))
    written = 0
    for i in range(first_row, last_row):
        pairs = fact_start[i + 1] - fact_start[i] if listed_only else m
        if pairs == 0:
            continue
        if written + pairs > room.seat.size:
            return i
        person = person_of(i, int(home[i - home_base]), mask, people, holdings.skills.known[i])
        mark(i, holdings, marks, 1)
        fill_table(person, given, marks, metres, table)
        count = judge_row(person, given, metres, table, marks, passed, rows, seats)
        score_row(person, count, given, metres, marks, passed, points)
        written = offer_row(i, count, floors[i], prices, passed, points, written, rows, room)
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
