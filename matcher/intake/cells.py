"""From any accepted Arrow type to one plain form per kind of column. What a cell says is not judged here.

=============  =====================================================================
Kind           Accepted Arrow types (``null`` always: all values unknown)
=============  =====================================================================
ID, TEXT, CODE string, large_string, string_view, dictionary of one of these
BOOL           bool
INTEGER        any integer, float or decimal (fractions are then faulted per row)
DECIMAL        any float, integer or decimal
DATE           date32, date64, timestamp without a time zone
lists          list, large_list, list_view, fixed_size_list of the above or of null
LEVEL_LIST     a list of struct with the fields language and level
=============  =====================================================================
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matcher.domain.tables import DAY_UNKNOWN
from matcher.intake.text import fold, tidy

FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31 as days since 1970-01-01."""


class WrongTypeError(Exception):
    """The Arrow type of a column is not one that its kind accepts. The text is the type's name."""


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
        return _regroup(self.code, [fold(word) for word in self.spelled])


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


Cells = Words | WordLists | Numbers | Wholes | Days | Flags


def words(column: pa.ChunkedArray, *, ids: bool = False) -> Words:
    """Read a text column; ids are trimmed and nothing else."""
    if pa.types.is_null(column.type):
        return Words(np.full(len(column), -1, dtype=np.int32), ())
    return Words(*_spelled(_flat(column), str.strip if ids else tidy))


def word_lists(column: pa.ChunkedArray, *, ids: bool = False) -> WordLists:
    """Read a column of lists of text; ids are trimmed and nothing else."""
    start, known, values = _lists(column)
    code, spelled = _spelled(values, str.strip if ids else tidy)
    whole = WordLists(start, code, known, spelled, np.empty(0, dtype=np.int32), ())
    return whole.keep(code >= 0)


def level_lists(column: pa.ChunkedArray) -> WordLists:
    """Read a column of lists of {language, level}; elements without a language are dropped."""
    start, known, values = _lists(column)
    if pa.types.is_null(values.type):
        empty = np.empty(0, dtype=np.int32)
        return WordLists(np.zeros_like(start), empty, known, (), empty, ())
    if not pa.types.is_struct(values.type):
        raise WrongTypeError(str(column.type))
    names = {values.type.field(number).name for number in range(values.type.num_fields)}
    if not {"language", "level"} <= names:
        raise WrongTypeError(str(column.type))
    code, spelled = _spelled(pc.struct_field(values, "language"), tidy)
    level, level_spelled = _spelled(pc.struct_field(values, "level"), tidy)
    whole = WordLists(start, code, known, spelled, level, level_spelled)
    return whole.keep(code >= 0)


