"""Tables that are sound Parquet and hold what nobody expects: other types, other names, values at and beyond every edge."""

import datetime as dt
import json
import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from matcher.domain.arrow import arrow_type
from matcher.domain.schema import TABLES, Column, Kind

WORDS = (
    *("", " ", "\t", "\0", "a", "A", "nld", "B1", "day", "must", "forbid", "car", "0", "-1", "7511", "NaN", "null"),
    *(
        "=1+1",
        "@x",
        "../../x",
        "<script>alert(1)</script>",
        "'; DROP TABLE x; --",
        "{0.__class__}",
        "%s%s%n",
        "\x1b[2J",
    ),
    *("é", "e\u0301", "\u200b", "\u202eabc", "\ufeff", "\U0001f600", "ﬁ", "İ", "ß", "\u0660", "\ud7ff", "x" * 9_999),
    *("a|b", "\r\n", "\u2028", "started", "declined_candidate", "ended", "x" * 10_001, "x" * 32_768, "y" * 300_000),
)
NUMBERS: tuple[float, ...] = (
    *(0.0, -0.0, 0.5, 1.0, 6.0, 100.0, 100.00000000000001, -1.0, 1e-320, 1e9, 2.0**31, 2.0**53, 2.0**63, -(2.0**63)),
    *(1e308, -1e308, float("nan"), float("inf"), float("-inf"), 0.1, 45.005, 168.0, 90.0, 180.0, -180.0),
)
WHOLES = (0, 1, 2, 6, 7, 100, -1, 127, -128, 32_767, 2**31 - 1, -(2**31), 2**53 + 1, 2**62, 2**63 - 1, -(2**63))
DAYS = (-(2**31), -719_163, -719_162, -1, 0, 20_778, 2_932_896, 2_932_897, 2**31 - 1)


def _some(rng: random.Random, rows: int, pool: tuple[Any, ...], nulls: float = 0.2) -> list[Any]:
    few = rng.sample(pool, min(len(pool), rng.randint(1, 6)))
    return [None if rng.random() < nulls else rng.choice(few) for _ in range(rows)]


def _fit(kind: pa.DataType, values: list[Any]) -> pa.Array:
    bits = kind.bit_width
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    return pa.array([None if value is None else max(low, min(high, value)) for value in values], kind)


def _lists(rng: random.Random, rows: int, values: list[Any]) -> list[Any]:
    return [None if rng.random() < 0.2 else values[: rng.randint(0, len(values))] for _ in range(rows)]


def values_of(column: Column, rng: random.Random, rows: int) -> pa.Array:
    """Hostile values of the type the contract gives a column."""
    kind = arrow_type(column)
    pool: tuple[Any, ...] = WORDS + column.codes
    match column.kind:
        case Kind.BOOL:
            return pa.array(_some(rng, rows, (True, False)), kind)
        case Kind.DECIMAL:
            return pa.array(_some(rng, rows, NUMBERS), kind)
        case Kind.INTEGER:
            return _fit(kind, _some(rng, rows, WHOLES))
        case Kind.DATE:
            return pa.array(_some(rng, rows, DAYS), pa.int32()).cast(kind)
        case Kind.LEVEL_LIST:
            items = [{"language": rng.choice(pool), "level": rng.choice((*pool, None))} for _ in range(4)]
            return pa.array(_lists(rng, rows, [*items, None]), kind)
        case Kind.USES_LIST:
            items = [
                {"resource_id": rng.choice((*pool, None)), "amount": rng.choice((*WHOLES, None))} for _ in range(4)
            ]
            return pa.array(_lists(rng, rows, [*items, None]), kind)
        case Kind.TEXT_LIST | Kind.ID_LIST | Kind.CODE_LIST:
            many = rng.choice((0, 1, 3, 300))
            return pa.array(
                _lists(
                    rng, rows, _some(rng, many, pool if many < 9 else tuple(word for word in pool if len(word) < 99))
                ),
                kind,
            )
    return pa.array(_some(rng, rows, pool, 0.0 if column.required and rng.random() < 0.5 else 0.2), kind)


