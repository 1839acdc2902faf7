"""Points of eligible pairs, compiled."""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

from matcher.pairing.compile import inlined
from matcher.pairing.layout import Given, Ints32, Marks, Person
from matcher.pairing.person_table import held_of

MILLION = 1_000_000
Z_LIMIT = 12_000


@inlined
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


@inlined
def road_between(home: int, work: int, metres: Ints32) -> int:
    """Road metres between two places, -1 where one is unknown."""
    return int(metres[home, work]) if home >= 0 and work >= 0 else -1


@inlined
def travel_term(person: Person, road_m: int, within_half: int, beyond_far: int) -> int:
    """The scorecard's term for the distance against the person's own limit in km."""
    if road_m < 0 or person.half_m < 0:
        return 0
    if road_m <= person.half_m:
        return within_half
    return beyond_far if road_m > person.far_m else 0


@inlined
def points_of(p_micro: int, p_start: int, lane_milli: int, offered_c: int, person: Person, small_job_c: int) -> int:
    """Points from the chance of durable work; hours are in hundredths a week, -1 unknown."""
    value = part_of(max(0, p_micro - person.p_alone_micro), p_start, MILLION)
    value = part_of(value, person.priority_milli, 1000)
    value = part_of(value, lane_milli, 1000)
    hours = person.hours_max_c
    if hours < 0 or 0 <= offered_c < hours:
        hours = offered_c
    return part_of(value, hours, small_job_c) if 0 <= hours < small_job_c else value


@inlined
def pair_points(person: Person, j: int, fact: int, road_m: int, held: int, given: Given, marks: Marks) -> int:
    """Points of an eligible pair.

    ``road_m`` is by the places; ``fact`` is -1 where nothing is known of the pair, ``held`` where essential skills were not counted yet.
    """
    jobs, known, weights = given.jobs, given.known, given.weights
    if fact >= 0 and known.travel_m[fact] >= 0:
        road_m = known.travel_m[fact]
    z = person.z + jobs.z[person.needs_support, j]
    z += travel_term(person, road_m, weights.within_half, weights.beyond_far)
    if person.skills_known:
        start, code = jobs.essential.start, jobs.essential.code
        if held < 0:
            held = held_of(start[j], start[j + 1], code, marks.skills)
        z += weights.essential_z[jobs.essential_z[j] + held]
        start, code = jobs.optional.start, jobs.optional.code
        z += weights.optional_z[jobs.optional_z[j] + held_of(start[j], start[j + 1], code, marks.skills)]
    occupation = jobs.occupation[j]
    if occupation >= 0 and marks.wanted[occupation] != 0:
        z += weights.wanted
    if fact >= 0 and known.trial_done[fact]:
        z += weights.trial_done
    p_micro = weights.p_micro[min(max(z, -Z_LIMIT), Z_LIMIT) + Z_LIMIT]
    p_start = MILLION
    if fact >= 0:
        if known.has_value[fact]:
            return int(known.value[fact])
        p_start = known.p_start_micro[fact]
        if known.p_durable_micro[fact] >= 0:
            p_micro = int(known.p_durable_micro[fact])
    return points_of(p_micro, p_start, jobs.lane_milli[j], int(jobs.hours_max_c[j]), person, weights.small_job_c)