def uses_given(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Mark rows whose list is there and not empty, whatever it holds."""
    if pa.types.is_null(column.type):
        return np.zeros(len(column), dtype=np.bool_)
    start, _, _ = _lists(column)
    return np.asarray(np.diff(start) > 0)


def flags(column: pa.ChunkedArray) -> Flags:
    """Read a column of truth values."""
    if pa.types.is_null(column.type):
        return Flags(np.full(len(column), -1, dtype=np.int8))
    if not pa.types.is_boolean(column.type):
        raise WrongTypeError(str(column.type))
    value = pc.fill_null(column.cast(pa.int8()), -1)
    return Flags(_numpy(value, np.int8))


def numbers(column: pa.ChunkedArray) -> Numbers:
    """Read a column of numbers as the doubles nearest to their decimal text."""
    kind = column.type
    if pa.types.is_null(kind):
        value = np.full(len(column), np.nan)
        return Numbers(value, np.zeros(len(column), dtype=np.bool_))
    if pa.types.is_float16(kind):
        column = column.cast(pa.float32())
    if pa.types.is_decimal(kind) or pa.types.is_float16(kind) or pa.types.is_float32(kind):
        # Through text, so that 12.3 as a decimal or a single is the 12.3 a person typed.
        column = column.cast(pa.string()).cast(pa.float64())
    elif not (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
        raise WrongTypeError(str(kind))
    value = _numpy(pc.fill_null(column.cast(pa.float64(), safe=False), float("nan")), np.float64)
    return Numbers(value, np.isinf(value))


def wholes(column: pa.ChunkedArray) -> Wholes:
    """Read a column of whole numbers; whole-valued floats and decimals count."""
    kind = column.type
    size = len(column)
    none = np.zeros(size, dtype=np.bool_)
    if pa.types.is_null(kind):
        return Wholes(np.zeros(size, dtype=np.int64), none, none, none, none)
    known = _numpy(column.is_valid(), np.bool_)
    if pa.types.is_integer(kind):
        beyond = none
        if pa.types.is_uint64(kind):
            beyond = _numpy(pc.fill_null(pc.greater(column, pa.scalar(2**63 - 1, pa.uint64())), False), np.bool_)
        value = _numpy(pc.fill_null(column, 0), np.uint64 if beyond.any() else np.int64)
        return Wholes(np.where(beyond, 0, value).astype(np.int64), known, none, none, beyond)
    read = numbers(column)
    known = ~np.isnan(read.value)
    beyond = known & ~read.infinite & (np.abs(read.value) >= 2.0**63)
    sound = known & ~read.infinite & ~beyond
    value = np.where(sound, read.value, 0.0)
    fraction = sound & (value != np.floor(value))
    return Wholes(np.floor(value).astype(np.int64), known, fraction, read.infinite, beyond)


def days(column: pa.ChunkedArray) -> Days:
    """Read a column of dates; a timestamp counts for the day it lies in."""
    kind = column.type
    if pa.types.is_null(kind):
        return Days(np.full(len(column), DAY_UNKNOWN, dtype=np.int32), np.zeros(len(column), dtype=np.bool_))
    if pa.types.is_timestamp(kind) and kind.tz is None:
        per_day = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}[kind.unit]
        ticks = column.cast(pa.int64())
    elif pa.types.is_date64(kind):
        per_day, ticks = 86_400_000, column.cast(pa.int64())
    elif pa.types.is_date32(kind):
        per_day, ticks = 1, column.cast(pa.int32()).cast(pa.int64())
    else:
        raise WrongTypeError(str(kind))
    known = _numpy(ticks.is_valid(), np.bool_)
    value = np.floor_divide(_numpy(pc.fill_null(ticks, 0), np.int64), per_day)
    beyond = known & ((value < FIRST_DAY) | (value > LAST_DAY))
    return Days(np.where(known & ~beyond, value, DAY_UNKNOWN).astype(np.int32), beyond)


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _numpy(array: Any, dtype: Any) -> NDArray[Any]:
    flat = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return np.asarray(flat.to_numpy(zero_copy_only=False)).astype(dtype, copy=False)


def _flat(column: pa.ChunkedArray) -> pa.Array:
    flat = column.combine_chunks()
    return pa.concat_arrays(flat.chunks) if isinstance(flat, pa.ChunkedArray) else flat


def _spelled(values: pa.Array, clean: Callable[[str], str]) -> tuple[NDArray[np.int32], list[str]]:
    """Number the different spellings of a flat text array, cleaned; -1 for null and blank."""
    if pa.types.is_null(values.type):
        return np.full(len(values), -1, dtype=np.int32), []
    if not _is_text(values.type):
        raise WrongTypeError(str(values.type))
    if pa.types.is_dictionary(values.type) or not pa.types.is_large_string(values.type):
        values = values.cast(pa.large_string())
    encoded = values.dictionary_encode()
    code = _numpy(pc.fill_null(encoded.indices, -1), np.int32)
    return _regroup(code, [clean(word) for word in encoded.dictionary.to_pylist()], drop_blank=True)


def _regroup(
    code: NDArray[np.int32], label: list[str], drop_blank: bool = False
) -> tuple[NDArray[np.int32], list[str]]:
    """Give rows whose label is equal one code, numbered by label; blank labels become -1 where asked."""
    distinct = sorted({word for word in label if word or not drop_blank})
    number = {word: place for place, word in enumerate(distinct)}
    lookup = np.array([number.get(word, -1) for word in label] + [-1], dtype=np.int32)
    return lookup[code], distinct


def _lists(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], NDArray[np.bool_], pa.Array]:
    kind = column.type
    if pa.types.is_null(kind):
        return np.zeros(len(column) + 1, dtype=np.int64), np.zeros(len(column), dtype=np.bool_), pa.nulls(0)
    if not (
        pa.types.is_list(kind)
        or pa.types.is_large_list(kind)
        or pa.types.is_fixed_size_list(kind)
        or pa.types.is_list_view(kind)
        or pa.types.is_large_list_view(kind)
    ):
        raise WrongTypeError(str(kind))
    flat = _flat(column)
    known = _numpy(flat.is_valid(), np.bool_)
    count = _numpy(pc.fill_null(pc.list_value_length(flat), 0), np.int64)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return start, known, flat.flatten()
