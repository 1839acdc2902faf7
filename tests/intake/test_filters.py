"""Filters mean what a plain reading of each row says, whatever the column holds."""

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.case import prepare
from matcher.domain.filters import COLUMNS, PAIR_COLUMNS, Filter, checked, compare_flags, compare_scaled
from matcher.domain.policy import Policy
from matcher.domain.raw import RawTables
from matcher.domain.schema import Kind

DAY = dt.date(2026, 11, 21)
TEXTS = pa.list_(pa.string())
LEVELS = pa.list_(pa.struct([("language", pa.string()), ("level", pa.string())]))
USES = pa.list_(pa.struct([("resource_id", pa.string()), ("amount", pa.int64())]))
WORDS = ["Zorg", "zorg ", "BOUW", "Cafe\u0301", "Caf\u00e9", "stra\u00dfe", " "]
NUMBERS = [0.0, 0.1, 0.3, 12.3, 36.0, 45.505, 45.51, 100.0]
AGES = [0, 17, 26, 27, 130]
DATES = [dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(1, 1, 1), dt.date(9999, 12, 31)]
PLAIN: dict[str, tuple[pa.DataType, list[Any]]] = {
    "region": (pa.string(), WORDS),
    "coach_id": (pa.string(), WORDS),
    "pc4": (pa.string(), ["7511", "7511 AB", "7512", " 7512xx"]),
    "arm": (pa.string(), ["treatment", " Control"]),
    "age": (pa.int16(), AGES),
    "loonwaarde_pct": (pa.float64(), NUMBERS),
    "lks_eligible": (pa.bool_(), [True, False]),
    "available_from": (pa.date32(), DATES),
    "skills": (TEXTS, [[], ["Zorg", None], ["Cafe\u0301", "BOUW"], ["x"]]),
    "share_agencies": (TEXTS, [[], ["Zorg"], ["zorg ", "x"]]),
    "languages": (LEVELS, [[], [{"language": "NLD", "level": "B1"}], [{"language": "eng", "level": None}]]),
    "uses": (USES, [[], [{"resource_id": "Zorg", "amount": 2}], [{"resource_id": "zorg", "amount": 0}]]),
}
OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": lambda cell, value: bool(cell == value),
    "!=": lambda cell, value: bool(cell != value),
    "<": lambda cell, value: bool(cell < value),
    "<=": lambda cell, value: bool(cell <= value),
    ">": lambda cell, value: bool(cell > value),
    ">=": lambda cell, value: bool(cell >= value),
    "in": lambda cell, value: cell in value,
    "not_in": lambda cell, value: cell not in value,
    "contains": lambda cell, value: value in cell,
}


def fold(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).strip().casefold())


def plain(column: str, cell: Any) -> Any:
    """A cell or a value in the form in which it is compared; None is unknown."""
    if isinstance(cell, (list, tuple)):
        if column in ("languages", "uses"):
            cell = [
                one[{"languages": "language", "uses": "resource_id"}[column]] if isinstance(one, dict) else one
                for one in cell
            ]
        return [one for one in (plain(column, one) for one in cell) if one is not None]
    if isinstance(cell, str):
        if column == "pc4":
            return cell.strip()[:4] or None
        return (cell.strip() if column in ("coach_id", "share_agencies", "uses") else fold(cell)) or None
    return Decimal(repr(cell)) if isinstance(cell, float) else cell


def expected(asked: tuple[str, str, Any], cell: Any) -> bool:
    column, op, value = asked
    known = plain(column, cell)
    if op == "is_null":
        return value is (known is None)
    return bool(known is not None and OPERATORS[op](known, plain(column, value)))


def filters_of(column: str) -> st.SearchStrategy[tuple[str, str, Any]]:
    """Any filter a column can have."""
    kind, cells = PLAIN[column]
    if pa.types.is_list(kind):
        value: st.SearchStrategy[Any] = st.sampled_from(["zorg", "Zorg", "CAF\u00c9", "nld", "x"])
        many = st.tuples(st.just(column), st.just("contains"), value)
    else:
        value = st.sampled_from([one for one in cells if not isinstance(one, str) or one.strip()])
        if pa.types.is_floating(kind):
            value |= st.decimals(0, 100, places=3).map(lambda one: one.normalize())
        ops = (
            ["==", "!="]
            if pa.types.is_string(kind) or pa.types.is_boolean(kind)
            else ["==", "!=", "<", "<=", ">", ">="]
        )
        many = st.tuples(st.just(column), st.sampled_from(ops), value) | st.tuples(
            st.just(column), st.sampled_from(["in", "not_in"]), st.lists(value, min_size=1, max_size=3)
        )
    return many | st.tuples(st.just(column), st.just("is_null"), st.booleans())


