"""A problem and a policy as the fixed groups of arrays that the kernels read."""

from dataclasses import dataclass
from decimal import ROUND_CEILING
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import RULE_INDEX, Rule
from matcher.domain.policy import Policy
from matcher.domain.tables import DAY_UNKNOWN, Candidates, Facts, Problem, Sets, Vacancies
from matcher.pairing.asks import demands
from matcher.pairing.layout import UNKNOWN_SHIFT, Given, Holdings, Ints32, Ints64, Jobs, Known, People, Things
from matcher.pairing.weights import (
    coverage_starts,
    fixed_day,
    lane_milli,
    person_z,
    rule_is_on,
    unknown_fails,
    vacancy_z,
    weights,
)

FULL_LOONWAARDE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Columns:
    """Everything a scan reads.

    Attributes
    ----------
    home
        int32, shape ``(n,)``: each person's place among `home_places`, -1 unknown.
    home_places, work_places
        Places (indices into `Problem.places`) where somebody lives, and where somebody works, ascending.
    vocabulary
        Number of codes of each kind in `Marks`, in its order.
    """

    given: Given
    home: Ints32
    home_places: Ints64
    work_places: Ints64
    vocabulary: tuple[int, ...]


def columns(problem: Problem, policy: Policy) -> Columns:
    """Prepare a problem and a policy for the kernels. All arrays are fresh, contiguous and of one fixed type."""
    people, vacancies = problem.candidates, problem.vacancies
    home_places, home = _numbered(people.place)
    work_places, work = _numbered(vacancies.place)
    found = demands(vacancies)
    return Columns(
        given=Given(
            people=_people(people, policy),
            holdings=_holdings(people),
            jobs=_jobs(problem, policy, work, found.ask),
            asks=found.asks,
            known=_known(problem.facts, len(people)),
            weights=weights(problem, policy),
        ),
        home=home,
        home_places=home_places,
        work_places=work_places,
        vocabulary=(
            people.skills.size,
            people.licences.size,
            people.certificates.size,
            people.limitations.size,
            people.share_agencies.size,
            people.wanted.size,
        ),
    )


def _copy(column: NDArray[Any], dtype: Any) -> NDArray[Any]:
    # Always a copy: the frozen original is read-only, which numba takes for another type.
    return np.array(column, dtype=dtype, order="C", copy=True)


def _numbered(place: NDArray[np.int32]) -> tuple[Ints64, Ints32]:
    """The places that occur, and the number of each entry's place among them."""
    occurring = np.unique(place[place >= 0]).astype(np.int64)
    number = np.where(place < 0, -1, np.searchsorted(occurring, place))
    return occurring, number.astype(np.int32)


def _things(sets: Sets) -> Things:
    return Things(_copy(sets.start, np.int64), _copy(sets.code, np.int32), _copy(sets.known, np.bool_))


def _people(people: Candidates, policy: Policy) -> People:
    earns_in_full = np.where(people.lks_eligible == 0, FULL_LOONWAARDE_BP, -1)
    return People(
        control=_copy(people.control, np.bool_),
        reach_km_m=_copy(people.reach_km_m, np.int64),
        reach_time_m=_copy(people.reach_time_m, np.int64),
        time_limit_min=_copy(people.time_limit_min, np.float64),
        half_m=_copy(people.travel_half_m, np.int64),
        far_m=_copy(people.travel_far_m, np.int64),
        loonwaarde_bp=np.where(people.loonwaarde_bp < 0, earns_in_full, people.loonwaarde_bp).astype(np.int32),
        lks_eligible=_copy(people.lks_eligible, np.int8),
        ladder_step=_copy(people.ladder_step, np.int8),
        ladder_potential=_copy(people.ladder_potential, np.int8),
        hours_min_c=_copy(people.hours_min_c, np.int32),
        hours_max_c=_copy(people.hours_max_c, np.int32),
        from_d=_copy(people.available_from_d, np.int32),
        until_d=_copy(people.available_until_d, np.int32),
        education=_copy(people.education, np.int8),
        age=_copy(people.age, np.int32),
        shifts=_copy(people.shifts, np.int32),
        shifts_known=_copy(people.shifts_known, np.bool_),
        contracts=_copy(people.contracts, np.int32),
        contracts_known=_copy(people.contracts_known, np.bool_),
        agency=_copy(people.agency, np.int32),
        consent=_copy(people.consent, np.int8),
        needs_support=(people.needs_support == 1).astype(np.int32),
        z=person_z(people, policy),
        p_alone_micro=_copy(people.p_alone_micro, np.int64),
        priority_milli=_copy(people.priority_milli, np.int64),
    )


