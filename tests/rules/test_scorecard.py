"""Every term of the scorecard on one pair, the table of chances, and the way to points."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.codes import CONTRACTS, LANES
from matcher.domain.policy import Policy
from matcher.rules.block import pair_block
from matcher.rules.context import rule_context
from matcher.rules.scorecard import TERMS, Z_LIMIT, p_table, score
from tests.problems import random_problem
from tests.rules.one_pair import one_pair

OWN_KM = {"travel_half_m": 5_000, "travel_far_m": 8_000}

TERM_CASES: dict[str, list[tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None, int]]] = {
    "base": [({}, {}, None, 1520)],
    "months_on_benefit": [
        ({"months_on_benefit": months}, {}, None, milli)
        for months, milli in [(0, 200), (11, 200), (12, 0), (23, 0), (24, -400), (400, -400), (-1, -200)]
    ],
    "contract": [
        ({}, {"contract": -1 if code is None else CONTRACTS.index(code), "expected_weeks": weeks}, None, milli)
        for code, weeks, milli in [
            ("onbepaald", 4.0, 500),
            ("bepaald", 52.0, 350),
            ("bepaald", 51.9, 0),
            ("bepaald", 26.0, 0),
            ("bepaald", 25.9, -1000),
            ("bepaald", np.nan, 0),
            ("uitzend_beding", 52.0, -600),
            ("oproep", 52.0, -500),
            ("uitzend", 4.0, 0),
            ("beschut", 4.0, 0),
            ("proefplaatsing", 4.0, 0),
            (None, 4.0, 0),
        ]
    ],
    "essential_skills": [
        ({"skills": [0, 1, 2]}, {"essential": [0, 1, 2]}, None, 320),
        ({"skills": [0, 1]}, {"essential": [0, 1, 2]}, None, 533 - 480),
        ({"skills": []}, {"essential": [0]}, None, -480),
        ({"skills": None}, {"essential": [0]}, None, 0),
        ({"skills": [0]}, {"essential": []}, None, 0),
        ({"skills": [0]}, {"essential": None}, None, 0),
    ],
    "optional_skills": [
        ({"skills": [3]}, {"optional": [1, 3]}, None, 150),
        ({"skills": [3]}, {"optional": [1, 2, 3]}, None, 100),
        ({"skills": []}, {"optional": [1]}, None, 0),
        ({"skills": None}, {"optional": [1]}, None, 0),
        ({"skills": [1]}, {"optional": None}, None, 0),
    ],
    "wanted_occupation": [
        ({"wanted": [1, 2]}, {"occupation": 1}, None, 300),
        ({"wanted": [1, 2]}, {"occupation": 0}, None, 0),
        ({"wanted": [0]}, {"occupation": -1}, None, 0),
        ({"wanted": None}, {"occupation": 0}, None, 0),
    ],
    "motivation": [({"motivation": level}, {}, None, milli) for level, milli in [(1, -300), (3, 0), (5, 300), (-1, 0)]],
    "travel": [
        (OWN_KM, {}, {"travel_m": 5_000}, 100),
        (OWN_KM, {}, {"travel_m": 5_001}, 0),
        (OWN_KM, {}, {"travel_m": 8_000}, 0),
        (OWN_KM, {}, {"travel_m": 8_001}, -300),
        (OWN_KM, {"place": -1}, None, 0),
        ({}, {}, {"travel_m": 1}, 0),
    ],
    "support": [
        ({"needs_support": needed}, {"support_available": available}, None, milli)
        for needed, available, milli in [(1, 0, -800), (1, -1, -400), (1, 1, 0), (0, 0, 0), (-1, 0, 0), (-1, -1, 0)]
    ],
    "blockers": [
        ({"blockers": count}, {}, None, milli) for count, milli in [(0, 0), (1, -300), (4, -1200), (-1, -200)]
    ],
    "trial_done": [({}, {}, {"trial_done": True}, 300), ({}, {}, {}, 0), ({}, {}, None, 0)],
}


@pytest.mark.parametrize(
    ("term", "person", "job", "fact", "expected"),
    [(term, *case) for term, cases in TERM_CASES.items() for case in cases],
)
def test_one_term(
    term: str, person: dict[str, Any], job: dict[str, Any], fact: dict[str, Any] | None, expected: int
) -> None:
    ctx, block = one_pair(person=person, job=job, fact=fact)
    value = TERMS[term](ctx, block)
    assert value.dtype == np.int64
    assert value.tolist() == [expected]
    assert score(ctx, block).terms[term].tolist() == [expected]


def test_terms_stand_in_the_order_of_the_contract() -> None:
    assert tuple(TERMS) == tuple(TERM_CASES)
    assert all(function.__doc__ for function in TERMS.values())


def test_weights_come_from_the_policy() -> None:
    policy = Policy.model_validate(
        {"scorecard": {"base": 7, "essential_skills": {"per_full_coverage": -3, "offset": 1}}}
    )
    ctx, block = one_pair(person={"skills": [0]}, job={"essential": [0, 1]}, policy=policy)
    terms = score(ctx, block).terms
    assert terms["base"].tolist() == [7]
    assert terms["essential_skills"].tolist() == [-2 + 1]  # -1.5 goes to the even -2


def test_the_table_of_chances_against_decimals_of_40_digits() -> None:
    table = p_table()
    assert table.shape == (2 * Z_LIMIT + 1,)
    nearest_to_half = Decimal(1)
    with localcontext() as context:
        context.prec = 40
        for z, p_micro in zip(range(-Z_LIMIT, Z_LIMIT + 1), table.tolist(), strict=True):
            exact = 1_000_000 / (1 + (Decimal(-z) / 1000).exp())
            assert p_micro == int(exact.to_integral_value(rounding=ROUND_HALF_EVEN)), z
            nearest_to_half = min(nearest_to_half, abs(exact % 1 - Decimal("0.5"))) if z else nearest_to_half
    # Floating point errs by about 1e-9 here: far too little to round any of them the other way.
    assert nearest_to_half > Decimal("1e-6")


def test_z_is_clipped() -> None:
    for base, expected in [(1_000_000, p_table()[-1]), (-1_000_000, p_table()[0])]:
        ctx, block = one_pair(policy=Policy.model_validate({"scorecard": {"base": base}}))
        assert score(ctx, block).p_micro.tolist() == [expected]


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"), [(-1, -1, -1), (1200, -1, 1200), (-1, 800, 800), (1200, 800, 800), (0, 800, 0)]
)
def test_hours_are_the_smaller_known_ones(wanted: int, offered: int, expected: int) -> None:
    ctx, block = one_pair(person={"hours_max_c": wanted}, job={"hours_max_c": offered})
    assert score(ctx, block).hours_c.tolist() == [expected]


HALF = {"p_durable_micro": 500_000}
TRAINING, ACTIVATION = LANES.index("training"), LANES.index("activation")


@pytest.mark.parametrize(
    ("person", "job", "fact", "expected"),
    [
        ({}, {}, HALF, 500_000),
        ({"p_alone_micro": 200_000}, {}, HALF, 300_000),
        ({"p_alone_micro": 600_000}, {}, HALF, 0),
        ({}, {}, HALF | {"p_start_micro": 500_000}, 250_000),
        ({}, {}, {"p_durable_micro": 3, "p_start_micro": 500_000}, 2),  # 1.5 to the even 2
        ({}, {}, {"p_durable_micro": 5, "p_start_micro": 500_000}, 2),  # 2.5 to the even 2
        ({"priority_milli": 1_000_000}, {}, HALF, 500_000_000),
        ({"priority_milli": 1}, {}, HALF, 500),
        ({}, {"lane": TRAINING}, HALF, 250_000),
        ({}, {"lane": ACTIVATION}, HALF, 125_000),
        ({"hours_max_c": 600}, {}, HALF, 250_000),
        ({"hours_max_c": 1200}, {}, HALF, 500_000),
        ({"hours_max_c": -1}, {}, HALF, 500_000),
        ({"hours_max_c": 0}, {}, HALF, 0),
        ({"p_alone_micro": 600_000}, {}, HALF | {"value": -7, "has_value": True}, -7),
        ({"hours_max_c": 0}, {"lane": TRAINING}, HALF | {"value": 9, "has_value": True}, 9),
    ],
)
def test_points(person: dict[str, Any], job: dict[str, Any], fact: dict[str, Any], expected: int) -> None:
    assert score(*one_pair(person=person, job=job, fact=fact)).points.tolist() == [expected]


def test_lane_values_are_used_in_thousandths() -> None:
    policy = Policy.model_validate({"value": {"lane": {"regular": "0.3335"}}})
    assert score(*one_pair(fact={"p_durable_micro": 1_000_000}, policy=policy)).points.tolist() == [334_000]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_points_step_by_step_in_fractions(seed: int) -> None:
    problem = random_problem(seed, 6, 5, facts=0.4)
    policy = Policy()
    ctx = rule_context(problem, policy)
    candidate, vacancy = np.divmod(np.arange(30), 5)
    result = score(ctx, pair_block(problem, candidate, vacancy))
    people, jobs, facts = problem.candidates, problem.vacancies, problem.facts
    lanes = [Fraction(1), Fraction(1), Fraction(1, 2), Fraction(1, 4)]
    for at, (c, v) in enumerate(zip(candidate.tolist(), vacancy.tolist(), strict=True)):
        row = next((r for r in range(len(facts)) if (facts.candidate[r], facts.vacancy[r]) == (c, v)), None)
        stated = row is not None and facts.p_durable_micro[row] >= 0
        z = sum(int(result.terms[name][at]) for name in TERMS)
        assert z == result.z[at]
        p_micro = int(facts.p_durable_micro[row]) if stated else int(p_table()[z + Z_LIMIT])
        points = max(0, p_micro - int(people.p_alone_micro[c]))
        if row is not None:
            points = round(Fraction(points) * int(facts.p_start_micro[row]) / 1_000_000)
        points = round(Fraction(points) * int(people.priority_milli[c]) / 1000)
        points = round(points * lanes[jobs.lane[v]])
        known = [int(h) for h in (people.hours_max_c[c], jobs.hours_max_c[v]) if h >= 0]
        if known and min(known) < 1200:
            points = round(Fraction(points) * min(known) / 1200)
        if row is not None and facts.has_value[row]:
            points = int(facts.value[row])
        assert (result.p_micro[at], result.points[at]) == (p_micro, points)
