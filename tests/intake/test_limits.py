"""What files and policy state about limits arrives as whole numbers, or stops the run; it is never left out by itself."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher.case import Case, prepare
from matcher.domain.policy import Policy
from matcher.domain.policy_file import parse_policy
from matcher.domain.raw import RawTables
from matcher.domain.stated import NO_BOUND, Uses
from matcher.errors import InputError, PolicyError
from matcher.sample import write_sample

DAY = dt.date(2026, 11, 21)
USES = pa.list_(pa.struct([("resource_id", pa.string()), ("amount", pa.int64())]))
PEOPLE = pa.table({"candidate_id": ["k-1", "k-0", "k-2"]})
JOBS = pa.table({"vacancy_id": ["v-0", "v-1"], "openings": [1, 2]})
Given = dict[str, pa.Table]


def case(policy: str | Policy = "", **tables: pa.Table) -> Case:
    """A bundle of three people and two vacancies with these tables replaced or added."""
    held = {"candidates": PEOPLE, "vacancies": JOBS, **tables}
    return prepare(RawTables(held), policy if isinstance(policy, Policy) else parse_policy(policy), DAY)


def taken(*rows: Sequence[tuple[Any, Any] | None] | None) -> pa.Array:
    """A column of uses: per row a list of (resource, amount), or None."""

    def element(one: tuple[Any, Any] | None) -> dict[str, Any] | None:
        return None if one is None else {"resource_id": one[0], "amount": one[1]}

    return pa.array([None if row is None else [element(one) for one in row] for row in rows], USES)


def rows_of(uses: Uses) -> list[dict[int, int]]:
    bounds = uses.start.tolist()
    return [
        dict(zip(uses.resource[begin:end].tolist(), uses.amount[begin:end].tolist(), strict=True))
        for begin, end in pairwise(bounds)
    ]


def test_nothing_stated_limits_nothing() -> None:
    assert not case().problem.stated
    assert not case(resources=pa.table({"resource_id": ["r"]}), coaches=pa.table({"coach_id": ["c"]})).problem.stated


def test_coaches_and_their_people() -> None:
    people = PEOPLE.append_column("coach_id", pa.array(["c-2", "c-9", "c-1"]))
    people = people.append_column("coach_hours", pa.array([None, 1.255, None]))
    people = people.append_column("needs_support", pa.array([True, True, None]))
    found = case(candidates=people, coaches=pa.table({"coach_id": ["c-2", "c-1"], "hours_per_week": [20.5, None]}))
    stated = found.problem.stated
    assert list(found.codebook.coach_ids) == ["c-1", "c-2"]
    assert stated.coach.tolist() == [-1, 1, 0]  # k-0, k-1, k-2
    assert stated.hours_c.tolist() == [126, 200, 0]
    assert stated.coach_hours_c.tolist() == [NO_BOUND, 2050]
    assert ("candidates.parquet", 2, "DANGLING_REFERENCE", "warning") in {
        (row["file"], row["row"], row["code"], row["severity"]) for row in found.rejected.to_pylist()
    }


def test_caps_of_employers_and_agencies_without_vacancies_are_held_too() -> None:
    employers = pa.table({"employer_id": ["e-1", "e-0"], "max_placements": [None, 0], "max_supported": [3, None]})
    found = case(employers=employers, agencies=pa.table({"agency_id": ["a"], "max_placements": [7]}))
    stated = found.problem.stated
    assert list(found.codebook.employer_ids) == ["e-0", "e-1"]
    assert stated.employer_most.tolist() == [0, NO_BOUND]
    assert stated.employer_supported_most.tolist() == [NO_BOUND, 3]
    assert stated.agency_most.tolist() == [7]


def test_jobs_are_what_several_rows_share() -> None:
    jobs = pa.table({"vacancy_id": list("abcd"), "openings": [1] * 4, "job_id": ["j-2", "j-1", "j-2 ", None]})
    found = case(vacancies=jobs)
    assert list(found.codebook.job_ids) == ["j-2"]
    assert found.problem.stated.job.tolist() == [0, -1, 0, -1]


def test_uses_add_up_and_repeats_count_once() -> None:
    resources = pa.table({"resource_id": ["van", "course"], "capacity": [3, 10], "minimum": [None, 2]})
    people = PEOPLE.append_column(
        "uses", taken([("van", 1), (" van", 1), ("van", 2), ("course", 0), None], None, [("boat", 4)])
    )
    pairs = pa.table({"candidate_id": ["k-2", "k-0"], "vacancy_id": ["v-1", "v-1"]})
    pairs = pairs.append_column("uses", taken([("van", 5)], [("course", 6), ("van", 7)]))
    jobs = JOBS.append_column("uses", taken([], [("course", 1)]))
    found = case(candidates=people, vacancies=jobs, pairs=pairs, resources=resources)
    stated = found.problem.stated
    assert list(found.codebook.resource_ids) == ["course", "van"]
    assert (stated.capacity.tolist(), stated.minimum.tolist()) == ([10, 3], [2, NO_BOUND])
    assert rows_of(stated.person_uses) == [{}, {1: 3}, {}]
    assert rows_of(stated.vacancy_uses) == [{}, {0: 1}]
    assert rows_of(stated.pair_uses) == [{0: 6, 1: 7}, {1: 5}]
    assert ("candidates.parquet", 3, "uses", "DANGLING_REFERENCE", "warning") in {
        (row["file"], row["row"], row["column"], row["code"], row["severity"]) for row in found.rejected.to_pylist()
    }


@pytest.mark.parametrize(
    ("element", "code"),
    [
        (("van", -1), "OUT_OF_RANGE"),
        (("van", 10**12 + 1), "OUT_OF_RANGE"),
        (("van", None), "MISSING_VALUE"),
        ((None, 2), "MISSING_VALUE"),
    ],
)
def test_a_broken_use_rejects_its_row(element: tuple[Any, Any], code: str) -> None:
    found = case(candidates=PEOPLE.append_column("uses", taken(None, [element], None)))
    assert [(row["row"], row["column"], row["code"]) for row in found.rejected.to_pylist() if row["severity"] == "error"] == [
        (2, "uses", code)
    ]  # fmt: skip
    assert list(found.codebook.candidate_ids) == ["k-1", "k-2"]


def test_a_column_of_uses_of_another_type_stops_the_run() -> None:
    with pytest.raises(InputError, match="uses"):
        case(candidates=PEOPLE.append_column("uses", pa.array(["van: 2", None, None])))


@pytest.mark.parametrize(
    ("table", "column", "cells"),
    [
        ("coaches", "hours_per_week", ["20 uur"]),
        ("resources", "capacity", ["veel"]),
        ("resources", "minimum", [True]),
        ("employers", "max_placements", ["3"]),
        ("agencies", "max_placements", [[3]]),
    ],
)
def test_a_column_of_limits_of_another_type_stops_the_run(table: str, column: str, cells: list[Any]) -> None:
    key = {"coaches": "coach_id", "resources": "resource_id", "employers": "employer_id", "agencies": "agency_id"}[
        table
    ]
    with pytest.raises(InputError, match=column):
        case(**{table: pa.table({key: ["x"], column: cells})})


LOST: list[tuple[Given, str]] = [
    ({"resources": pa.table({"resource_id": ["r", "r"], "capacity": [1, None]})}, r"row 1.*DUPLICATE_ID"),
    ({"resources": pa.table({"resource_id": ["r"], "capacity": [-1]})}, r"row 1.*capacity \(OUT_OF_RANGE"),
    ({"resources": pa.table({"resource_id": ["r"], "capacity": [1], "minimum": [2]})}, "MIN_ABOVE_MAX"),
    ({"resources": pa.table({"resource_id": [None], "capacity": [1]})}, "MISSING_VALUE"),
    ({"coaches": pa.table({"coach_id": ["c"], "hours_per_week": [float("inf")]})}, "NOT_FINITE"),
    ({"employers": pa.table({"employer_id": ["e"], "max_placements": [0.5]})}, "NOT_INTEGER"),
    ({"agencies": pa.table({"agency_id": ["a"] * 2, "max_placements": [1, 1]})}, "DUPLICATE_ID.* 2 rows"),
    ({"pairs": pa.table({"candidate_id": ["x"], "vacancy_id": ["v-0"], "pin": ["Must"]})}, "DANGLING"),
    ({"pairs": pa.table({"candidate_id": ["k-0"], "vacancy_id": ["v-0"], "pin": ["must"], "p_start": [2.0]})}, "pin"),
]


@pytest.mark.parametrize(("tables", "match"), LOST)
def test_a_refused_row_that_limits_stops_the_run(tables: Given, match: str) -> None:
    with pytest.raises(InputError, match=match):
        case(**tables)


def test_a_refused_row_without_a_limit_is_rejected_alone() -> None:
    found = case(resources=pa.table({"resource_id": ["r", "r"]}), employers=pa.table({"employer_id": [None, "e"]}))
    assert found.rejected.num_rows == 3
    assert list(found.codebook.employer_ids) == ["e"]


def test_pins_overrule_what_eligible_does_and_no_more() -> None:
    pairs = pa.table(
        {
            "candidate_id": ["k-0", "k-0", "k-1", "k-2"],
            "vacancy_id": ["v-0", "v-1", "v-1", "v-1"],
            "pin": ["must", " MUST", "forbid", "must"],
            "eligible": [None, False, None, True],
        }
    )
    facts = case(pairs=pairs).problem.facts
    assert facts.pinned.tolist() == [True, True, False, True]
    assert facts.forbidden.tolist() == [False, False, True, False]
    assert facts.eligible.tolist() == [1, 0, -1, 1]


def test_a_budget_in_a_unit_that_nobody_knows_is_a_fault_of_the_policy() -> None:
    text = '[[budget]]\nname = "b"\nunit = "van"\nmax = 3\n'
    with pytest.raises(PolicyError, match="'van'"):
        case(text)
    assert case(text, resources=pa.table({"resource_id": ["van"]})).problem.stated.budgets[0].candidate.all()


def test_row_order_does_not_show() -> None:
    rng = np.random.default_rng(3)
    people = pa.table({"candidate_id": [f"k-{k}" for k in range(20)], "age": list(range(15, 35))})
    people = people.append_column("uses", taken(*([("r", k), ("s", 1)] for k in range(20))))
    resources = pa.table({"resource_id": ["s", "r"], "capacity": [4, 5]})
    text = '[[quota]]\nname = "young"\ncandidates = [["age", "<", 27]]\nmin = 1\n'
    first = case(text, candidates=people, resources=resources).problem.stated
    order = pa.array(rng.permutation(20))
    other = case(text, candidates=people.take(order), resources=resources.take(pa.array([1, 0]))).problem.stated
    assert first.quotas[0].candidate.tolist() == other.quotas[0].candidate.tolist()
    assert first.quotas[0].candidate.sum() == 12
    assert rows_of(first.person_uses) == rows_of(other.person_uses)
    assert first.capacity.tolist() == other.capacity.tolist()


def test_a_sample_with_limits_is_read_as_it_stands(tmp_path: Path) -> None:
    write_sample(tmp_path, people=120, vacancies=90, seed=4, limits=True)
    raw = {path.stem: pq.read_table(path) for path in tmp_path.glob("*.parquet")}
    held = prepare(RawTables(raw), Policy(), DAY)
    stated, book = held.problem.stated, held.codebook
    people = {row["candidate_id"]: row for row in raw["candidates"].to_pylist()}
    for at, name in enumerate(book.candidate_ids):
        uses = {use["resource_id"]: use["amount"] for use in people[name]["uses"] or ()}
        assert {book.resource_ids[one]: amount for one, amount in rows_of(stated.person_uses)[at].items()} == uses
        coach = people[name]["coach_id"]
        assert (book.coach_ids[stated.coach[at]] if stated.coach[at] >= 0 else None) == coach
    for name, most in zip(
        raw["employers"]["employer_id"].to_pylist(), raw["employers"]["max_placements"].to_pylist(), strict=True
    ):
        assert stated.employer_most[list(book.employer_ids).index(name)] == (NO_BOUND if most is None else most)
    shared = [name for name in raw["vacancies"]["job_id"].to_pylist() if name is not None]
    assert list(book.job_ids) == sorted({name for name in shared if shared.count(name) > 1})
    assert not [row for row in held.rejected.to_pylist() if row["severity"] == "error"]
