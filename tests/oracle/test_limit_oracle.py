"""The second opinion on limits is itself held to small cases worked out by hand, and to a general integer programme."""

from __future__ import annotations

import importlib.util
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.solvers.limited_models import middle_model, puzzle_of, random_limited_model

from .filters import holds
from .limit_bundles import random_limit_bundle
from .limits import Limited, limited
from .milp import Milp
from .puzzle import Limit, Option, Puzzle, best_by_trying
from .test_oracle import HERE, bundle_of

SOLVERS = ["scip", *(["highs"] if importlib.util.find_spec("scipy") else [])]


def read(candidates: list[Any], vacancies: list[Any], policy: str | None = None, **other: list[Any]) -> Limited:
    """People and vacancies in one place."""
    return limited(bundle_of([HERE | c for c in candidates], [HERE | v for v in vacancies], policy, **other))


def worth(points: int, **more: Any) -> list[dict[str, Any]]:
    """Four pairs of one value."""
    ids = [(f"c{i}", f"v{j}") for i in range(2) for j in range(2)]
    return [{"candidate_id": c, "vacancy_id": v, "value": points, "eligible": True, **more} for c, v in ids]


# --- two ways to one answer ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", SOLVERS)
def test_trying_and_programming_agree(solver: str) -> None:
    with Milp(solver) as milp:
        for seed in range(60):
            for puzzle in (
                puzzle_of(random_limited_model(seed, 6, 5)),
                limited(random_limit_bundle(seed, 6, 5)).puzzle,
            ):
                tried = best_by_trying(puzzle)
                assert milp.best(puzzle).value == tried.value, seed
                assert tried.value is None or puzzle.value(tried.plan) == tried.value


@pytest.mark.skipif(len(SOLVERS) < 2, reason="SciPy is not installed")
def test_two_general_solvers_agree() -> None:
    with Milp("scip") as one, Milp("highs") as two:
        for seed in range(100, 106):
            puzzle = puzzle_of(middle_model(seed))
            assert one.best(puzzle).value == two.best(puzzle).value, seed


# --- one limit at a time, by hand ---------------------------------------------------------------------------------


def test_a_soft_limit_costs_its_weight_per_begun_unit() -> None:
    limit = Limit("<=", 5, unit=4, weight=10)
    assert [limit.penalty(used) for used in (5, 6, 9, 10)] == [0, 10, 10, 20]
    assert Limit(">=", 2).penalty(1) is None


def test_nothing_is_assigned_for_nothing_unless_it_must() -> None:
    options = {"a": [Option("x", 0)], "b": [Option("x", -4)]}
    assert best_by_trying(Puzzle(options, {"x": 2})).plan == {}
    assert best_by_trying(Puzzle(options, {"x": 2}, must={"b": "x"})).value == -4


def test_a_must_overrules_what_eligible_overrules_and_nothing_else() -> None:
    far = {"candidate_id": "c0", "vacancy_id": "v0", "pin": "must", "value": -3, "travel_km": 500.0}
    assert best_by_trying(read([{}], [{}], pairs=[far]).puzzle).value == -3
    assert best_by_trying(read([{}], [{}], pairs=[far | {"eligible": False}]).puzzle).value is None
    assert best_by_trying(read([{"arm": "control"}], [{}], pairs=[far]).puzzle).value is None


def test_limits_of_tables() -> None:
    people = [{"needs_support": True, "coach_id": "k", "uses": [{"resource_id": "bus", "amount": 2}]}, {}]
    jobs = [{"employer_id": "e", "job_id": "j", "openings": 2}, {"employer_id": "e", "job_id": "j"}]
    answer = read(
        people,
        jobs,
        pairs=worth(5, uses=[{"resource_id": "bus", "amount": 1}, None]),
        employers=[{"employer_id": "e", "max_placements": 2, "max_supported": 1}],
        coaches=[{"coach_id": "k", "hours_per_week": 1.5}],
        resources=[{"resource_id": "bus", "capacity": 9, "minimum": 1}],
    )
    stated = {(row.name, row.kind, row.id): row for row in answer.stated}
    assert set(stated) == {
        ("max_placements", "employers", "e"),
        ("max_supported", "employers", "e"),
        ("hours_per_week", "coaches", "k"),
        ("capacity", "resources", "bus"),
        ("minimum", "resources", "bus"),
        ("openings", "job", "j"),
    }
    record = answer.by_person["c0"]["v0"]
    weights = {name[0]: row.weigh(record) for name, row in stated.items()}
    assert weights["hours_per_week"] == 2 and weights["max_supported"] == 1
    assert weights["capacity"] == weights["minimum"] == 3
    assert stated["openings", "job", "j"].bound == 2
    best = best_by_trying(answer.puzzle)
    assert best.value == 5 and set(best.plan) == {"c1"}  # the coach has no two hours


