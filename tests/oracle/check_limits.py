"""Compare the engine's output tables with the oracle where limits or pins hold; every difference is one readable line."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .check import Rows, check_columns, check_rejected, compare, same
from .check_cuts import Cut, ValueCut, cut_faults, cuts_of, one_more, split
from .clean import Row
from .limits import Limited, Stated
from .oracle import Expected, Record

COLUMNS = ("name", "kind", "id", "sense", "bound", "used", "price", "price_scaled", "one_more")
KINDS = ("quota", "budget", "durable_share", "employers", "agencies", "coaches", "resources", "job", "distinct", "cut")
BITS = 2**20
GAP = 0.0005  # [solve] gap, where the policy says nothing and there is more than flow


@dataclass
class Plan:
    """What the engine published, by id."""

    limited: Limited
    seat_of: dict[str, str]
    price: dict[str, int | None]
    price_next: dict[str, int]
    row_price: list[Fraction] = field(default_factory=list)  # points per unit, in the order of what is stated
    cuts: list[Cut] = field(default_factory=list)
    value_cuts: list[ValueCut] = field(default_factory=list)

    @property
    def filled(self) -> Counter[str]:
        return Counter(self.seat_of.values())

    def record(self, person: str) -> Record | None:
        return self.limited.by_person.get(person, {}).get(self.seat_of[person])

    def used(self, row: Stated) -> Fraction:
        records = [record for person in self.seat_of if (record := self.record(person)) is not None]
        return sum((row.weigh(record) for record in records), start=Fraction(0))

    def penalty(self, row: Stated) -> int | None:
        """Points lost; None where a hard limit is broken."""
        over = self.used(row) - row.bound if row.sense == "<=" else row.bound - self.used(row)
        if over <= 0:
            return 0
        return None if row.weight is None else row.weight * math.ceil(over)


def plan_of(limited: Limited, outputs: Mapping[str, Any]) -> Plan:
    return Plan(
        limited,
        {row["candidate_id"]: row["vacancy_id"] for row in outputs["assignments"]},
        {row["vacancy_id"]: row["price"] for row in outputs["vacancies_report"]},
        {row["vacancy_id"]: row["price_next"] for row in outputs["vacancies_report"]},
    )


# --- the plan -----------------------------------------------------------------------------------------------------


def check_plan(plan: Plan, rows: Rows) -> list[str]:
    """Pairs that exist, are eligible and worth something; seats, pins, limits and values in use within their bounds."""
    limited, found = plan.limited, []
    for person, times in Counter(row["candidate_id"] for row in rows).items():
        if times > 1:
            found.append(f"assignments {person}: {times} vacancies")
    for person, vacancy in plan.seat_of.items():
        record = plan.record(person)
        if record is None:
            found.append(f"assignments {person} -> {vacancy}: no such pair")
        elif not record.eligible:
            found.append(f"assignments {person} -> {vacancy}: not eligible, fails {record.verdict.failed}")
        elif record.points <= 0 and (person, vacancy) not in limited.must:
            found.append(f"assignments {person} -> {vacancy}: assigned for {record.points} points")
    for vacancy, count in plan.filled.items():
        if vacancy in limited.world.vacancies and count > limited.openings(vacancy):
            found.append(f"assignments {vacancy}: {count} people on {limited.openings(vacancy)} openings")
    found += [f"must {p} -> {v}: not in the plan" for p, v in limited.must if plan.seat_of.get(p) != v]
    for row in limited.stated:
        if plan.penalty(row) is None:
            found.append(f"limit {row.key}: used {plan.used(row)}, bound {row.bound}")
    for one in limited.distinct:
        values = {one.value_of[v] for v in plan.filled if v in one.value_of}
        if len(values) > one.most:
            found.append(f"distinct {one.column}: {len(values)} values in use, at most {one.most}")
    return found


def check_rows(plan: Plan, outputs: Mapping[str, Any]) -> list[str]:
    """Every column of every row, given the plan and its prices."""
    limited = plan.limited
    given = Expected(limited.world, limited.by_person, limited.by_vacancy, 0, plan.seat_of, plan.price, plan.price_next)
    found = []
    for row in outputs["assignments"]:
        person, vacancy = row["candidate_id"], row["vacancy_id"]
        record = plan.record(person)
        if record is None or not record.eligible:
            continue
        want = given.assigned_row(person, vacancy) | {"pinned": (person, vacancy) in limited.must}
        if same("to_arrange", record.to_arrange_also, row.get("to_arrange")):
            want["to_arrange"] = record.to_arrange_also
        found += compare("assignments", f"{person} -> {vacancy}", want, row)
    count = Counter(row["candidate_id"] for row in (*outputs["assignments"], *outputs["unassigned"]))
    found += [
        f"{person}: stands {count[person]} times in the plan" for person in limited.by_person if count[person] != 1
    ]
    for row in outputs["unassigned"]:
        person = row["candidate_id"]
        if person in limited.by_person:
            want = given.unassigned_row(person)
            if want["reason"] == "OUTCOMPETED" and policy_stands_between(plan, person):
                want["reason"] = "LIMITED_BY_POLICY"
            found += compare("unassigned", person, want, row)
        else:
            found.append(f"unassigned {person}: unknown or rejected")
    return found + check_vacancies(plan, given, outputs["vacancies_report"])


def policy_stands_between(plan: Plan, person: str) -> bool:
    """An eligible vacancy has points > 0, and either more points than its price or a free opening."""
    for vacancy, record in plan.limited.by_person[person].items():
        if record.eligible and record.points > 0:
            price = plan.price[vacancy]
            free = plan.filled[vacancy] < plan.limited.openings(vacancy)
            if free or (price is not None and record.points > price):
                return True
    return False


def check_vacancies(plan: Plan, given: Expected, rows: Rows) -> list[str]:
    """One right row for every accepted vacancy; prices stand where they may, on the right side of 0."""
    limited, found = plan.limited, []
    count = Counter(row["vacancy_id"] for row in rows)
    found += [f"vacancies_report {v}: {count[v]} rows" for v in limited.by_vacancy if count[v] != 1]
    for row in rows:
        vacancy, price = row["vacancy_id"], row["price"]
        if vacancy not in limited.by_vacancy:
            found.append(f"vacancies_report {vacancy}: unknown or rejected")
            continue
        want = given.vacancy_row(vacancy, plan.filled[vacancy])
        found += compare("vacancies_report", vacancy, want, row)
        none = limited.openings(vacancy) == 0 or limited.held(vacancy)
        if (price is None) is not none or (price is not None and (not isinstance(price, int) or price < 0)):
            found.append(f"vacancies_report {vacancy}: price {price!r}")
        if not isinstance(row["price_next"], int) or row["price_next"] < 0:
            found.append(f"vacancies_report {vacancy}: price_next {row['price_next']!r}")
    return found


# --- limits_report ------------------------------------------------------------------------------------------------


def check_report(plan: Plan, rows: Rows, cuts: Rows) -> list[str]:
    """One row for everything stated, in the order of the contract's words, with the right figures; then the cuts."""
    limited, found = plan.limited, []
    if lacking := [column for column in COLUMNS if len(rows) and column not in rows[0]]:
        return [f"limits_report: lacks {', '.join(lacking)}"]
    order = [KINDS.index(row["kind"]) if row["kind"] in KINDS else -1 for row in rows]
    if order != sorted(order) or -1 in order:
        found.append(f"limits_report: kinds {[row['kind'] for row in rows]}")
    left = [row for row in rows if row["kind"] != "cut"]
    row_of = []
    plan.row_price = [Fraction(0)] * len(limited.stated)
    for k, stated in enumerate(limited.stated):
        bound, used = float(stated.bound), float(plan.used(stated))
        name = (stated.name, stated.kind, stated.id, stated.sense)
        mine = [row for row in left if (row["name"], row["kind"], row["id"] or "", row["sense"]) == name]
        if not mine:
            found.append(f"limits_report: lacks {stated.key}")
            continue
        row = min(mine, key=lambda row: abs(row["bound"] - bound) + abs(row["used"] - used))
        left.remove(row)
        row_of.append(next(at for at, one in enumerate(rows) if one is row))
        if not math.isclose(row["bound"], bound, rel_tol=1e-12, abs_tol=1e-9):
            found.append(f"limits_report {stated.key}: bound {row['bound']}, should be {bound}")
        if not math.isclose(row["used"], used, rel_tol=1e-12, abs_tol=1e-9):
            found.append(f"limits_report {stated.key}: used {row['used']}, should be {used}")
        plan.row_price[k] = Fraction(row["price_scaled"], BITS)
        found += [f"limits_report {stated.key}: {word}" for word in price_faults(stated, row)]
    for one in limited.distinct:
        values = len({one.value_of[v] for v in plan.filled if v in one.value_of})
        want = {"name": one.column, "kind": "distinct", "sense": "<=", "bound": one.most, "used": values, "price": 0}
        want["one_more"] = None
        mine = [row for row in left if all(row[key] == value for key, value in want.items())]
        if mine:
            left.remove(mine[0])
        else:
            found.append(f"limits_report: lacks {want}")
    found += [f"limits_report: nobody stated {row}" for row in left]
    return found or check_cuts(plan, rows, cuts, row_of)


