"""What a page is made of: sections of paragraphs, figures and tables. Text only; the template escapes all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from matcher.report.plain import plain

Fill = Literal["full", "soft", "part", "none"]
"""How a piece of a bar is filled: dark, light, hatched, or only its outline. They also differ without colour."""
WIDTH = 160
"""Width of a bar in its own units."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a bar: where it begins, how wide it is, and how it is filled."""

    x: float
    width: float
    fill: Fill


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar.

    Attributes
    ----------
    pieces
        From left to right.
    mark
        Where an upright line stands: a goal.
    low, high
        Ends of a whisker: an interval.
    """

    pieces: tuple[Piece, ...]
    mark: float | None = None
    low: float | None = None
    high: float | None = None


def bar(
    *pieces: tuple[float, Fill], mark: float | None = None, span: tuple[float, float] | None = None, whole: float = 1.0
) -> Bar:
    """Return a bar of pieces, each a share of ``whole``; what does not fit is cut off."""
    out: list[Piece] = []
    at = 0.0
    for value, fill in pieces:
        end = _place(at + value, whole)
        begin = _place(at, whole)
        if end > begin:
            out.append(Piece(begin, round(end - begin, 1), fill))
        at += value
    return Bar(
        pieces=tuple(out),
        mark=None if mark is None else _place(mark, whole),
        low=None if span is None else _place(span[0], whole),
        high=None if span is None else _place(span[1], whole),
    )


def _place(value: float, whole: float) -> float:
    return round(min(max(value / whole, 0.0), 1.0) * WIDTH, 1) if whole > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    number
        It stands to the right.
    given
        The text comes from the input, so that its direction is its own.
    small
        A second line under the text, in smaller letters.
    """

    text: str = ""
    bar: Bar | None = None
    number: bool = False
    given: bool = False
    strong: bool = False
    small: str = ""


def number(text: str, *, strong: bool = False) -> Cell:
    """Return a cell with a number, already written out."""
    return Cell(text, number=True, strong=strong)


def given(text: str, *, small: str = "") -> Cell:
    """Return a cell with text of the input."""
    return Cell(plain(text), given=True, small=plain(small))


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its caption, its headings (those of numbers stand to the right) and its rows; the first cell of a row names it."""

    caption: str
    head: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that must be seen first."""

    value: str
    label: str
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """What a filling of bars means."""

    fill: Fill | Literal["mark", "span"]
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page under one heading.

    Attributes
    ----------
    key
        Name for links, of our own.
    lines
        Paragraphs before the tables.
    items
        A list of lines, with text of the input in them.
    terms
        Words with their meanings.
    """

    key: str
    title: str
    lines: Sequence[str] = ()
    tiles: Sequence[Tile] = ()
    items: Sequence[str] = ()
    keys: Sequence[Key] = ()
    tables: Sequence[Table] = ()
    terms: Sequence[tuple[str, str]] = field(default=())
