"""Did everybody without a vacancy, and every vacancy, hear the truth?"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import RULES
from matcher.rules.block import pair_block
from matcher.rules.eligibility import judge
from matcher.rules.scorecard import score
from matcher.verdict.checks.check import Check, require, require_equal
from matcher.verdict.checks.evidence import Evidence, number

_PEOPLE = "unassigned"
_REPORT = "vacancies_report"
_IN_REACH_FROM = 4


def check_people(e: Evidence) -> Iterator[Check]:
    """All columns of unassigned."""
    idle = e.idle.tolist()
    eligible = e.survey.row_eligible
    yield require("a fresh look counts what it found", _PEOPLE, "n_eligible", _each_pair_once(e, e.survey.row_first, 0))
    yield require_equal(_PEOPLE, "n_eligible", e.column(_PEOPLE, "n_eligible"), eligible[e.idle].tolist())

    missing = e.survey.row_missing[e.idle].tolist()
    names = {bits: [rule.value for n, rule in enumerate(RULES) if bits & 2**n] for bits in set(missing)}
    yield require_equal(_PEOPLE, "missing", e.column(_PEOPLE, "missing"), [names[bits] for bits in missing])

    control = e.problem.candidates.control.tolist()
    has_worth, can_win = e.survey.row_positive, e.found.winnable
    reasons = []
    for i, bits in zip(idle, missing, strict=True):
        if control[i]:
            reasons.append("CONTROL_ARM")
        elif eligible[i] == 0:
            reasons.append("MISSING_DATA" if bits else "NO_ELIGIBLE_VACANCY")
        elif not has_worth[i]:
            reasons.append("NO_VALUE")
        else:
            reasons.append("LIMITED_BY_POLICY" if can_win[i] else "OUTCOMPETED")
    yield require_equal(_PEOPLE, "reason", e.column(_PEOPLE, "reason"), reasons)

    removed = _removed_most(e.survey.row_first[e.idle], e.survey.row_first_unknown[e.idle], eligible[e.idle])
    rules = [(None, False) if control[i] else most for i, most in zip(idle, removed, strict=True)]
    yield require_equal(_PEOPLE, "rule", e.column(_PEOPLE, "rule"), [rule for rule, _ in rules])
    yield require_equal(_PEOPLE, "rule_unknown", e.column(_PEOPLE, "rule_unknown"), [doubt for _, doubt in rules])
    yield from _check_best(e)


def check_vacancies(e: Evidence) -> Iterator[Check]:
    """All columns of vacancies_report but the size of the prices."""
    openings = e.problem.vacancies.openings.tolist()
    yield require(
        "a fresh look counts what it found", _REPORT, "n_eligible", _each_pair_once(e, e.survey.seat_first, 1)
    )
    yield require("people and vacancies were asked the same", _REPORT, "rule", _same_totals(e))
    removed = _removed_most(e.survey.seat_first, e.survey.seat_first_unknown, e.survey.seat_eligible)
    price = e.column(_REPORT, "price")
    derived: dict[str, list[Any]] = {
        "openings": openings,
        "filled": e.filled.tolist(),
        "n_eligible": e.survey.seat_eligible.tolist(),
        "rule": [rule for rule, _ in removed],
    }
    for column, values in derived.items():
        yield require_equal(_REPORT, column, e.column(_REPORT, column), values)
    priced = [(p is not None) == free for p, free in zip(price, e.open.tolist(), strict=True)]
    yield require("null only without openings that could be taken away", _REPORT, "price", priced)
    given = [p is not None for p in e.column(_REPORT, "price_next")]
    yield require("always given", _REPORT, "price_next", given)


def _removed_most(
    first: NDArray[np.int64], unknown: NDArray[np.int64], eligible: NDArray[np.int64]
) -> list[tuple[str | None, bool]]:
    """Per row the rule with the largest count, the earlier of equals: among the later ones if any pair came that far."""
    in_reach = eligible + first[:, _IN_REACH_FROM:].sum(axis=1) > 0
    counted = first.copy()
    counted[in_reach, :_IN_REACH_FROM] = -1
    counted[~in_reach, _IN_REACH_FROM:] = -1
    rule = counted.argmax(axis=1)  # the first of equals
    each = np.arange(rule.size)
    removed, doubtful = first[each, rule], unknown[each, rule]
    return [
        (RULES[number_of_rule].value, half) if count else (None, False)
        for number_of_rule, count, half in zip(
            rule.tolist(), removed.tolist(), (2 * doubtful > removed).tolist(), strict=True
        )
    ]


def _each_pair_once(e: Evidence, first: NDArray[np.int64], side: int) -> NDArray[np.bool_]:
    """Whether the pairs of every person (side 0) or vacancy (side 1) are eligible, or removed by one rule, and no pair is missing."""
    eligible = (e.survey.row_eligible, e.survey.seat_eligible)[side]
    facts = e.problem.facts
    listed = np.bincount((facts.candidate, facts.vacancy)[side], minlength=eligible.size)
    there = listed if e.problem.listed_only else e.problem.shape[1 - side]
    return np.asarray(eligible + first.sum(axis=1) == there)


def _same_totals(e: Evidence) -> list[bool]:
    """Whether what is counted for people, and once more for vacancies, adds up to the same, rule by rule."""
    s = e.survey
    sides = ((s.row_first, s.seat_first), (s.row_first_unknown, s.seat_first_unknown))
    return [bool((people.sum(axis=0) == vacancies.sum(axis=0)).all()) for people, vacancies in sides]


def _check_best(e: Evidence) -> Iterator[Check]:
    """No eligible vacancy with openings and points above 0 has a smaller shortfall than the one named."""
    named = number(e.column(_PEOPLE, "best_vacancy_id"), e.codebook.vacancy_ids)
    given = named >= 0
    block = pair_block(e.problem, e.idle[given], named[given])
    points, short = np.zeros(named.size, dtype=np.int64), np.zeros(named.size, dtype=np.int64)
    points[given] = score(e.ctx, block).points
    short[given] = e.price[named[given]] - points[given]
    fits = given.copy()
    fits[given] = judge(e.ctx, block).eligible & e.open[named[given]] & (points[given] > 0)
    nearest = e.found.seat[e.idle, 0]
    null = e.tables[_PEOPLE]["best_vacancy_id"].is_null().to_numpy()
    nobody = null & (nearest < 0)
    yield require("eligible, open and of value; null where none is", _PEOPLE, "best_vacancy_id", fits | nobody)
    yield require("least shortfall", _PEOPLE, "best_vacancy_id", named == nearest)
    best = [(int(points[k]), int(short[k])) if fits[k] else (None, None) for k in range(named.size)]
    yield require_equal(_PEOPLE, "best_points", e.column(_PEOPLE, "best_points"), [worth for worth, _ in best])
    yield require_equal(_PEOPLE, "shortfall", e.column(_PEOPLE, "shortfall"), [gap for _, gap in best])
