"""What is looked up once per pair: facts, loonwaarde, road metres."""

import numpy as np
import pytest

from matcher.domain.policy import Policy
from matcher.domain.tables import Places
from matcher.rules.block import PairBlock, pair_block, travel_km
from matcher.rules.context import contains, rule_context
from matcher.rules.eligibility import judge
from tests.problems import facts_from, plain_problem, random_problem, with_candidates
from tests.rules.one_pair import one_pair


@pytest.mark.parametrize(
    ("pair", "person", "eligible", "expected"),
    [
        (4000, 5000, 1, 4000),
        (-1, 5000, 1, 5000),
        (-1, 5000, 0, 5000),
        (0, 5000, 0, 0),
        (-1, -1, 0, 10_000),
        (-1, -1, 1, -1),
        (-1, -1, -1, -1),
    ],
)
def test_loonwaarde_is_the_pairs_else_the_persons_else_full_outside_the_target_group(
    pair: int, person: int, eligible: int, expected: int
) -> None:
    _, block = one_pair(person={"loonwaarde_bp": person, "lks_eligible": eligible}, fact={"loonwaarde_bp": pair})
    assert block.loonwaarde_bp.tolist() == [expected]


def test_road_metres_and_kilometres() -> None:
    places = Places(lat=np.array([52.22, 52.32]), lon=np.array([6.89, 6.89]))
    problem = plain_problem(3, 2, places=places, facts=facts_from({"candidate": 2, "vacancy": 1, "travel_m": 1234}))
    problem = with_candidates(problem, place=np.array([0, 1, -1], dtype=np.int32))
    candidate, vacancy = np.divmod(np.arange(6), 2)
    block = pair_block(problem, candidate, vacancy)
    assert block.road_m.tolist() == [0, 0, 14_455, 14_455, -1, 1234]
    assert block.fact.tolist() == [-1, -1, -1, -1, -1, 0]
    np.testing.assert_array_equal(travel_km(block), [0.0, 0.0, 14.455, 14.455, np.nan, 1.234])


def test_arguments_broadcast_and_every_column_is_written_out() -> None:
    problem = random_problem(4, 6, 5)
    block = pair_block(problem, 2, np.arange(5))
    assert block.candidate.tolist() == [2] * 5
    for column in (block.candidate, block.vacancy, block.fact, block.loonwaarde_bp, block.road_m):
        assert column.shape == (5,)
        assert column.dtype == np.int64
    assert pair_block(problem, [], []).size == 0
    assert judge(rule_context(problem, Policy()), pair_block(problem, [], [])).eligible.shape == (0,)


def test_one_vacancy_for_all_people_need_not_be_repeated() -> None:
    problem = random_problem(9, 30, 4, facts=0.0, demand=0.8)
    ctx = rule_context(problem, Policy())
    full = pair_block(problem, np.arange(30), 1)
    short = PairBlock(
        candidate=full.candidate,
        vacancy=np.array([1]),
        fact=np.array([-1]),
        loonwaarde_bp=full.loonwaarde_bp,
        road_m=full.road_m,
    )
    np.testing.assert_array_equal(judge(ctx, full).outcome, judge(ctx, short).outcome)
    some = full.candidate % 3 == 0
    np.testing.assert_array_equal(judge(ctx, full.keep(some)).outcome, judge(ctx, short.keep(some)).outcome)


def test_contains() -> None:
    bits = np.array([[1, 0, 2**63], [0, 4, 0]], dtype=np.uint64)
    row = np.array([0, 1, 2, 0, 1])
    assert contains(bits, row, np.array([0, 66, 63, 1, -1])).tolist() == [True, True, True, False, False]
