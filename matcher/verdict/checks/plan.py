"""Is every assigned pair allowed, and is every column of assignments true?"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import LANES, RULES
from matcher.domain.wage import WageTable
from matcher.rules.block import PairBlock, pair_block
from matcher.rules.eligibility import judge
from matcher.rules.logic import UNKNOWN
from matcher.rules.wishes import stays
from matcher.verdict.checks.check import Check, require, require_equal
from matcher.verdict.checks.evidence import Evidence, number

_FILE = "assignments"


def check_plan(e: Evidence, wage: WageTable) -> Iterator[Check]:
    """Rules, seats, and all columns of assignments."""
    block, value = e.block, e.value
    verdicts = judge(e.ctx, block)
    yield require("eligible pair", _FILE, "vacancy_id", verdicts.eligible & e.found.own_found[e.person])
    yield require("seats", "vacancies_report", "openings", e.filled <= e.problem.vacancies.openings)

    points = e.found.own_points[e.person]
    pinned = e.pinned[e.person]
    yield require("worth more than nothing unless pinned", _FILE, "points", (points > 0) | pinned)
    yield require("scorecard and search agree", _FILE, "points", points == value.points)
    facts, price = e.problem.facts, e.price[e.vacancy]
    starts = [int(facts.p_start_micro[fact]) if fact >= 0 else 1_000_000 for fact in block.fact.tolist()]
    columns: dict[str, list[Any]] = {
        "points": points.tolist(),
        "p_durable": [p / 1e6 for p in value.p_micro.tolist()],
        "p_start": [p / 1e6 for p in starts],
        "travel_km": [None if m < 0 else m / 1000 for m in block.road_m.tolist()],
        "hours_week": [None if c < 0 else c / 100 for c in value.hours_c.tolist()],
        "loonwaarde_pct": [None if bp < 0 else bp / 100 for bp in block.loonwaarde_bp.tolist()],
        "rank": (1 + e.found.better[e.person]).tolist(),
        "vacancy_price": [p if free else None for p, free in zip(price.tolist(), e.open[e.vacancy], strict=True)],
        "pinned": pinned.tolist(),
        "kept": stays(e.ctx, e.person, e.vacancy).tolist(),
        "to_check": _passed_on_unknown(verdicts.outcome, verdicts.passed),
        "to_arrange": _certificates(e),
        **_names(e),
        **_subsidy(e, block, value.hours_c, wage),
    }
    for column, derived in columns.items():
        yield require_equal(_FILE, column, e.column(_FILE, column), derived)
    yield from check_alternatives(e)


def check_alternatives(e: Evidence) -> Iterator[Check]:
    """They are the other eligible vacancies with openings that leave most after paying the price, the lower id first."""
    lists = e.column(_FILE, "alternatives")
    length = np.array([-1 if seats is None else len(seats) for seats in lists], dtype=np.int64)
    others = e.found.seat[e.person]
    yield require("number", _FILE, "alternatives", length == np.count_nonzero(others >= 0, axis=1))
    for place in range(others.shape[1]):
        has = length > place
        seat = number([seats[place] for seats in lists if len(seats) > place], e.codebook.vacancy_ids)
        fits = ~has
        fits[has] = _fit(e, e.person[has], seat) & (seat != e.vacancy[has])
        yield require("eligible, open and another one", _FILE, "alternatives", fits)
        in_order = ~has
        in_order[has] = seat == others[has, place]
        yield require("order", _FILE, "alternatives", in_order)


def _fit(e: Evidence, person: NDArray[np.int64], seat: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pairs are eligible and open, by the reference; a negative vacancy is not."""
    known = seat >= 0
    fits = known.copy()
    fits[known] = judge(e.ctx, pair_block(e.problem, person[known], seat[known])).eligible & e.open[seat[known]]
    return fits


def _passed_on_unknown(outcome: NDArray[np.int8], passed: NDArray[np.bool_]) -> list[list[str]]:
    lists: list[list[str]] = [[] for _ in range(outcome.shape[1])]
    for number_of_rule, rule in enumerate(RULES):
        for pair in np.flatnonzero((outcome[number_of_rule] == UNKNOWN) & passed[number_of_rule]):
            lists[pair].append(rule.value)
    return lists


def _certificates(e: Evidence) -> list[list[str]]:
    book, held = e.codebook, e.problem.candidates.certificates
    lists = []
    for person, vacancy in zip(e.person.tolist(), e.vacancy.tolist(), strict=True):
        asked = zip(book.certificate_words[vacancy], book.certificate_codes[vacancy], strict=True)
        lists.append([word for word, code in asked if code not in held.row(person)])
    return lists


def _names(e: Evidence) -> dict[str, list[Any]]:
    book, vacancies = e.codebook, e.problem.vacancies
    return {
        "employer_id": [book.employer_ids[k] if k >= 0 else None for k in vacancies.employer[e.vacancy].tolist()],
        "agency_id": [book.agency_ids[k] if k >= 0 else None for k in vacancies.agency[e.vacancy].tolist()],
        "lane": [LANES[k] for k in vacancies.lane[e.vacancy].tolist()],
    }


def _subsidy(e: Evidence, block: PairBlock, hours_c: NDArray[np.int64], wage: WageTable) -> dict[str, list[Any]]:
    people = e.problem.candidates
    circumstances = list(
        zip(
            people.age[e.person].tolist(),
            block.loonwaarde_bp.tolist(),
            people.lks_eligible[e.person].tolist(),
            hours_c.tolist(),
            e.problem.vacancies.unpaid[e.vacancy].tolist(),
            strict=True,
        )
    )
    amounts = {
        (age, bp, eligible, hours, unpaid): subsidy_of(
            wage, age=age, loonwaarde_bp=bp, eligible=eligible, hours_c=hours, unpaid=unpaid
        )
        for age, bp, eligible, hours, unpaid in set(circumstances)
    }
    rows = [amounts[one] for one in circumstances]
    return {"lks_eur_month": [amount for amount, _ in rows], "lks_basis": [basis for _, basis in rows]}


def subsidy_of(
    wage: WageTable, *, age: int, loonwaarde_bp: int, eligible: int, hours_c: int, unpaid: bool
) -> tuple[Decimal, str]:
    """The contract's formula in exact fractions; -1 is unknown."""
    if unpaid or eligible == 0 or loonwaarde_bp == 10_000:
        return Decimal("0.00"), "none"
    if loonwaarde_bp < 0 and eligible < 0:
        return Decimal("0.00"), "unknown"
    share = Fraction(wage.forfait_share)
    if loonwaarde_bp >= 0:
        share = min(Fraction(10_000 - loonwaarde_bp, 10_000), Fraction(wage.max_share))
    hours = Fraction(hours_c, 100) if hours_c >= 0 else Fraction(wage.full_week_hours)
    full = Fraction(wage.wml_month_eur(None if age < 0 else age)) * (1 + Fraction(wage.lasten))
    cents = share * full * hours / Fraction(wage.full_week_hours) * 100
    basis = "forfait" if loonwaarde_bp < 0 else "assumed" if eligible < 0 else "loonwaarde"
    return Decimal(int(cents + Fraction(1, 2))).scaleb(-2), basis
