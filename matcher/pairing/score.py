"""Points of eligible pairs, compiled."""
# ruff: noqa: PLR0917 - compiled loops take their arrays by position

from matcher.pairing.compile import part
from matcher.pairing.layout import Given, Ints32, Ints64, Marks, Passed, Person
from matcher.pairing.person_table import held_of

MILLION = 1_000_000
Z_LIMIT = 12_000


@part
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


@part
def road_between(home: int, work: int, metres: Ints32) -> int:
    """Road metres between two places, -1 where one is unknown."""
    return int(metres[home, work]) if home >= 0 and work >= 0 else -1


@part
def travel_term(person: Person, road_m: int, within_half: int, beyond_far: int) -> int:
    """The scorecard's term for the distance against the person's own limit in km."""
    if road_m < 0 or person.half_m < 0:
        return 0
    if road_m <= person.half_m:
        return within_half
    return beyond_far if road_m > person.far_m else 0


@part
def points_of(p_micro: int, p_start: int, lane_milli: int, offered_c: int, person: Person, small_job_c: int) -> int:
    """Points from the chance of durable work; hours are in hundredths a week, -1 unknown."""
    value = part_of(max(0, p_micro - person.p_alone_micro), p_start, MILLION)
    value = part_of(value, person.priority_milli, 1000)
    value = part_of(value, lane_milli, 1000)
    hours = person.hours_max_c
    if hours < 0 or 0 <= offered_c < hours:
        hours = offered_c
    return part_of(value, hours, small_job_c) if 0 <= hours < small_job_c else value


@part
def score_row(
    person: Person, count: int, given: Given, metres: Ints32, marks: Marks, passed: Passed, points: Ints64
) -> None:
    """Points of the ``count`` eligible pairs of one person, into ``points``."""
    jobs, known, weights = given.jobs, given.known, given.weights
    p_by_z, essential, optional = weights.p_micro, weights.essential_z, weights.optional_z
    essential_at, optional_at, job_z, job_hours = jobs.essential_z, jobs.optional_z, jobs.z, jobs.hours_max_c
    start, code, held_skills, wanted = jobs.optional.start, jobs.optional.code, marks.skills, marks.wanted
    occupation, work, lane_milli = jobs.occupation, jobs.place, jobs.lane_milli
    travel_m, durable, starts = known.travel_m, known.p_durable_micro, known.p_start_micro
    for at in range(count):
        j, fact = passed.job[at], passed.fact[at]
        road_m = road_between(person.home, work[j], metres)
        if fact >= 0 and travel_m[fact] >= 0:
            road_m = travel_m[fact]
        z = (
            person.z
            + job_z[person.needs_support, j]
            + travel_term(person, road_m, weights.within_half, weights.beyond_far)
        )
        if person.skills_known:
            z += essential[essential_at[j] + passed.held[at]]
            z += optional[optional_at[j] + held_of(start[j], start[j + 1], code, held_skills)]
        if occupation[j] >= 0 and wanted[occupation[j]] != 0:
            z += weights.wanted
        if fact >= 0 and known.trial_done[fact]:
            z += weights.trial_done
        p_micro = p_by_z[min(max(z, -Z_LIMIT), Z_LIMIT) + Z_LIMIT]
        p_start = MILLION
        if fact >= 0:
            p_start = starts[fact]
            if durable[fact] >= 0:
                p_micro = int(durable[fact])
        value = points_of(p_micro, p_start, lane_milli[j], int(job_hours[j]), person, weights.small_job_c)
        points[at] = known.value[fact] if fact >= 0 and known.has_value[fact] else value
