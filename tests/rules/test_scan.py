"""The scan says of all pairs what the judge says of each."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.codes import RULES
from matcher.domain.policy import Policy
from matcher.domain.tables import Problem
from matcher.rules import scan as scan_module
from matcher.rules.block import pair_block
from matcher.rules.context import RuleContext, rule_context
from matcher.rules.eligibility import judge
from matcher.rules.scan import scan
from matcher.rules.scorecard import score
from matcher.rules.tally import lowest_bit
from tests.problems import random_problem

POLICIES = [
    Policy(),
    Policy.model_validate({"rules": {rule.value: {"unknown": "pass"} for rule in RULES}}),
    Policy.model_validate(
        {
            "rules": {rule.value: {"unknown": "fail"} for rule in RULES}
            | {"EDUCATION": {"enabled": True, "unknown": "fail"}}
        }
    ),
    Policy.model_validate({"rules": {"SKILLS": {"skill_coverage_min": 0}, "LANE": {"enabled": False}}}),
]


def existing_pairs(problem: Problem) -> list[tuple[int, int]]:
    if problem.listed_only:
        return list(zip(problem.facts.candidate.tolist(), problem.facts.vacancy.tolist(), strict=True))
    people, jobs = problem.shape
    return [(c, v) for c in range(people) for v in range(jobs)]


def assert_scan_is_judge(ctx: RuleContext) -> int:
    """Count pair by pair what the scan counts at once; return the number of eligible pairs."""
    problem = ctx.problem
    people, jobs = problem.shape
    survey, edges = scan(ctx)
    row_first, seat_first = np.zeros((people, len(RULES)), int), np.zeros((jobs, len(RULES)), int)
    row_unknown, seat_unknown = np.zeros_like(row_first), np.zeros_like(seat_first)
    row_missing, positive = np.zeros(people, np.uint32), np.zeros(people, bool)
    eligible: list[tuple[int, int, int]] = []
    for c, v in existing_pairs(problem):
        block = pair_block(problem, c, v)
        verdict = judge(ctx, block)
        rule = int(verdict.first_fail[0])
        assert (rule < 0) == verdict.eligible[0]
        if rule < 0:
            points = int(score(ctx, block).points[0])
            eligible.append((c, v, points))
            positive[c] |= points > 0
            continue
        row_first[c, rule] += 1
        seat_first[v, rule] += 1
        row_unknown[c, rule] += int(verdict.first_fail_unknown[0])
        seat_unknown[v, rule] += int(verdict.first_fail_unknown[0])
        if verdict.only_unknown[0]:
            row_missing[c] |= verdict.failed_unknown_bits[0]
    found = list(zip(edges.row_of().tolist(), edges.seat.tolist(), edges.points.tolist(), strict=True))
    assert found == eligible
    assert edges.rows == people
    np.testing.assert_array_equal(survey.row_first, row_first)
    np.testing.assert_array_equal(survey.seat_first, seat_first)
    np.testing.assert_array_equal(survey.row_first_unknown, row_unknown)
    np.testing.assert_array_equal(survey.seat_first_unknown, seat_unknown)
    np.testing.assert_array_equal(survey.row_missing, row_missing)
    np.testing.assert_array_equal(survey.row_positive, positive)
    np.testing.assert_array_equal(survey.row_eligible, np.bincount([c for c, _, _ in eligible], minlength=people))
    np.testing.assert_array_equal(survey.seat_eligible, np.bincount([v for _, v, _ in eligible], minlength=jobs))
    return len(eligible)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    people=st.integers(0, 9),
    jobs=st.integers(0, 7),
    unknown=st.sampled_from([0.0, 0.15, 0.6]),
    demand=st.sampled_from([0.0, 0.2, 0.6]),
    facts=st.sampled_from([0.0, 0.1, 1.0]),
    listed_only=st.booleans(),
    distance_on=st.booleans(),
    policy=st.sampled_from(POLICIES),
)
def test_scan_is_judge(
    seed: int,
    people: int,
    jobs: int,
    unknown: float,
    demand: float,
    facts: float,
    listed_only: bool,
    distance_on: bool,
    policy: Policy,
) -> None:
    problem = random_problem(
        seed,
        people,
        jobs,
        unknown=unknown,
        demand=demand,
        facts=facts,
        listed_only=listed_only,
        distance_on=distance_on,
        spread_km=15.0,
    )
    assert_scan_is_judge(rule_context(problem, policy))


@pytest.mark.parametrize("at_once", [1, 7, 50_000])
def test_the_size_of_the_heaps_shows_nowhere(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_module, "_AT_ONCE", at_once)
    problem = random_problem(11, 25, 20, demand=0.1, skills=130, skills_held=60, agencies=70, occupations=66)
    assert assert_scan_is_judge(rule_context(problem, Policy())) > 0


def test_empty_vocabularies() -> None:
    problem = random_problem(3, 12, 9, demand=0.1, skills=0, occupations=0, languages=0, agencies=0)
    assert assert_scan_is_judge(rule_context(problem, Policy())) > 0


def test_every_rule_is_met_as_a_first_failure_somewhere() -> None:
    policy = Policy.model_validate({"rules": {"EDUCATION": {"enabled": True}}})
    survey, edges = scan(rule_context(random_problem(5, 300, 200, spread_km=10.0), policy))
    assert survey.row_first.sum(axis=0).min() > 0
    assert (survey.row_first.sum() + len(edges)) == 300 * 200
    assert survey.row_first_unknown.sum() > 0
    assert survey.row_missing.any()


def test_judging_a_whole_block_is_judging_pair_by_pair() -> None:
    problem = random_problem(8, 15, 12, facts=0.3)
    ctx = rule_context(problem, Policy())
    candidate, vacancy = np.divmod(np.arange(15 * 12), 12)
    whole = judge(ctx, pair_block(problem, candidate, vacancy))
    for at in range(candidate.size):
        single = judge(ctx, pair_block(problem, candidate[at], vacancy[at]))
        np.testing.assert_array_equal(single.outcome[:, 0], whole.outcome[:, at])
        assert single.first_fail[0] == whole.first_fail[at]
        assert single.checked_bits[0] == whole.checked_bits[at]


def test_lowest_bit() -> None:
    bits = np.array([1, 2, 3, 12, 1 << 21, (1 << 21) | (1 << 5), 1 << 31], dtype=np.uint32)
    assert lowest_bit(bits).tolist() == [0, 1, 0, 2, 21, 5, 31]


def test_the_observer_hears_of_all_pairs() -> None:
    class Listener:
        def __init__(self) -> None:
            self.total: int | None = None
            self.last = 0

        def phase(self, name: str, total: int | None = None) -> None:
            self.total = total

        def step(self, done: int) -> None:
            assert done >= self.last
            self.last = done

    listener = Listener()
    scan(rule_context(random_problem(2, 40, 30, demand=0.1), Policy()), listener)
    assert listener.total == listener.last == 40 * 30
