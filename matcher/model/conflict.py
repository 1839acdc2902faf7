"""When pins and limits cannot all hold: which lines are at odds, and how little must give way."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from matcher.model.limits import LimitedModel


class LineSort(StrEnum):
    """What a line is."""

    LIMIT = "limit"  # one of `Limits.rows` that may not be broken
    DISTINCT = "distinct"  # one of `Limits.distinct`
    PIN = "pin"


class Line(NamedTuple):
    """One thing that somebody stated; its number counts among those of its sort."""

    sort: LineSort
    number: int


class Pin(NamedTuple):
    """A row that must have a seat."""

    row: int
    seat: int


@dataclass(frozen=True, slots=True)
class Dispute:
    """A model of which it is not known that a plan exists.

    Attributes
    ----------
    model
        With nobody pinned.
    pins
        As stated: their pairs need not be among the edges, a row may have several, and a seat more than it has openings.
    """

    model: LimitedModel
    pins: tuple[Pin, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """A line of a conflict.

    Attributes
    ----------
    reached
        The most (of a row that asks for at least), or the least (of others), that a plan comes to which keeps all other lines of the
        conflict, in whole numbers; None for a pin, and where there was no time to find out.
    """

    line: Line
    reached: int | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Lines that cannot all hold, beside seats and eligible edges.

    Attributes
    ----------
    irreducible
        Without any one of them the others can hold; False where time ran out before that was known.
    """

    parties: tuple[Party, ...]
    irreducible: bool


@dataclass(frozen=True, slots=True)
class Conflicts:
    """All conflicts, no two with a line in common.

    Attributes
    ----------
    complete
        Whatever stands in none of them can hold together; False where time ran out before that was known.
    """

    sets: tuple[Conflict, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Relaxation:
    """How little must give way.

    Attributes
    ----------
    bounds, values
        New bounds of rows, and of distinct values, by number, in whole numbers.
    dropped
        Pins that are let go, by number.
    cheapest
        Nothing less would do; False where time ran out before that was known.
    """

    bounds: Mapping[int, int]
    values: Mapping[int, int]
    dropped: tuple[int, ...]
    cheapest: bool
