"""The groups of audit.parquet, counted after the plan was made; what is in them never reached the method."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matcher.intake import cells
from matcher.intake.text import fold
from matcher.report.groups import Group

KEY = "candidate_id"
UNKNOWN = ""
"""Name of the group of people of whom the file says nothing; no other group can have it."""


def audit_groups(
    audit: pa.Table,
    candidate_ids: Sequence[str],
    *,
    inside: NDArray[np.bool_],
    eligible: NDArray[np.bool_],
    assigned: NDArray[np.bool_],
) -> Mapping[str, Sequence[Group]]:
    """Count every group of every group column.

    Parameters
    ----------
    audit
        The table as read. Columns of lists and of fractions are no groups and are left out, as are rows whose id stands there twice.
    candidate_ids
        Ids of the people, in the order of the masks.
    inside, eligible, assigned
        People who count (outside the control arm), have a vacancy that fits, are placed.

    Returns
    -------
    Groups by column, in the order of the file; the groups by name, `UNKNOWN` last. Spellings that differ in case only are one group.
    """
    if KEY not in audit.column_names:
        return {}
    person = _person_of(audit.column(KEY), candidate_ids)
    found = {}
    for name in audit.column_names:
        words = None if name == KEY else _words(audit.column(name))
        if words is not None:
            found[name] = _count(words, person, inside, eligible, assigned)
    return found


def _person_of(column: pa.ChunkedArray, candidate_ids: Sequence[str]) -> NDArray[np.int64]:
    """The person of every row, -1 where there is none or the id stands there twice."""
    try:
        ids = cells.words(column, ids=True)
    except cells.WrongTypeError:
        return np.full(len(column), -1, dtype=np.int64)
    number = {word: place for place, word in enumerate(candidate_ids)}
    of_word = np.array([number.get(word, -1) for word in ids.spelled] or [-1], dtype=np.int64)
    rows = np.bincount(ids.code[ids.code >= 0], minlength=of_word.size)
    of_word[rows > 1] = -1
    return np.where(ids.code >= 0, of_word[ids.code], -1)


def _words(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]] | None:
    """Number of every row's group, -1 unknown, and the names of the groups; None where the column holds no groups."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_date(kind):
        column = pc.cast(column, pa.string())
    try:
        words = cells.words(column)
    except (cells.WrongTypeError, pa.ArrowException):
        return None
    folded = [fold(word) for word in words.spelled]
    names: dict[str, str] = {}
    for word, key in sorted(zip(words.spelled, folded, strict=True)):
        names.setdefault(key, word)
    order = sorted(names)
    at = {key: place for place, key in enumerate(order)}
    of_word = np.array([at[key] for key in folded] or [-1], dtype=np.int64)
    return np.where(words.code >= 0, of_word[words.code], -1), [names[key] for key in order]


def _count(
    words: tuple[NDArray[np.int64], list[str]],
    person: NDArray[np.int64],
    inside: NDArray[np.bool_],
    eligible: NDArray[np.bool_],
    assigned: NDArray[np.bool_],
) -> list[Group]:
    row_group, names = words
    group = np.full(inside.size, len(names), dtype=np.int64)
    known = (person >= 0) & (row_group >= 0)
    group[person[known]] = row_group[known]

    def per_group(mask: NDArray[np.bool_]) -> list[int]:
        return list(np.bincount(group[mask], minlength=len(names) + 1).tolist())

    counts = zip(
        [*names, UNKNOWN],
        per_group(inside),
        per_group(inside & eligible),
        per_group(inside & assigned),
        strict=True,
    )
    return [Group(name, people, fit, placed) for name, people, fit, placed in counts if people]
