"""What a bundle states about limits, and the best plan within them (contract, sections 1, 5 and 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from .bundles import Bundle
from .clean import KEY_OF, Row, World, rhe
from .filters import all_hold
from .oracle import Record, records_of, world_of
from .puzzle import Limit, Option, Puzzle

Weigh = Callable[[Record], Fraction]
Name = tuple[str, str, str, str]  # name, kind, id, sense


@dataclass(frozen=True)
class Stated:
    """One side of one limit, in the units of those who stated it.

    Attributes
    ----------
    bound
        Units: euros, hours, people. 0 for a limit that is a share.
    parts
        So many parts make a unit, and every weight is a whole number of parts.
    weight
        Points lost per missing or excess unit; None where it must hold.
    """

    name: str
    kind: str
    id: str
    sense: str
    bound: Fraction
    weigh: Weigh
    parts: int = 1
    weight: int | None = None

    @property
    def key(self) -> Name:
        return self.name, self.kind, self.id, self.sense


@dataclass(frozen=True)
class StatedDistinct:
    """At most so many values of a vacancy's column in use."""

    column: str
    value_of: Mapping[str, str]
    most: int


@dataclass(frozen=True)
class Limited:
    """A bundle with everything that limits it."""

    world: World
    by_person: dict[str, dict[str, Record]]
    by_vacancy: dict[str, dict[str, Record]]
    stated: tuple[Stated, ...]
    distinct: tuple[StatedDistinct, ...]
    must: tuple[tuple[str, str], ...]
    puzzle: Puzzle

    def openings(self, vacancy: str) -> int:
        openings: int = self.world.vacancies[vacancy]["openings"]
        return openings

    def held(self, vacancy: str) -> bool:
        """Every opening belongs to somebody who must have it."""
        return 0 < self.openings(vacancy) <= sum(seat == vacancy for _, seat in self.must)


def coach_hours(record: Record) -> Fraction:
    """Hours of a coach that a person takes, as known; 2 where support is needed and they are unknown."""
    person = record.pair.person
    if person["coach_hours"] is not None:
        return Fraction(rhe(person["coach_hours"] * 100), 100)
    return Fraction(2) if person["needs_support"] else Fraction(0)


def uses_of(resource: str) -> Weigh:
    """What a placement takes of a resource: the person's part, the vacancy's and the pair's."""

    def weigh(record: Record) -> Fraction:
        rows: Iterable[Row] = (record.pair.person, record.pair.vacancy, record.pair.fact)
        return Fraction(sum((row.get("uses") or {}).get(resource, 0) for row in rows))

    return weigh


def counted(test: Callable[[Record], bool]) -> Weigh:
    """1 for the pairs that pass a test."""
    return lambda record: Fraction(int(test(record)))


def quota_rows(section: dict[str, Any]) -> Iterable[Stated]:
    """One side, or two."""
    matches = counted(lambda record: all_hold(record, section))
    weight = section["weight"] if section.get("soft", False) else None
    for key, sense in (("min", ">="), ("max", "<=")):
        if key in section:
            yield Stated(section["name"], "quota", "", sense, Fraction(section[key]), matches, 1, weight)
        if f"{key}_share" in section:
            share = Fraction(section[f"{key}_share"])

            def weigh(record: Record, share: Fraction = share) -> Fraction:
                return matches(record) - share

            yield Stated(section["name"], "quota", "", sense, Fraction(0), weigh, share.denominator, weight)


def budget_row(section: dict[str, Any]) -> Stated:
    """A sum of money, hours, people, or of a resource."""
    unit = section["unit"]
    amounts: dict[str, tuple[Weigh, int]] = {
        "lks_eur_month": (lambda record: Fraction(record.lks), 100),
        "coach_hours": (coach_hours, 100),
        "placements": (lambda record: Fraction(1), 1),
    }
    amount, parts = amounts.get(unit, (uses_of(unit), 1))
    return Stated(
        section["name"],
        "budget",
        unit,
        "<=",
        Fraction(section["max"]),
        lambda record: amount(record) if all_hold(record, section) else Fraction(0),
        parts,
    )


