"""Every fault has its code, its row and its column; what is good stays."""

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from matcher.domain.raw import RawTables
from matcher.domain.schema import TABLES, Kind
from matcher.errors import InputError, NotSupportedError
from matcher.intake.bsn import looks_like_bsn, passes_elfproef
from matcher.intake.validate import validate

LIST = pa.list_(pa.string())
LEVELS = pa.list_(pa.struct([("language", pa.string()), ("level", pa.string())]))


def people(**columns: Any) -> pa.Table:
    size = len(next(iter(columns.values()))) if columns else 3
    return pa.table({"candidate_id": [f"k-{row}" for row in range(size)], **columns})


def jobs(**columns: Any) -> pa.Table:
    size = len(next(iter(columns.values()))) if columns else 2
    return pa.table({"vacancy_id": [f"v-{row}" for row in range(size)], "openings": [1] * size, **columns})


def judged(**tables: pa.Table) -> tuple[Any, list[tuple[Any, ...]]]:
    tables.setdefault("candidates", people())
    tables.setdefault("vacancies", jobs())
    accepted, rejected = validate(RawTables(tables))
    return accepted, [tuple(row.values()) for row in rejected.to_pylist()]


ERRORS = [
    ("OUT_OF_RANGE", {"loonwaarde_pct": [45.5, 100.5, None]}, 2, "loonwaarde_pct"),
    ("OUT_OF_RANGE", {"ladder_step": [6, 7, 1]}, 2, "ladder_step"),
    ("NOT_FINITE", {"travel_max_km": [1.0, None, float("inf")]}, 3, "travel_max_km"),
    ("NOT_INTEGER", {"age": [30.0, 30.5, float("nan")]}, 2, "age"),
    ("UNKNOWN_CODE", {"arm": ["treatment", " Controle", None]}, 2, "arm"),
    ("MIN_ABOVE_MAX", {"hours_min": [8.0, 20.0, None], "hours_max": [8.0, 16.0, 1.0]}, 2, "hours_min"),
    ("TOO_LONG", {"region": ["a", "b" * 10_001, None]}, 2, "region"),
    (
        "OUT_OF_RANGE",
        {"available_from": pa.array([0, 2_932_897, None], pa.int32()).cast(pa.date32())},
        2,
        "available_from",
    ),
]


@pytest.mark.parametrize(("code", "columns", "row", "column"), ERRORS, ids=lambda value: str(value)[:20])
def test_a_bad_row_is_rejected_alone(code: str, columns: dict[str, Any], row: int, column: str) -> None:
    accepted, rejected = judged(candidates=people(**columns))
    assert rejected == [("candidates.parquet", row, f"k-{row - 1}", column, code, "error")]
    assert accepted["candidates"].row.tolist() == [number for number in range(3) if number != row - 1]


def test_missing_value_and_duplicates_name_both_rows() -> None:
    table = pa.table({"candidate_id": ["a", " a ", None, "  ", "b"]})
    accepted, rejected = judged(candidates=table)
    assert [(line[1], line[4]) for line in rejected] == [
        (1, "DUPLICATE_ID"), (2, "DUPLICATE_ID"), (3, "MISSING_VALUE"), (4, "MISSING_VALUE"),
    ]  # fmt: skip
    assert accepted["candidates"].words("candidate_id").texts() == ["b"]


def test_dangling_pairs_are_rejected_and_unlisted_agencies_warned() -> None:
    pairs = pa.table({"candidate_id": ["k-0", "x"], "vacancy_id": ["v-0", "v-0"]})
    agencies = pa.table({"agency_id": ["a"]})
    _, rejected = judged(pairs=pairs, agencies=agencies, vacancies=jobs(agency_id=["a", "b"]))
    assert ("pairs.parquet", 2, "x|v-0", "candidate_id", "DANGLING_REFERENCE", "error") in rejected
    assert ("vacancies.parquet", 2, "v-1", "agency_id", "DANGLING_REFERENCE", "warning") in rejected


