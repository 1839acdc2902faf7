"""Reading back what was handed over, by other means than it was written with."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from xml.etree import ElementTree

from matcher.errors import CertificateError

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_COLUMN = re.compile(r"[A-Z]+")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LIVE = (f"{_NS}f", f"{_NS}hyperlink", f"{_NS}oleObject")


def csv_column(raw: bytes, heading: str) -> list[str]:
    """Return a column of a CSV as it was handed over."""
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    place = rows[0].index(heading)
    return [row[place] for row in rows[1:]]


def workbook_columns(raw: bytes, sheets: Sequence[str], headings: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """Return columns of sheets by their headings, empty cells as empty texts.

    Raises
    ------
    CertificateError
        The workbook has other sheets first than asked for, or holds a formula or a link.
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        listed = [one.get("name") for one in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{_NS}sheet")]
        if listed[: len(sheets)] != list(sheets):
            raise CertificateError("A workbook has other sheets than it should.")
        return {
            name: _columns(book.read(f"xl/worksheets/sheet{number}.xml"), headings)
            for number, name in enumerate(sheets, start=1)
        }


def _columns(xml: bytes, headings: Sequence[str]) -> dict[str, list[str]]:
    places: dict[str, str] = {}
    found: dict[str, list[str]] = {heading: [] for heading in headings}
    for _, element in ElementTree.iterparse(io.BytesIO(xml)):
        if element.tag in _LIVE:
            raise CertificateError("A workbook holds a formula or a link.")
        if element.tag != f"{_NS}row":
            continue
        cells = {_letters(cell.get("r", "")): _text(cell) for cell in element}
        if not places:
            places = {text: letters for letters, text in cells.items()}
        else:
            for heading in headings:
                found[heading].append(cells.get(places[heading], ""))
        element.clear()
    return found


def _letters(reference: str) -> str:
    match = _COLUMN.match(reference)
    return match[0] if match else ""


def _text(cell: ElementTree.Element) -> str:
    text = "".join(part.text or "" for part in cell.iter(f"{_NS}t"))
    # Excel reads _x0041_ as a character; the writer spells a literal one with an escaped underscore.
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
