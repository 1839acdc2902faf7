"""Every row accepted, or rejected with a reason. Nothing is dropped silently and no value is ever repeated."""

import difflib

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.domain.codes import Fault
from matcher.domain.headline import Headline
from matcher.domain.raw import RawTables
from matcher.domain.schema import TABLES, Column, Kind, TableSchema
from matcher.errors import InputError, NotSupportedError, quoted
from matcher.intake.bsn import looks_like_bsn
from matcher.intake.cells import WrongTypeError
from matcher.intake.cross import cross_check
from matcher.intake.faults import Finding, closed, duplicates, faults, ordered
from matcher.intake.forms import Cells, Flags, Wholes, Words
from matcher.intake.kept import keep_limits
from matcher.intake.plain import plain
from matcher.intake.rejections import ERROR, WARNING, Ledger
from matcher.intake.rows import Accepted, Rows, keys_of
from matcher.intake.text import fold


def validate(raw: RawTables, *, strict: bool = False) -> tuple[Accepted, pa.Table]:
    """Judge every row of every table.

    Parameters
    ----------
    raw
        Tables by name; candidates and vacancies must be there.
    strict
        Stop at the first table with a rejected row or column instead of going on without it.

    Returns
    -------
    Accepted
        Rows that may be used, columns in plain form.
    pyarrow.Table
        rejected.parquet: file, row, key, column, code, severity.

    Raises
    ------
    InputError
        A required table or column is missing or unusable, a column looks like BSNs, or ``strict`` and something was rejected.
    NotSupportedError
        A column of the contract that this version does not use yet holds something.
    """
    ledger = Ledger()
    warnings: list[Headline] = []
    tables: dict[str, Rows] = {}
    for name, schema in TABLES.items():
        table = raw.tables.get(name)
        if table is None:
            if schema.required:
                raise InputError(f"{schema.file} is missing. It needs at least: {_required(schema)}.")
            table = pa.table({})
        tables[name] = _read(schema, table, name in raw.tables, ledger, warnings)
    warnings += cross_check(tables, frozenset(raw.tables), ledger)
    if strict and ledger.errors():
        raise InputError(_strict_text(ledger))
    read = {name: table.num_rows for name, table in raw.tables.items() if name in TABLES}
    return Accepted(tables, frozenset(raw.tables), read, tuple(warnings)), ledger.table()


def _strict_text(ledger: Ledger) -> str:
    first = next(note for note in ledger.notes if note.severity != WARNING)
    where = "whole column" if first.rows is None else f"row {int(first.rows[0]) + 1}"
    return (
        f"--strict: {ledger.errors()} faults. The first: {first.file}, {where}, column {first.column}: {first.code}. "
        "Run without --strict to get them all in rejected.parquet."
    )


def _required(schema: TableSchema) -> str:
    return ", ".join(column.name for column in schema.columns if column.required)


def _read(schema: TableSchema, table: pa.Table, given: bool, ledger: Ledger, warnings: list[Headline]) -> Rows:
    """Bring one table into plain form and drop its bad rows."""
    if given:
        _check_names(schema, table, ledger)
    size = table.num_rows
    columns: dict[str, Cells] = {}
    found: list[tuple[str, Finding]] = []
    for column in schema.columns:
        cell = _unknown(column, size)
        if column.name in table.column_names:
            values = table.column(column.name)
            try:
                cell = plain(column, values)
            except WrongTypeError as error:
                warnings.append(_unusable(schema, column, str(error)))
                ledger.add(schema.file, column.name, Fault.WRONG_TYPE)
            if not column.supported:
                _refuse_unsupported(schema, column, cell)
        found += [(column.name, finding) for finding in faults(column, cell)]
        columns[column.name] = closed(column, cell)
    rows = Rows(np.arange(size, dtype=np.int64), columns)
    # Columns are compared only in rows where each is sound by itself.
    bad = _struck(found, size)
    found += [(name, (fault, mask & ~bad, severity)) for name, (fault, mask, severity) in ordered(rows)]
    found.append((schema.key[-1], (Fault.DUPLICATE_ID, duplicates(schema, rows), ERROR)))
    keys = keys_of(schema, rows)
    for name, (fault, mask, severity) in found:
        at = np.flatnonzero(mask)
        ledger.add(schema.file, name, fault, rows=at, keys=[keys[row] for row in at.tolist()], severity=severity)
    struck = _struck(found, size)
    keep_limits(schema, rows, struck, found)
    return rows.keep(~struck)


def _struck(found: list[tuple[str, Finding]], size: int) -> NDArray[np.bool_]:
    """Rows that at least one error strikes."""
    bad = np.zeros(size, dtype=np.bool_)
    for _, (_, mask, severity) in found:
        if severity == ERROR:
            bad |= mask
    return bad


def _unknown(column: Column, size: int) -> Cells:
    return plain(column, pa.chunked_array([pa.nulls(size)]))


def _unusable(schema: TableSchema, column: Column, found: str) -> Headline:
    """Return the headline for a column read as unknown, or stop where that would drop a demand."""
    if column.required or column.null_is_free or column.kind is Kind.ID:
        raise InputError(
            f"{schema.file}: column {column.name} has type {found}, expected {column.kind} ({Fault.WRONG_TYPE}). "
            "A broken column cannot be read as 'unknown' here; write it with the right type or leave it out."
        )
    text = f"{schema.file}: column {column.name} has type {found}, expected {column.kind}; it counts as unknown."
    figures = {"file": schema.file, "column": column.name, "found": found, "expected": column.kind.value}
    return Headline("COLUMN_UNUSABLE", text, figures)


def _check_names(schema: TableSchema, table: pa.Table, ledger: Ledger) -> None:
    names = table.column_names
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise InputError(f"{schema.file} has a column twice: {', '.join(map(quoted, twice[:20]))}. Keep one.")
    known = [column.name for column in schema.columns]
    for column in schema.columns:
        if column.required and column.name not in names:
            near = difflib.get_close_matches(column.name, names, n=1, cutoff=0.5)
            by_case = [name for name in names if fold(name) == column.name]
            hint = (
                f" Found {quoted((by_case or near)[0])}: rename it."
                if by_case or near
                else f" Found: {', '.join(map(quoted, names[:20]))}."
            )
            raise InputError(f"{schema.file} has no column {column.name!r}.{hint}")
    for name in names:
        numeric = name in known and schema.column(name).kind in (Kind.DECIMAL, Kind.INTEGER, Kind.BOOL, Kind.DATE)
        if not numeric and looks_like_bsn(table.column(name)):
            raise InputError(
                f"{schema.file}: column {quoted(name)} looks like BSNs ({Fault.BSN_LIKE}). Replace them by pseudonyms; "
                "this program may not hold BSNs."
            )
        if name not in known and schema.name != "audit":
            ledger.add(schema.file, name, Fault.UNKNOWN_COLUMN, severity=WARNING)


def _refuse_unsupported(schema: TableSchema, column: Column, cell: Cells) -> None:
    match cell:
        case Flags():
            used = cell.value == 1
        case Words():
            used = cell.code >= 0
        case Wholes():
            # openings_min = 0 asks nothing; any other limit does.
            used = cell.known & ((cell.value != 0) | (column.name != "openings_min"))
        case _:
            raise AssertionError(f"{column.name}: no test for use")
    if used.any():
        raise NotSupportedError(
            f"{schema.file}, row {int(np.argmax(used)) + 1}: column {column.name} is not supported yet. "
            "Empty or remove the column to run without it."
        )
