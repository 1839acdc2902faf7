"""Warnings about what the rules left over: too few vacancies that fit, one rule that removes nearly all, nobody placed."""

from collections.abc import Iterator, Sequence

import numpy as np

from matcher.domain.codes import REACH_RULES
from matcher.domain.headline import Headline
from matcher.domain.relaxed import LIMITS_RELAXED, Relaxed
from matcher.domain.tables import Problem
from matcher.model.survey import Survey
from matcher.verdict.metrics import Funnel

NOBODY_PLACED = "NOBODY_PLACED"
FEW_VACANCIES_FIT = "FEW_VACANCIES_FIT"
RULE_REMOVES_MOST = "RULE_REMOVES_MOST"


def relaxed_headlines(relaxed: Sequence[Relaxed]) -> Iterator[Headline]:
    """Yield that a plan does not keep everything as it was stated."""
    if relaxed:
        pins = sum(one.row is None for one in relaxed)
        limits = len(relaxed) - pins
        text = (
            f"Pins and limits cannot all be kept: {limits} limits are relaxed and {pins} pins dropped. solver.relaxed in the manifest "
            "lists them."
        )
        yield Headline(LIMITS_RELAXED, text, {"limits": limits, "pins": pins})


def survey_headlines(problem: Problem, survey: Survey, found: Funnel) -> Iterator[Headline]:
    """Yield what is to be said about the pairs before anything is solved.

    Parameters
    ----------
    found
        The funnel of the survey.
    """
    open_seat = problem.vacancies.openings > 0
    vacancies = int(open_seat.sum())
    without = int(np.count_nonzero(open_seat & (survey.seat_eligible == 0)))
    if 2 * without > vacancies:
        text = f"For {without} of {vacancies} vacancies with openings no person passes every rule. matcher validate shows why."
        yield Headline(FEW_VACANCIES_FIT, text, {"without": without, "vacancies": vacancies})
    if found.headline is not None:
        rule, removed = found.headline, found.removed[found.headline]
        could = found.pairs if rule in REACH_RULES else found.in_reach
        text = f"Rule {rule.value} alone removes {removed} of {could} pairs. Check the columns that it reads."
        yield Headline(RULE_REMOVES_MOST, text, {"rule": rule.value, "removed": removed, "could": could})


def plan_headlines(problem: Problem, found: Funnel, assigned: int) -> Iterator[Headline]:
    """Yield what is to be said about a plan as a whole; people in the control arm cannot be placed and do not count."""
    people = int(np.count_nonzero(~problem.candidates.control))
    openings = sum(problem.vacancies.openings.tolist())
    if people and openings and not assigned:
        text = f"Nobody is placed: {people} people, {openings} openings and {found.eligible} eligible pairs."
        yield Headline(NOBODY_PLACED, text, {"people": people, "openings": openings, "eligible": found.eligible})
