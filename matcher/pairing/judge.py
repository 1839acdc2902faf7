"""The hard rules that can turn on a pair's own facts, compiled, and one person as plain numbers."""

import numpy as np

from matcher.domain.codes import RULE_INDEX, Rule
from matcher.domain.tables import NO_LIMIT
from matcher.pairing.compile import part
from matcher.pairing.layout import FAIL, PASS, UNKNOWN, UNKNOWN_SHIFT, People, Person

CONTROL_ARM_BIT = 1 << RULE_INDEX[Rule.CONTROL_ARM]
DISTANCE = RULE_INDEX[Rule.DISTANCE]
LANE = RULE_INDEX[Rule.LANE]
LOONWAARDE = RULE_INDEX[Rule.LOONWAARDE]
SUBSIDY = RULE_INDEX[Rule.SUBSIDY]
FULL_BP = 10_000


@part
def bits_of(outcome: int, rule: int) -> int:
    """The bit of a rule's outcome; 0 where it passes."""
    if outcome == PASS:
        return 0
    return 1 << rule if outcome == FAIL else 1 << (rule + UNKNOWN_SHIFT)


@part
def known_or(unknown: bool, passes: bool) -> int:
    """UNKNOWN where unknown, else PASS or FAIL."""
    if unknown:
        return UNKNOWN
    return PASS if passes else FAIL


@part
def person_of(i: int, mask: int, people: People, skills_known: bool) -> Person:
    """Everything about one person that is a single number."""
    own_bits = CONTROL_ARM_BIT & mask if people.control[i] else 0
    return Person(
        i,
        own_bits,
        people.reach_km_m[i],
        people.reach_time_m[i],
        people.time_limit_min[i],
        people.half_m[i],
        people.far_m[i],
        int(people.loonwaarde_bp[i]),
        int(people.lks_eligible[i]),
        int(people.ladder_step[i]),
        int(people.ladder_potential[i]),
        int(people.hours_min_c[i]),
        int(people.hours_max_c[i]),
        int(people.from_d[i]),
        int(people.until_d[i]),
        int(people.education[i]),
        int(people.age[i]),
        int(people.shifts[i]),
        people.shifts_known[i],
        int(people.contracts[i]),
        people.contracts_known[i],
        int(people.agency[i]),
        int(people.consent[i]),
        int(people.needs_support[i]),
        people.z[i],
        people.p_alone_micro[i],
        people.priority_milli[i],
        skills_known,
    )


@part
def distance_bits(person: Person, road_m: int, minutes: float) -> int:
    """DISTANCE for road metres (-1 unknown) and minutes (NaN: by the metres)."""
    reach = person.reach_km_m
    near = known_or(road_m < 0 and reach != NO_LIMIT, road_m <= reach)
    if np.isnan(minutes):
        reach = person.reach_time_m
        quick = known_or(road_m < 0 and reach != NO_LIMIT, road_m <= reach)
    else:
        quick = known_or(False, minutes <= person.time_limit_min)
    return bits_of(min(near, quick), DISTANCE)


@part
def lane_bits(person: Person, loonwaarde_bp: int, low: int, high: int) -> int:
    """LANE for a pair whose L is given and a lane's lowest and highest step."""
    step, potential = person.ladder_step, person.ladder_potential
    if low <= step <= high or low <= potential <= high or loonwaarde_bp >= FULL_BP:
        return 0
    return bits_of(known_or(step < 0 and potential < 0, False), LANE)


@part
def loonwaarde_bits(loonwaarde_bp: int, asked_bp: int) -> int:
    """LOONWAARDE for a pair whose L is given."""
    if asked_bp < 0:
        return 0
    return bits_of(known_or(loonwaarde_bp < 0, loonwaarde_bp >= asked_bp), LOONWAARDE)


@part
def subsidy_bits(loonwaarde_bp: int, lks_eligible: int, unpaid: bool, lks_accepted: int) -> int:
    """SUBSIDY for a pair whose L is given."""
    if unpaid or loonwaarde_bp >= FULL_BP:
        return 0
    eligible = known_or(lks_eligible < 0, lks_eligible == 1)
    accepted = known_or(lks_accepted < 0, lks_accepted == 1)
    # L is only unknown where lks_eligible is not false, so "needed" is then exactly what "eligible" is.
    not_needed = PASS - eligible if loonwaarde_bp < 0 else FAIL
    return bits_of(max(not_needed, min(accepted, eligible)), SUBSIDY)
