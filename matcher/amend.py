"""A bundle with one change in one person's data: the user's own tables, cell by cell, every other cell as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from matcher.domain.arrow import arrow_type
from matcher.domain.raw import RawTables
from matcher.domain.schema import TABLES, Column, Kind
from matcher.verdict.changes import Edit

_AFTERWARDS = "audit"  # read only after solving


class AmendError(Exception):
    """The table cannot hold the value."""


@dataclass(frozen=True, slots=True)
class Variants:
    """A bundle with changed copies of one person.

    Attributes
    ----------
    ids
        Id of the copy of every change, None where the tables cannot hold the change.
    """

    raw: RawTables
    ids: tuple[str | None, ...]


def amended(raw: RawTables, candidate_id: str, edits: Sequence[Edit]) -> RawTables:
    """Return the bundle with the cells of one person changed.

    Raises
    ------
    AmendError
        A table cannot hold a value, or does not hold the person.
    """
    row = _row_of(raw.tables["candidates"], {"candidate_id": candidate_id})
    if row is None:
        raise AmendError("The person is not in the table.")
    return RawTables(_edited(raw.tables, candidate_id, row, edits))


def variants(raw: RawTables, candidate_id: str, changes: Sequence[Sequence[Edit]]) -> Variants:
    """Return the bundle with a copy of one person for every change.

    Raises
    ------
    AmendError
        The tables do not hold the person.
    """
    people = raw.tables["candidates"]
    row = _row_of(people, {"candidate_id": candidate_id})
    if row is None:
        raise AmendError("The person is not in the table.")
    ids = [f"{candidate_id}~{number}" for number in range(len(changes))]
    tables = dict(raw.tables)
    for name, table in raw.tables.items():
        if "candidate_id" in table.column_names and name != _AFTERWARDS:
            tables[name] = _with_copies(table, candidate_id, ids)
    first = people.num_rows
    made: list[str | None] = []
    for number, (name, edits) in enumerate(zip(ids, changes, strict=True)):
        try:
            tables = _edited(tables, name, first + number, edits)
            made.append(name)
        except AmendError:
            made.append(None)
    return Variants(RawTables({name: table.combine_chunks() for name, table in tables.items()}), tuple(made))


def _edited(tables: Mapping[str, pa.Table], candidate_id: str, row: int, edits: Sequence[Edit]) -> dict[str, pa.Table]:
    out = dict(tables)
    for edit in edits:
        at = row
        if edit.table == "pairs":
            out["pairs"], at = _with_pair(out.get("pairs"), candidate_id, edit.vacancy_id or "")
        out[edit.table] = _with_cell(out[edit.table], at, TABLES[edit.table].column(edit.column), edit)
    return out


def _with_cell(table: pa.Table, row: int, column: Column, edit: Edit) -> pa.Table:
    if column.name not in table.column_names:
        table = table.append_column(column.name, pa.nulls(table.num_rows, arrow_type(column)))
    held = table.column(column.name)
    value = [*(held[row].as_py() or []), edit.value] if edit.add else edit.value
    cell = None if pa.types.is_null(held.type) else _cell(value, held.type)
    if cell is None:
        try:
            held = held.cast(arrow_type(column))
        except pa.ArrowException:
            raise AmendError("The column has another type than the contract's.") from None
        cell = _cell(value, held.type)
        if cell is None:
            raise AmendError("The column cannot hold the value.")
    changed = pa.chunked_array([*held.slice(0, row).chunks, cell, *held.slice(row + 1).chunks], type=held.type)
    return table.set_column(table.column_names.index(column.name), column.name, changed)


def _cell(value: Any, kind: pa.DataType) -> pa.Array | None:
    """One cell of a type, None where the type cannot hold the value exactly."""
    if isinstance(value, float):
        if pa.types.is_decimal(kind):
            value = Decimal(repr(value))
        elif pa.types.is_integer(kind):
            if not value.is_integer():
                return None
            value = int(value)
    try:
        return pa.array([value], type=kind)
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return None


def _with_pair(pairs: pa.Table | None, candidate_id: str, vacancy_id: str) -> tuple[pa.Table, int]:
    """Return the table of pairs with a row for this one, and the number of that row."""
    key = {"candidate_id": candidate_id, "vacancy_id": vacancy_id}
    if pairs is None:
        return pa.table({name: pa.array([value], pa.string()) for name, value in key.items()}), 0
    row = _row_of(pairs, key)
    if row is not None:
        return pairs, row
    cells = []
    for field in pairs.schema:
        cell = _cell(key[field.name], field.type) if field.name in key else pa.nulls(1, field.type)
        if cell is None:
            raise AmendError("The column cannot hold the value.")
        cells.append(cell)
    # A new schema without "not null": most cells of the new row are empty.
    names = pairs.column_names
    columns = [
        pa.chunked_array([*pairs.column(name).chunks, cell], type=cell.type)
        for name, cell in zip(names, cells, strict=True)
    ]
    return pa.table(dict(zip(names, columns, strict=True))), pairs.num_rows


def _with_copies(table: pa.Table, candidate_id: str, ids: Sequence[str]) -> pa.Table:
    """Return the table with the person's rows once more for every id."""
    own = _same(table.column("candidate_id"), candidate_id).to_numpy(zero_copy_only=False).nonzero()[0]
    if not own.size:
        return table
    mine = table.take(pa.array(own.tolist() * len(ids), pa.int64()))
    name = pa.array([one for one in ids for _ in range(own.size)], type=table.schema.field("candidate_id").type)
    mine = mine.set_column(table.column_names.index("candidate_id"), table.schema.field("candidate_id"), name)
    return pa.concat_tables([table, mine])


def _row_of(table: pa.Table, key: Mapping[str, str]) -> int | None:
    same: Any = None
    for name, value in key.items():
        one = _same(table.column(name), value)
        same = one if same is None else pc.and_(same, one)
    found = pc.index(same, True).as_py()
    return None if found < 0 else int(found)


def _same(column: pa.ChunkedArray, wanted: str) -> pa.ChunkedArray:
    """Where a column of ids holds this one, spelled as the files spell it; false where it is null."""
    text = column.cast(pa.string())
    tidy = pc.utf8_trim_whitespace(pc.utf8_normalize(text, form="NFC"))
    return pc.equal(tidy, wanted).fill_null(False)


def usual_values(table: pa.Table, column: str, most: int) -> tuple[str, ...]:
    """Return the values of a column of ids that occur most, the most usual first; ties in the order of the text."""
    if column not in table.column_names or TABLES["candidates"].column(column).kind is not Kind.ID:
        return ()
    try:
        counted = table.column(column).cast(pa.string()).drop_null().value_counts()
    except pa.ArrowException:
        return ()
    pairs = zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True)
    return tuple(text for text, _ in sorted(pairs, key=lambda one: (-one[1], one[0]))[:most])
