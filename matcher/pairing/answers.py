"""What each person answers to every demand, equal answers once, and the pairs about which something is known; compiled."""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

from matcher.compiled import bare_kernel
from matcher.domain.codes import RULE_INDEX, Rule
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
    OVERRULED_BITS,
    UNKNOWN_SHIFT,
    Given,
    Ints8,
    Ints32,
    Ints64,
    Marks,
    Person,
)
from matcher.pairing.person_table import fill_table, held_of, mark
from matcher.pairing.score import pair_points
from matcher.pairing.stage import ADMISSION_ROW, FIRST_ROW, LAYOUT, PASS_ROW, SLOT_KIND, SLOT_RULE, SLOTS

CLOSED_BIT = 1 << RULE_INDEX[Rule.CLOSED]
FORBIDDEN_BIT = 1 << RULE_INDEX[Rule.FORBIDDEN]
EXCLUDED_BIT = 1 << RULE_INDEX[Rule.EXCLUDED]
SKILLS = RULE_INDEX[Rule.SKILLS]
HASH_MASK = (1 << 40) - 1
HASH_FACTOR = 1_000_003


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
    if known.held[fact]:
        bits &= ~CLOSED_BIT
    bits = (bits & ~FACT_BITS) | (again & weights.mask)
    return bits & ~OVERRULED_BITS if known.eligible[fact] == 1 else bits


@part
def known_pair(fact: int, road_m: int, person: Person, given: Given, marks: Marks, table: Ints64) -> int:
    """All failures of a pair about which something is known."""
    jobs, known, weights = given.jobs, given.known, given.weights
    j = known.vacancy[fact]
    bits = jobs.bits[j] | person.own_bits
    for kind in range(KINDS):
        bits |= table[jobs.ask[j, kind]]
    bits = bits_with_facts(bits, fact, road_m, person, given)
    if bits & KNOWN_BITS == 0 and jobs.needed[j] > 0 and known.eligible[fact] != 1:
        start, code = jobs.essential.start, jobs.essential.code
        held = held_of(start[j], start[j + 1], code, marks.skills)
        bits |= bits_of(known_or(not person.skills_known, held >= jobs.needed[j]), SKILLS) & weights.mask
    return bits


@part
def read_answers(slot: int, given: Given, table: Ints64, turns: Ints32, begin: int) -> int:
    """Write where a person's answers to the demands of one rule turn, from ``turns[begin]`` on; return where that ends.

    A turn is four times the place of the demand, plus the answer from there on: 0 passes, 1 fails, 2 fails on an unknown.
    """
    kind, offset = SLOT_KIND[slot], given.asks.offset
    fails = 1 << SLOT_RULE[slot]
    unsure = fails << UNKNOWN_SHIFT
    end, before = begin, 0
    for at in range(offset[kind], offset[kind + 1]):
        bits, answer = table[at], 0
        if bits & fails:
            answer = 1
        elif bits & unsure:
            answer = 2
        if answer != before:
            turns[end] = 4 * (at - offset[kind]) + answer
            before, end = answer, end + 1
    return end


@part
def row_of(slot: int, rows: int, given: Given, table: Ints64, seen: Ints32, turns: Ints32, start: Ints64) -> int:
    """The row of a person's answers to one rule; ``rows`` where they are new: they are then written there."""
    if SLOT_KIND[slot] < 0:
        return ADMISSION_ROW
    begin, size = start[rows], seen.shape[1]
    end = read_answers(slot, given, table, turns, begin)
    if end == begin:
        return PASS_ROW
    at = end - begin
    for turn in range(begin, end):
        at = ((at * HASH_FACTOR) & HASH_MASK) ^ turns[turn]
    at = (at ^ (at >> 20)) & (size - 1)
    while seen[slot, at] >= 0 and not same_turns(turns, start, seen[slot, at], begin, end):
        at = (at + 1) & (size - 1)
    if seen[slot, at] < 0:
        seen[slot, at] = rows
        start[rows + 1] = end
    return int(seen[slot, at])


@part
def same_turns(turns: Ints32, start: Ints64, row: int, begin: int, end: int) -> bool:
    """Whether a row of answers equals the turns from ``begin`` to ``end``."""
    first = start[row]
    if start[row + 1] - first != end - begin:
        return False
    turn = 0
    while turn < end - begin and turns[first + turn] == turns[begin + turn]:
        turn += 1
    return bool(turn == end - begin)


@bare_kernel
def fill_answers(
    given: Given,
    first: int,
    begin: int,
    last: int,
    road_m: Ints32,
    marks: Marks,
    table: Ints64,
    seen: Ints32,
    turns: Ints32,
    start: Ints64,
    slots: Ints8,
    row: Ints32,
    fact_bits: Ints64,
    fact_points: Ints64,
) -> int:
    """Ask people ``begin`` to ``last`` every rule about every demand; return where it stopped because the room was full.

    Parameters
    ----------
    first
        The person at place 0 of ``row``.
    road_m
        Of every known pair, by the places; -1 unknown.
    marks
        All zero; is so again afterwards.
    table
        Room for all demands.
    seen
        int32, shape ``(SLOTS, a power of two above the number of people)``, -1 everywhere at first.
    turns, start, slots
        The different answers so far: row ``k`` of slot ``slots[k]`` starts at ``turns[start[k]]``; ``slots`` is -1 where there is none yet.
    row
        One entry per person of this crowd: written.
    fact_bits, fact_points
        One entry per known pair of anybody: written for these people. Failures, and points where there are none.
    """
    _ = LAYOUT
    people, holdings, known, mask = given.people, given.holdings, given.known, given.weights.mask
    rows = FIRST_ROW
    while rows < slots.size and slots[rows] >= 0:
        rows += 1
    for i in range(begin, last):
        if rows + SLOTS > slots.size or start[rows] + SLOTS * table.size > turns.size:
            return i
        person = person_of(i, mask, people, holdings.skills.known[i])
        mark(i, holdings, marks, 1)
        fill_table(person, given, marks, table)
        for slot in range(SLOTS):
            row[i - first, slot] = row_of(slot, rows, given, table, seen, turns, start)
            if row[i - first, slot] == rows:
                slots[rows] = slot
                rows += 1
        for fact in range(known.start[i], known.start[i + 1]):
            fact_bits[fact] = known_pair(fact, int(road_m[fact]), person, given, marks, table)
            if fact_bits[fact] == 0:
                fact_points[fact] = pair_points(person, known.vacancy[fact], fact, int(road_m[fact]), -1, given, marks)
        mark(i, holdings, marks, 0)
    return last
