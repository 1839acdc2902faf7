"""The hard rules for one person against every different demand, compiled.

Each function writes the failures of one kind of demand into the person's table, before the policy has its say.
"""

import numpy as np

from matcher.compiled import kernel
from matcher.domain.codes import RULE_INDEX, Rule
from matcher.domain.tables import DAY_UNKNOWN, NO_LIMIT
from matcher.pairing.layout import (
    AGENCY,
    CERTIFICATES,
    FAIL,
    HOURS,
    LANGUAGES,
    LAYOUT,
    LICENCES,
    LOADS,
    PASS,
    PLACE,
    SCHOOL,
    START,
    TIMES,
    UNKNOWN,
    UNKNOWN_SHIFT,
    WAGE,
    WORK,
    Asks,
    Holdings,
    Ints32,
    Ints64,
    Marks,
    People,
    Things,
    Weights,
)

DISTANCE = RULE_INDEX[Rule.DISTANCE]
AGENCY_RULE = RULE_INDEX[Rule.AGENCY]
CONSENT = RULE_INDEX[Rule.CONSENT]
YOUTH_NIGHT = RULE_INDEX[Rule.YOUTH_NIGHT]
LANE = RULE_INDEX[Rule.LANE]
CONTRACT = RULE_INDEX[Rule.CONTRACT]
AVAILABILITY = RULE_INDEX[Rule.AVAILABILITY]
HOURS_RULE = RULE_INDEX[Rule.HOURS]
SHIFTS = RULE_INDEX[Rule.SHIFTS]
LICENCE = RULE_INDEX[Rule.LICENCE]
CERTIFICATE = RULE_INDEX[Rule.CERTIFICATE]
LANGUAGE = RULE_INDEX[Rule.LANGUAGE]
EDUCATION = RULE_INDEX[Rule.EDUCATION]
LOAD = RULE_INDEX[Rule.LOAD]
LOONWAARDE = RULE_INDEX[Rule.LOONWAARDE]
SUBSIDY = RULE_INDEX[Rule.SUBSIDY]
FULL_BP = 10_000


@kernel
def bits_of(outcome: int, rule: int) -> int:
    """The bit of a rule's outcome; 0 where it passes."""
    if outcome == PASS:
        return 0
    return 1 << rule if outcome == FAIL else 1 << (rule + UNKNOWN_SHIFT)


@kernel
def known_or(unknown: bool, passes: bool) -> int:
    """UNKNOWN where unknown, else PASS or FAIL."""
    if unknown:
        return UNKNOWN
    return PASS if passes else FAIL


@kernel
def distance_bits(i: int, road_m: int, minutes: float, people: People) -> int:
    """DISTANCE for road metres (-1 unknown) and minutes (NaN: by the metres)."""
    reach = people.reach_km_m[i]
    near = known_or(road_m < 0 and reach != NO_LIMIT, road_m <= reach)
    if np.isnan(minutes):
        reach = people.reach_time_m[i]
        quick = known_or(road_m < 0 and reach != NO_LIMIT, road_m <= reach)
    else:
        quick = known_or(False, minutes <= people.time_limit_min[i])
    return bits_of(min(near, quick), DISTANCE)


@kernel
def lane_bits(i: int, loonwaarde_bp: int, lane: int, people: People, weights: Weights) -> int:
    """LANE for a pair whose L is given."""
    low, high = weights.lane_low[lane], weights.lane_high[lane]
    step, potential = people.ladder_step[i], people.ladder_potential[i]
    if low <= step <= high or low <= potential <= high or loonwaarde_bp >= FULL_BP:
        return 0
    return bits_of(known_or(step < 0 and potential < 0, False), LANE)


@kernel
def loonwaarde_bits(loonwaarde_bp: int, asked_bp: int) -> int:
    """LOONWAARDE for a pair whose L is given."""
    if asked_bp < 0:
        return 0
    return bits_of(known_or(loonwaarde_bp < 0, loonwaarde_bp >= asked_bp), LOONWAARDE)


@kernel
def subsidy_bits(loonwaarde_bp: int, lks_eligible: int, unpaid: bool, lks_accepted: int) -> int:
    """SUBSIDY for a pair whose L is given."""
    if unpaid or loonwaarde_bp >= FULL_BP:
        return 0
    eligible = known_or(lks_eligible < 0, lks_eligible == 1)
    accepted = known_or(lks_accepted < 0, lks_accepted == 1)
    not_needed = PASS - eligible if loonwaarde_bp < 0 else FAIL
    return bits_of(max(not_needed, min(accepted, eligible)), SUBSIDY)


@kernel
def mark(i: int, holdings: Holdings, marks: Marks, value: int) -> None:
    """Write what a person holds into a byte per code, or wipe it out again."""
    _mark(i, holdings.skills, marks.skills, value)
    _mark(i, holdings.licences, marks.licences, value)
    _mark(i, holdings.certificates, marks.certificates, value)
    _mark(i, holdings.limitations, marks.limitations, value)
    _mark(i, holdings.share_agencies, marks.share_agencies, value)
    _mark(i, holdings.wanted, marks.wanted, value)


@kernel
def _mark(i: int, things: Things, marks: Ints32, value: int) -> None:
    for at in range(things.start[i], things.start[i + 1]):
        marks[things.code[at]] = value


@kernel
def held_of(things: Things, row: int, marks: Ints32) -> int:
    """How many codes of a row are marked."""
    held = 0
    for at in range(things.start[row], things.start[row + 1]):
        held += np.int64(marks[things.code[at]])
    return held