def test_health_data_in_two_files_rejects_the_person() -> None:
    sensitive = pa.table({"candidate_id": ["k-0", "k-1"], "limitations": pa.array([["lifting"], None], LIST)})
    columns = {"limitations": pa.array([["noise"], ["noise"], None], LIST)}
    accepted, rejected = judged(candidates=people(**columns), sensitive=sensitive)
    assert ("candidates.parquet", 1, "k-0", "limitations", "IN_TWO_FILES", "error") in rejected
    assert len(accepted["candidates"]) == 2


def test_unknown_codes_in_lists_drop_the_element_with_a_warning() -> None:
    columns = {
        "shifts": pa.array([["day", "nacht", None, " DAY "], [], None], LIST),
        "languages": pa.array(
            [[{"language": "nld", "level": "B9"}], [{"language": "nld", "level": None}], None], LEVELS
        ),
    }
    accepted, rejected = judged(candidates=people(**columns))
    assert {(line[1], line[3], line[4], line[5]) for line in rejected} == {
        (1, "shifts", "UNKNOWN_CODE", "warning"),
        (1, "languages", "UNKNOWN_CODE", "warning"),
    }
    assert np.diff(accepted["candidates"].lists("shifts").start).tolist() == [2, 0, 0]
    assert accepted["candidates"].lists("shifts").known.tolist() == [True, True, False]
    assert np.diff(accepted["candidates"].lists("languages").start).tolist() == [0, 1, 0]


def test_unknown_places_and_reversed_dates_are_warnings() -> None:
    day = dt.date(2026, 1, 2)
    columns = {
        "pc4": ["7511AB", "9999", None],
        "available_from": [day, day, None],
        "available_until": [dt.date(2026, 1, 1), None, None],
    }
    places = pa.table({"pc4": ["7511"], "lat": [52.2], "lon": [6.9]})
    accepted, rejected = judged(candidates=people(**columns), places=places)
    assert {(line[1], line[4], line[5]) for line in rejected} == {
        (2, "UNKNOWN_PLACE", "warning"), (1, "DATES_REVERSED", "warning"),
    }  # fmt: skip
    assert len(accepted["candidates"]) == 3


def test_two_centroids_for_one_postcode_are_both_refused() -> None:
    places = pa.table({"pc4": ["7511", "7511 ", "7512", "7512"], "lat": [52.0, 52.1, 52.0, 52.0], "lon": [6.9] * 4})
    accepted, rejected = judged(places=places)
    assert [line[1] for line in rejected] == [1, 2]
    assert len(accepted["places"]) == 2


def test_unknown_columns_are_named() -> None:
    _, rejected = judged(candidates=people(Loonwaarde=["x", "y", "z"]))
    assert rejected == [("candidates.parquet", None, None, "Loonwaarde", "UNKNOWN_COLUMN", "warning")]


def test_missing_column_names_the_nearest() -> None:
    with pytest.raises(InputError, match="'Candidate_ID'"):
        judged(candidates=pa.table({"Candidate_ID": ["a"]}))
    with pytest.raises(InputError, match=r"vacancies\.parquet is missing"):
        validate(RawTables({"candidates": people()}))


@pytest.mark.parametrize("ids", [[1, 2], [1.0, 2.0]])
def test_ids_must_be_text(ids: list[float]) -> None:
    with pytest.raises(InputError, match="candidate_id"):
        judged(candidates=pa.table({"candidate_id": ids}))


def test_a_broken_column_stops_the_run_where_null_means_nothing_asked() -> None:
    with pytest.raises(InputError, match="loads"):
        judged(vacancies=jobs(loads=["lifting", None]))
    with pytest.raises(InputError, match="arm"):
        judged(candidates=people(arm=[1, 2, 3]))
    accepted, rejected = judged(candidates=people(hours_min=["45,5", None, "x"]))
    assert rejected == [("candidates.parquet", None, None, "hours_min", "WRONG_TYPE", "error")]
    facts = accepted.warnings[0].facts()
    assert (facts["code"], facts["figures"]["column"]) == ("COLUMN_UNUSABLE", "hours_min")
    assert "45,5" not in str(facts)
    with pytest.raises(InputError, match="--strict"):
        validate(RawTables({"candidates": people(hours_min=["a", "b", "c"]), "vacancies": jobs()}), strict=True)


