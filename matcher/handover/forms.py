"""The same rows as workbook, CSV, Parquet and JSON, as exact bytes: no clock, no place, nothing of the machine in them."""

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from matcher.errors import FileError
from matcher.handover.allowed import Sheet
from matcher.handover.answering import open_for_answers
from matcher.handover.grid import MOST_COLUMNS, Cell, Grid
from matcher.handover.texts import guarded

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_MADE = dt.datetime(2026, 1, 1)
"""Stands in every workbook as its date, so that equal plans are equal bytes."""
_EPOCH, _FIRST_DAY = dt.date(1899, 12, 30), dt.date(1901, 1, 1)
_TITLES = {Sheet.PROPOSALS: "Voordrachten", Sheet.OPEN: "Openstaand"}
_NARROWEST, _WIDEST, _FIT = 9, 60, 2
_ROW_GROUP = 262_144
_BATCH = 8_192


def workbook_bytes(title: str, sheets: Sequence[Grid], notes: Sequence[tuple[str, str]], scratch: Path) -> bytes:
    """Return the workbook.

    Parameters
    ----------
    title
        Already harmless text.
    notes
        Lines of the last sheet: what, and what it means.
    scratch
        A folder for temporary files; their names say nothing.

    Raises
    ------
    FileError
        A table needs more columns than Excel has, or the scratch folder cannot be written to.
    """
    held = io.BytesIO()
    options = {
        "constant_memory": True,
        "tmpdir": str(scratch),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    try:
        with xlsxwriter.Workbook(held, options) as book:
            book.set_properties({"title": title, "created": _MADE})
            looks = _looks(book)
            for grid in sheets:
                _write_grid(book.add_worksheet(sheet_name(grid)), grid, looks)
            _write_notes(book.add_worksheet("Toelichting"), title, notes, looks)
    except XlsxWriterException as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        raise FileError(f"A workbook could not be made: {type(error).__name__}.") from None
    return held.getvalue()


def sheet_name(grid: Grid) -> str:
    """The name of a part's sheet."""
    return _TITLES[grid.sheet] if grid.part == 1 else f"{_TITLES[grid.sheet]} {grid.part}"


def csv_name(grid: Grid) -> str:
    """The name of a part's CSV file."""
    return f"{grid.sheet}.csv" if grid.part == 1 else f"{grid.sheet}-{grid.part}.csv"


def csv_bytes(grid: Grid) -> bytes:
    """Return a part as spreadsheets in the Netherlands read it: semicolons, decimal comma, UTF-8 with BOM; formulas are defused."""
    held = io.BytesIO()
    with io.TextIOWrapper(held, encoding="utf-8-sig", newline="", write_through=False) as text:
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
        writer.writerow([heading for heading, _ in grid.headings])
        writer.writerows(map(_csv_cell, line) for line in grid.lines())
        text.flush()
        return held.getvalue()


def parquet_bytes(table: pa.Table) -> bytes:
    """Return a table as Parquet, every text exactly as it came in."""
    held = io.BytesIO()
    pq.write_table(
        table.replace_schema_metadata(None),
        held,
        compression="zstd",
        write_page_checksum=True,
        row_group_size=_ROW_GROUP,
    )
    return held.getvalue()


def json_bytes(document: Any) -> bytes:
    """Return JSON in plain ASCII: whatever a text holds is escaped, so that no screen, log or page obeys it; the values are exact."""
    return _ascii(json.dumps(document, allow_nan=False, indent=1, default=_plain))


def json_rows(table: pa.Table) -> bytes:
    """Return the rows of a table as `json_bytes` would, one object a line."""
    encode = json.JSONEncoder(allow_nan=False, default=_plain).encode
    parts = [
        _ascii(",\n".join(map(encode, table.slice(begin, _BATCH).to_pylist())))[:-1]
        for begin in range(0, table.num_rows, _BATCH)
    ]
    return b"[\n" + b",\n".join(parts) + b"\n]\n" if parts else b"[]\n"


def _ascii(text: str) -> bytes:
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f"{text}\n".encode("ascii")


def _plain(value: Any) -> str:
    assert isinstance(value, dt.date)
    return value.isoformat()


def _csv_cell(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return guarded(cell)
        case dt.date():
            return cell.isoformat()
        case _:
            return repr(cell).replace(".", ",")


def _looks(book: "Workbook") -> Mapping[str, Any]:
    return {
        "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#E7EEF7", "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"num_format": "@", "valign": "top"}),
        "day": book.add_format({"num_format": "dd-mm-yyyy", "align": "left", "valign": "top"}),
        "number": book.add_format({"valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "ask": book.add_format({"bold": True, "bottom": 1, "bg_color": "#FCE8C8", "text_wrap": True, "valign": "top"}),
        "status": book.add_format({"num_format": "@", "bg_color": "#FFF8E8", "valign": "top"}),
        "status_date": book.add_format({"num_format": "dd-mm-yyyy", "bg_color": "#FFF8E8", "valign": "top"}),
        "remark": book.add_format({"num_format": "@", "bg_color": "#FFF8E8", "valign": "top"}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _write_grid(sheet: "Worksheet", grid: Grid, looks: Mapping[str, Any]) -> None:
    headings = grid.headings
    if len(headings) > MOST_COLUMNS:
        raise FileError(f"{sheet.get_name()} needs {len(headings):,} columns, and Excel has {MOST_COLUMNS:,}.")
    for place, (heading, longest) in enumerate(headings):
        sheet.set_column(place, place, min(_WIDEST, max(_NARROWEST, len(heading) + _FIT + 2, longest + _FIT)))
    asked = open_for_answers(sheet, grid, looks)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(grid.rows, 1), len(headings) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&R&P / &N")
    for place, (heading, _) in enumerate(headings):
        _write(sheet, 0, place, heading, looks, look="ask" if place in asked else "head")
    for row, line in enumerate(grid.lines(), start=1):
        for place, cell in enumerate(line):
            if cell is not None:
                _write(sheet, row, place, cell, looks)


def _write_notes(sheet: "Worksheet", title: str, notes: Sequence[tuple[str, str]], looks: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    _write(sheet, 0, 0, title, looks, look="title")
    for row, (what, meaning) in enumerate(notes, start=2):
        _write(sheet, row, 0, what, looks, look="wrapped")
        _write(sheet, row, 1, meaning, looks, look="wrapped")


def _write(
    sheet: "Worksheet", row: int, place: int, cell: Cell, looks: Mapping[str, Any], *, look: str = "text"
) -> None:
    match cell:
        case str():
            said = sheet.write_string(row, place, cell, looks[look])
        case dt.date() if cell >= _FIRST_DAY:
            said = sheet.write_number(row, place, (cell - _EPOCH).days, looks["day"])
        case dt.date():
            said = sheet.write_string(row, place, cell.isoformat(), looks["text"])
        case _:
            said = sheet.write_number(row, place, cell, looks["number"])
    if said:
        # The writer drops or cuts without an exception; whoever splits must have been wrong.
        raise FileError(f"A cell of {sheet.get_name()} does not fit; nothing was handed over.")
