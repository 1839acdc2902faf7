"""An empty bundle to fill: Parquet files with exact types, or one workbook with a sheet per table."""

import datetime as dt
import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow.parquet as pq

from matcher.domain.arrow import arrow_schema
from matcher.domain.schema import TABLES, Column, Kind, TableSchema
from matcher.errors import FileError, InputError
from matcher.schema_view import columns as described

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Form = Literal["parquet", "xlsx"]
WORKBOOK = "template.xlsx"
_MADE = dt.datetime(2026, 1, 1)
"""Stands in every workbook as its date, so that equal templates are equal bytes."""
_ROWS = 10_000
_LONGEST_MESSAGE, _LONGEST_TITLE, _LONGEST_LIST = 255, 32, 255
_CELL_OF_LIST = {
    Kind.TEXT_LIST: "several in one cell: a; b",
    Kind.ID_LIST: "several in one cell: a; b",
    Kind.CODE_LIST: "several in one cell: a; b",
    Kind.LEVEL_LIST: "several in one cell: nld B1; eng A2",
    Kind.USES_LIST: "several in one cell: r-1: 2; r-2: 1",
}


def write_template(folder: Path, form: Form = "parquet") -> tuple[Path, ...]:
    """Write an empty template.

    Parameters
    ----------
    folder
        Made where it is not there. Nothing in it is overwritten.
    form
        ``parquet``: a file per table with the contract's columns and types, and no rows. ``xlsx``: one workbook, a sheet per table; every
        cell says what belongs in it, closed codes come as lists, and the first sheet explains all columns.

    Returns
    -------
    The files, in the order of the contract.

    Raises
    ------
    InputError
        A file of this name is there already.
    FileError
        The folder cannot be written to.
    """
    files = {WORKBOOK: workbook_bytes()} if form == "xlsx" else {one.file: _parquet(one) for one in TABLES.values()}
    held = sorted(name for name in files if (folder / name).exists())
    if held:
        raise InputError(f"{folder} already has {', '.join(held)}. Give an empty folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            _write_new(folder / name, data)
    except OSError as error:
        raise FileError(f"{folder} cannot be written to: {error.strerror}.") from None
    return tuple(folder / name for name in files)


def _write_new(path: Path, data: bytes) -> None:
    """Write a file whole, under its name only when it is complete."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).rename(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _parquet(table: TableSchema) -> bytes:
    held = io.BytesIO()
    pq.write_table(arrow_schema(table).empty_table(), held)
    return held.getvalue()


def workbook_bytes() -> bytes:
    """Return the workbook; text stays text: nothing becomes a formula or a link."""
    import xlsxwriter  # noqa: PLC0415 - only wanted here

    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": "matcher template", "created": _MADE})
        styles = _Styles(book)
        _explanation(book, styles)
        for table in TABLES.values():
            _sheet(book, table, styles)
    return held.getvalue()


class _Styles:
    """The looks of a cell, made once per workbook."""

    def __init__(self, book: "Workbook") -> None:
        self.head: Format = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E7EEF7"})
        self.needed: Format = book.add_format({"bold": True, "bottom": 1, "bg_color": "#FCE8C8"})
        self.wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self.text: Format = book.add_format({"num_format": "@"})
        self.day: Format = book.add_format({"num_format": "yyyy-mm-dd"})


def _explanation(book: "Workbook", styles: _Styles) -> None:
    sheet = book.add_worksheet("explanation")
    titles = ("table", "column", "required", "kind", "values", "empty means", "meaning", "in a cell")
    sheet.write_row(0, 0, titles, styles.head)
    line = 1
    for table in TABLES.values():
        for column, facts in zip(table.columns, described(table.name), strict=True):
            told = [
                table.name,
                column.name,
                "yes" if column.required else "no",
                facts["kind"],
                facts["values"],
                facts["null"],
                facts["meaning"],
                _CELL_OF_LIST.get(column.kind, ""),
            ]
            sheet.write_row(line, 0, told, styles.wrapped)
            line += 1
    for place, width in enumerate((12, 20, 9, 18, 40, 14, 60, 30)):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 2)


def _sheet(book: "Workbook", table: TableSchema, styles: _Styles) -> None:
    sheet = book.add_worksheet(table.name)
    for place, (column, facts) in enumerate(zip(table.columns, described(table.name), strict=True)):
        sheet.write_string(0, place, column.name, styles.needed if column.required else styles.head)
        sheet.set_column(place, place, max(12, len(column.name) + 2), _cell_style(column, styles))
        _guide(sheet, place, column, facts)
    sheet.freeze_panes(1, len(table.key))


def _cell_style(column: Column, styles: _Styles) -> "Format | None":
    if column.kind is Kind.DATE:
        return styles.day
    # As text, so that 0123 stays 0123 and 1-4 does not become a day in April.
    return None if column.kind in (Kind.BOOL, Kind.INTEGER, Kind.DECIMAL) else styles.text


def _guide(sheet: "Worksheet", place: int, column: Column, facts: dict[str, Any]) -> None:
    """Explain a column at each of its cells, and offer or check what is closed."""
    parts = [facts["meaning"], _CELL_OF_LIST.get(column.kind, ""), facts["values"] and f"Values: {facts['values']}"]
    parts.append("Required." if column.required else f"Empty: {facts['null']}.")
    message = ". ".join(part.rstrip(".") for part in parts if part) + "."
    rule = {
        "input_title": column.name[:_LONGEST_TITLE],
        "input_message": message if len(message) <= _LONGEST_MESSAGE else message[: _LONGEST_MESSAGE - 3] + "...",
        **_check(column),
    }
    sheet.data_validation(1, place, _ROWS, place, rule)


def _check(column: Column) -> dict[str, Any]:
    """What Excel refuses in a cell; lists in one cell are left to the import."""
    match column.kind:
        case Kind.CODE if len(",".join(column.codes)) <= _LONGEST_LIST:
            return {"validate": "list", "source": list(column.codes)}
        case Kind.BOOL:
            return {"validate": "list", "source": ["TRUE", "FALSE"]}
        case Kind.INTEGER | Kind.DECIMAL if column.low is not None and column.high is not None:
            whole = column.kind is Kind.INTEGER
            return {
                "validate": "integer" if whole else "decimal",
                "criteria": "between",
                "minimum": int(column.low) if whole else column.low,
                "maximum": int(column.high) if whole else column.high,
                "error_message": f"From {column.low:g} to {column.high:g}.",
            }
        case Kind.DATE:
            # Excel knows no earlier day.
            first, last = dt.date(1900, 1, 1), dt.date(9999, 12, 31)
            return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}
        case _:
            return {"validate": "any"}