def check_cuts(plan: Plan, rows: Rows, cuts: Rows, row_of: Sequence[int]) -> list[str]:
    """Every cut follows from its limit, and every limit says what one unit more would bring."""
    all_rows = rows
    rows, cuts, plan.value_cuts, found = split(plan.limited, rows, cuts)
    for value_cut, row in zip(plan.value_cuts, all_rows[len(rows) :], strict=True):
        found += value_cut.faults(plan.limited, row, plan.seat_of)
    if found:
        return found
    plan.cuts, found = cuts_of(plan.limited, rows, cuts, row_of)
    if found:
        return found
    assigned = {person: record for person in plan.seat_of if (record := plan.record(person)) is not None}
    for cut, row in zip(plan.cuts, [row for row in rows if row["kind"] == "cut"], strict=True):
        found += cut_faults(plan.limited, cut, row, assigned)
    if found:
        return found
    for stated, price, at in zip(plan.limited.stated, plan.row_price, row_of, strict=True):
        more = float(one_more(stated, price, plan.cuts, plan.limited))
        if not math.isclose(rows[at]["one_more"], more, rel_tol=1e-12, abs_tol=0):
            found.append(f"limits_report {stated.key}: one_more {rows[at]['one_more']}, should be {more}")
    return found


def price_faults(stated: Stated, row: Mapping[str, Any]) -> list[str]:
    """The price on its side of 0, within the weight of a soft limit, and the same number twice."""
    found, price = [], Fraction(row["price_scaled"], BITS)
    if not math.isclose(row["price"], float(price), rel_tol=1e-12, abs_tol=0):
        found.append(f"price {row['price']}, price_scaled says {float(price)}")
    if (price < 0) if stated.sense == "<=" else (price > 0):
        found.append(f"price {float(price)} on the wrong side of 0")
    if stated.weight is not None and abs(price) > stated.weight:
        found.append(f"price {float(price)} above its weight {stated.weight}")
    return found


