"""Excel workbooks, read for what they show: results of formulas, typed cells, percent signs."""

import contextlib
import datetime as dt
import io
import itertools
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl

from matcher.errors import InputError
from matcher.importing.cells import Broken, Cell, Origin, Padded, Percent
from matcher.importing.source_table import SourceTable, turned
from matcher.importing.troubles import Step, Trouble

_MOST_BYTES = 1_000_000_000
_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 2_000
_MOST_CELLS = 16_384
_LITERAL = re.compile(r'"[^"]*"|\\.')
_ZEROS = re.compile("0{2,30}")
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
    with _foreign(name):
        formulas = _look_inside(data, name)
        shown = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        written = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False) if formulas else None
        sheets = [(sheet, str(sheet.title), sheet.sheet_state != "visible") for sheet in shown.worksheets]
        plans = [None] * len(sheets) if written is None else list(written.worksheets)
    found = []
    for (sheet, title, hidden), plan in zip(sheets, plans, strict=True):
        rows = _rows(sheet, name, title)
        table = _table(rows, None if plan is None else _rows(plan, name, title), name, title, hidden)
        found += [table] if table is not None else []
    with _foreign(name):
        shown.close()
        if written is not None:
            written.close()
    return found


@contextlib.contextmanager
def _foreign(name: str) -> Iterator[None]:
    """Around every call of the library: whatever its parser raises over somebody's file, the file is what is wrong."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validation, which say nothing about cells
            yield
    except InputError:
        raise
    except MemoryError:
        raise InputError(
            f"{name} asks for more memory than there is. It is damaged, or too large for this machine."
        ) from None
    except Exception:
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
                        raise InputError(
                            f"{name} unpacks to more than {_MOST_BYTES:,} bytes. Split it into smaller workbooks."
                        )
                    found = found or (entry.filename.endswith(".xml") and _FORMULA.search(tail + chunk) is not None)
                    tail = chunk[-64:]
    return found


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the library says about a cell."""

    value: Any
    kind: str
    number_format: str


_EMPTY = _Shown(None, "n", "")


def _rows(sheet: Any, name: str, title: str) -> Iterator[Sequence[_Shown]]:
    with _foreign(name):
        # What a sheet says about its own size is often wrong, and rows beyond it would be lost without a word.
        sheet.reset_dimensions()
        rows = sheet.iter_rows()
    for number in itertools.count(1):
        with _foreign(name):
            row = next(rows, None)
            if row is None:
                return
            if number > _MOST_ROWS or len(row) > _MOST_CELLS:
                raise InputError(f"{name}: sheet {title!r} is larger than Excel allows. It is damaged.")
            told = [_shown(cell) for cell in row]
        yield told


def _shown(cell: Any) -> _Shown:
    value, kind = cell.value, str(cell.data_type)
    if value is None and kind == "n":
        return _EMPTY
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return _Shown(value, kind, str(cell.number_format or "") if numeric else "")


def _table(
    rows: Iterator[Sequence[_Shown]], plans: Iterator[Sequence[_Shown]] | None, name: str, title: str, hidden: bool
) -> SourceTable | None:
    header: list[str] = []
    kept: list[list[Cell]] = []
    numbers: list[int] = []
    blank = 0
    notes: set[Step] = set()
    for number, row in enumerate(rows, start=1):
        plan: Sequence[_Shown] = () if plans is None else next(plans, ())
        cells = [_cell(cell, at < len(plan) and plan[at].kind == "f", notes) for at, cell in enumerate(row)]
        if all(_is_blank(cell) for cell in cells):
            blank += 1
        elif not header:
            header, blank = [_heading(cell) for cell in cells], 0
            while header and not header[-1]:
                header.pop()
        else:
            kept.append(cells)
            numbers.append(number)
    if not header:
        return None
    # What stands beside the headings is a column without one: in a workbook no cell can have slipped.
    used = (at + 1 for cells in kept for at in range(len(cells) - 1, len(header) - 1, -1) if not _is_blank(cells[at]))
    width = max(used, default=len(header))
    if width > _MOST_COLUMNS:
        raise InputError(f"{name}: sheet {title!r} has more than {_MOST_COLUMNS:,} columns.")
    header += [""] * (width - len(header))
    return SourceTable(
        file=name,
        sheet=title,
        origin=Origin.XLSX,
        headings=tuple(header),
        columns=turned(kept, len(header)),
        numbers=numbers,
        blank=blank,
        hidden=hidden,
        notes=tuple(sorted(notes)),
    )


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _heading(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, Broken | Percent | Padded) else str(cell).strip()


def _cell(cell: _Shown, is_formula: bool, notes: set[Step]) -> Cell:
    value = cell.value
    if value is None:
        # A formula whose result is an empty text says so by its type; one that was never calculated says nothing.
        return Broken(Trouble.FORMULA_WITHOUT_RESULT) if is_formula and cell.kind == "n" else None
    if is_formula:
        notes.add(Step.FORMULA_RESULT)
    if cell.kind == "e":
        return Broken(Trouble.EXCEL_ERROR)
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return _number(value, _LITERAL.sub("", cell.number_format))
    return value if isinstance(value, dt.date | dt.time | dt.timedelta) else Broken(Trouble.WRONG_TYPE)


def _number(value: int | float, form: str) -> Cell:
    if "%" in form:
        return Percent(value)
    if _ZEROS.fullmatch(form) and value == int(value) and value >= 0:
        return Padded(int(value), len(form))
    return value