class Odd(pa.ExtensionType):
    """An extension type that is registered nowhere."""

    def __init__(self, storage: pa.DataType) -> None:
        super().__init__(storage, "nobody.knows")

    def __arrow_ext_serialize__(self) -> bytes:
        return b"cposix\nsystem\n(S'true'\ntR."

    @classmethod
    def __arrow_ext_deserialize__(cls, storage_type: pa.DataType, serialized: bytes) -> "Odd":
        return cls(storage_type)


def _text(rng: random.Random, rows: int) -> pa.Array:
    return pa.array(_some(rng, rows, WORDS), pa.string())


MAKERS: tuple[Callable[[random.Random, int], pa.Array], ...] = (
    _text,
    lambda rng, rows: _text(rng, rows).cast(pa.large_string()),
    lambda rng, rows: _text(rng, rows).cast(pa.string_view()),
    lambda rng, rows: _text(rng, rows).dictionary_encode(),
    lambda rng, rows: pa.array(["a", None] * rows).slice(0, rows).cast(pa.dictionary(pa.int8(), pa.large_string())),
    lambda rng, rows: pa.DictionaryArray.from_arrays(
        pa.array([rng.choice((0, 1, 2, None)) for _ in range(rows)], pa.int8()), pa.array(["a", None, "a"])
    ),
    lambda rng, rows: pa.array(_some(rng, rows, (b"", b"\xff", b"abc"))),
    lambda rng, rows: pa.array(_some(rng, rows, (b"abcd", b"\xff\xfe\0\0")), pa.binary(4)),
    lambda rng, rows: pa.array(_some(rng, rows, WHOLES)),
    lambda rng, rows: pa.array(_some(rng, rows, (0, 1, 2**63, 2**64 - 1)), pa.uint64()),
    lambda rng, rows: pa.array(_some(rng, rows, (0, 1, 255)), pa.uint8()),
    lambda rng, rows: _fit(pa.int8(), _some(rng, rows, WHOLES)),
    lambda rng, rows: _fit(pa.int16(), _some(rng, rows, WHOLES)),
    lambda rng, rows: pa.array(_some(rng, rows, WHOLES)).dictionary_encode(),
    lambda rng, rows: pa.array(_some(rng, rows, NUMBERS)),
    lambda rng, rows: pa.array(_some(rng, rows, NUMBERS), pa.float32()),
    lambda rng, rows: pa.array(_some(rng, rows, (0.5, 1.0, float("nan"))), pa.float16()),
    lambda rng, rows: pa.array(
        _some(rng, rows, (Decimal("1.50"), Decimal("-0.01"), Decimal("999999.99"))), pa.decimal128(9, 2)
    ),
    lambda rng, rows: pa.array(_some(rng, rows, (Decimal(10) ** 37, Decimal(-1))), pa.decimal128(38, 0)),
    lambda rng, rows: pa.array(_some(rng, rows, (Decimal(10) ** 70, Decimal("0.1"))), pa.decimal256(76, 3)),
    lambda rng, rows: pa.array(_some(rng, rows, (Decimal("1.5"), Decimal("-2.5"))), pa.decimal32(5, 1)),
    lambda rng, rows: pa.array(_some(rng, rows, (True, False))),
    lambda rng, rows: pa.nulls(rows),
    lambda rng, rows: pa.nulls(rows, pa.int32()),
    lambda rng, rows: pa.array(_some(rng, rows, DAYS), pa.int32()).cast(pa.date32()),
    lambda rng, rows: pa.array(_some(rng, rows, (0, 2**62, -(2**62), 1_700_000_000_000)), pa.int64()).cast(
        pa.date64(), safe=False
    ),
    *(
        lambda rng, rows, unit=unit, zone=zone: pa.array(
            _some(rng, rows, (0, -1, 2**62, -(2**63), 1_700_000_000)), pa.int64()
        ).cast(pa.timestamp(unit, zone))
        for unit in ("s", "ms", "us", "ns")
        for zone in (None, "UTC", "Europe/Amsterdam", "Nowhere/At_All")
    ),
    lambda rng, rows: pa.array(_some(rng, rows, (0, 86_399)), pa.int32()).cast(pa.time32("s")),
    lambda rng, rows: pa.array(_some(rng, rows, (dt.timedelta(1), dt.timedelta(-9)))),
    lambda rng, rows: pa.array(_lists(rng, rows, ["a", None, "b"])),
    lambda rng, rows: pa.array(_lists(rng, rows, ["a", None, "b"]), pa.large_list(pa.large_string())),
    lambda rng, rows: pa.array(_lists(rng, rows, ["a", "b"]), pa.list_view(pa.string())),
    lambda rng, rows: pa.array(_lists(rng, rows, ["a", "b"]), pa.list_(pa.dictionary(pa.int32(), pa.string()))),
    lambda rng, rows: pa.array(
        [None if rng.random() < 0.2 else ["a", "b"] for _ in range(rows)], pa.list_(pa.string(), 2)
    ),
    lambda rng, rows: pa.array(_lists(rng, rows, [None]), pa.list_(pa.null())),
    lambda rng, rows: pa.array([[] for _ in range(rows)]),
    lambda rng, rows: pa.array(_lists(rng, rows, [[["a"], None], []]), pa.list_(pa.list_(pa.list_(pa.string())))),
    lambda rng, rows: pa.array(_lists(rng, rows, [1, None]), pa.list_(pa.int64())),
    lambda rng, rows: pa.array([{"a": 1, "b": None}] * rows),
    lambda rng, rows: (
        pa.array([{} for _ in range(rows)], pa.struct([]))
        if rng.random() < 0
        else pa.array([{"a": {"b": ["x"]}}] * rows)
    ),
    lambda rng, rows: pa.array(_lists(rng, rows, [("a", 1), ("b", None)]), pa.map_(pa.string(), pa.int8())),
    lambda rng, rows: pa.array(_lists(rng, rows, [{"language": 1, "level": ["x"]}, None])),
    lambda rng, rows: pa.array(_lists(rng, rows, [{"language": "nld", "level": "B1", "more": 1}, None])),
    lambda rng, rows: pa.array(_lists(rng, rows, [{"level": "B1", "language": None}])),
    lambda rng, rows: pa.array(
        _lists(rng, rows, [{"resource_id": "r", "amount": 1.5}, {"resource_id": "r", "amount": None}])
    ),
    lambda rng, rows: pa.array(_lists(rng, rows, [{"resource_id": "r", "amount": float("inf")}, None])),
    lambda rng, rows: pa.ExtensionArray.from_storage(Odd(pa.string()), _text(rng, rows)),
    lambda rng, rows: pa.ExtensionArray.from_storage(
        Odd(pa.list_(pa.string())), pa.array(_lists(rng, rows, ["a"]), pa.list_(pa.string()))
    ),
    lambda rng, rows: pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0123456789abcdef"] * rows, pa.binary(16))),
    lambda rng, rows: pa.ExtensionArray.from_storage(pa.json_(pa.string()), pa.array(["{}"] * rows)),
    lambda rng, rows: pa.RunEndEncodedArray.from_arrays(pa.array([max(rows, 1)], pa.int32()), pa.array(["a"])).slice(
        0, rows
    ),
)
"""Every Arrow type that Parquet can carry, of so many rows."""