def test_what_is_not_supported_yet_is_refused() -> None:
    with pytest.raises(NotSupportedError, match="openings_min is not supported yet"):
        judged(vacancies=jobs(openings_min=[0, 1]))
    judged(vacancies=jobs(openings_min=[0, None], job_id=pa.nulls(2)))


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["111222333", "123456782", "999990019"]),
        pa.array(["111222333", "123456782", None]).dictionary_encode(),
        pa.array([111222333, 123456782, 999990019]),
        pa.array([111222333.0, None, 999990019.0]),
        pa.array([["111222333"], ["123456782"], []], LIST),
        pa.array([111222333.0, float("nan"), float("inf")]),
        pa.array([Decimal(111222333), None, Decimal(999990019)]),
        pa.array([["111222333"], ["123456782"], None], pa.list_(pa.string(), 1)),
        pa.array([111222333, 123456782, None]).dictionary_encode(),
    ],
    ids=[
        "text",
        "dictionary",
        "whole",
        "float",
        "list",
        "beside NaN",
        "decimal",
        "list of one",
        "dictionary of wholes",
    ],
)
def test_columns_of_bsns_are_refused_without_their_values(column: pa.Array) -> None:
    with pytest.raises(InputError, match="BSN") as caught:
        judged(candidates=people(extra=column))
    assert "111222333" not in str(caught.value)


def test_whole_numbers_beyond_64_bits_are_refused_alone() -> None:
    _, rejected = judged(candidates=people(age=pa.array([30, 2**64 - 1, None], pa.uint64())))
    assert rejected == [("candidates.parquet", 2, "k-1", "age", "OUT_OF_RANGE", "error")]
    _, rejected = judged(candidates=people(age=pa.array([30.0, 1e30, -1e30])))
    assert [line[1:5:2] for line in rejected] == [(2, "age"), (3, "age")]


def test_a_long_word_that_all_rows_refer_to_is_held_once() -> None:
    rows = 300_000
    words = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(rows, dtype=np.int32)), pa.array(["x" * 9_000, "y" * 9_000])
    )
    before = pa.total_allocated_bytes()
    peak = pa.default_memory_pool().max_memory()
    accepted, rejected = judged(
        candidates=pa.table({"candidate_id": [f"k-{row}" for row in range(rows)], "region": words})
    )
    assert rejected == []
    # Written out it would be 2.7 GB.
    assert pa.default_memory_pool().max_memory() < max(peak, before + (1 << 30))
    assert accepted["candidates"].words("region").spelled == ["x" * 9_000]


def test_words_of_a_dictionary_read_as_words_do() -> None:
    parts = [["b", "a", None, " a "], ["c", "b", ""], []]
    plain = pa.chunked_array([pa.array(part, pa.string()) for part in parts])
    packed = pa.chunked_array([pa.array(part, pa.string()).dictionary_encode() for part in parts])
    unused = pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.uint8()), pa.array(["a", None, "never"]))
    first, second = (
        judged(candidates=people(region=column))[0]["candidates"].words("region") for column in (plain, packed)
    )
    assert (first.texts(), first.spelled) == (second.texts(), second.spelled)
    views = pa.DictionaryArray.from_arrays(pa.array([1, 0, None]), pa.array(["a", "b"], pa.string_view()))
    assert judged(candidates=people(region=views))[0]["candidates"].words("region").texts() == ["b", "a", None]
    third = judged(candidates=people(region=unused))[0]["candidates"].words("region")
    assert (third.texts(), third.spelled) == (["a", None, None], ["a"])


def test_elfproef() -> None:
    assert all(map(passes_elfproef, ("999990019", "111222333", "123456782")))
    assert not any(map(passes_elfproef, ("999990101", "111222334", "000000000")))
    random = [f"{number:09d}" for number in np.random.default_rng(1).integers(10**8, 10**9, 500)]
    assert not looks_like_bsn(pa.chunked_array([random]))


