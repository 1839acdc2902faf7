"""Columns that look like burgerservicenummers are refused: the engine has no legal basis to hold them (UAVG art. 46)."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_WEIGHTS = np.array([9, 8, 7, 6, 5, 4, 3, 2, -1])
_SHARE = 0.9
_NINE_DIGITS = re.compile(r"^[0-9]{8,9}$")


def looks_like_bsn(column: pa.ChunkedArray) -> bool:
    """Whether at least 90 % of the values are of 8 or 9 digits and pass the elfproef.

    Random numbers of nine digits pass once in eleven. Text, lists of text, and whole numbers in any numeric type are looked at.
    """
    kind = column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        column = pa.chunked_array([pc.list_flatten(column.combine_chunks())])
        kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    try:
        if pa.types.is_floating(kind):
            column = column.cast(pa.float64()).cast(pa.int64())
        elif not (
            pa.types.is_integer(kind)
            or pa.types.is_string(kind)
            or pa.types.is_large_string(kind)
            or pa.types.is_string_view(kind)
        ):
            return False
        counted = column.cast(pa.large_string()).drop_null().value_counts()
    except pa.ArrowException:
        return False
    total = passed = 0
    for entry_text, count in zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True):
        text = re.sub(r"[\s.\-]", "", entry_text)
        if not text:
            continue
        total += count
        if _NINE_DIGITS.match(text) and passes_elfproef(text.zfill(9)):
            passed += count
        if total > 1000 and passed < _SHARE * total / 2:
            return False
    return total > 0 and passed >= _SHARE * total


def passes_elfproef(digits: str) -> bool:
    """Whether nine digits pass the test on BSNs: weights 9, 8, ..., 2, -1, sum divisible by 11, not all zero."""
    number = np.frombuffer(digits.encode("ascii"), dtype=np.uint8).astype(np.int64) - ord("0")
    return bool(number.any()) and int(number @ _WEIGHTS) % 11 == 0
