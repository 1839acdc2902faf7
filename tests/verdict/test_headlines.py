"""Warnings that follow from the pairs and from the plan, each just on and just off."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.domain.codes import RULES, Rule
from matcher.domain.tables import Problem
from matcher.model.survey import Survey
from matcher.verdict.headlines import plan_headlines, survey_headlines
from matcher.verdict.metrics import funnel
from tests.problems import random_problem, with_vacancies


def _problem(openings: list[int], *, control: bool = False) -> Problem:
    problem = random_problem(1, 3, len(openings))
    problem = with_vacancies(problem, openings=np.array(openings, dtype=np.int64))
    return replace(problem, candidates=replace(problem.candidates, control=np.full(3, control)))


def _survey(eligible: list[int], removed: dict[Rule, int]) -> Survey:
    first = np.zeros((len(eligible), len(RULES)), dtype=np.int64)
    for rule, count in removed.items():
        first[0, RULES.index(rule)] = count
    count, none = np.array(eligible, dtype=np.int64), np.zeros(1, dtype=np.uint32)
    return Survey(count, count, first, first, 0 * first, 0 * first, none, np.ones(1, dtype=np.bool_))


@pytest.mark.parametrize(
    ("openings", "eligible", "without"),
    [
        ([1, 1, 1, 1], [0, 0, 9, 9], None),
        ([1, 1, 1], [0, 0, 9], 2),
        ([1, 0, 0, 1], [0, 0, 0, 9], None),
        ([0, 0], [0, 0], None),
    ],
)
def test_few_vacancies_fit(openings: list[int], eligible: list[int], without: int | None) -> None:
    survey = _survey(eligible, {})
    found = {one.code: one.figures for one in survey_headlines(_problem(openings), survey, funnel(survey))}
    expected = {} if without is None else {"FEW_VACANCIES_FIT": {"without": without, "vacancies": sum(openings)}}
    assert found == expected


@pytest.mark.parametrize(
    ("removed", "figures"),
    [
        ({Rule.DISTANCE: 91, Rule.SKILLS: 5}, {"rule": "DISTANCE", "removed": 91, "could": 100}),
        ({Rule.DISTANCE: 80, Rule.SKILLS: 19}, {"rule": "SKILLS", "removed": 19, "could": 20}),
        ({Rule.DISTANCE: 80, Rule.SKILLS: 18}, None),
    ],
)
def test_rule_removes_most(removed: dict[Rule, int], figures: dict[str, object] | None) -> None:
    survey = _survey([100 - sum(removed.values())], removed)
    found = {one.code: one.figures for one in survey_headlines(_problem([1]), survey, funnel(survey))}
    assert found == ({} if figures is None else {"RULE_REMOVES_MOST": figures})


@pytest.mark.parametrize(
    ("openings", "control", "assigned", "warned"),
    [([2], False, 0, True), ([2], False, 1, False), ([0], False, 0, False), ([2], True, 0, False)],
)
def test_nobody_placed(openings: list[int], control: bool, assigned: int, warned: bool) -> None:
    found = list(plan_headlines(_problem(openings, control=control), funnel(_survey([0], {})), assigned))
    assert [one.code for one in found] == ["NOBODY_PLACED"] * warned
    if warned:
        assert found[0].figures == {"people": 3, "openings": 2, "eligible": 0}
