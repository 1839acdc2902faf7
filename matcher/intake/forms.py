"""The plain form of a column of each kind, whatever Arrow type carried it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.intake.text import fold


@dataclass(frozen=True, slots=True)
class Words:
    """A text column: each row's word, -1 where null or blank.

    Attributes
    ----------
    code
        int32, shape ``(n,)``: index into `spelled`.
    spelled
        The different spellings, trimmed and in NFC.
    """

    code: NDArray[np.int32]
    spelled: Sequence[str]

    def take(self, rows: NDArray[np.int64]) -> "Words":
        """Return the given rows."""
        return Words(self.code[rows], self.spelled)

    def texts(self) -> list[str | None]:
        """Return the spelling of every row."""
        return [None if code < 0 else self.spelled[code] for code in self.code.tolist()]

    def folded(self) -> tuple[NDArray[np.int32], list[str]]:
        """Return the codes and words after case folding: words that compare equal share a code."""
        return regroup(self.code, [fold(word) for word in self.spelled])


@dataclass(frozen=True, slots=True)
class WordLists:
    """A column of lists of text; null and blank elements are gone, repeats are not.

    Attributes
    ----------
    start
        int64, shape ``(n + 1,)``: row ``r`` holds ``item[start[r]:start[r + 1]]``.
    item
        int32 index into `spelled`.
    known
        bool, shape ``(n,)``: False where the list was null.
    second
        For languages: the level beside each item, index into `second_spelled`, -1 where null. Else empty.
    """

    start: NDArray[np.int64]
    item: NDArray[np.int32]
    known: NDArray[np.bool_]
    spelled: Sequence[str]
    second: NDArray[np.int32]
    second_spelled: Sequence[str]

    def owner(self) -> NDArray[np.int64]:
        """Row of every item."""
        return np.repeat(np.arange(self.known.size, dtype=np.int64), np.diff(self.start))

    def take(self, rows: NDArray[np.int64]) -> "WordLists":
        """Return the given rows."""
        count = np.diff(self.start)[rows]
        start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        at = np.arange(start[-1], dtype=np.int64) - np.repeat(start[:-1], count) + np.repeat(self.start[rows], count)
        second = self.second[at] if self.second.size else self.second
        return WordLists(start, self.item[at], self.known[rows], self.spelled, second, self.second_spelled)

    def keep(self, mask: NDArray[np.bool_]) -> "WordLists":
        """Return the lists with only the items where ``mask`` is true."""
        running = np.concatenate([[0], np.cumsum(mask)]).astype(np.int64)
        second = self.second[mask] if self.second.size else self.second
        return WordLists(running[self.start], self.item[mask], self.known, self.spelled, second, self.second_spelled)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers: NaN where null. `infinite` marks rows to be faulted."""

    value: NDArray[np.float64]
    infinite: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64]) -> "Numbers":
        """Return the given rows."""
        return Numbers(self.value[rows], self.infinite[rows])


@dataclass(frozen=True, slots=True)
class Wholes:
    """A column of whole numbers; `fraction`, `infinite` and `beyond` (outside int64) mark rows to be faulted."""

    value: NDArray[np.int64]
    known: NDArray[np.bool_]
    fraction: NDArray[np.bool_]
    infinite: NDArray[np.bool_]
    beyond: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64]) -> "Wholes":
        """Return the given rows."""
        return Wholes(self.value[rows], self.known[rows], self.fraction[rows], self.infinite[rows], self.beyond[rows])


@dataclass(frozen=True, slots=True)
class Days:
    """A column of dates as days since 1970-01-01, `DAY_UNKNOWN` where null; `beyond` marks years outside 1..9999."""

    value: NDArray[np.int32]
    beyond: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64]) -> "Days":
        """Return the given rows."""
        return Days(self.value[rows], self.beyond[rows])


@dataclass(frozen=True, slots=True)
class Flags:
    """A column of truth values: -1 unknown, 0 false, 1 true."""

    value: NDArray[np.int8]

    def take(self, rows: NDArray[np.int64]) -> "Flags":
        """Return the given rows."""
        return Flags(self.value[rows])


@dataclass(frozen=True, slots=True)
class UseLists:
    """A column of lists of what is taken from resources; null elements and repeats are gone.

    Attributes
    ----------
    taken
        The resources of every row, as ids.
    amount
        int64, shape ``(taken.item.size,)``: what is taken of each; 0 where the row is faulted.
    missing, fraction, infinite, outside
        bool, one entry per row: rows to be faulted, for an element without resource or amount, or with an amount that is no whole number
        from 0 to `MOST_USED`.
    """

    taken: WordLists
    amount: NDArray[np.int64]
    missing: NDArray[np.bool_]
    fraction: NDArray[np.bool_]
    infinite: NDArray[np.bool_]
    outside: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64]) -> "UseLists":
        """Return the given rows."""
        count = np.diff(self.taken.start)[rows]
        start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        at = np.arange(start[-1], dtype=np.int64) + np.repeat(self.taken.start[rows] - start[:-1], count)
        faults = (self.missing[rows], self.fraction[rows], self.infinite[rows], self.outside[rows])
        return UseLists(self.taken.take(rows), self.amount[at], *faults)


Cells = Words | WordLists | UseLists | Numbers | Wholes | Days | Flags


def regroup(code: NDArray[np.int32], label: list[str], drop_blank: bool = False) -> tuple[NDArray[np.int32], list[str]]:
    """Give rows whose label is equal one code, numbered by label; blank labels become -1 where asked."""
    distinct = sorted({word for word in label if word or not drop_blank})
    number = {word: place for place, word in enumerate(distinct)}
    lookup = np.array([number.get(word, -1) for word in label] + [-1], dtype=np.int32)
    return lookup[code], distinct