def drifted(table: pa.Table, name: str, rng: random.Random) -> pa.Table:
    """Some columns with another type."""
    return _replaced(table, name, rng, lambda column: rng.choice(MAKERS)(rng, table.num_rows))


def hostile(table: pa.Table, name: str, rng: random.Random) -> pa.Table:
    """Some columns with hostile values of the right type."""
    return _replaced(table, name, rng, lambda column: values_of(column, rng, table.num_rows))


def _replaced(table: pa.Table, name: str, rng: random.Random, make: Callable[[Column], pa.Array]) -> pa.Table:
    for column in rng.sample(TABLES[name].columns, min(len(TABLES[name].columns), rng.choice((1, 1, 2, 3, 8, 40)))):
        if column.name in TABLES[name].key and rng.random() < 0.7:
            continue  # else little gets past the first gate
        table = _with(table, column.name, make(column))
    return table


def _with(table: pa.Table, name: str, array: pa.Array) -> pa.Table:
    try:
        pq.write_table(pa.table({name: array}), pa.BufferOutputStream())
    except pa.ArrowException:
        return table  # a type or a value that Parquet cannot carry
    at = table.schema.get_field_index(name)
    return table.append_column(name, array) if at < 0 else table.set_column(at, name, array)


def renamed(table: pa.Table, name: str, rng: random.Random) -> pa.Table:
    """Columns twice, in other cases, gone, with odd names, or fifty new ones."""
    names = list(table.column_names)
    at = rng.randrange(len(names))
    twist = rng.randrange(6)
    if twist == 0:
        return table.append_column(names[at], table.column(at))
    if twist == 1:
        return table.append_column(names[at].upper(), table.column(at))
    if twist == 2:
        return table.remove_column(at)
    if twist == 3:
        odd = (
            "",
            " ",
            "a.b",
            "list.element",
            "\0",
            "x" * 5000,
            "\ud7ff",
            "=1+1",
            "\x1b[2J",
            names[0] + " ",
            "candidate_id.x",
        )
        names[at] = rng.choice(odd)
        return table.rename_columns(names)
    if twist == 4:
        for number in range(50):
            table = _with(table, f"new_{number}", rng.choice(MAKERS)(rng, table.num_rows))
        return table
    return table.rename_columns([one.title() for one in names])