def _holdings(people: Candidates) -> Holdings:
    return Holdings(
        skills=_things(people.skills),
        licences=_things(people.licences),
        certificates=_things(people.certificates),
        limitations=_things(people.limitations),
        share_agencies=_things(people.share_agencies),
        wanted=_things(people.wanted),
        language_level=_copy(people.language_level, np.int8),
        language_open=_copy(people.language_open, np.bool_),
    )


def _jobs(problem: Problem, policy: Policy, work: Ints32, ask: NDArray[np.uint32]) -> Jobs:
    vacancies = problem.vacancies
    return Jobs(
        bits=_vacancy_bits(problem, policy),
        ask=ask,
        place=work,
        lane=_copy(vacancies.lane, np.int8),
        unpaid=_copy(vacancies.unpaid, np.bool_),
        lks_accepted=_copy(vacancies.lks_accepted, np.int8),
        loonwaarde_min_bp=_copy(vacancies.loonwaarde_min_bp, np.int32),
        hours_max_c=_copy(vacancies.hours_max_c, np.int32),
        occupation=_copy(vacancies.occupation, np.int32),
        lane_milli=lane_milli(policy)[vacancies.lane],
        z=vacancy_z(vacancies, policy),
        needed=_skills_needed(vacancies, policy),
        essential=_things(vacancies.essential),
        optional=_things(vacancies.optional),
        essential_z=coverage_starts(vacancies.essential.count),
        optional_z=coverage_starts(vacancies.optional.count),
    )


def _skills_needed(vacancies: Vacancies, policy: Policy) -> Ints32:
    """Least number held that reaches the coverage, exactly."""
    share = policy.rules.SKILLS.skill_coverage_min
    distinct, back = np.unique(vacancies.essential.count, return_inverse=True)
    least = [int((share * asked).to_integral_value(ROUND_CEILING)) for asked in distinct.tolist()]
    return np.array(least, dtype=np.int32)[back]


def _vacancy_bits(problem: Problem, policy: Policy) -> Ints64:
    """CLOSED and ADMISSION: they look at the vacancy alone."""
    vacancies, bits = problem.vacancies, np.zeros(len(problem.vacancies), dtype=np.int64)
    if rule_is_on(problem, policy, Rule.CLOSED):
        closed = (vacancies.closing_d != DAY_UNKNOWN) & (vacancies.closing_d < problem.run_d)
        bits |= closed * np.int64(1 << RULE_INDEX[Rule.CLOSED])
    agency, start = vacancies.agency, vacancies.start_d
    must = (agency >= 0) & (start >= fixed_day(Rule.ADMISSION, "required_from"))
    until = np.full(agency.shape, DAY_UNKNOWN, dtype=np.int64)
    until[agency >= 0] = problem.agencies.admitted_until_d[agency[agency >= 0]]
    known = until != DAY_UNKNOWN
    fails = np.full(must.shape, unknown_fails(policy, Rule.ADMISSION))
    if policy.rules.ADMISSION.unknown is None:
        fails |= start >= fixed_day(Rule.ADMISSION, "enforced_from")
    number = RULE_INDEX[Rule.ADMISSION]
    bits |= (must & known & (until < start)) * np.int64(1 << number)
    bits |= (must & ~known & fails) * np.int64(1 << (number + UNKNOWN_SHIFT))
    return bits


def _known(facts: Facts, n: int) -> Known:
    return Known(
        start=np.searchsorted(facts.candidate, np.arange(n + 1)).astype(np.int64),
        vacancy=_copy(facts.vacancy, np.int32),
        loonwaarde_bp=_copy(facts.loonwaarde_bp, np.int32),
        travel_min=_copy(facts.travel_min, np.float64),
        travel_m=_copy(facts.travel_m, np.int64),
        p_durable_micro=_copy(facts.p_durable_micro, np.int32),
        p_start_micro=_copy(facts.p_start_micro, np.int64),
        value=_copy(facts.value, np.int64),
        has_value=_copy(facts.has_value, np.bool_),
        eligible=_copy(facts.eligible, np.int8),
        forbidden=_copy(facts.forbidden, np.bool_),
        held=_copy(facts.held, np.bool_),
        trial_done=_copy(facts.trial_done, np.bool_),
    )
