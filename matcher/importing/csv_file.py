"""CSV as Dutch programs write it: any of three separators, four encodings, quotes that may go wrong."""

import csv
import io
import re
from collections.abc import Callable

from matcher.errors import InputError
from matcher.importing.cells import Origin
from matcher.importing.source_table import SourceTable, turned
from matcher.importing.troubles import Step, Trouble

SEPARATORS = (";", ",", "\t")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8 with BOM"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
_UTF_32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")


def read_csv(data: bytes, name: str, known: Callable[[str], bool]) -> SourceTable:
    """Read a CSV file.

    Parameters
    ----------
    known
        Whether a heading is one that means something: decides between separators.

    Raises
    ------
    InputError
        The file is no text, has no header, or its quotes cannot be followed.
    """
    text, encoding = _decode(data, name)
    notes = (Step.ENCODING_GUESSED,) if encoding == "Windows-1252" else ()
    separators: tuple[str, ...] = SEPARATORS
    if text[:4].lower() == "sep=":
        # A line for Excel only; it is not shown, and does not count as a row.
        separators = (text[4:5],) if text[4:5] in SEPARATORS else SEPARATORS
        text = re.split("\r\n|\r|\n", text, maxsplit=1)[-1]
    separator = _sniff(text, separators, known)
    rows: list[list[str]] = []
    numbers: list[int] = []
    struck: list[tuple[int, Trouble]] = []
    header: list[str] = []
    blank = number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if not any(cell.strip() for cell in cells):
                blank += 1
            elif not header:
                header, blank = [cell.strip() for cell in cells], 0
            else:
                trouble = _row_trouble(cells, len(header), separator)
                if trouble is not None:
                    struck.append((len(rows), trouble))
                rows.append(cells)
                numbers.append(number)
    except csv.Error:
        raise InputError(
            f"{name}: the quotation marks after row {number} cannot be followed, or a cell is longer than 131,072 signs. "
            "Save the file again as CSV."
        ) from None
    if not header:
        raise InputError(f"{name} is empty: there is no row with headings.")
    return SourceTable(
        file=name,
        sheet=None,
        origin=Origin.CSV,
        headings=tuple(header),
        columns=turned(rows, len(header)),
        numbers=numbers,
        struck=tuple(struck),
        blank=blank,
        encoding=encoding,
        separator=separator,
        notes=notes,
    )


def _decode(data: bytes, name: str) -> tuple[str, str]:
    if data.startswith(_UTF_32):
        raise InputError(f"{name} is UTF-32. Save it as CSV in UTF-8.")
    if data[:4] == b"PK\x03\x04":
        raise InputError(f"{name} is not CSV but a workbook or an archive. Rename it to .xlsx if it is a workbook.")
    for mark, codec, shown in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(codec), shown
            except UnicodeDecodeError:
                raise InputError(f"{name} begins like {shown}, but is not. Save it again as CSV in UTF-8.") from None
    if b"\x00" in data:
        raise InputError(f"{name} is not text, or UTF-16 without a mark. Save it as CSV in UTF-8.")
    for codec, shown in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return data.decode(codec), shown
        except UnicodeDecodeError:
            continue
    raise InputError(f"{name} is neither UTF-8 nor Windows-1252. Save it as CSV in UTF-8.")


def _sniff(text: str, separators: tuple[str, ...], known: Callable[[str], bool]) -> str:
    """Return the separator under which the header holds most known headings; then most headings."""
    best, most = separators[0], (-1, -1)
    for separator in separators:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        try:
            header = next((cells for cells in reader if any(cell.strip() for cell in cells)), [])
        except csv.Error:
            continue
        score = (sum(1 for cell in header if known(cell)), len(header))
        if score > most:
            best, most = separator, score
    return best


def _row_trouble(cells: list[str], width: int, separator: str) -> Trouble | None:
    if len(cells) < width:
        return Trouble.TOO_FEW_CELLS
    if any(cell.strip() for cell in cells[width:]):
        return Trouble.TOO_MANY_CELLS
    if width > 1 and any("\n" in cell and cell.count(separator) >= width - 1 for cell in cells):
        return Trouble.BROKEN_QUOTE
    return None