def durable_row(section: dict[str, Any]) -> Stated:
    """The mean of p_durable over paid assigned pairs, as a sum of what each lies above the least mean."""
    least = Fraction(section["min"])
    return Stated(
        "durable_share",
        "durable_share",
        "",
        ">=",
        Fraction(0),
        lambda record: Fraction(0) if record.pair.unpaid else Fraction(record.p_micro, 10**6) - least,
        10**6,
    )


def table_rows(world: World) -> Iterable[Stated]:
    """Limits that the tables state; null is no limit."""

    def at(column: str, name: str, side: str = "vacancy") -> Callable[[Record], bool]:
        return lambda record: getattr(record.pair, side)[column] == name

    columns: list[tuple[str, str, str, int, Callable[[str], Weigh]]] = [
        ("employers", "max_placements", "<=", 1, lambda name: counted(at("employer_id", name))),
        (
            "employers",
            "max_supported",
            "<=",
            1,
            lambda name: counted(
                lambda record: at("employer_id", name)(record) and record.pair.person["needs_support"] is True
            ),
        ),
        ("agencies", "max_placements", "<=", 1, lambda name: counted(at("agency_id", name))),
        (
            "coaches",
            "hours_per_week",
            "<=",
            100,
            lambda name: lambda record: coach_hours(record) if at("coach_id", name, "person")(record) else Fraction(0),
        ),
        ("resources", "capacity", "<=", 1, uses_of),
        ("resources", "minimum", ">=", 1, uses_of),
    ]
    for table, column, sense, parts, weigh in columns:
        for name, row in world.organisations[table].items():
            assert row[KEY_OF[table]] == name
            if row[column] is not None:
                bound = Fraction(rhe(row[column] * parts), parts)
                yield Stated(column, table, name, sense, bound, weigh(name), parts)


def job_rows(world: World) -> Iterable[Stated]:
    """Rows that offer one job fill at most the largest of their openings together."""
    rows_of: dict[str, list[int]] = {}
    for row in world.vacancies.values():
        if row["job_id"] is not None:
            rows_of.setdefault(row["job_id"], []).append(row["openings"])
    for job, openings in rows_of.items():
        if len(openings) > 1:

            def weigh(record: Record, job: str = job) -> Fraction:
                return Fraction(int(record.pair.vacancy["job_id"] == job))

            yield Stated("openings", "job", job, "<=", Fraction(max(openings)), weigh)


def stated_limits(world: World) -> tuple[tuple[Stated, ...], tuple[StatedDistinct, ...]]:
    """Everything that the policy and the tables say."""
    said = world.policy.limits
    stated = [row for section in said.get("quota", []) for row in quota_rows(section)]
    stated += [budget_row(section) for section in said.get("budget", [])]
    stated += [durable_row(said["durable_share"])] if "durable_share" in said else []
    stated += [*table_rows(world), *job_rows(world)]
    distinct = []
    for section in said.get("distinct", []):
        values = {name: row[section["column"]] for name, row in world.vacancies.items()}
        known = {name: value for name, value in values.items() if value is not None}
        distinct.append(StatedDistinct(section["column"], known, section["max"]))
    return tuple(stated), tuple(distinct)


def whole(value: Fraction) -> int:
    assert value.denominator == 1, value
    return value.numerator


def limited(bundle: Bundle | str | Path, run_date: date | None = None) -> Limited:
    """Read a bundle in memory or a folder, with its limits and pins."""
    world = world_of(bundle, run_date)
    by_person, by_vacancy = records_of(world)
    stated, distinct = stated_limits(world)
    must = tuple(pair for pair, fact in world.facts.items() if fact["pin"] == "must")
    options = {
        person: [
            Option(
                vacancy,
                record.points,
                {k: parts for k, row in enumerate(stated) if (parts := whole(row.weigh(record) * row.parts))},
            )
            for vacancy, record in records.items()
            if record.eligible
        ]
        for person, records in by_person.items()
    }
    puzzle = Puzzle(
        options=options,
        openings={name: row["openings"] for name, row in world.vacancies.items()},
        limits={
            k: Limit(row.sense, whole(row.bound * row.parts), row.parts, row.weight) for k, row in enumerate(stated)
        },
        must=dict(must),
        distinct=tuple((one.value_of, one.most) for one in distinct),
        impossible=len(dict(must)) < len(must),
    )
    return Limited(world, by_person, by_vacancy, stated, distinct, must, puzzle)