def test_shares_and_counts() -> None:
    people = [{"age": 20}, {"age": 40}]
    text = '[[quota]]\nname = "young"\ncandidates = [["age", "<", 27]]\n'
    for bounds, value in (("max_share = 0.5", 10), ("max_share = 0.4", 5), ("min_share = 0.6", 5), ("max = 0", 5)):
        assert best_by_trying(read(people, [{}, {}], text + bounds, pairs=worth(5)).puzzle).value == value, bounds
    soft = "max_share = 0.4\nsoft = true\nweight = 3"
    assert best_by_trying(read(people, [{}, {}], text + soft, pairs=worth(5)).puzzle).value == 7
    assert best_by_trying(read([{}, {}], [{}, {}], text + "min = 1", pairs=worth(5)).puzzle).value is None


def test_budgets_distinct_and_durable_share() -> None:
    people = [{"lks_eligible": True}, {"lks_eligible": False}]
    jobs = [{"instrument": " A ", "lks_accepted": True}, {"instrument": "a", "lks_accepted": True}]
    budget = '[[budget]]\nname = "b"\nunit = "lks_eur_month"\nmax = 1577.47\n'
    answer = read(people, jobs, budget, pairs=worth(5, p_durable=0.5))
    assert answer.stated[0].weigh(answer.by_person["c0"]["v0"]) == Fraction(
        "1577.48"
    )  # half of 2523.96, and 25 % on top
    assert best_by_trying(answer.puzzle).value == 5
    assert (
        best_by_trying(read(people, jobs, '[[distinct]]\ncolumn = "instrument"\nmax = 1', pairs=worth(5)).puzzle).value
        == 10
    )
    assert (
        best_by_trying(read(people, jobs, '[[distinct]]\ncolumn = "instrument"\nmax = 0', pairs=worth(5)).puzzle).value
        == 0
    )
    mean = read(people, jobs, "[durable_share]\nmin = 0.6", pairs=worth(5, p_durable=0.5))
    assert best_by_trying(mean.puzzle).value == 0


# --- filters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "condition", "value"),
    [
        ("candidates", ["age", "<", 27], True),
        ("candidates", ["motivation", "!=", 3], False),  # null
        ("candidates", ["motivation", "not_in", [3]], False),
        ("candidates", ["motivation", "is_null", True], True),
        ("candidates", ["age", "is_null", False], True),
        ("candidates", ["licences", "contains", " b"], True),
        ("candidates", ["region", "==", "TWENTE "], True),
        ("candidates", ["agency_id", "==", "AG-1"], False),  # ids keep their case
        ("candidates", ["agency_id", "in", [" ag-1", "ag-2"]], True),
        ("vacancies", ["employer.preferred", "==", True], True),
        ("vacancies", ["agency.name", "is_null", True], True),
        ("pairs", ["p_durable", ">=", Decimal("0.7")], True),
        ("pairs", ["p_durable", ">", Decimal("0.7")], False),
        ("pairs", ["trial_done", "==", False], False),
    ],
)
def test_filters(side: str, condition: list[Any], value: bool) -> None:
    answer = read(
        [{"age": 20, "licences": ["B"], "region": "Twente", "agency_id": " ag-1"}],
        [{"employer_id": "e"}],
        pairs=[{"candidate_id": "c0", "vacancy_id": "v0", "p_durable": 0.7}],
        employers=[{"employer_id": "e", "preferred": True}],
    )
    assert holds(answer.by_person["c0"]["v0"], side, condition) is value
