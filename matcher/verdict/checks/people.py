"""Did everybody without a vacancy, and every vacancy, hear the truth?"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from matcher.domain.codes import RULES
from matcher.verdict.checks.check import Check, require, require_equal
from matcher.verdict.checks.evidence import Evidence, number
from matcher.verdict.checks.plan import exact_gain

_PEOPLE = "unassigned"
_REPORT = "vacancies_report"
_IN_REACH_FROM = 4


def check_people(e: Evidence) -> Iterator[Check]:
    """All columns of unassigned."""
    idle = e.idle.tolist()
    eligible = e.per_person(np.ones(e.row.size, dtype=np.bool_))
    yield require("a fresh look counts what it found", _PEOPLE, "n_eligible", eligible == e.survey.row_eligible)
    yield require_equal(_PEOPLE, "n_eligible", e.column(_PEOPLE, "n_eligible"), eligible[e.idle].tolist())

    missing = [[rule.value for n, rule in enumerate(RULES) if bits & 2**n] for bits in e.survey.row_missing.tolist()]
    yield require_equal(_PEOPLE, "missing", e.column(_PEOPLE, "missing"), [missing[i] for i in idle])

    worth = e.points > 0
    left = e.filled < e.problem.vacancies.openings
    wins = worth & e.open[e.seat] & ((e.points > e.price[e.seat]) | left[e.seat])
    control = e.problem.candidates.control.tolist()
    has_worth, can_win = e.per_person(worth) > 0, e.per_person(wins) > 0
    reasons = []
    for i in idle:
        if control[i]:
            reasons.append("CONTROL_ARM")
        elif eligible[i] == 0:
            reasons.append("MISSING_DATA" if missing[i] else "NO_ELIGIBLE_VACANCY")
        elif not has_worth[i]:
            reasons.append("NO_VALUE")
        else:
            reasons.append("LIMITED_BY_POLICY" if can_win[i] else "OUTCOMPETED")
    yield require_equal(_PEOPLE, "reason", e.column(_PEOPLE, "reason"), reasons)

    first, unknown = e.survey.row_first.tolist(), e.survey.row_first_unknown.tolist()
    rules = [(None, False) if control[i] else _removed_most(first[i], unknown[i], int(eligible[i])) for i in idle]
    yield require_equal(_PEOPLE, "rule", e.column(_PEOPLE, "rule"), [rule for rule, _ in rules])
    yield require_equal(_PEOPLE, "rule_unknown", e.column(_PEOPLE, "rule_unknown"), [doubt for _, doubt in rules])
    yield from _check_best(e)


def check_vacancies(e: Evidence) -> Iterator[Check]:
    """All columns of vacancies_report but the size of the prices."""
    openings = e.problem.vacancies.openings.tolist()
    eligible = np.bincount(e.seat, minlength=len(openings)).tolist()
    first, unknown = e.survey.seat_first.tolist(), e.survey.seat_first_unknown.tolist()
    price = e.column(_REPORT, "price")
    derived: dict[str, list[Any]] = {
        "openings": openings,
        "filled": e.filled.tolist(),
        "n_eligible": eligible,
        "rule": [_removed_most(first[j], unknown[j], eligible[j])[0] for j in range(len(openings))],
    }
    for column, values in derived.items():
        yield require_equal(_REPORT, column, e.column(_REPORT, column), values)
    priced = [(p is None) == (seats == 0) for p, seats in zip(price, openings, strict=True)]
    yield require("null only without openings", _REPORT, "price", priced)
    given = [p is not None for p in e.column(_REPORT, "price_next")]
    yield require("always given", _REPORT, "price_next", given)


def _removed_most(first: list[int], unknown: list[int], eligible: int) -> tuple[str | None, bool]:
    """The rule with the largest count, the earlier of equals: among the later ones if any pair came that far."""
    in_reach = eligible + sum(first[_IN_REACH_FROM:])
    counted = range(_IN_REACH_FROM, len(first)) if in_reach else range(_IN_REACH_FROM)
    rule = max(counted, key=lambda number_of_rule: (first[number_of_rule], -number_of_rule))
    if first[rule] == 0:
        return None, False
    return RULES[rule].value, 2 * unknown[rule] > first[rule]


def _check_best(e: Evidence) -> Iterator[Check]:
    """No eligible vacancy with openings and points above 0 has a smaller shortfall than the one named."""
    seat = np.full(e.seat_of.size, -1, dtype=np.int64)
    named = e.column(_PEOPLE, "best_vacancy_id")
    seat[e.idle] = number(named, e.codebook.vacancy_ids)
    candidate = (e.points > 0) & e.open[e.seat]
    at = e.pair(np.arange(seat.size), seat)
    fits = (at >= 0) & candidate[at] if e.row.size else np.zeros(seat.size, dtype=np.bool_)
    nobody = (e.per_person(candidate) == 0)[e.idle] & np.array([word is None for word in named], dtype=np.bool_)
    yield require("eligible, open and of value; null where none is", _PEOPLE, "best_vacancy_id", fits[e.idle] | nobody)
    gain = exact_gain(e)
    level = gain[at[e.row]]
    nearer = candidate & fits[e.row] & ((gain > level) | ((gain == level) & (e.seat < seat[e.row])))
    yield require("least shortfall", _PEOPLE, "best_vacancy_id", e.per_person(nearer)[e.idle] == 0)
    best = [(int(e.points[at[i]]), -int(gain[at[i]])) if fits[i] else (None, None) for i in e.idle.tolist()]
    yield require_equal(_PEOPLE, "best_points", e.column(_PEOPLE, "best_points"), [points for points, _ in best])
    yield require_equal(_PEOPLE, "shortfall", e.column(_PEOPLE, "shortfall"), [short for _, short in best])
