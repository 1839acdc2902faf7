"""What one pair is worth: scorecard, points and loonkostensubsidie (contract, section 3)."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache

from .clean import Row, rhe
from .judge import Pair, metres_limit

PRECISE = Context(prec=50)

CONTRACT_TERM = {"onbepaald": 500, "uitzend_beding": -600, "oproep": -500}

# (from, monthly WML including 8 %), (from, werkgeverslasten)
WML_MONTH = ((date(2025, 7, 1), Fraction("2424.60")), (date(2026, 7, 1), Fraction("2523.96")))
WERKGEVERSLASTEN = ((date(2021, 7, 1), Fraction("0.235")), (date(2026, 7, 1), Fraction("0.25")))
YOUTH = {20: "0.80", 19: "0.60", 18: "0.50", 17: "0.395", 16: "0.345"}


# --- the scorecard: one function per term, in milli-log-odds ------------------------------------------------------


def months_term(person: Row) -> int:
    months = person["months_on_benefit"]
    if months is None:
        return -200
    return 200 if months < 12 else 0 if months < 24 else -400


def contract_term(vacancy: Row) -> int:
    if vacancy["contract"] == "bepaald":
        weeks = vacancy["expected_weeks"]
        if weeks is None:
            return 0
        return 350 if weeks >= 52 else 0 if weeks >= 26 else -1000
    return CONTRACT_TERM.get(vacancy["contract"], 0)


def skills_term(held: list[str] | None, asked: list[str] | None, weight: int, offset: int) -> int:
    if held is None or not asked:
        return 0
    return rhe(Fraction(weight * sum(one in held for one in asked), len(asked))) + offset


def occupation_term(person: Row, vacancy: Row) -> int:
    code = vacancy["occupation"]
    if code is None:
        return 0
    for wanted in person["occupations_wanted"] or ():
        if wanted == code or (wanted.isdigit() and code.isdigit() and code.startswith(wanted)):
            return 300
    return 0


def motivation_term(person: Row) -> int:
    return 0 if person["motivation"] is None else 150 * (person["motivation"] - 3)


def travel_term(pair: Pair) -> int:
    own, metres = pair.person["travel_max_km"], pair.metres
    if own is None or metres is None or metres_limit(own) == 0:
        return 0
    limit = metres_limit(own)
    if metres * 2 <= limit:
        return 100
    return -300 if metres * 10 > limit * 8 else 0


def support_term(person: Row, vacancy: Row) -> int:
    if not person["needs_support"] or vacancy["support_available"]:
        return 0
    return -400 if vacancy["support_available"] is None else -800


def blockers_term(person: Row) -> int:
    if person["blockers"] is None:
        return -200
    return -300 * sum(1 for one in person["blockers"] if one != "health")


def log_odds(pair: Pair) -> int:
    """z, before clipping."""
    person, vacancy = pair.person, pair.vacancy
    return (
        1520
        + months_term(person)
        + contract_term(vacancy)
        + skills_term(person["skills"], vacancy["skills_essential"], 800, -480)
        + skills_term(person["skills"], vacancy["skills_optional"], 300, 0)
        + occupation_term(person, vacancy)
        + motivation_term(person)
        + travel_term(pair)
        + support_term(person, vacancy)
        + blockers_term(person)
        + (300 if pair.fact.get("trial_done") else 0)
    )


@cache
def logistic_micro(z: int) -> int:
    """rhe(1e6 / (1 + exp(-z / 1000))), z clipped to +-12000."""
    z = max(-12_000, min(12_000, z))
    growth = PRECISE.exp(PRECISE.divide(Decimal(-z), Decimal(1000)))
    return rhe(PRECISE.divide(Decimal(1_000_000), PRECISE.add(Decimal(1), growth)))


def p_micro(pair: Pair) -> int:
    own = pair.fact.get("p_durable")
    return logistic_micro(log_odds(pair)) if own is None else rhe(own * 1_000_000)


def p_start_micro(pair: Pair) -> int:
    own = pair.fact.get("p_start")
    return 1_000_000 if own is None else rhe(own * 1_000_000)


def points(pair: Pair) -> int:
    """The pair's points."""
    if pair.fact.get("value") is not None:
        value: int = pair.fact["value"]
        return value
    person = pair.person
    v = max(0, p_micro(pair) - rhe((person["p_alone"] or 0) * 1_000_000))
    v = rhe(Fraction(v * p_start_micro(pair), 1_000_000))
    priority_milli = 1000 if person["priority"] is None else rhe(person["priority"] * 1000)
    v = rhe(Fraction(v * priority_milli, 1000))
    lane_milli = rhe(pair.world.policy.lane_value[pair.vacancy["lane"] or "regular"] * 1000)
    v = rhe(Fraction(v * lane_milli, 1000))
    hours = pair.hours
    if hours is not None and hours < 1200:
        v = rhe(Fraction(v * hours, 1200))
    return v


# --- loonkostensubsidie -------------------------------------------------------------------------------------------


def youth_share(age: int | None) -> Fraction:
    if age is None or age >= 21:
        return Fraction(1)
    return Fraction(YOUTH.get(age, "0.30"))


def in_force(rows: tuple[tuple[date, Fraction], ...], day: date) -> Fraction:
    """The newest row that holds on a day."""
    return max((row for row in rows if row[0] <= day), key=lambda row: row[0])[1]


def lks_month(
    *, day: date, age: int | None, loonwaarde_bp: int | None, lks_eligible: bool | None, hours: int | None, unpaid: bool
) -> tuple[Decimal, str]:
    """EUR per month, and its basis; ``hours`` in hundredths a week."""
    nothing = Decimal("0.00")
    if unpaid or lks_eligible is False or (loonwaarde_bp is not None and loonwaarde_bp >= 10_000):
        return nothing, "none"
    wage = in_force(WML_MONTH, day) * youth_share(age)
    if loonwaarde_bp is not None:
        basis = "assumed" if lks_eligible is None else "loonwaarde"
        gap = min(wage - Fraction(loonwaarde_bp, 10_000) * wage, Fraction("0.7") * wage)
    elif lks_eligible:
        basis = "forfait"
        gap = wage / 2
    else:
        return nothing, "unknown"
    exact = gap * (1 + in_force(WERKGEVERSLASTEN, day)) * Fraction(3600 if hours is None else hours, 3600)
    cents = (exact * 100 + Fraction(1, 2)).__floor__()  # half up; amounts are never negative
    return (Decimal(cents) / 100).quantize(nothing, ROUND_HALF_UP), basis


def lks(pair: Pair) -> tuple[Decimal, str]:
    """The pair's loonkostensubsidie."""
    return lks_month(
        day=pair.world.run_date,
        age=pair.person["age"],
        loonwaarde_bp=pair.loonwaarde_bp,
        lks_eligible=pair.person["lks_eligible"],
        hours=pair.hours,
        unpaid=pair.unpaid,
    )
