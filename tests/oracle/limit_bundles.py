"""Random bundles with every kind of limit, a few pins among them: tight, tie-rich, overlapping, and some that nobody can keep.

People and vacancies are those of :mod:`.bundles`, only more easily eligible, so that it is the limits that decide.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from .bundles import (
    AGENCIES,
    INF,
    Breaker,
    Bundle,
    Profile,
    Row,
    break_rows,
    build_tables,
    draw_names,
    draw_other_tables,
    draw_pair,
    draw_person,
    draw_policy,
    draw_profile,
    draw_vacancy,
    put,
)

RESOURCES = ["bus", "Bus", "budget é", "desk"]
COACHES = ["coach-1", "coach-2", "COACH-2"]
EMPLOYERS = ["emp-1", "emp-2", "emp-3"]
VALUES = [[7], [1, 2], [-3, 0, 1, 400_000, 700_000, 700_001], [5, 10, 10, 20]]
Condition = list[Any]
LIMIT_BREAKERS: dict[str, list[Breaker]] = {
    "coaches": [put("coach_id", None), put("hours_per_week", -1, INF)],
    "resources": [put("resource_id", " "), put("capacity", -1), put("minimum", 1.5)],
    "employers": [put("max_placements", -1, 2.5)],
}


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


# --- filters ------------------------------------------------------------------------------------------------------


def person_filters(p: Profile) -> list[Condition]:
    """Conditions that part a handful of people: numbers, dates, lists, texts, ids, null."""
    rng = p.rng
    return [
        ["age", rng.choice(["<", "<=", ">", ">=", "==", "!="]), rng.choice([18, 21, 27, 45])],
        ["months_on_benefit", rng.choice([">=", "<"]), rng.choice([12, 24])],
        ["needs_support", rng.choice(["==", "!="]), p.hit(0.5)],
        ["lks_eligible", "==", p.hit(0.5)],
        ["available_from", rng.choice(["<", "<=", ">=", "!="]), rng.choice(p.starts) + timedelta(rng.choice([0, -1]))],
        ["available_until", "is_null", p.hit(0.5)],
        ["loonwaarde_pct", "is_null", p.hit(0.5)],
        ["loonwaarde_pct", rng.choice(["<", ">="]), rng.choice([30, 55.5, 80])],
        ["licences", "contains", rng.choice(["B", " ce", "am"])],
        ["skills", "contains", rng.choice(["skill-1", "CAFÉ-SERVICE"])],
        ["region", rng.choice(["==", "!="]), rng.choice(["twente", " TWENTE", "Utrecht"])],
        ["coach_id", rng.choice(["in", "not_in"]), rng.sample(COACHES, 2)],
        ["candidate_id", "!=", "nobody"],
        ["transport", "contains", "bike"],
        ["hours_max", rng.choice(["<", ">="]), rng.choice([12, 24, 32])],
        ["p_alone", rng.choice(["<", ">"]), rng.choice([0.05, 0.333333])],
        ["education_level", "in", [1, 2, 3]],
    ]


def vacancy_filters(p: Profile) -> list[Condition]:
    rng = p.rng
    return [
        ["growth_sector", "==", p.hit(0.5)],
        ["employer_id", rng.choice(["==", "!=", "in", "not_in"]), rng.choice(EMPLOYERS)],
        ["agency_id", "is_null", p.hit(0.5)],
        ["contract", rng.choice(["in", "not_in"]), ["onbepaald", "Bepaald"]],
        ["start_date", rng.choice(["<=", ">", "=="]), rng.choice(p.starts)],
        ["openings", ">=", rng.choice([1, 2])],
        ["hourly_wage", rng.choice(["<", ">="]), rng.choice([14.99, 15])],
        ["employer.preferred", "==", p.hit(0.5)],
        ["employer.name", "!=", "firma 1"],
        ["agency.admitted_until", ">=", rng.choice(p.starts)],
        ["shifts", "contains", "Day"],
        ["title", "==", "MAGAZIJN"],
        ["occupation", "in", ["9112", "5223"]],
        ["sector", "is_null", p.hit(0.5)],
    ]


def pair_filters(p: Profile) -> list[Condition]:
    rng = p.rng
    return [
        ["p_durable", rng.choice([">=", "<"]), rng.choice([0.5, 0.7, 0.812500])],
        ["p_start", rng.choice(["<", "=="]), rng.choice([1, 0.333333])],
        ["points", rng.choice([">", "<=", "=="]), rng.choice([1, 10, 400000])],
        ["travel_km", rng.choice(["<=", ">"]), rng.choice([3.2, 5, 10])],
        ["travel_km", "is_null", p.hit(0.5)],
        ["hours_week", rng.choice([">=", "<"]), rng.choice([12, 24])],
        ["loonwaarde_pct", "<", 100],
        ["lks_eur_month", ">", 0],
        ["trial_done", rng.choice(["==", "!="]), p.hit(0.5)],
    ]


def fitted(condition: Condition) -> Condition:
    """A list where the operator wants one, a single value where it does not."""
    column, operator, value = condition
    if operator in ("in", "not_in") and not isinstance(value, list):
        value = [value]
    return [column, operator, value]


def filter_lines(p: Profile) -> list[str]:
    """Zero to two conditions per side."""
    lines = []
    sides: list[tuple[str, Callable[[Profile], list[Condition]], float]] = [
        ("candidates", person_filters, 0.5),
        ("vacancies", vacancy_filters, 0.35),
        ("pairs", pair_filters, 0.25),
    ]
    for side, conditions, chance in sides:
        if p.hit(chance):
            drawn = p.rng.sample(conditions(p), p.rng.choice([1, 1, 2]))
            lines.append(f"{side} = {toml([fitted(one) for one in drawn])}")
    return lines


# --- the policy's limits ------------------------------------------------------------------------------------------


def quota_lines(p: Profile, name: str, people: int) -> list[str]:
    """A count or a share, from one side or from both, hard or soft."""
    rng = p.rng
    lines = ["[[quota]]", f"name = {toml(name)}", *filter_lines(p)]
    low, high = sorted(rng.choice([0, 1, 1, 2, 3, people]) for _ in range(2))
    kind = rng.choices(["min", "max", "both", "min_share", "max_share", "shares", "mixed"], [3, 4, 2, 3, 3, 1, 1])[0]
    shares = sorted(rng.choice(["0", "0.25", "0.333333", "0.5", "0.75", "0.999999", "1"]) for _ in range(2))
    if kind in ("min", "both", "mixed"):
        lines.append(f"min = {max(1, low) if kind == 'mixed' else low}")
    if kind in ("max", "both"):
        lines.append(f"max = {high}")
    if kind in ("min_share", "shares", "mixed"):
        lines.append(f"min_share = {shares[0]}")
    if kind in ("max_share", "shares"):
        lines.append(f"max_share = {shares[1]}")
    if p.hit(0.6):
        lines += ["soft = true", f"weight = {rng.choice([1, 2, 7, 300_000, 10**6, 10**12])}"]
    elif p.hit(0.3):
        lines.append("soft = false")
    return lines


def limit_policy(p: Profile, people: int, resources: list[str]) -> str:
    """Sections about limits, any number of them."""
    rng, lines = p.rng, []
    for i in range(rng.choice([0, 0, 1, 1, 2, 3])):
        lines += quota_lines(p, rng.choice(["", "Jeugd é ", "quota "]) + str(i), people)
    for i in range(rng.choice([0, 0, 0, 1, 2])):
        top: dict[str, list[Any]] = {
            "lks_eur_month": [0, 500, 1234.56, 3000, 250000],
            "coach_hours": [0, 2, 2.5, 4.75],
            "placements": [0, 1, 2, people],
        } | {name: [0, 2, 5] for name in resources[:2]}
        unit = rng.choice([*top, "lks_eur_month"])
        lines += ["[[budget]]", f'name = "budget {i}"', f"unit = {toml(unit)}", f"max = {rng.choice(top[unit])}"]
        lines += filter_lines(p)
    if p.hit(0.15):
        column = rng.choice(["instrument", "employer_id", "agency_id", "sector", "contract"])
        lines += ["[[distinct]]", f'column = "{column}"', f"max = {rng.choice([0, 1, 1, 2])}"]
    if p.hit(0.2):
        lines += ["[durable_share]", f"min = {rng.choice([0, 0.5, 0.75, 0.812345, 0.95])}"]
    return "\n".join(lines) + "\n"


# --- the tables' limits -------------------------------------------------------------------------------------------


def draw_uses(p: Profile) -> list[Row] | None:
    """What one row takes; sometimes of a resource that nobody limits."""
    if p.hit(0.5):
        return p.rng.choice([None, []])
    names = p.rng.sample([*RESOURCES, "air"], p.rng.choice([1, 1, 2]))
    return [{"resource_id": name, "amount": p.rng.choice([0, 1, 1, 2, 3])} for name in names]


def draw_limit_tables(p: Profile, rows: dict[str, list[Row]], people: int) -> None:
    """Limits of employers, agencies, coaches and resources, and twins by job."""
    rng, few = p.rng, [None, 0, 1, 1, 2, people]
    if p.hit(0.5):
        rows["employers"] = [
            {
                "employer_id": name,
                "name": f"Firma {i}",
                "preferred": p.hit(0.5),
                "max_placements": rng.choice(few),
                "max_supported": rng.choice(few),
            }
            for i, name in enumerate([*EMPLOYERS, "emp-nobody"])
            if p.hit(0.8)
        ]
    if p.hit(0.4):
        for row in rows.setdefault("agencies", [{"agency_id": name, "admitted_until": None} for name in AGENCIES[:2]]):
            row["max_placements"] = rng.choice(few)
    if p.hit(0.5):
        hours = [None, 0, 1, 2, 2.5, 4, 4.5, 40]
        rows["coaches"] = [{"coach_id": name, "hours_per_week": rng.choice(hours)} for name in COACHES if p.hit(0.8)]
        for row in rows["candidates"]:
            row["coach_id"] = rng.choice([None, *COACHES, "coach-9"])
            row["coach_hours"] = rng.choice([None, 0, 0.25, 1, 2.5])
    if p.hit(0.5):
        rows["resources"] = []
        for name in RESOURCES:
            if p.hit(0.8):
                capacity = rng.choice([None, 0, 1, 2, 3, 5, 10])
                low = rng.choice([*[None] * 9, 0, 1, 2])
                if capacity is not None and low is not None:
                    low = min(low, capacity)
                rows["resources"].append({"resource_id": name, "capacity": capacity, "minimum": low})
        for file in ("candidates", "vacancies", "pairs"):
            for row in rows.get(file, []) if p.hit(0.7) else []:
                row["uses"] = draw_uses(p)
    if p.hit(0.35):
        for row in rows["vacancies"]:
            row["job_id"] = rng.choice([None, "job-1", "job-1", "JOB-1", "job-2"])


def draw_dense_pair(p: Profile, person: Row, vacancy: Row, values: list[int]) -> Row:
    """Somebody says what the pair is worth, and often that it may be."""
    return draw_pair(p, person, vacancy) | {
        "eligible": p.rng.choices([True, None, False], [70, 25, 5])[0],
        "value": p.maybe(0.6, values),
        "pin": p.rng.choices([None, "forbid", "must"], [90, 4, 6])[0] if p.hit(0.2) else None,
    }


def random_limit_bundle(seed: int, people: int, vacancies: int, *, rich: bool = True) -> Bundle:
    """A bundle of about this size with limits; the same seed gives the same bundle."""
    rng = random.Random(f"limits {seed}")
    p = draw_profile(rng, rich)
    p.fine, p.kind, p.scarce = False, rng.choice(["plain"] * 9 + ["no_places"]), rng.choice([0.05, 0.3])
    p.give, p.ask, p.null = 0.99, rng.choice([0.02, 0.08]), rng.choice([0, 0, 0.04])
    p.pair_share = 0.9 if p.only_pairs else rng.choice([0.2, 0.6, 0.9])
    p.bad = rng.choice([0, 0, p.bad])
    values = rng.choice(VALUES)
    rows: dict[str, list[Row]] = {
        "candidates": [draw_person(p, name) for name in draw_names(p, "c", people)],
        "vacancies": [draw_vacancy(p, name) for name in draw_names(p, "v", vacancies)],
    }
    pairs = [
        draw_dense_pair(p, person, vacancy, values)
        for person in rows["candidates"]
        for vacancy in rows["vacancies"]
        if p.hit(p.pair_share)
    ]
    if pairs:
        rows["pairs"] = pairs
    else:
        p.only_pairs = False
    draw_other_tables(p, rows)
    draw_limit_tables(p, rows, people)
    names = [row["resource_id"] for row in rows.get("resources", [])]
    break_rows(p, rows, LIMIT_BREAKERS)
    base = draw_policy(p) or f"[run]\nrun_date = {p.run_date.isoformat()}\n"
    policy = base + limit_policy(p, people, names)
    return Bundle(build_tables(p, rows), policy, p.run_date)
