"""Columns that look like burgerservicenummers are refused: the engine has no legal basis to hold them (UAVG art. 46)."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_WEIGHTS = np.array([9, 8, 7, 6, 5, 4, 3, 2, -1])
_SHARE = 0.9
_TEXT_OR_WHOLE = (pa.types.is_integer, pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
_NINE_DIGITS = re.compile(r"^[0-9]{8,9}$")


def looks_like_bsn(column: pa.ChunkedArray) -> bool:
    """Whether at least 90 % of the values are of 8 or 9 digits and pass the elfproef.

    Random numbers of nine digits pass once in eleven. Text and whole numbers in any numeric type are looked at, in lists too.
    """
    try:
        words, counts = _counted(column)
    except pa.ArrowException:
        return False
    total = passed = 0
    for entry_text, count in zip(words, counts, strict=True):
        text = re.sub(r"[\s.\-]", "", entry_text or "")
        if not text:
            continue
        total += count
        if _NINE_DIGITS.match(text) and passes_elfproef(text.zfill(9)):
            passed += count
        if total > 1000 and passed < _SHARE * total / 2:
            return False
    return total > 0 and passed >= _SHARE * total


def _counted(column: pa.ChunkedArray) -> tuple[list[str | None], list[int]]:
    """The different values of a column as text, with how often each is there; none where its type is no text and no number."""
    while pa.types.is_nested(column.type) and hasattr(column.combine_chunks(), "flatten"):
        if pa.types.is_struct(column.type):
            return [], []
        column = pa.chunked_array([column.combine_chunks().flatten()])
    if pa.types.is_dictionary(column.type):
        # Counted before it is written out: every row may refer to one long text.
        counted = column.unify_dictionaries().value_counts()
        words = counted.field("values").dictionary_decode()
        counts = counted.field("counts")
    else:
        words, counts = column, None
    kind = words.type
    if pa.types.is_floating(kind):
        words = words.cast(pa.float64())
        words = pc.if_else(pc.is_finite(words), words, None).cast(pa.int64())
    elif pa.types.is_decimal(kind):
        words = words.cast(pa.int64())
    elif not any(is_one(kind) for is_one in _TEXT_OR_WHOLE):
        return [], []
    words = words.cast(pa.large_string())
    if counts is None:
        counted = words.value_counts()
        words, counts = counted.field("values"), counted.field("counts")
    return words.to_pylist(), counts.to_pylist()


def passes_elfproef(digits: str) -> bool:
    """Whether nine digits pass the test on BSNs: weights 9, 8, ..., 2, -1, sum divisible by 11, not all zero."""
    number = np.frombuffer(digits.encode("ascii"), dtype=np.uint8).astype(np.int64) - ord("0")
    return bool(number.any()) and int(number @ _WEIGHTS) % 11 == 0