@st.composite
def tables_and_filters(draw: st.DrawFn) -> tuple[pa.Table, list[dict[str, Any]], list[tuple[str, str, Any]]]:
    size = draw(st.integers(1, 6))
    cells = {
        name: draw(st.lists(st.none() | st.sampled_from(held), min_size=size, max_size=size))
        for name, (_, held) in PLAIN.items()
    }
    ids = [f"k-{number}" for number in draw(st.permutations(range(size)))]
    table = pa.table({"candidate_id": ids} | {name: pa.array(cells[name], PLAIN[name][0]) for name in PLAIN})
    filters = draw(st.lists(st.sampled_from(sorted(PLAIN)).flatmap(filters_of), min_size=1, max_size=3))
    rows = sorted(
        ({"candidate_id": key} | {name: cells[name][at] for name in PLAIN} for at, key in enumerate(ids)),
        key=lambda row: str(row["candidate_id"]),
    )
    return table, rows, filters


@settings(deadline=None)
@given(tables_and_filters())
def test_filters_over_people_mean_what_each_row_says(
    drawn: tuple[pa.Table, list[dict[str, Any]], list[tuple[str, str, Any]]],
) -> None:
    table, rows, filters = drawn
    policy = Policy.model_validate({"quota": [{"name": "q", "candidates": filters, "min": 1}]})
    jobs = pa.table({"vacancy_id": ["v"], "openings": [1]})
    found = prepare(RawTables({"candidates": table, "vacancies": jobs}), policy, DAY).problem.stated.quotas[0]
    assert found.candidate.tolist() == [all(expected(asked, row[asked[0]]) for asked in filters) for row in rows]
    assert found.vacancy.tolist() == [True]
    assert Policy.model_validate_json(policy.canonical()) == policy


def of_jobs(*filters: list[Any], jobs: dict[str, list[Any]], **tables: pa.Table) -> list[bool]:
    """For which vacancies filters hold, in order of id."""
    size = len(next(iter(jobs.values())))
    table = pa.table({"vacancy_id": [f"v-{k}" for k in range(size)], "openings": [1] * size, **jobs})
    policy = Policy.model_validate({"budget": [{"name": "b", "unit": "placements", "vacancies": filters, "max": 1}]})
    people = pa.table({"candidate_id": ["k"]})
    held = prepare(RawTables({"candidates": people, "vacancies": table, **tables}), policy, DAY)
    return [bool(one) for one in held.problem.stated.budgets[0].vacancy]


def test_employers_and_agencies_are_reached_through_the_vacancy() -> None:
    employers = pa.table({"employer_id": ["e-1", "e-2"], "name": ["Bakker", None], "preferred": [True, False]})
    agencies = pa.table({"agency_id": ["a"], "admitted_until": [DATES[1]]})
    jobs = {"employer_id": ["e-1", "e-2", "e-9", None], "agency_id": ["a", None, "b", "a"]}
    given = {"employers": employers, "agencies": agencies}
    assert of_jobs(["employer.preferred", "==", True], jobs=jobs, **given) == [True, False, False, False]
    assert of_jobs(["employer.preferred", "!=", True], jobs=jobs, **given) == [False, True, False, False]
    assert of_jobs(["employer.name", "is_null", True], jobs=jobs, **given) == [False, True, True, True]
    assert of_jobs(["employer.name", "==", "BAKKER "], jobs=jobs, **given) == [True, False, False, False]
    assert of_jobs(["agency.admitted_until", ">", "2026-12-31"], jobs=jobs, **given) == [True, False, False, True]
    assert of_jobs(["agency.name", "is_null"], jobs=jobs) == [True] * 4


