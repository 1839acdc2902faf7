"""Counts that add up, and the warning about people who wait longest."""

import json

import numpy as np
import pytest

from matcher.domain.codes import RULES, Rule
from matcher.model.survey import Survey
from matcher.verdict.metrics import GROUPS, LONG_BENEFIT_LAGS, funnel, long_benefit_lags
from tests.problems import random_problem, with_vacancies
from tests.verdict.support import run


def _survey(removed: dict[Rule, int], unknown: dict[Rule, int], eligible: int) -> Survey:
    first = np.array([[removed.get(rule, 0) for rule in RULES]], dtype=np.int64)
    doubt = np.array([[unknown.get(rule, 0) for rule in RULES]], dtype=np.int64)
    count = np.array([eligible], dtype=np.int64)
    none = np.zeros(1, dtype=np.uint32)
    return Survey(count, count, first, first, doubt, doubt, none, np.ones(1, dtype=np.bool_))


@pytest.mark.parametrize("seed", range(6))
def test_counts_add_up(seed: int) -> None:
    plan = run(random_problem(seed, 120, 30, demand=0.1, facts=0.1))
    said = plan.metrics.counts
    assert said["people"] == said["assigned"] + said["unassigned"] == 120
    assert sum(said["unassigned_by_reason"].values()) == said["unassigned"]
    assert said["unassigned_by_reason"]["CONTROL_ARM"] == said["control"]
    assert said["filled"] == said["assigned"] <= said["openings"]
    assert said["eligible_pairs"] == len(plan.edges)
    inside = said["people"] - said["control"]
    for dimension, rows in plan.metrics.selection_by.items():
        assert [row["group"] for row in rows] == list(GROUPS[dimension])
        assert sum(row["people"] for row in rows) == inside
        assert sum(row["assigned"] for row in rows) == said["assigned"]
        assert all(row["assigned"] <= row["eligible"] <= row["people"] for row in rows)
        assert all((row["mean_p"] is None) == (row["assigned"] == 0) for row in rows)
    assert json.loads(json.dumps(dict(said))) == said


def test_expected_durable_counts_paid_work_only() -> None:
    problem = random_problem(2, 120, 30, demand=0.1, facts=0.1)
    plan = run(problem)
    paid = [not problem.vacancies.unpaid[int(row["vacancy_id"][2:])] for row in plan.outcome.assignments.to_pylist()]
    chances = [row["p_start"] * row["p_durable"] for row in plan.outcome.assignments.to_pylist()]
    expected = sum(chance for chance, counts in zip(chances, paid, strict=True) if counts)
    assert any(not counts for counts in paid)
    assert plan.metrics.expected_durable == pytest.approx(expected, rel=1e-12)
    idle = run(with_vacancies(problem, unpaid=np.ones(30, dtype=np.bool_)))
    assert idle.metrics.expected_durable == 0


@pytest.mark.parametrize(
    ("long", "rest", "warned"),
    [
        ((100, 40), (100, 60), False),
        ((100, 39), (100, 61), True),
        ((0, 0), (100, 60), False),
        ((10, 0), (10, 0), False),
    ],
)
def test_long_on_benefit(long: tuple[int, int], rest: tuple[int, int], warned: bool) -> None:
    rows = [
        {"group": "<12", "people": rest[0], "assigned": rest[1]},
        {"group": ">=24", "people": long[0], "assigned": long[1]},
    ]
    notices = long_benefit_lags(rows)
    assert [notice.code for notice in notices] == [LONG_BENEFIT_LAGS] * warned
    if warned:
        assert notices[0].figures["rate"] < 0.8 * notices[0].figures["overall_rate"]


def test_funnel_adds_up() -> None:
    plan = run(random_problem(4, 60, 25, demand=0.2))
    found = funnel(plan.survey)
    assert found.pairs == 60 * 25
    assert found.pairs == found.eligible + sum(found.removed.values())
    assert found.in_reach == found.pairs - sum(found.removed[rule] for rule in RULES[:4])
    assert all(found.removed_unknown[rule] <= found.removed[rule] for rule in RULES)
    assert found.eligible == len(plan.edges)


def test_funnel_names_the_rule_that_removes_almost_all() -> None:
    assert funnel(_survey({Rule.DISTANCE: 91, Rule.SKILLS: 5}, {}, 4)).headline is Rule.DISTANCE
    assert funnel(_survey({Rule.DISTANCE: 90, Rule.SKILLS: 9}, {}, 1)).headline is None
    assert funnel(_survey({Rule.DISTANCE: 80, Rule.SKILLS: 19}, {}, 1)).headline is Rule.SKILLS
    assert funnel(_survey({}, {}, 0)).headline is None
