"""Cuts, from the definitions alone: who weighs what under which limit, and that nobody who fits weighs more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .check import Rows
from .limits import Limited, Stated, StatedDistinct
from .oracle import Record

BITS = 2**20
COLUMNS = ("row", "source", "candidate_id", "vacancy_id", "weight")


@dataclass(frozen=True)
class Cut:
    """One row of limits_report of kind cut, with its people."""

    source: Stated
    bound: int
    price: Fraction  # points per unit of weight
    weight: Mapping[str, int]

    def rent(self, person: str, record: Record) -> Fraction:
        """What a pair pays for it."""
        takes = person in self.weight and self.source.weigh(record) != 0
        return self.weight[person] * self.price if takes else Fraction(0)

    def used(self, plan: Mapping[str, Record]) -> int:
        """What assigned people weigh."""
        return sum(weight for p, weight in self.weight.items() if p in plan and self.source.weigh(plan[p]) != 0)


@dataclass(frozen=True)
class ValueCut:
    """One row of limits_report of kind cut that comes from a number of distinct values, with its vacancies."""

    source: StatedDistinct
    bound: int
    price: Fraction
    weight: Mapping[str, int]

    def rent(self, vacancy: str) -> Fraction:
        """What a pair there pays for it."""
        return self.weight.get(vacancy, 0) * self.price

    def faults(self, limited: Limited, row: Mapping[str, Any], plan: Mapping[str, str]) -> list[str]:
        """Everything that is not so about it; ``plan`` says where everybody is."""
        name, openings = f"cut of distinct {self.source.column}", limited.openings
        taken = {self.source.value_of[v] for _, v in limited.must if v in self.source.value_of}
        found = [
            f"{name}: {v} weighs {w}"
            for v, w in self.weight.items()
            if w < 1 or v not in self.source.value_of or self.source.value_of[v] in taken
        ]
        if found:
            return found
        heavy: dict[str, int] = {}
        for v, w in self.weight.items():
            heavy[self.source.value_of[v]] = heavy.get(self.source.value_of[v], 0) + w * openings(v)
        left = max(0, self.source.most - len(taken))
        want = {
            "bound": sum(sorted(heavy.values())[::-1][:left]),
            "used": sum(self.weight.get(v, 0) for v in plan.values()),
            "price": float(self.price),
            "one_more": None,
        }
        found = [f"{name}: {key} {row[key]}, should be {value}" for key, value in want.items() if row[key] != value]
        return found + ([f"{name}: price {self.price}"] if self.price < 0 else [])


def split(limited: Limited, report: Rows, cuts: Rows) -> tuple[Rows, Rows, list[ValueCut], list[str]]:
    """What is left of report and cuts without the cuts of distinct values, which stand last, and those."""
    at = [k for k, row in enumerate(report) if row["kind"] == "distinct"]
    sources = {number + 1: one for number, one in zip(at, limited.distinct, strict=True)}
    theirs = [row for row in cuts if row["source"] in sources]
    rows = sorted({row["row"] for row in theirs})
    if not rows:
        return report, cuts, [], []
    if rows != list(range(len(report) - len(rows) + 1, len(report) + 1)) or cuts[-len(theirs) :] != theirs:
        return report, cuts, [], ["cuts of distinct values do not stand last"]
    made, found = [], []
    for number in rows:
        mine, row = [entry for entry in theirs if entry["row"] == number], report[number - 1]
        names = [entry["vacancy_id"] for entry in mine]
        if len({entry["source"] for entry in mine}) > 1 or names != sorted(set(filter(None, names))):
            found.append(f"cut {number}: more than one source, or vacancies out of order")
            continue
        source = sources[mine[0]["source"]]
        if any(entry["candidate_id"] is not None for entry in mine) or row["kind"] != "cut":
            found.append(f"cut {number}: no cut of vacancies")
        if (row["name"], row["id"] or "", row["sense"]) != (source.column, "", "<="):
            found.append(f"cut {number}: is called {row['name']}")
        weight = {entry["vacancy_id"]: entry["weight"] for entry in mine}
        made.append(ValueCut(source, int(row["bound"]), Fraction(row["price_scaled"], BITS), weight))
    left = [row for row in cuts if row["source"] not in sources]
    return report[: len(report) - len(rows)], left, made, found


def cuts_of(limited: Limited, report: Rows, cuts: Rows, row_of: Sequence[int]) -> tuple[list[Cut], list[str]]:
    """Put the two tables together; ``row_of`` says at which row of the report everything stated stands."""
    if any(row["vacancy_id"] is not None for row in cuts):
        return [], ["cuts: a vacancy in a cut of people"]
    rows = [at for at, row in enumerate(report) if row["kind"] == "cut"]
    if not rows:
        return [], ["cuts: a table without cuts"] if cuts else []
    if rows != list(range(len(report) - len(rows), len(report))):
        return [], ["limits_report: cuts stand last"]
    if {row["row"] - 1 for row in cuts} != set(rows) or list(cuts[0]) != list(COLUMNS):
        return [], ["cuts: other rows than limits_report has"]
    keys = [(row["row"], row["candidate_id"]) for row in cuts]
    if keys != sorted(set(keys)):
        return [], ["cuts: not in order, or somebody twice"]
    made, found = [], []
    for at in rows:
        mine, row = [entry for entry in cuts if entry["row"] == at + 1], report[at]
        sources = {entry["source"] - 1 for entry in mine}
        source = next((limited.stated[k] for k, place in enumerate(row_of) if sources == {place}), None)
        if source is None:
            found.append(f"cut {at + 1}: sources {sources}")
            continue
        if (row["name"], row["id"] or "", row["sense"]) != (source.name, source.id, "<="):
            found.append(f"cut {at + 1}: is called {row['name']} {row['id']}, comes from {source.key}")
        price = Fraction(row["price_scaled"], BITS)
        made.append(Cut(source, int(row["bound"]), price, {one["candidate_id"]: one["weight"] for one in mine}))
    return made, found


def cut_faults(limited: Limited, cut: Cut, row: Mapping[str, Any], plan: Mapping[str, Record]) -> list[str]:
    """Everything that is not so about one cut."""
    source, must = cut.source, dict(limited.must)
    name, found = f"cut of {source.key}", []
    if source.sense != "<=" or source.weight is not None:
        return [f"{name}: that limit may be exceeded"]
    least: dict[str, Fraction] = {}
    for person, records in limited.by_person.items():
        if person in must:
            continue
        open_to = {v: r for v, r in records.items() if r.eligible and limited.openings(v) and not limited.held(v)}
        taken = [source.weigh(record) for record in open_to.values()]
        if any(amount < 0 for amount in taken):
            found.append(f"{name}: {person} may take less than nothing")
        if any(taken):
            least[person] = min(amount for amount in taken if amount)
    found += [f"{name}: {p} weighs {w}" for p, w in cut.weight.items() if p not in least or w < 1]
    if found:
        return found
    pins = sum((source.weigh(limited.by_person[p][v]) for p, v in must.items()), start=Fraction(0))
    most = heaviest([(least[p], w) for p, w in cut.weight.items()], source.bound - pins)
    more = heaviest([(least[p], w) for p, w in cut.weight.items()], source.bound - pins + 1)
    want = {"bound": most, "used": cut.used(plan), "price": float(cut.price), "one_more": None}
    found += [f"{name}: {key} {row[key]}, should be {value}" for key, value in want.items() if row[key] != value]
    if cut.price < 0:
        found.append(f"{name}: price {cut.price}")
    return found + ([f"{name}: one unit more shrinks it"] if more < most else [])


def one_more(stated: Stated, price: Fraction, cuts: Sequence[Cut], limited: Limited) -> Fraction:
    """What one unit more brings: the price, and what the cuts of that limit give way."""
    total, must = price, dict(limited.must)
    for cut in cuts:
        if cut.source is not stated:
            continue
        pins = sum((stated.weigh(limited.by_person[p][v]) for p, v in must.items()), start=Fraction(0))
        sizes = [(least_of(limited, stated, person), weight) for person, weight in cut.weight.items()]
        room = stated.bound - pins
        total += (heaviest(sizes, room + 1) - heaviest(sizes, room)) * cut.price
    return total


def least_of(limited: Limited, stated: Stated, person: str) -> Fraction:
    """The least that a pair of somebody takes, of those that take something."""
    records = limited.by_person[person].items()
    open_to = [r for v, r in records if r.eligible and limited.openings(v) and not limited.held(v)]
    return min(amount for record in open_to if (amount := stated.weigh(record)))


def heaviest(people: Sequence[tuple[Fraction, int]], room: Fraction) -> int:
    """The most that people weigh who fit together: all that can be reached, size by size."""
    best: dict[Fraction, int] = {Fraction(0): 0}
    for size, weight in people:
        for used, total in list(best.items()):
            if used + size <= room:
                best[used + size] = max(best.get(used + size, 0), total + weight)
    return max(best.values())
