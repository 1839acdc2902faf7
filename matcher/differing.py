"""Where two runs differ: the file, and in it the column, the sheet, the key or the line; never what stands there."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from matcher.io.manifest import MANIFEST, records_of
from matcher.io.run_folder import RunFiles, decode_table

TIMES = frozenset({"created_utc", "solver.seconds"})
"""What a clock adds to a manifest."""
_ELSEWHERE = frozenset({"outputs", "versions"})
"""Parts of a manifest that say what is told otherwise: file by file, and as other versions."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not the same.

    Attributes
    ----------
    file
        Path inside the run.
    where
        The first column, sheet, key or line that differs, or what else is different about it.
    row
        The first row of a table that differs, counted from 1; None where it is not about one row.
    """

    file: str
    where: str
    row: int | None = None


def differences(one: RunFiles, other: RunFiles) -> Iterator[Difference]:
    """Yield every file in which two runs differ: tables first, then what was made from them, the manifest last."""
    first = {record.name: record.sha256 for record in records_of(one.manifest, "outputs")}
    second = {record.name: record.sha256 for record in records_of(other.manifest, "outputs")}
    names = first.keys() | second.keys()
    for name in sorted(names, key=lambda name: ("/" in name, not name.endswith(".parquet"), name)):
        if name not in second:
            yield Difference(name, "only in the first")
        elif name not in first:
            yield Difference(name, "only in the second")
        elif first[name] != second[name]:
            yield _in_file(name, one.read(name), other.read(name))
    if key := _key(_lasting(one.manifest), _lasting(other.manifest)):
        yield Difference(MANIFEST, key)


def _in_file(name: str, one: bytes, other: bytes) -> Difference:
    kind = name.rpartition(".")[2]
    if kind == "parquet":
        return _in_tables(name, decode_table(name, one), decode_table(name, other))
    try:
        if kind == "json":
            return Difference(name, _key(json.loads(one), json.loads(other)) or "spelling")
        if kind == "csv":
            return _in_tables(name, _csv_table(one), _csv_table(other))
        if kind in ("xlsx", "zip"):
            return Difference(name, _member(one, other))
    except (ValueError, LookupError, zipfile.BadZipFile, pa.ArrowException):
        return Difference(name, "bytes")
    lines = zip(one.split(b"\n"), other.split(b"\n"), strict=False)
    line = next((number for number, (left, right) in enumerate(lines, start=1) if left != right), None)
    return Difference(name, "length" if line is None else f"line {line}")


def _in_tables(name: str, one: pa.Table, other: pa.Table) -> Difference:
    if one.schema.names != other.schema.names:
        pairs = zip(one.schema.names, other.schema.names, strict=False)
        moved = next((left for left, right in pairs if left != right), "which columns there are")
        return Difference(name, moved)
    if one.num_rows != other.num_rows:
        return Difference(name, f"rows: {one.num_rows} and {other.num_rows}")
    for column in one.column_names:
        left, right = one[column], other[column]
        if left.type != right.type:
            return Difference(name, f"{column} (type)")
        if not left.equals(right):
            return Difference(name, column, _row(left, right))
    return Difference(name, "bytes only; every cell is the same")


def _row(one: pa.ChunkedArray, other: pa.ChunkedArray) -> int | None:
    pairs = zip(one.to_pylist(), other.to_pylist(), strict=True)
    return next((number for number, (left, right) in enumerate(pairs, start=1) if left != right), None)


def _csv_table(raw: bytes) -> pa.Table:
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    head, *body = rows
    return pa.table({name: pa.array([row[place] for row in body], pa.string()) for place, name in enumerate(head)})


def _member(one: bytes, other: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(one)) as first, zipfile.ZipFile(io.BytesIO(other)) as second:
        if first.namelist() != second.namelist():
            return "which parts there are"
        return next((name for name in first.namelist() if first.read(name) != second.read(name)), "bytes")


def _lasting(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest without its times, and without what is compared elsewhere."""
    kept = {key: value for key, value in manifest.items() if key not in TIMES | _ELSEWHERE}
    if isinstance(kept.get("solver"), dict):
        kept["solver"] = {key: value for key, value in kept["solver"].items() if f"solver.{key}" not in TIMES}
    return kept


def _key(one: Any, other: Any, path: str = "") -> str | None:
    """The first key, by name, under which two documents differ; places in lists count from 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted(one.keys() | other.keys()):
            inner = f"{path}.{name}" if path else str(name)
            if name not in one or name not in other:
                return inner
            if found := _key(one[name], other[name], inner):
                return found
        return None
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        parts = enumerate(zip(one, other, strict=True), start=1)
        return next((found for place, (left, right) in parts if (found := _key(left, right, f"{path}[{place}]"))), None)
    return None if one == other and type(one) is type(other) else path or "everything"
