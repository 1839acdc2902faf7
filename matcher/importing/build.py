"""From converted rows to Arrow tables of the contract's exact types."""

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from matcher.domain.arrow import arrow_type
from matcher.errors import InputError
from matcher.importing.catalogue import CATALOGUE, UNIQUE_KEY
from matcher.importing.cells import Cell, Padded
from matcher.importing.convert import Converted
from matcher.importing.folder import FolderContents
from matcher.importing.recognise import Identity
from matcher.importing.report import ROW
from matcher.importing.troubles import Trouble
from matcher.intake.bsn import looks_like_bsn

_ENOUGH = 5
"""Values a column that is not taken over must have before it can look like BSNs: one number in eleven passes the test."""


def strike_twins(parts: Mapping[str, Sequence[Converted]]) -> None:
    """Refuse every row whose key occurs more than once in its table, whatever file it stands in."""
    for name, found in parts.items():
        if name not in UNIQUE_KEY:
            continue
        keys = [_keys(part) for part in found]
        counted = Counter(key for one in keys for at, key in one.items())
        column = CATALOGUE[name].column(CATALOGUE[name].key[-1])
        for part, one in zip(found, keys, strict=True):
            heading = next(
                (use.heading for use in part.matched.bindings if use.target.column == column.name), column.name
            )
            for at, key in one.items():
                if counted[key] > 1:
                    part.strike(at, heading, column, Trouble.DUPLICATE_ID)


def refuse_lost_limits(parts: Mapping[str, Sequence[Converted]]) -> None:
    """Stop where a refused row states a limit or a pin "must": without the row a plan would be free to break it.

    Raises
    ------
    InputError
        With the first such row, the column it was refused for, and what to do.
    """
    for name, found in parts.items():
        limits = {column.name for column in CATALOGUE[name].columns if column.is_limit}
        for part in found:
            why = {one.row: one for one in reversed(part.problems) if one.effect == ROW}
            for at in sorted(part.refused):
                problem = why.get(part.source.numbers[at])
                stated = any(_value(part, column, at) is not None for column in limits)
                must = name == "pairs" and _value(part, "pin", at) == "must"
                if problem is not None and (stated or must or problem.field in limits):
                    raise InputError(
                        f"{problem.file}, row {problem.row}, column {problem.column or '-'}: {problem.code}. The row states a limit or "
                        f"a pin, and is never left out by itself. {problem.action}"
                    )


def _value(part: Converted, column: str, at: int) -> object:
    values = part.columns.get(column)
    return None if values is None else values[at]


def _keys(part: Converted) -> dict[int, tuple[str, ...]]:
    columns = [part.columns[name] for name in CATALOGUE[part.table].key]
    rows = enumerate(zip(*columns, strict=True))
    return {at: tuple(str(value).strip() for value in key) for at, key in rows if at not in part.refused}


def table_of(name: str, parts: Sequence[Converted]) -> pa.Table:
    """Put the rows of all files of a table together, in order of file and row, with the columns that any of them has."""
    schema = CATALOGUE[name]
    types = {column.name: arrow_type(column) for column in schema.columns}
    given = [column for column in types if any(column in part.columns for part in parts)]
    groups = dict.fromkeys(column for part in parts for column in part.columns if column not in types)
    arrays = []
    for column in (*given, *groups):
        values = [value for part in parts for value in _kept(part, column)]
        arrays.append(pa.array(values, type=types.get(column, pa.string())))
    return pa.table(arrays, names=[*given, *groups])


def _kept(part: Converted, column: str) -> Iterable[object]:
    values = part.columns.get(column)
    for at in range(len(part.source.numbers)):
        if at not in part.refused:
            yield None if values is None else values[at]


def refuse_bsns(tables: Mapping[str, pa.Table], contents: FolderContents, identities: Mapping[int, Identity]) -> None:
    """Stop where a column looks like BSNs, also one that is not taken over.

    Raises
    ------
    InputError
        With the name of the column, never with a number.
    """
    for name, table in tables.items():
        for column in table.column_names:
            if _may_be_text(table.column(column).type) and looks_like_bsn(table.column(column)):
                raise InputError(f"{name}: column {column!r} {_BSN}")
    for number, identity in identities.items():
        source = contents.tables[number]
        for heading, cells in zip(source.headings, source.columns, strict=True):
            words = [word for word in map(_as_text, cells) if word]
            if identity.table is not None and len(words) >= _ENOUGH and _all_bsn(words):
                raise InputError(f"{source.label}: column {heading!r} {_BSN}")


_BSN = "looks like BSNs (BSN_LIKE). Remove it, and use pseudonyms as ids; this program may not hold BSNs."


def _all_bsn(words: list[str]) -> bool:
    return looks_like_bsn(pa.chunked_array([pa.array(words, type=pa.large_string())]))


def _may_be_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or (pa.types.is_list(kind) and pa.types.is_string(kind.value_type)))


def _as_text(cell: Cell) -> str:
    """Return what may be a BSN in a cell: a short text or a whole number."""
    if isinstance(cell, str):
        return cell.strip() if len(cell) <= 20 and cell.isascii() else "x" if cell.strip() else ""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 <= cell < 10**9 and cell == int(cell):
        return str(int(cell))
    if isinstance(cell, Padded):
        return str(cell.number).zfill(cell.width)
    return "" if cell is None else "x"


def serialised(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file; equal tables give equal bytes."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    return sink.getvalue()