def test_an_empty_lane_is_null_though_it_counts_as_regular() -> None:
    jobs = {"lane": [None, "regular", "Training"]}
    assert of_jobs(["lane", "==", "regular"], jobs=jobs) == [False, True, False]
    assert of_jobs(["lane", "!=", "regular"], jobs=jobs) == [False, False, True]


def test_what_is_kept_apart_counts_as_the_persons_own() -> None:
    people = pa.table(
        {"candidate_id": ["k-0", "k-1", "k-2", "k-3"], "blockers": pa.array([["debts"], None, None, []], TEXTS)}
    )
    apart = pa.table({"candidate_id": ["k-2", "k-1"], "blockers": pa.array([None, ["Debts"]], TEXTS)})
    jobs = pa.table({"vacancy_id": ["v"], "openings": [1]})

    def chosen(op: str, value: Any) -> list[bool]:
        policy = Policy.model_validate({"quota": [{"name": "q", "candidates": [["blockers", op, value]], "max": 1}]})
        held = prepare(RawTables({"candidates": people, "vacancies": jobs, "sensitive": apart}), policy, DAY)
        return [bool(one) for one in held.problem.stated.quotas[0].candidate]

    assert chosen("contains", "debts") == [True, True, False, False]
    assert chosen("is_null", True) == [False, False, True, False]


def test_distinct_values_are_numbered_as_they_compare() -> None:
    jobs = pa.table({"vacancy_id": list("abcde"), "openings": [1] * 5, "instrument": ["X", "x ", None, "Y", " "]})
    policy = Policy.model_validate({"distinct": [{"column": "instrument", "max": 1}]})
    held = prepare(RawTables({"candidates": pa.table({"candidate_id": ["k"]}), "vacancies": jobs}), policy, DAY)
    assert held.problem.stated.distinct[0].tolist() == [0, 0, -1, 1, -1]


@given(
    st.lists(st.integers(-3_000_000, 3_000_000), max_size=8),
    st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
    st.decimals(-3, 3, places=7),
    st.sampled_from([1, 100, 1_000_000]),
)
def test_numbers_held_as_whole_numbers_compare_exactly(held: list[int], op: str, value: Decimal, scale: int) -> None:
    asked = checked("pairs", Filter.model_validate(["travel_km", op, value]))
    want = [OPERATORS[op](Decimal(one) / scale, value) for one in held]
    assert compare_scaled(asked, np.array(held, dtype=np.int64), scale).tolist() == want
    listed = checked("pairs", Filter.model_validate(["travel_km", "in", [value, 1]]))
    assert compare_scaled(listed, np.array(held, dtype=np.int64), scale).tolist() == [
        Decimal(one) / scale in (value, 1) for one in held
    ]


def test_numbers_beyond_what_a_column_can_hold() -> None:
    for op, want in (("<", True), (">", False), ("==", False), ("!=", True), ("not_in", True)):
        value = [10**15] if op == "not_in" else 10**15
        asked = checked("pairs", Filter.model_validate(["travel_km", op, value]))
        assert compare_scaled(asked, np.array([2**62], dtype=np.int64), 10**6).tolist() == [want]


@pytest.mark.parametrize(
    ("op", "value", "want"), [("==", True, [0, 1]), ("!=", True, [1, 0]), ("in", [True, False], [1, 1])]
)
def test_truth_values(op: str, value: Any, want: list[int]) -> None:
    asked = checked("pairs", Filter.model_validate(["trial_done", op, value]))
    assert compare_flags(asked, np.array([0, 1], dtype=np.int8)).tolist() == [bool(one) for one in want]


def test_every_column_of_people_and_vacancies_can_be_asked() -> None:
    assert set(COLUMNS["pairs"]) == {column.name for column in PAIR_COLUMNS}
    for table in ("candidates", "vacancies", "pairs"):
        for name, column in COLUMNS[table].items():
            op = "contains" if column.kind.value.startswith("list") else "=="
            value = {Kind.BOOL: True, Kind.INTEGER: 1, Kind.DECIMAL: 1, Kind.DATE: DAY}.get(column.kind, "x")
            assert checked(table, Filter.model_validate([name, op, value])).column == name
    assert "openings_min" not in COLUMNS["vacancies"]
