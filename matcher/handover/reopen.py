"""Reading back what was handed over, by other means than it was written with."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO
from xml.sax.saxutils import unescape

from matcher.errors import CertificateError

_SHEET = re.compile(rb'<sheet name="([^"]*)"')
_HEAD = re.compile(rb'<row r="1"[^>]*>(.*?)</row>', re.DOTALL)
_LIVE = (b"<f>", b"<f ", b"<hyperlink", b"<oleObject")
"""What no text can bring about: every < of a text is escaped."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ROW = re.compile(rb'<row r="([0-9]+)"')
_CHUNK = 1 << 22
_Cells = re.Pattern[bytes]


def csv_columns(raw: bytes, headings: Sequence[str]) -> dict[str, list[str]]:
    """Return columns of a CSV as they were handed over."""
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", newline=""), delimiter=";")
    first = next(rows)
    places = [first.index(heading) for heading in headings]
    kept = [[row[place] for place in places] for row in rows]
    return {heading: [row[at] for row in kept] for at, heading in enumerate(headings)}


def json_pairs(raw: bytes, keys: Sequence[str]) -> list[tuple[object, ...]]:
    """Return some values of every row of a JSON file with a row a line; raises `ValueError` where it is something else."""
    lines = io.BytesIO(raw)
    if raw == b"[]\n":
        return []
    if next(lines) != b"[\n":
        raise ValueError("no list of rows")
    found = []
    for line in lines:
        if line == b"]\n":
            break
        row = json.loads(line.rstrip(b"\n").removesuffix(b","))
        found.append(tuple(row[key] for key in keys))
    if lines.read():
        raise ValueError("more than a list of rows")
    return found


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
        found = {}
        for number, name in enumerate(sheets, start=1):
            with book.open(f"xl/worksheets/sheet{number}.xml") as xml:
                found[name] = _columns(xml, headings)
        return found


def _columns(xml: IO[bytes], headings: Sequence[str]) -> dict[str, list[str]]:
    """Texts by heading: the cells of a column are looked for, not every cell, since this is done in every run."""
    found: dict[str, list[str]] = {heading: [] for heading in headings}
    wanted: dict[str, _Cells] = {}
    for rows in _rows(xml):
        if any(sign in rows for sign in _LIVE):
            raise CertificateError("A workbook holds a formula or a link.")
        if not wanted and (head := _HEAD.search(rows)):
            letters = {_text(text): column for column, _, text in _cells(rb"[A-Z]+").findall(head[1])}
            wanted = {heading: _cells(letters[heading]) for heading in headings}
        numbers = [int(number) for number in _ROW.findall(rows)]
        for heading, cells in wanted.items():
            texts = {int(row): _text(text) for _, row, text in cells.findall(rows)}
            found[heading] += [texts.get(number, "") for number in numbers if number > 1]
    return found


def _rows(xml: IO[bytes]) -> Iterator[bytes]:
    """The sheet in pieces of whole rows; what comes behind the last row is a piece too."""
    rest = b""
    while chunk := xml.read(_CHUNK):
        whole, end, rest = (rest + chunk).rpartition(b"</row>")
        if end:
            yield whole + end
    yield rest


def _cells(letters: bytes) -> _Cells:
    return re.compile(
        rb'<c r="(' + letters + rb')([0-9]+)"[^>]* t="inlineStr"><is><t[^>]*>(.*?)</t></is></c>', re.DOTALL
    )


def _text(raw: bytes) -> str:
    # Excel reads _x0041_ as a character; the writer spells a literal one with an escaped underscore.
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), unescape(raw.decode(), {"&quot;": '"'}))
