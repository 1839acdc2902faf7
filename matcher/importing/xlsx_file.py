"""Excel workbooks, read for what they show: results of formulas, typed cells, percent signs."""

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl

from matcher.errors import InputError
from matcher.importing.cells import Broken, Cell, Origin, Percent
from matcher.importing.source_table import SourceTable, turned
from matcher.importing.troubles import Step, Trouble

_MOST_BYTES = 1_000_000_000
_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 2_000
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_FORMULA = re.compile(rb"<(?:[A-Za-z0-9]+:)?f[ >/]")
_CHUNK = 1 << 20


def read_xlsx(data: bytes, name: str) -> list[SourceTable]:
    """Read every sheet of a workbook that holds something.

    Raises
    ------
    InputError
        Not a workbook, damaged, protected by a password, or too large.
    """
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise InputError(f"{name} is protected by a password, or an old .xls. Save it as .xlsx without a password.")
    try:
        formulas = _look_inside(data, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validation, which say nothing about cells
            return _sheets(data, name, formulas)
    except InputError:
        raise
    except MemoryError:
        raise InputError(f"{name} asks for more memory than there is. It is damaged, or too large for this machine.") from None
    except Exception:  # a parser of other people's files: whatever it raises, the file is what is wrong
        raise InputError(f"{name} is not a workbook that can be read. Open it in Excel and save it as .xlsx.") from None


def _look_inside(data: bytes, name: str) -> bool:
    """Whether a sheet holds formulas; refuses archives that would unpack to more than a gigabyte."""
    found = False
    total = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            tail = b""
            with archive.open(entry) as member:
                while chunk := member.read(_CHUNK):
                    # The sizes an archive claims may be lies, so what comes out is counted.
                    total += len(chunk)
                    if total > _MOST_BYTES:
                        raise InputError(f"{name} unpacks to more than {_MOST_BYTES:,} bytes. Split it into smaller workbooks.")
                    found = found or (_SHEET.fullmatch(entry.filename) is not None and bool(_FORMULA.search(tail + chunk)))
                    tail = chunk[-64:]
    return found


def _sheets(data: bytes, name: str, formulas: bool) -> list[SourceTable]:
    shown = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    written = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False) if formulas else None
    found = []
    for number, sheet in enumerate(shown.worksheets):
        rows = _rows(sheet, name)
        plans = None if written is None else _rows(written.worksheets[number], name)
        table = _table(rows, plans, name, sheet.title, sheet.sheet_state != "visible")
        found += [table] if table is not None else []
    shown.close()
    if written is not None:
        written.close()
    return found


def _rows(sheet: Any, name: str) -> Iterator[Sequence[Any]]:
    # What a sheet says about its own size is often wrong, and rows beyond it would be lost without a word.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > _MOST_ROWS or len(row) > 16_384:
            raise InputError(f"{name}: sheet {sheet.title!r} is larger than Excel allows. It is damaged.")
        yield row


def _table(
    rows: Iterator[Sequence[Any]], plans: Iterator[Sequence[Any]] | None, name: str, title: str, hidden: bool
) -> SourceTable | None:
    header: list[str] = []
    kept: list[list[Cell]] = []
    numbers: list[int] = []
    struck: list[tuple[int, Trouble]] = []
    blank = 0
    notes: set[Step] = set()
    for number, row in enumerate(rows, start=1):
        plan = () if plans is None else next(plans, ())
        cells = [_cell(cell, plan[at] if at < len(plan) else None, notes) for at, cell in enumerate(row)]
        if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            blank += 1
        elif not header:
            header, blank = [_heading(cell) for cell in cells], 0
            while not header[-1]:
                header.pop()
            if len(header) > _MOST_COLUMNS:
                raise InputError(f"{name}: sheet {title!r} has more than {_MOST_COLUMNS:,} columns.")
        else:
            if any(cell is not None and cell != "" for cell in cells[len(header) :]):
                struck.append((len(kept), Trouble.TOO_MANY_CELLS))
            kept.append(cells[: len(header)])
            numbers.append(number)
    if not header:
        return None
    return SourceTable(
        file=name,
        sheet=title,
        origin=Origin.XLSX,
        headings=tuple(header),
        columns=turned(kept, len(header)),
        numbers=numbers,
        struck=tuple(struck),
        blank=blank,
        hidden=hidden,
        notes=tuple(sorted(notes)),
    )


def _heading(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, Broken) else str(cell).strip()


def _cell(cell: Any, plan: Any, notes: set[Step]) -> Cell:
    value = cell.value
    is_formula = plan is not None and plan.data_type == "f"
    if value is None:
        # A formula whose result is an empty text says so by its type; one that was never calculated says nothing.
        return Broken(Trouble.FORMULA_WITHOUT_RESULT) if is_formula and cell.data_type == "n" else None
    if is_formula:
        notes.add(Step.FORMULA_RESULT)
    if cell.data_type == "e":
        return Broken(Trouble.EXCEL_ERROR)
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return Percent(value) if "%" in (cell.number_format or "") else value
    return value if isinstance(value, dt.date | dt.time | dt.timedelta) else Broken(Trouble.WRONG_TYPE)
