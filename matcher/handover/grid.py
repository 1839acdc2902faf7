"""A table as people see it: Dutch headings and plain cells, split before writing so that nothing is ever cut."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from matcher.handover.allowed import Recipient, Sheet, allowed
from matcher.handover.texts import LONGEST_SIGN, MOST_CHARACTERS, SEPARATOR, cell_parts, visible

MOST_ROWS = 1_048_575
"""Rows of an Excel sheet, below its heading."""
MOST_COLUMNS = 16_384
_BATCH = 8_192
_NO_TEXT = 8

Cell = str | int | float | dt.date | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a sheet and a cell may hold; smaller ones are for tests."""

    rows: int = MOST_ROWS
    characters: int = MOST_CHARACTERS


@dataclass(frozen=True, slots=True)
class Shown:
    """How a column of a table is shown.

    Attributes
    ----------
    pieces
        Columns that it takes: more than one where a text is too long for a cell.
    longest
        About the most characters of a cell.
    """

    name: str
    heading: str
    pieces: int
    longest: int


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, or one CSV. Cells are made batch by batch, since a whole country does not fit in memory as cells.

    Attributes
    ----------
    part
        Which part of its table this is, from 1.
    table
        The rows of this part.
    most
        UTF-16 units that a cell holds.
    """

    sheet: Sheet
    part: int
    table: pa.Table
    shown: tuple[Shown, ...]
    most: int

    @property
    def rows(self) -> int:
        """Rows below the heading."""
        return int(self.table.num_rows)

    @property
    def headings(self) -> list[tuple[str, int]]:
        """Every heading with about the most characters below it; a column that goes on has a number behind its heading."""
        return [
            (one.heading if piece == 1 else f"{one.heading} ({piece})", one.longest)
            for one in self.shown
            for piece in range(1, one.pieces + 1)
        ]

    def place_of(self, name: str) -> int:
        """The number of the first column that shows a column of the table, from 0."""
        before = 0
        for one in self.shown:
            if one.name == name:
                return before
            before += one.pieces
        raise KeyError(name)

    def lines(self) -> Iterator[tuple[Cell, ...]]:
        """The rows below the heading; texts hold nothing that steers."""
        for begin in range(0, self.rows, _BATCH):
            some = self.table.slice(begin, _BATCH)
            columns: list[Sequence[Cell]] = []
            for one in self.shown:
                columns += _split(cells(some[one.name]), one.pieces, self.most)
            yield from zip(*columns, strict=True)


def grids(sheet: Sheet, table: pa.Table, recipient: Recipient, limits: Limits = Limits()) -> Iterator[Grid]:
    """Show a table, in as many parts as its rows need; a text too long for a cell goes on in a column of the same heading."""
    shown = []
    for field in allowed(sheet, recipient):
        longest = _longest(table[field.name])
        shown.append(Shown(field.name, field.heading, _pieces(table[field.name], longest, limits.characters), longest))
    for part, begin in enumerate(range(0, max(table.num_rows, 1), limits.rows), start=1):
        yield Grid(sheet, part, table.slice(begin, limits.rows), tuple(shown), limits.characters)


def cells(column: pa.ChunkedArray) -> list[Cell]:
    """What is shown of every value."""
    return [_cell(value) for value in column.to_pylist()]


def _cell(value: Any) -> Cell:
    match value:
        case bool():
            return "ja" if value else "nee"
        case list():
            return visible(SEPARATOR.join(value))
        case str():
            return visible(value)
        case float() if value.is_integer():
            return int(value)
        case None | int() | float() | dt.date():
            return value
        case _:
            raise TypeError(f"no cell for {type(value).__name__}")


def _longest(column: pa.ChunkedArray) -> int:
    """Characters of the longest text before anything in it is made visible."""
    if pa.types.is_list(column.type):
        column = pc.binary_join(column, SEPARATOR)
    if not pa.types.is_string(column.type):
        return _NO_TEXT
    return int(pc.max(pc.utf8_length(column)).as_py() or 0)


def _pieces(column: pa.ChunkedArray, longest: int, most: int) -> int:
    if longest * LONGEST_SIGN < most:
        return 1
    pieces = 1
    for begin in range(0, len(column), _BATCH):
        for cell in cells(column.slice(begin, _BATCH)):
            pieces = max(pieces, len(cell_parts(cell, most)) if isinstance(cell, str) else 1)
    return pieces


def _split(column: list[Cell], pieces: int, most: int) -> list[list[Cell]]:
    if pieces == 1:
        return [column]
    parts: list[Sequence[Cell]] = [cell_parts(cell, most) if isinstance(cell, str) else [cell] for cell in column]
    return [[part[number] if number < len(part) else None for part in parts] for number in range(pieces)]
