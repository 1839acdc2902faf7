"""A table as people see it: Dutch headings and plain cells, split before writing so that nothing is ever cut."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from matcher.handover.allowed import Recipient, Sheet, allowed
from matcher.handover.texts import MOST_CHARACTERS, cell_parts, joined, visible

MOST_ROWS = 1_048_575
"""Rows of an Excel sheet, below its heading."""
MOST_COLUMNS = 16_384

Cell = str | int | float | dt.date | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a sheet and a cell may hold; smaller ones are for tests."""

    rows: int = MOST_ROWS
    characters: int = MOST_CHARACTERS


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, or one CSV.

    Attributes
    ----------
    part
        Which part of its table this is, from 1.
    columns
        One list of cells per heading. Texts hold nothing that steers.
    """

    sheet: Sheet
    part: int
    headings: tuple[str, ...]
    columns: tuple[Sequence[Cell], ...]

    @property
    def rows(self) -> int:
        """Rows below the heading."""
        return len(self.columns[0])


def grids(sheet: Sheet, table: pa.Table, recipient: Recipient, limits: Limits = Limits()) -> Iterator[Grid]:
    """Show a table, in as many parts as its rows need; a text too long for a cell goes on in a column of the same heading."""
    headings: list[str] = []
    columns: list[Sequence[Cell]] = []
    for field in allowed(sheet, recipient):
        cells = [_cell(value) for value in table[field.name].to_pylist()]
        for number, column in enumerate(_split(cells, limits.characters), start=1):
            headings.append(field.heading if number == 1 else f"{field.heading} ({number})")
            columns.append(column)
    for part, begin in enumerate(range(0, max(table.num_rows, 1), limits.rows), start=1):
        yield Grid(sheet, part, tuple(headings), tuple(column[begin : begin + limits.rows] for column in columns))


def _cell(value: Any) -> Cell:
    match value:
        case bool():
            return "ja" if value else "nee"
        case list():
            return visible(joined(value))
        case str():
            return visible(value)
        case float() if value.is_integer():
            return int(value)
        case None | int() | float() | dt.date():
            return value
        case _:
            raise TypeError(f"no cell for {type(value).__name__}")


def _split(cells: list[Cell], most: int) -> list[list[Cell]]:
    if not any(isinstance(cell, str) and len(cell) * 2 > most for cell in cells):
        return [cells]
    parts: list[Sequence[Cell]] = [cell_parts(cell, most) if isinstance(cell, str) else [cell] for cell in cells]
    width = max(map(len, parts), default=1)
    return [[part[number] if number < len(part) else None for part in parts] for number in range(width)]