def bound_of(plan: Plan) -> int:
    """What the published prices prove, by the formula of section 5."""
    limited = plan.limited
    total = Fraction(0)
    for vacancy, price in plan.price.items():
        total += limited.openings(vacancy) * (price or 0)
    for k, stated in enumerate(limited.stated):
        total += stated.bound * plan.row_price[k]
    total += sum((cut.bound * cut.price for cut in [*plan.cuts, *plan.value_cuts]), start=Fraction(0))
    priced = [(stated, price) for stated, price in zip(limited.stated, plan.row_price, strict=True) if price]
    must = dict(limited.must)
    for person, records in limited.by_person.items():
        margins = []
        for vacancy, record in records.items():
            price = plan.price[vacancy]
            pinned = must.get(person) == vacancy
            if not record.eligible or (person in must and not pinned) or (price is None and not pinned):
                continue
            rent = sum((stated.weigh(record) * y for stated, y in priced), start=Fraction(0))
            rent += sum((cut.rent(person, record) for cut in plan.cuts), start=Fraction(0))
            rent += sum((cut.rent(vacancy) for cut in plan.value_cuts), start=Fraction(0))
            margins.append(record.points - (price or 0) - rent)
        total += max(margins) if person in must else max([Fraction(0), *margins])
    return math.floor(total)


