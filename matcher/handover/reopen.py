"""Reading back what was handed over, by other means than it was written with."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import unescape

from matcher.errors import CertificateError

_SHEET = re.compile(rb'<sheet name="([^"]*)"')
_HEAD = re.compile(rb'<row r="1"[^>]*>(.*?)</row>', re.DOTALL)
_LIVE = (b"<f>", b"<f ", b"<hyperlink", b"<oleObject")
"""What no text can bring about: every < of a text is escaped."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_Cells = re.Pattern[bytes]


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
        listed = [_text(name) for name in _SHEET.findall(book.read("xl/workbook.xml"))]
        if listed[: len(sheets)] != list(sheets):
            raise CertificateError("A workbook has other sheets than it should.")
        return {
            name: _columns(book.read(f"xl/worksheets/sheet{number}.xml"), headings)
            for number, name in enumerate(sheets, start=1)
        }


def _columns(xml: bytes, headings: Sequence[str]) -> dict[str, list[str]]:
    """Texts by heading: the cells of a column are looked for, not every cell, since this is done in every run."""
    if any(sign in xml for sign in _LIVE):
        raise CertificateError("A workbook holds a formula or a link.")
    head = _HEAD.search(xml)
    cells = _cells(rb"[A-Z]+").findall(head[1]) if head else []
    letters = {_text(text): column for column, _, text in cells}
    rows = xml.count(b"<row ") - 1
    return {heading: _column(xml, letters[heading], rows) for heading in headings}


def _column(xml: bytes, letters: bytes, rows: int) -> list[str]:
    found = [""] * rows
    for _, row, text in _cells(letters).findall(xml):
        if int(row) > 1:
            found[int(row) - 2] = _text(text)
    return found


def _cells(letters: bytes) -> _Cells:
    return re.compile(
        rb'<c r="(' + letters + rb')([0-9]+)"[^>]* t="inlineStr"><is><t[^>]*>(.*?)</t></is></c>', re.DOTALL
    )


def _text(raw: bytes) -> str:
    # Excel reads _x0041_ as a character; the writer spells a literal one with an escaped underscore.
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), unescape(raw.decode(), {"&quot;": '"'}))
