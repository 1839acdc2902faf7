"""What one column, or two columns of one row, can get wrong. Each check marks all its rows at once."""

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import Fault
from matcher.domain.schema import Column, Kind, TableSchema
from matcher.domain.tables import DAY_UNKNOWN
from matcher.intake.forms import Cells, Days, Flags, Numbers, UseLists, Wholes, WordLists, Words
from matcher.intake.rejections import ERROR, WARNING
from matcher.intake.rows import Rows, shorten
from matcher.intake.text import fold

_LONGEST = 10_000
_MOST_ITEMS = 2_000
"""Of one list. Terms of the score are tabled by how many are asked and held, so a list without end would fill the memory."""

Finding = tuple[Fault, NDArray[np.bool_], str]
"""A code, the mask of rows it strikes, and its severity."""


def faults(column: Column, cell: Cells) -> list[Finding]:
    """Return everything that one column alone can get wrong."""
    match cell:
        case Words():
            return _word_faults(column, cell)
        case WordLists():
            long = np.array([len(word) > _LONGEST for word in cell.spelled] + [False], dtype=np.bool_)
            return [
                (Fault.TOO_LONG, _any_item(cell, long[cell.item]) | _endless(cell), ERROR),
                (Fault.UNKNOWN_CODE, _any_item(cell, ~_known_items(column, cell)), WARNING),
            ]
        case UseLists():
            long = np.array([len(word) > _LONGEST for word in cell.taken.spelled] + [False], dtype=np.bool_)
            return [
                (Fault.TOO_LONG, _any_item(cell.taken, long[cell.taken.item]) | _endless(cell.taken), ERROR),
                (Fault.MISSING_VALUE, cell.missing, ERROR),
                (Fault.NOT_FINITE, cell.infinite, ERROR),
                (Fault.NOT_INTEGER, cell.fraction, ERROR),
                (Fault.OUT_OF_RANGE, cell.outside, ERROR),
            ]
        case Numbers():
            sound = ~np.isnan(cell.value) & ~cell.infinite
            return [
                *_missing(column, ~np.isnan(cell.value)),
                (Fault.NOT_FINITE, cell.infinite, ERROR),
                (Fault.OUT_OF_RANGE, sound & _outside(column, cell.value), ERROR),
            ]
        case Wholes():
            sound = cell.known & ~cell.infinite & ~cell.beyond
            return [
                *_missing(column, cell.known),
                (Fault.NOT_FINITE, cell.infinite, ERROR),
                (Fault.NOT_INTEGER, cell.fraction, ERROR),
                (Fault.OUT_OF_RANGE, cell.beyond | (sound & _outside(column, cell.value)), ERROR),
            ]
        case Days():
            return [(Fault.OUT_OF_RANGE, cell.beyond, ERROR)]
        case Flags():
            return []


def _endless(cell: WordLists) -> NDArray[np.bool_]:
    return np.asarray(np.diff(cell.start) > _MOST_ITEMS)


def _word_faults(column: Column, cell: Words) -> list[Finding]:
    found = [
        *_missing(column, cell.code >= 0),
        (Fault.TOO_LONG, flagged(cell, [len(word) > _LONGEST for word in cell.spelled]), ERROR),
    ]
    if column.kind is Kind.CODE:
        unknown = [fold(word) not in column.codes for word in cell.spelled]
        found.append((Fault.UNKNOWN_CODE, flagged(cell, unknown), ERROR))
    return found


def _missing(column: Column, known: NDArray[np.bool_]) -> list[Finding]:
    return [(Fault.MISSING_VALUE, ~known, ERROR)] if column.required else []


def _outside(column: Column, value: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.bool_]:
    outside = np.zeros(value.shape, dtype=np.bool_)
    if column.low is not None:
        outside |= value < column.low
    if column.high is not None:
        outside |= value > column.high
    return outside


def ordered(rows: Rows) -> list[tuple[str, Finding]]:
    """Return columns of one row that contradict each other: a minimum above its maximum, dates the wrong way round."""
    found: list[tuple[str, Finding]] = []
    if {"hours_min", "hours_max"} <= set(rows.columns):
        above = np.asarray(rows.numbers("hours_min") > rows.numbers("hours_max"))
        found.append(("hours_min", (Fault.MIN_ABOVE_MAX, above, ERROR)))
    if {"available_from", "available_until"} <= set(rows.columns):
        first, last = rows.days("available_from"), rows.days("available_until")
        reversed_ = np.asarray((first != DAY_UNKNOWN) & (last != DAY_UNKNOWN) & (first > last))
        found.append(("available_from", (Fault.DATES_REVERSED, reversed_, WARNING)))
    if {"minimum", "capacity"} <= set(rows.columns):
        both = rows.known("minimum") & rows.known("capacity")
        above = both & (rows.wholes("minimum") > rows.wholes("capacity"))
        found.append(("minimum", (Fault.MIN_ABOVE_MAX, above, ERROR)))
    return found


def flagged(cell: Words, by_word: list[bool]) -> NDArray[np.bool_]:
    """Mark the rows whose spelling is marked in ``by_word``."""
    return np.array([*by_word, False], dtype=np.bool_)[cell.code]


def _any_item(cell: WordLists, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.bincount(cell.owner()[mask], minlength=cell.known.size).astype(np.bool_)


def _known_items(column: Column, cell: WordLists) -> NDArray[np.bool_]:
    """Which items carry an accepted code; an absent level of a language is no unknown code."""
    if not column.codes:
        return np.ones(cell.item.size, dtype=np.bool_)
    if column.kind is Kind.LEVEL_LIST:
        good = np.array([fold(word) in column.codes for word in cell.second_spelled] + [True], dtype=np.bool_)
        return np.asarray(good[cell.second])
    good = np.array([fold(word) in column.codes for word in cell.spelled] + [False], dtype=np.bool_)
    return np.asarray(good[cell.item])


def closed(column: Column, cell: Cells) -> Cells:
    """Drop the elements of a list whose code is unknown; their rows were noted."""
    if isinstance(cell, WordLists) and column.codes:
        return cell.keep(_known_items(column, cell))
    return cell


def _key_codes(schema: TableSchema, rows: Rows) -> NDArray[np.int64]:
    """One number per key; -1 where a part is missing."""
    code = np.zeros(len(rows), dtype=np.int64)
    missing = np.zeros(len(rows), dtype=np.bool_)
    for name in schema.key:
        part = rows.words(name)
        if schema.name == "places":
            part = shorten(part)
        code = code * (len(part.spelled) + 1) + part.code
        missing |= part.code < 0
    return np.where(missing, -1, code)


def duplicates(schema: TableSchema, rows: Rows) -> NDArray[np.bool_]:
    """Mark every row whose key occurs more than once; of earlier proposals several things may be told."""
    if schema.name == "previous":
        return np.zeros(len(rows), dtype=np.bool_)
    code = _key_codes(schema, rows)
    _, back, count = np.unique(code, return_inverse=True, return_counts=True)
    twice = (count[back] > 1) & (code >= 0)
    if schema.name == "places" and twice.any():
        # The same centroid written twice does no harm; two centroids for one postcode do.
        point = np.stack([rows.numbers("lat"), rows.numbers("lon")], axis=1)
        first = np.full(count.size, len(rows), dtype=np.int64)
        np.minimum.at(first, back, np.arange(len(rows)))
        differs = (point != point[first[back]]).any(axis=1)
        clash = np.bincount(back[differs], minlength=count.size) > 0
        twice &= clash[back]
    return np.asarray(twice)
