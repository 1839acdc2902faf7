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
USES_LIST      a list of struct with the fields resource_id and amount
=============  =====================================================================
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matcher.domain.schema import MOST_USED
from matcher.domain.tables import DAY_UNKNOWN
from matcher.intake.forms import Days, Flags, Numbers, UseLists, Wholes, WordLists, Words, regroup
from matcher.intake.text import tidy

FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31 as days since 1970-01-01."""


class WrongTypeError(Exception):
    """The Arrow type of a column is not one that its kind accepts. The text is the type's name."""


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
    language, height = _fields(column, values, "language", "level")
    code, spelled = _spelled(language, tidy)
    level, level_spelled = _spelled(height, tidy)
    whole = WordLists(start, code, known, spelled, level, level_spelled)
    return whole.keep(code >= 0)


def use_lists(column: pa.ChunkedArray) -> UseLists:
    """Read a column of lists of {resource_id, amount}; an element that repeats another counts once."""
    start, known, values = _lists(column)
    none = np.zeros(known.size, dtype=np.bool_)
    if pa.types.is_null(values.type):
        empty = np.empty(0, dtype=np.int32)
        taken = WordLists(np.zeros_like(start), empty, known, (), empty, ())
        return UseLists(taken, np.empty(0, dtype=np.int64), none, none, none, none)
    resource, amount = _fields(column, values, "resource_id", "amount")
    code, spelled = _spelled(resource, str.strip)
    number = wholes(pa.chunked_array([amount]))
    owner = np.repeat(np.arange(known.size, dtype=np.int64), np.diff(start))
    said = (code >= 0) | number.known

    def rows(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.bincount(owner[said & mask], minlength=known.size).astype(np.bool_)

    outside = number.beyond | (number.value < 0) | (number.value > MOST_USED)
    faults = (rows((code < 0) | ~number.known), rows(number.fraction), rows(number.infinite), rows(outside))
    # An element that says nothing is no element, and one that says what another said is a repeat.
    element = np.stack([owner, code.astype(np.int64), np.where(outside, 0, number.value)], axis=1)[said & (code >= 0)]
    element = np.unique(element, axis=0)
    count = np.bincount(element[:, 0], minlength=known.size)
    bounds = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    taken = WordLists(bounds, element[:, 1].astype(np.int32), known, spelled, np.empty(0, dtype=np.int32), ())
    return UseLists(taken, element[:, 2].copy(), *faults)


def _fields(column: pa.ChunkedArray, values: pa.Array, first: str, second: str) -> tuple[pa.Array, pa.Array]:
    """The two fields of a list's elements."""
    kind = values.type
    if not pa.types.is_struct(kind) or not {first, second} <= {kind.field(at).name for at in range(kind.num_fields)}:
        raise WrongTypeError(str(column.type))
    return pc.struct_field(values, first), pc.struct_field(values, second)


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
    if pa.types.is_dictionary(values.type):
        return _of_dictionary(values, clean)
    encoded = values.cast(pa.large_string()).dictionary_encode()
    code = _numpy(pc.fill_null(encoded.indices, -1), np.int32)
    return regroup(code, [clean(word) for word in encoded.dictionary.to_pylist()], drop_blank=True)


def _of_dictionary(values: pa.DictionaryArray, clean: Callable[[str], str]) -> tuple[NDArray[np.int32], list[str]]:
    """As `_spelled`, with the dictionary as it is: written out, one long word that every row refers to would fill the memory."""
    code = _numpy(pc.fill_null(values.indices.cast(pa.int64()), -1), np.int64)
    used, place = np.unique(code, return_inverse=True)
    held = values.dictionary.cast(pa.large_string()).take(pa.array(used[used >= 0])).to_pylist()
    # The place of null is the first where there is one, and then becomes -1.
    place = place - int(used.size > 0 and used[0] < 0)
    return regroup(place.astype(np.int32), ["" if word is None else clean(word) for word in held], drop_blank=True)


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
