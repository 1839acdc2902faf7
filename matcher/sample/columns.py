"""From drawn numbers to Arrow columns; a false in ``known`` becomes a null, which means unknown."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from matcher.sample.draws import Flags, Ints

Columns = dict[str, pa.Array]
_EPOCH = date(1970, 1, 1)


def values(data: npt.NDArray[Any], kind: pa.DataType, known: Flags | None = None) -> pa.Array:
    """A column of numbers, truth values or texts."""
    return pa.array(data, type=kind, mask=None if known is None else ~known)


def named(codes: npt.NDArray[np.integer], names: Sequence[str], known: Flags | None = None) -> pa.Array:
    """A text column: the name of every code; a negative code is a null."""
    hidden = codes < 0 if known is None else (codes < 0) | ~known
    return (
        pa.array(names, type=pa.string()).take(pa.array(np.maximum(codes, 0), mask=hidden))
        if len(names)
        else pa.nulls(codes.size, pa.string())
    )


def ids(prefix: str, numbers: npt.NDArray[np.integer], known: Flags | None = None) -> pa.Array:
    """Pseudonyms such as k-000123."""
    return values(np.char.mod(f"{prefix}-%06d", numbers), pa.string(), known)


def dates(run_date: date, days: Ints, known: Flags | None = None) -> pa.Array:
    """Dates, a number of days from the run date."""
    return values((days + (run_date - _EPOCH).days).astype(np.int32), pa.int32(), known).cast(pa.date32())


def flagged(members: Flags, names: Sequence[str], known: Flags | None = None) -> pa.Array:
    """Lists of names: of every row the columns that are set."""
    if known is not None:
        members = members & known[:, None]
    return _lists(members.sum(axis=1), named(np.nonzero(members)[1], names), known)


def listed(codes: Ints, names: Sequence[str], known: Flags | None = None) -> pa.Array:
    """Lists of names from a matrix of codes, in code order: negative cells are empty, repeats are dropped."""
    ordered = np.sort(codes, axis=1)
    keep = ordered >= 0
    keep[:, 1:] &= ordered[:, 1:] != ordered[:, :-1]
    if known is not None:
        keep &= known[:, None]
    return _lists(keep.sum(axis=1), named(ordered[keep], names), known)


def levels(matrix: Ints, languages: Sequence[str], scale: Sequence[str], known: Flags | None = None) -> pa.Array:
    """Lists of language and level; a negative cell leaves the language out."""
    listed_here = matrix >= 0 if known is None else (matrix >= 0) & known[:, None]
    pairs = pa.StructArray.from_arrays(
        [named(np.nonzero(listed_here)[1], languages), named(matrix[listed_here], scale)], ["language", "level"]
    )
    return _lists(listed_here.sum(axis=1), pairs, known)


def amounts(matrix: Ints, resources: Sequence[str]) -> pa.Array:
    """Lists of resource and amount; zero leaves the resource out, and a row of zeros is a null."""
    taken = matrix > 0
    fields = [named(np.nonzero(taken)[1], resources), pa.array(matrix[taken], type=pa.int64())]
    known: Flags = np.asarray(taken.any(axis=1), dtype=np.bool_)
    return _lists(taken.sum(axis=1), pa.StructArray.from_arrays(fields, ["resource_id", "amount"]), known)


def _lists(lengths: npt.NDArray[np.integer], items: pa.Array, known: Flags | None) -> pa.Array:
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), items, mask=None if known is None else pa.array(~known))
