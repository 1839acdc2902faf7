"""What rules and scorecard look up again and again, prepared once."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import FAILS_ON_UNKNOWN, LANES, Rule
from matcher.domain.policy import Policy
from matcher.domain.shipped import shipped
from matcher.domain.tables import Problem, Sets
from matcher.rules.block import IntColumn, PairBlock, person_loonwaarde_bp
from matcher.rules.holdings import AskedOfMany, Holdings, holdings

_WORD = 64
_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of thing that vacancies ask and people hold, as bits: for things of which there are few.

    Attributes
    ----------
    held_bits, asked_bits
        uint64, shapes ``(words, people)`` and ``(words, vacancies)``.
    asked_count
        int64, shape ``(vacancies,)``: how many a vacancy asks.
    held_known
        bool, shape ``(people,)``: False where nothing is known about the person.
    """

    held_bits: NDArray[np.uint64]
    asked_bits: NDArray[np.uint64]
    asked_count: IntColumn
    held_known: NDArray[np.bool_]

    def held_count(self, block: PairBlock) -> IntColumn:
        """How many of what the vacancy asks the person is known to hold, shape ``(k,)``."""
        count = np.zeros(block.size, dtype=np.int64)
        for held, asked in zip(self.held_bits, self.asked_bits, strict=True):
            wanted = asked[block.vacancy]
            if wanted.any():
                count += np.bitwise_count(held[block.candidate] & wanted)
        return count


@dataclass(frozen=True, slots=True)
class FixedAmounts:
    """Amounts of the contract that no policy changes."""

    night_age: int
    slack_days: int
    wtta_required_d: int
    wtta_enforced_d: int
    small_job_c: int  # hundredths of hours a week


@dataclass(frozen=True, slots=True)
class RuleContext:
    """A problem, a policy, and what follows from the two.

    Attributes
    ----------
    switched_on
        Per rule: the policy (and for DISTANCE the problem) leaves it on.
    passes_on_unknown
        Per rule, shape ``(1,)`` or ``(vacancies,)``: an unknown outcome counts as passed.
    essential_needed
        int64, shape ``(vacancies,)``: least number of essential skills to hold.
    wanted
        Occupations wanted.
    shared_bits
        uint64, shape ``(words, people)``: agencies the person may be shown to.
    person_loonwaarde_bp
        L where the pair says nothing.
    lane_low, lane_high
        Steps of the participatieladder per lane.
    lane_milli
        Value of each lane in thousandths.
    """

    problem: Problem
    policy: Policy
    fixed: FixedAmounts
    switched_on: Mapping[Rule, bool]
    passes_on_unknown: Mapping[Rule, NDArray[np.bool_]]
    licences: Asked
    certificates_hard: Asked
    loads: Asked
    essential: AskedOfMany
    optional: AskedOfMany
    essential_needed: IntColumn
    wanted: Holdings
    shared_bits: NDArray[np.uint64]
    person_loonwaarde_bp: IntColumn
    lane_low: IntColumn
    lane_high: IntColumn
    lane_milli: IntColumn


def rule_context(problem: Problem, policy: Policy) -> RuleContext:
    """Prepare a problem and a policy for judging and scoring."""
    people, jobs = problem.candidates, problem.vacancies
    skills = holdings(people.skills)
    steps = [getattr(policy.rules.LANE.steps, lane) for lane in LANES]
    essential = AskedOfMany(skills, jobs.essential, jobs.essential.count)
    return RuleContext(
        problem=problem,
        policy=policy,
        fixed=_fixed_amounts(),
        switched_on={rule: _is_on(rule, problem, policy) for rule in Rule},
        passes_on_unknown={rule: _passes_on_unknown(rule, problem, policy) for rule in Rule},
        licences=_asked(people.licences, jobs.licences),
        certificates_hard=_asked(people.certificates, jobs.certificates_hard),
        loads=_asked(people.limitations, jobs.loads),
        essential=essential,
        optional=AskedOfMany(skills, jobs.optional, jobs.optional.count),
        essential_needed=_least_held(essential.asked_count, policy.rules.SKILLS.skill_coverage_min),
        wanted=holdings(people.wanted),
        shared_bits=_bits(people.share_agencies),
        person_loonwaarde_bp=person_loonwaarde_bp(people),
        lane_low=np.array([low for low, _ in steps], dtype=np.int64),
        lane_high=np.array([high for _, high in steps], dtype=np.int64),
        lane_milli=np.array([_milli(getattr(policy.value.lane, lane)) for lane in LANES], dtype=np.int64),
    )


def contains(bits: NDArray[np.uint64], row: IntColumn, code: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether the set of each row (bits of shape ``(words, rows)``) contains a code; False for code -1; they broadcast."""
    asked = np.maximum(code, 0).astype(np.int64)
    word = bits[asked // _WORD, row]
    present = (word >> (asked % _WORD).astype(np.uint64)) & np.uint64(1)
    return np.asarray((present != 0) & (code >= 0))


def days_since_1970(day: dt.date) -> int:
    """A date as the tables hold it."""
    return (day - _EPOCH).days


def _bits(sets: Sets) -> NDArray[np.uint64]:
    return np.ascontiguousarray(sets.bits().T)


def _asked(held: Sets, asked: Sets) -> Asked:
    return Asked(
        held_bits=_bits(held),
        asked_bits=_bits(asked),
        asked_count=asked.count,
        held_known=held.known,
    )


def _fixed_amounts() -> FixedAmounts:
    rules = shipped("rules")
    return FixedAmounts(
        night_age=int(rules["YOUTH_NIGHT"]["age"]),
        slack_days=int(rules["AVAILABILITY"]["slack_days"]),
        wtta_required_d=days_since_1970(rules["ADMISSION"]["required_from"]),
        wtta_enforced_d=days_since_1970(rules["ADMISSION"]["enforced_from"]),
        small_job_c=int(rules["value"]["small_job"]["hours"] * 100),
    )


def _is_on(rule: Rule, problem: Problem, policy: Policy) -> bool:
    return policy.rules.of(rule).enabled and (rule is not Rule.DISTANCE or problem.distance_on)


def _passes_on_unknown(rule: Rule, problem: Problem, policy: Policy) -> NDArray[np.bool_]:
    stated = policy.rules.of(rule).unknown
    if stated is not None:
        return np.array([stated == "pass"])
    if rule is Rule.ADMISSION:
        return problem.vacancies.start_d < _fixed_amounts().wtta_enforced_d
    return np.array([rule not in FAILS_ON_UNKNOWN])


def _least_held(asked: IntColumn, share: Decimal) -> IntColumn:
    """Least whole number held for which held / asked >= share, exactly."""
    distinct, back = np.unique(asked, return_inverse=True)
    least = [math.ceil(Fraction(share) * count) for count in distinct.tolist()]
    return np.array(least, dtype=np.int64)[back]


def _milli(factor: Decimal) -> int:
    return round(Fraction(factor) * 1000)  # half to even, exactly