@kernel
def fill_table(
    i: int,
    people: People,
    holdings: Holdings,
    asks: Asks,
    weights: Weights,
    marks: Marks,
    metres: Ints32,
    home: int,
    table: Ints64,
) -> None:
    """Decide every rule that does not look at a pair's own facts for person ``i`` and every different demand."""
    _ = LAYOUT
    _fill_places(i, people, metres, home, table[asks.offset[PLACE] :])
    _fill_agencies(i, people, holdings, asks, marks, table[asks.offset[AGENCY] :])
    _fill_work(i, people, asks, weights, table[asks.offset[WORK] :])
    _fill_times(i, people, asks, weights, table)
    _fill_sets(holdings.licences.known[i], LICENCE, asks.licences, marks.licences, True, table[asks.offset[LICENCES] :])
    _fill_sets(
        holdings.certificates.known[i],
        CERTIFICATE,
        asks.certificates,
        marks.certificates,
        True,
        table[asks.offset[CERTIFICATES] :],
    )
    _fill_sets(holdings.limitations.known[i], LOAD, asks.loads, marks.limitations, False, table[asks.offset[LOADS] :])
    _fill_languages(i, holdings, asks, table[asks.offset[LANGUAGES] :])
    for at in range(table.size):
        table[at] &= weights.mask


@kernel
def _fill_places(i: int, people: People, metres: Ints32, home: int, table: Ints64) -> None:
    nowhere = distance_bits(i, -1, np.nan, people)
    table[metres.shape[1]] = nowhere
    if home < 0:
        table[: metres.shape[1]] = nowhere
        return
    reach = min(people.reach_km_m[i], people.reach_time_m[i])
    for at in range(metres.shape[1]):
        table[at] = np.int64(metres[home, at] > reach) << DISTANCE


@kernel
def _fill_agencies(i: int, people: People, holdings: Holdings, asks: Asks, marks: Marks, table: Ints64) -> None:
    own, consent = people.agency[i], people.consent[i]
    for at in range(asks.agency.size):
        agency = asks.agency[at]
        bits = 0
        if agency >= 0:
            if own >= 0 and own != agency:
                bits = 1 << AGENCY_RULE
            if not (own == agency and consent != 0):
                named = not holdings.share_agencies.known[i] or marks.share_agencies[agency] != 0
                bits |= bits_of(min(known_or(consent < 0, consent == 1), known_or(False, named)), CONSENT)
        table[at] = bits


@kernel
def _fill_work(i: int, people: People, asks: Asks, weights: Weights, table: Ints64) -> None:
    bp, eligible = people.loonwaarde_bp[i], people.lks_eligible[i]
    for at in range(asks.contract.size):
        bits = lane_bits(i, bp, asks.lane[at], people, weights)
        bits |= subsidy_bits(bp, eligible, asks.unpaid[at], asks.lks_accepted[at])
        contract = asks.contract[at]
        if contract >= 0:
            takes = (people.contracts[i] >> contract) & 1 == 1
            bits |= bits_of(known_or(not people.contracts_known[i], takes), CONTRACT)
        table[at] = bits


@kernel
def _fill_times(i: int, people: People, asks: Asks, weights: Weights, table: Ints64) -> None:
    for at in range(asks.shifts.size):
        asked = asks.shifts[at]
        bits = 0
        if asked & weights.night_bit:
            bits = bits_of(known_or(people.age[i] < 0, people.age[i] >= weights.night_age), YOUTH_NIGHT)
        if asked:
            bits |= bits_of(known_or(not people.shifts_known[i], asked & ~people.shifts[i] == 0), SHIFTS)
        table[asks.offset[TIMES] + at] = bits
    for at in range(asks.education.size):
        level, least = people.education[i], asks.education[at]
        table[asks.offset[SCHOOL] + at] = bits_of(known_or(least >= 0 and level < 0, level >= least), EDUCATION)
    begin, end = people.from_d[i], people.until_d[i]
    for at in range(asks.start_d.size):
        start = asks.start_d[at]
        in_time = known_or(begin == DAY_UNKNOWN, begin <= start + weights.slack_days)
        still = known_or(False, end == DAY_UNKNOWN or end >= start)
        table[asks.offset[START] + at] = bits_of(min(in_time, still), AVAILABILITY)
    low, high = people.hours_min_c[i], people.hours_max_c[i]
    for at in range(asks.hours_min_c.size):
        enough = asks.hours_max_c[at] < 0 or asks.hours_max_c[at] >= low
        not_too_much = high < 0 or asks.hours_min_c[at] <= high
        table[asks.offset[HOURS] + at] = bits_of(known_or(False, enough and not_too_much), HOURS_RULE)
    for at in range(asks.loonwaarde_min_bp.size):
        table[asks.offset[WAGE] + at] = loonwaarde_bits(people.loonwaarde_bp[i], asks.loonwaarde_min_bp[at])


@kernel
def _fill_sets(known: bool, rule: int, asked: Things, marks: Ints32, wants_all: bool, table: Ints64) -> None:
    """All codes of a demand must be marked, or none of them."""
    for at in range(asked.known.size):
        count = asked.start[at + 1] - asked.start[at]
        bits = 0
        if count:
            passes = known and held_of(asked, at, marks) == (count if wants_all else 0)
            bits = bits_of(known_or(not known, passes), rule)
        table[at] = bits


@kernel
def _fill_languages(i: int, holdings: Holdings, asks: Asks, table: Ints64) -> None:
    asked = asks.languages
    for at in range(asked.known.size):
        outcome = PASS
        for one in range(asked.start[at], asked.start[at + 1]):
            language = asked.code[one]
            if holdings.language_level[i, language] < asks.language_level[one]:
                outcome = min(outcome, UNKNOWN if holdings.language_open[i, language] else FAIL)
        table[at] = bits_of(outcome, LANGUAGE)
