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
from matcher.rules.scorecard import score
from matcher.verdict.checks.check import Check, require, require_equal
from matcher.verdict.checks.evidence import Evidence, number

_FILE = "assignments"


def check_plan(e: Evidence, wage: WageTable) -> Iterator[Check]:
    """Rules, seats, and all columns of assignments."""
    block = pair_block(e.problem, e.person, e.vacancy)
    verdicts = judge(e.ctx, block)
    at = e.pair(e.person, e.vacancy)
    yield require("eligible pair", _FILE, "vacancy_id", verdicts.eligible & (at >= 0))
    yield require("seats", "vacancies_report", "openings", e.filled <= e.problem.vacancies.openings)

    value = score(e.ctx, block)
    points = e.points[at]
    yield require("worth more than nothing, for nobody is pinned", _FILE, "points", points > 0)
    yield require("scorecard and search agree", _FILE, "points", points == value.points)
    facts = e.problem.facts
    starts = [int(facts.p_start_micro[fact]) if fact >= 0 else 1_000_000 for fact in block.fact.tolist()]
    columns: dict[str, list[Any]] = {
        "points": points.tolist(),
        "p_durable": [p / 1e6 for p in value.p_micro.tolist()],
        "p_start": [p / 1e6 for p in starts],
        "travel_km": [None if m < 0 else m / 1000 for m in block.road_m.tolist()],
        "hours_week": [None if c < 0 else c / 100 for c in value.hours_c.tolist()],
        "loonwaarde_pct": [None if bp < 0 else bp / 100 for bp in block.loonwaarde_bp.tolist()],
        "rank": (1 + e.per_person(_better(e, points))[e.person]).tolist(),
        "vacancy_price": e.price[e.vacancy].tolist(),
        "pinned": [False] * len(points),
        "kept": [False] * len(points),
        "to_check": _passed_on_unknown(verdicts.outcome, verdicts.passed),
        "to_arrange": _certificates(e),
        **_names(e),
        **_subsidy(e, block, value.hours_c, wage),
    }
    for column, derived in columns.items():
        yield require_equal(_FILE, column, e.column(_FILE, column), derived)
    yield from check_alternatives(e)


def check_alternatives(e: Evidence) -> Iterator[Check]:
    """Of the other eligible vacancies with openings, the first has none above it, the second one, the third two."""
    lists = e.column(_FILE, "alternatives")
    own = e.seat_of[e.row]
    other = (own >= 0) & (e.seat != own) & e.open[e.seat]
    length = np.array([-1 if seats is None else len(seats) for seats in lists], dtype=np.int64)
    yield require("number", _FILE, "alternatives", length == np.minimum(3, e.per_person(other)[e.person]))
    gain = exact_gain(e)
    for place in range(3):
        has = length > place
        words = [seats[place] for seats in lists if len(seats) > place]
        seat = np.full(e.seat_of.size, -1, dtype=np.int64)
        seat[e.person[has]] = number(words, e.codebook.vacancy_ids)
        at = e.pair(np.arange(seat.size), seat)
        fits = (at >= 0) & other[at] if e.row.size else np.zeros(seat.size, dtype=np.bool_)
        yield require("eligible, open and another one", _FILE, "alternatives", fits[e.person] | ~has)
        level = gain[at[e.row]]
        above = other & fits[e.row] & ((gain > level) | ((gain == level) & (e.seat < seat[e.row])))
        yield require("order", _FILE, "alternatives", (e.per_person(above)[e.person] == place) | ~has)


def exact_gain(e: Evidence) -> NDArray[Any]:
    """Points minus price of every eligible pair, in Python's integers where int64 would overflow."""
    price = e.price[e.seat]
    if e.row.size and int(e.points.min()) - int(price.max()) < -(2**63):
        return np.subtract(e.points, price, dtype=object)
    return e.points - price


def _better(e: Evidence, points: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Eligible pairs that are worth strictly more than what their person got."""
    got = np.zeros(e.seat_of.size, dtype=np.int64)
    got[e.person] = points
    return np.asarray(e.points > got[e.row])


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
    rows = [
        subsidy_of(wage, age=age, loonwaarde_bp=bp, eligible=eligible, hours_c=hours, unpaid=unpaid)
        for age, bp, eligible, hours, unpaid in zip(
            people.age[e.person].tolist(),
            block.loonwaarde_bp.tolist(),
            people.lks_eligible[e.person].tolist(),
            hours_c.tolist(),
            e.problem.vacancies.unpaid[e.vacancy].tolist(),
            strict=True,
        )
    ]
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
