"""The policy and the scorecard as whole numbers and small tables."""

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import CONTRACTS, FAILS_ON_UNKNOWN, LANES, RULE_INDEX, SHIFTS, Rule
from matcher.domain.policy import Policy
from matcher.domain.scorecard_policy import ContractWeights
from matcher.domain.shipped import shipped
from matcher.domain.tables import Candidates, Problem, Vacancies
from matcher.pairing.layout import UNKNOWN_SHIFT, Weights
from matcher.units import divide_half_even

Z_LIMIT = 12_000
_MILLION = 1_000_000
_DOUBT = 1e-6
_EPOCH = dt.date(1970, 1, 1)


def fixed_day(rule: Rule, key: str) -> int:
    """A date of the shipped rules, in days since 1970-01-01."""
    day = shipped("rules")[rule.value][key]
    assert isinstance(day, dt.date)
    return (day - _EPOCH).days


def unknown_fails(policy: Policy, rule: Rule) -> bool:
    """What an unknown outcome of a rule counts as; for ADMISSION before its date of enforcement."""
    own = policy.rules.of(rule).unknown
    return rule in FAILS_ON_UNKNOWN if own is None else own == "fail"


def rule_is_on(problem: Problem, policy: Policy, rule: Rule) -> bool:
    """Whether a rule counts at all."""
    return policy.rules.of(rule).enabled and (rule is not Rule.DISTANCE or problem.distance_on)


def weights(problem: Problem, policy: Policy) -> Weights:
    """Everything a kernel needs to know that is the same for all pairs."""
    rules, card = shipped("rules"), policy.scorecard
    mask = 0
    for rule, number in RULE_INDEX.items():
        if rule_is_on(problem, policy, rule):
            mask |= 1 << number
            if unknown_fails(policy, rule):
                mask |= 1 << (number + UNKNOWN_SHIFT)
    steps = [getattr(policy.rules.LANE.steps, lane) for lane in LANES]
    vacancies = problem.vacancies
    per_essential, offset = card.essential_skills.per_full_coverage, card.essential_skills.offset
    return Weights(
        mask=mask,
        listed_only=bool(problem.listed_only),
        lane_low=np.array([low for low, _ in steps], dtype=np.int64),
        lane_high=np.array([high for _, high in steps], dtype=np.int64),
        slack_days=int(rules["AVAILABILITY"]["slack_days"]),
        night_age=int(rules["YOUTH_NIGHT"]["age"]),
        night_bit=1 << SHIFTS.index("night"),
        small_job_c=int(rules["value"]["small_job"]["hours"] * 100),
        within_half=card.travel.within_half_of_limit,
        beyond_far=card.travel.beyond_four_fifths_of_limit,
        wanted=card.wanted_occupation.match,
        trial_done=card.trial_done.done,
        p_micro=p_by_z(),
        essential_z=_coverage_terms(vacancies.essential.count, per_essential, offset),
        optional_z=_coverage_terms(vacancies.optional.count, card.optional_skills.per_full_coverage, 0),
    )


@cache
def _p_by_z() -> bytes:
    z = np.arange(-Z_LIMIT, Z_LIMIT + 1)
    exact = _MILLION / (1.0 + np.exp(-z / 1000.0))
    rounded = np.rint(exact).astype(np.int64)
    # Where the floats lie too near to a half to tell, thirty digits decide.
    for at in np.flatnonzero(np.abs(exact - np.floor(exact) - 0.5) < _DOUBT).tolist():
        with localcontext() as context:
            context.prec = 30
            chance = _MILLION / (1 + (-Decimal(int(z[at])) / 1000).exp())
        rounded[at] = int(chance.to_integral_value(ROUND_HALF_EVEN))
    return rounded.tobytes()


def p_by_z() -> NDArray[np.int64]:
    """rhe(1e6 / (1 + exp(-z / 1000))) for z from -12000 to 12000; int64, shape ``(24001,)``."""
    return np.frombuffer(_p_by_z(), dtype=np.int64).copy()


def coverage_starts(count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the terms of each vacancy start in the table of `weights`, by how many skills it asks; int64, shape ``(m,)``."""
    distinct, back = np.unique(count, return_inverse=True)
    start = np.concatenate([[0], np.cumsum(distinct + 1)]).astype(np.int64)
    return np.asarray(start[back], dtype=np.int64)


def _coverage_terms(count: NDArray[np.int64], per_full: int, offset: int) -> NDArray[np.int64]:
    parts = [np.zeros(0, dtype=np.int64)]
    for asked in np.unique(count).tolist():
        held = np.arange(asked + 1, dtype=np.int64)
        parts.append(divide_half_even(per_full * held, asked) + offset if asked else np.zeros(1, dtype=np.int64))
    return np.concatenate(parts)


def person_z(people: Candidates, policy: Policy) -> NDArray[np.int64]:
    """Sum of the terms that only depend on the person, base included; int64, shape ``(n,)``."""
    card = policy.scorecard
    months = people.months_on_benefit
    by_months = np.where(
        months < 12,
        card.months_on_benefit.under_12,
        np.where(months < 24, card.months_on_benefit.from_12, card.months_on_benefit.from_24),
    )
    z = np.full(len(people), card.base, dtype=np.int64)
    z += np.where(months < 0, card.months_on_benefit.unknown, by_months)
    motivation = people.motivation.astype(np.int64)
    z += np.where(motivation < 0, 0, card.motivation.per_step_from_3 * (motivation - 3))
    blockers = people.blockers.astype(np.int64)
    z += np.where(blockers < 0, card.blockers.unknown, card.blockers.each * blockers)
    return z


def vacancy_z(vacancies: Vacancies, policy: Policy) -> NDArray[np.int64]:
    """Sum of the terms that depend on the vacancy, for people who need no support (row 0) and who do; int64, shape ``(2, m)``."""
    card = policy.scorecard
    by_contract = _contract_terms(vacancies, card.contract)
    without = np.where(vacancies.support_available == 0, card.support.needed_not_available, card.support.needed_unknown)
    support = np.where(vacancies.support_available == 1, 0, without)
    return np.array([by_contract, by_contract + support], dtype=np.int64)


def _contract_terms(vacancies: Vacancies, card: ContractWeights) -> NDArray[np.int64]:
    contract, weeks = vacancies.contract, vacancies.expected_weeks
    by_weeks = np.where(
        weeks >= 52,
        card.bepaald_from_52_weeks,
        np.where(weeks >= 26, card.bepaald_from_26_weeks, card.bepaald_under_26_weeks),
    )
    terms = np.full(len(vacancies), card.other, dtype=np.int64)
    terms[contract == CONTRACTS.index("onbepaald")] = card.onbepaald
    terms[contract == CONTRACTS.index("uitzend_beding")] = card.uitzend_beding
    terms[contract == CONTRACTS.index("oproep")] = card.oproep
    fixed_term = contract == CONTRACTS.index("bepaald")
    terms[fixed_term] = np.where(np.isnan(weeks), card.bepaald_unknown_weeks, by_weeks)[fixed_term]
    return terms


def lane_milli(policy: Policy) -> NDArray[np.int64]:
    """What a placement in each lane counts, in thousandths; shape ``(lanes,)``."""
    factors = [getattr(policy.value.lane, lane) for lane in LANES]
    return np.array([int((1000 * f).to_integral_value(ROUND_HALF_EVEN)) for f in factors], dtype=np.int64)
