"""Compare the engine's output tables with the oracle's answer; every difference is one readable line."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .clean import Row, clean_text
from .flow import upper_bound

if TYPE_CHECKING:
    from .oracle import Expected

Rows = Sequence[Mapping[str, Any]]

TABLES: dict[str, tuple[str, ...]] = {
    "assignments": (
        "candidate_id",
        "vacancy_id",
        "employer_id",
        "agency_id",
        "lane",
        "p_durable",
        "p_start",
        "points",
        "travel_km",
        "hours_week",
        "loonwaarde_pct",
        "lks_eur_month",
        "lks_basis",
        "rank",
        "vacancy_price",
        "pinned",
        "kept",
        "to_check",
        "to_arrange",
        "alternatives",
    ),
    "unassigned": (
        "candidate_id",
        "reason",
        "rule",
        "rule_unknown",
        "missing",
        "n_eligible",
        "best_vacancy_id",
        "best_points",
        "shortfall",
    ),
    "vacancies_report": ("vacancy_id", "openings", "filled", "price", "price_next", "n_eligible", "rule"),
    "rejected": ("file", "row", "key", "column", "code", "severity"),
}
FLOATS = frozenset({"p_durable", "p_start", "travel_km", "hours_week", "loonwaarde_pct"})


def same(column: str, want: Any, got: Any) -> bool:
    """Equal as this column counts: floats to 1e-9, money as decimals, certificates in any spelling."""
    if want is None or got is None:
        return want is None and got is None
    if column in FLOATS:
        return math.isclose(want, got, rel_tol=0, abs_tol=1e-9)
    if column == "lks_eur_month":
        return isinstance(got, Decimal) and bool(got == want)
    if column == "to_arrange":
        return bool([clean_text(code) for code in got] == want)
    if isinstance(want, list):
        return list(got) == want
    return type(want) is type(got) and bool(want == got)


def compare(table: str, name: str, want: Row, got: Mapping[str, Any]) -> list[str]:
    """One line for every column of a row that differs."""
    return [
        f"{table} {name}: {column} should be {value!r}, is {got[column]!r}"
        for column, value in want.items()
        if column in got and not same(column, value, got[column])
    ]


def check_columns(outputs: Mapping[str, Any]) -> list[str]:
    """Every table is there, with the columns of the contract (more are allowed)."""
    found = []
    for table, columns in TABLES.items():
        if table not in outputs:
            found.append(f"{table}: the table is missing")
        elif len(outputs[table]) and (lacking := [c for c in columns if c not in outputs[table][0]]):
            found.append(f"{table}: lacks {', '.join(lacking)}")
    return found


def check_assignments(expected: Expected, rows: Rows) -> list[str]:
    """Feasible, optimal, and every row right."""
    found = []
    taken: Counter[str] = Counter()
    total = 0
    for row in rows:
        person, vacancy = row["candidate_id"], row["vacancy_id"]
        record = expected.by_person.get(person, {}).get(vacancy)
        taken[vacancy] += 1
        if record is None:
            found.append(f"assignments {person} -> {vacancy}: no such pair")
            continue
        if not record.eligible:
            found.append(f"assignments {person} -> {vacancy}: not eligible, fails {record.verdict.failed}")
            continue
        if record.points <= 0:
            found.append(f"assignments {person} -> {vacancy}: assigned for {record.points} points")
        total += record.points
        want = expected.assigned_row(person, vacancy)
        if same("to_arrange", record.to_arrange_also, row.get("to_arrange")):
            want["to_arrange"] = record.to_arrange_also
        found += compare("assignments", f"{person} -> {vacancy}", want, row)
    for vacancy, count in taken.items():
        if vacancy in expected.world.vacancies and count > expected.openings(vacancy):
            found.append(f"assignments {vacancy}: {count} people on {expected.openings(vacancy)} openings")
    if total != expected.optimum:
        found.append(f"assignments: {total} points, the optimum is {expected.optimum}")
    return found


def check_people(expected: Expected, assigned: Rows, unassigned: Rows) -> list[str]:
    """Everybody accepted stands in exactly one of the two tables, once; unassigned rows are right."""
    found = []
    count = Counter(row["candidate_id"] for row in (*assigned, *unassigned))
    found += [f"{person}: accepted, but in neither table" for person in expected.by_person if not count[person]]
    found += [f"{person}: stands {times} times in the plan" for person, times in count.items() if times > 1]
    for row in unassigned:
        person = row["candidate_id"]
        if person not in expected.by_person:
            found.append(f"unassigned {person}: unknown or rejected")
        else:
            found += compare("unassigned", person, expected.unassigned_row(person), row)
    return found


def check_vacancies(expected: Expected, assigned: Rows, rows: Rows) -> list[str]:
    """One right row for every accepted vacancy."""
    filled = Counter(row["vacancy_id"] for row in assigned)
    count = Counter(row["vacancy_id"] for row in rows)
    found = [f"vacancies_report {v}: {count[v]} rows" for v in expected.by_vacancy if count[v] != 1]
    for row in rows:
        vacancy = row["vacancy_id"]
        if vacancy not in expected.by_vacancy:
            found.append(f"vacancies_report {vacancy}: unknown or rejected")
        else:
            want = expected.vacancy_row(vacancy, filled[vacancy])
            found += compare("vacancies_report", vacancy, want, row)
    return found


def check_rejected(expected: Expected, rows: Rows) -> list[str]:
    """Error lines name exactly the bad rows; of several faults in a row at least one. Warnings are not looked at."""
    found = []
    covered = set()
    for row in rows:
        if row["severity"] not in ("error", "warning"):
            found.append(f"rejected: severity {row['severity']!r}")
        if row["severity"] != "error" or (file := row["file"].removesuffix(".parquet")) == "audit":
            continue
        place = (file, row["row"])
        if (row["column"], row["code"]) not in expected.faults.get(place, set()):
            allowed = sorted(expected.faults.get(place, set()))
            found.append(f"rejected {file} row {row['row']}: {row['column']} {row['code']}, expected one of {allowed}")
        covered.add(place)
    for (file, number), faults in expected.faults.items():
        if (file, number) not in covered:
            found.append(f"rejected {file} row {number}: should be rejected for {sorted(faults)}")
    return found


def check_solver(expected: Expected, solver: Mapping[str, Any]) -> list[str]:
    """Objective, bound, status and what they claim."""
    want = {
        "status": "OPTIMAL",
        "objective": expected.optimum,
        "upper_bound": expected.optimum,
        "gap": 0,
        "proof": "listed_pairs" if expected.policy.source == "pairs" else "all_pairs",
        "prices": "extreme",
    }
    return [
        f"solver: {key} should be {value!r}, is {solver.get(key)!r}"
        for key, value in want.items()
        if solver.get(key) != value
    ]


def check_bound(expected: Expected, rows: Rows) -> list[str]:
    """The published prices alone prove the optimum."""
    price = {row["vacancy_id"]: row["price"] for row in rows}
    if set(price) != set(expected.by_vacancy):
        return []  # reported elsewhere
    points = {
        person: {vacancy: record.points for vacancy, record in expected.eligible(person).items()}
        for person in expected.by_person
    }
    openings = {vacancy: expected.openings(vacancy) for vacancy in expected.by_vacancy}
    bound = upper_bound(points, openings, price)
    return [] if bound == expected.optimum else [f"vacancies_report: prices prove {bound}, not {expected.optimum}"]


def check_outputs(expected: Expected, outputs: Mapping[str, Any]) -> list[str]:
    """All differences between the engine's outputs and the oracle; empty when the engine is right.

    Parameters
    ----------
    outputs
        ``assignments``, ``unassigned``, ``vacancies_report`` and ``rejected`` as lists of row dicts; the solver
        dict as ``solver`` or inside ``manifest``. ``manifest["expected_durable"]`` is compared where present.
    """
    found = check_columns(outputs)
    if found:
        return found
    assigned = outputs["assignments"]
    found += check_assignments(expected, assigned)
    found += check_people(expected, assigned, outputs["unassigned"])
    found += check_vacancies(expected, assigned, outputs["vacancies_report"])
    found += check_rejected(expected, outputs["rejected"])
    found += check_bound(expected, outputs["vacancies_report"])
    manifest = outputs.get("manifest", {})
    solver = outputs.get("solver", manifest.get("solver"))
    found += ["solver: missing"] if solver is None else check_solver(expected, solver)
    known = [(row["candidate_id"], row["vacancy_id"]) for row in assigned]
    known = [(person, v) for person, v in known if v in expected.by_person.get(person, {})]
    if "expected_durable" in manifest:
        want = float(expected.expected_durable(known))
        if not math.isclose(want, manifest["expected_durable"], rel_tol=1e-9, abs_tol=1e-6):
            found.append(f"manifest: expected_durable should be {want}, is {manifest['expected_durable']}")
    return found