# --- what the solver says -----------------------------------------------------------------------------------------


def check_solver(plan: Plan, solver: Mapping[str, Any], optimum: int | None) -> list[str]:
    """Sums, bound, gap and status; ``optimum`` where it is known."""
    found = []
    records = [record for person in plan.seat_of if (record := plan.record(person)) is not None]
    points = sum(record.points for record in records)
    penalties = sum(plan.penalty(row) or 0 for row in plan.limited.stated)
    bound, objective = solver["upper_bound"], points - penalties
    gap = (bound - objective) / max(1, abs(objective))
    accepted = float(plan.limited.world.policy.gap if plan.limited.world.policy.gap is not None else GAP)
    only_pairs = plan.limited.world.policy.source == "pairs"
    want: Row = {
        "points_total": points,
        "penalties": penalties,
        "objective": objective,
        "upper_bound": bound_of(plan),
        "proof": "listed_pairs" if only_pairs else "all_pairs",
        "status": "OPTIMAL" if bound == objective else "WITHIN_GAP" if gap <= accepted else "FEASIBLE",
    }
    found += [f"solver: {k} should be {v!r}, is {solver.get(k)!r}" for k, v in want.items() if solver.get(k) != v]
    if not math.isclose(gap, solver["gap"], rel_tol=1e-12):
        found.append(f"solver: gap should be {gap}, is {solver['gap']}")
    if solver["prices"] not in ("extreme", "some_optimal"):
        found.append(f"solver: prices {solver['prices']!r}")
    if optimum is not None:
        if bound < optimum:
            found.append(f"solver: the bound {bound} lies below the optimum {optimum}")
        if objective > optimum:
            found.append(f"solver: the objective {objective} lies above the optimum {optimum}")
        search = solver.get("search_bound")
        if search is not None and search < optimum:
            found.append(f"solver: search_bound {search} lies below the optimum {optimum}")
        if optimum - objective > accepted * max(1, abs(objective)):
            found.append(f"solver: {objective} found, the optimum is {optimum}")
    return found


def check_limited(limited: Limited, outputs: Mapping[str, Any], optimum: int | None) -> list[str]:
    """All differences between the engine's outputs and the oracle; empty when the engine is right.

    Parameters
    ----------
    outputs
        As for :func:`check_outputs`, and ``limits_report``; ``cuts`` where there are any.
    optimum
        The best value there is; None where nobody worked it out.
    """
    found = check_columns(outputs)
    if found or "limits_report" not in outputs:
        return [*found, *(["limits_report: the table is missing"] if "limits_report" not in outputs else [])]
    plan = plan_of(limited, outputs)
    found = check_plan(plan, outputs["assignments"])
    if set(plan.price) != set(limited.by_vacancy):
        return [*found, "vacancies_report: other vacancies than were accepted"]
    if found:
        return found
    found += check_rows(plan, outputs)
    found += check_report(plan, outputs["limits_report"], outputs.get("cuts", []))
    found += check_solver(plan, outputs["manifest"]["solver"], optimum)
    faults: Sequence[str] = check_rejected(expected_faults(limited), outputs["rejected"])
    manifest = outputs["manifest"]
    if "expected_durable" in manifest:
        paid = [record for person in plan.seat_of if (record := plan.record(person)) and not record.pair.unpaid]
        durable = float(sum(Fraction(r.p_start_micro * r.p_micro, 10**12) for r in paid))
        if not math.isclose(durable, manifest["expected_durable"], rel_tol=1e-9, abs_tol=1e-6):
            found.append(f"manifest: expected_durable should be {durable}, is {manifest['expected_durable']}")
    return [*found, *faults]


def refusal_faults(limited: Limited, refused: Exception) -> list[str]:
    """Only a pin or a limit in a row that cannot be used stops a run."""
    named = re.match(r"(\w+)\.parquet, row (\d+).*never left out", str(refused))
    right = named is not None and (named[1], int(named[2])) in limited.world.faults
    return [] if right else [f"refused: {refused}"]


def expected_faults(limited: Limited) -> Expected:
    """Only the faults of it are looked at."""
    return Expected(limited.world, {}, {}, 0, {}, {}, {})