def _variants(kind: Kind) -> list[pa.Array]:
    text = pa.array(["day", None, "evening"])
    floats = pa.array([1.0, None, 3.0])
    match kind:
        case Kind.TEXT | Kind.ID:
            return [
                text,
                text.cast(pa.large_string()),
                text.cast(pa.string_view()),
                text.dictionary_encode(),
                pa.nulls(3),
            ]
        case Kind.INTEGER:
            kinds = (pa.int8(), pa.uint64(), pa.int64(), pa.float32(), pa.float64(), pa.decimal128(5, 2))
            return [floats.cast(one) for one in kinds] + [pa.nulls(3)]
        case Kind.DECIMAL:
            kinds = (
                pa.float16(),
                pa.float32(),
                pa.float64(),
                pa.int16(),
                pa.uint32(),
                pa.decimal128(9, 3),
                pa.decimal256(40, 3),
            )
            return [floats.cast(one) for one in kinds] + [pa.nulls(3)]
        case Kind.DATE:
            days = pa.array([dt.date(2026, 1, 1), None, dt.date(2026, 1, 3)])
            return [
                days,
                days.cast(pa.date64()),
                days.cast(pa.timestamp("s")),
                days.cast(pa.timestamp("ns")),
                pa.nulls(3),
            ]
        case Kind.BOOL:
            return [pa.array([True, None, False]), pa.nulls(3)]
        case Kind.CODE_LIST:
            lists = pa.array([["day"], None, ["evening"]], LIST)
            return [
                lists, lists.cast(pa.large_list(pa.large_string())), pa.array([["day"], None, ["evening"]], pa.list_view(pa.string())),
                pa.array([["day"], None, ["evening"]], pa.list_(pa.string(), 1)),
                pa.array([["day"], None, ["evening"]], pa.list_(pa.dictionary(pa.int32(), pa.string()))), pa.nulls(3),
            ]  # fmt: skip
        case _:
            return []


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.BOOL, Kind.CODE_LIST])
def test_every_accepted_arrow_type_reads_the_same(kind: Kind) -> None:
    name = {
        Kind.TEXT: "region", Kind.INTEGER: "ladder_step", Kind.DECIMAL: "hours_max", Kind.DATE: "available_from",
        Kind.BOOL: "consent", Kind.CODE_LIST: "shifts",
    }[kind]  # fmt: skip
    seen = []
    for values in _variants(kind)[:-1]:
        accepted, rejected = judged(candidates=people(**{name: values}))
        assert not rejected
        cell = accepted["candidates"].columns[name]
        seen.append([np.asarray(part).tolist() for part in (getattr(cell, slot) for slot in cell.__slots__)])
    assert all(str(one) == str(seen[0]) for one in seen)
    accepted, _ = judged(candidates=people(**{name: pa.nulls(3)}))
    assert len(accepted["candidates"]) == 3


def test_decimals_are_read_as_typed() -> None:
    for kind in (pa.float32(), pa.decimal128(9, 3), pa.float64()):
        values = (
            pa.array(["12.3", "0.1", "45.505"]).cast(kind)
            if kind != pa.float32()
            else pa.array([12.3, 0.1, 45.505], kind)
        )
        accepted, _ = judged(candidates=people(travel_max_km=values))
        assert accepted["candidates"].numbers("travel_max_km").tolist() == [12.3, 0.1, 45.505]


def test_slices_and_chunks_make_no_difference() -> None:
    whole = people(shifts=pa.array([["day"], None, ["evening", "day"], []], LIST), age=[1, 2, None, 4])
    parts = pa.concat_tables([whole.slice(0, 1), whole.slice(1, 2), whole.slice(3)])
    results = [judged(candidates=table)[0]["candidates"] for table in (whole, parts)]
    for name in ("shifts", "age", "candidate_id"):
        assert str(results[0].columns[name]) == str(results[1].columns[name])


def test_empty_tables_are_fine() -> None:
    accepted, rejected = judged(candidates=people().slice(0, 0), vacancies=jobs().slice(0, 0))
    assert len(accepted["candidates"]) == 0
    assert rejected == []


def test_every_column_of_the_contract_has_a_meaning() -> None:
    for table in TABLES.values():
        assert all(column.meaning for column in table.columns)
        assert set(table.key) <= {column.name for column in table.columns}