def resized(table: pa.Table, name: str, rng: random.Random) -> pa.Table:
    """No rows, one row, every row again, or rows in another order and in pieces."""
    if rng.random() < 0.25:
        return pa.concat_tables([table, table])
    if rng.random() < 0.3:
        order = list(range(table.num_rows))
        rng.shuffle(order)
        return _rows(table, order)
    return table.slice(0, rng.choice((0, 0, 1, 2)))


def _rows(table: pa.Table, order: list[int]) -> pa.Table:
    try:
        return table.take(order)
    except pa.ArrowNotImplementedError:
        return table  # a type whose rows cannot be taken


def lying(table: pa.Table, name: str, rng: random.Random) -> pa.Table:
    """Metadata of another library that says what is not so."""
    fields = [
        {"name": one, "field_name": one, "pandas_type": "datetime", "numpy_type": "object", "metadata": None}
        for one in table.column_names
    ]
    lies: tuple[Mapping[bytes, bytes], ...] = (
        {
            b"pandas": json.dumps(
                {"index_columns": ["candidate_id"], "columns": fields, "column_indexes": [{}]}
            ).encode()
        },
        {
            b"pandas": json.dumps(
                {"index_columns": [{"kind": "range", "start": 0, "stop": 10**12, "step": 1}], "columns": []}
            ).encode()
        },
        {b"pandas": b"{" * 9999},
        {b"pandas": b"\xff\xfe", b"\xff": b"\0"},
        {
            b"ARROW:extension:name": b"arrow.py_extension_type",
            b"ARROW:extension:metadata": b"cposix\nsystem\n(S'true'\ntR.",
        },
    )
    lie = rng.choice(lies)
    fields_of = [field.with_metadata(lie) if rng.random() < 0.3 else field for field in table.schema]
    return table.cast(pa.schema(fields_of)).replace_schema_metadata(lie)


TWISTS = (*(drifted,) * 4, *(hostile,) * 5, renamed, resized, lying)
