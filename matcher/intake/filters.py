"""Which people and which vacancies the filters of a policy mean, over the accepted rows."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matcher.domain.column import Kind
from matcher.domain.filters import COLUMNS, Filter, compare_flags, compare_scaled
from matcher.intake.forms import Cells, Days, Flags, Numbers, UseLists, Wholes, WordLists, Words
from matcher.intake.rows import Accepted, Rows, is_known, match_ids, shorten
from matcher.intake.text import fold

Mask = NDArray[np.bool_]
_EPOCH_ORDINAL = 719_163
"""1970-01-01 as a proleptic Gregorian ordinal."""
_HOLDS: Mapping[str, Callable[[NDArray[np.int8], int], NDArray[np.bool_]]] = MappingProxyType(
    {
        "==": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }
)
_SETS_APART = ("limitations", "blockers")


@dataclass(frozen=True, slots=True)
class Reach:
    """What filters can see.

    Attributes
    ----------
    people, jobs
        Accepted rows, in the order of the problem.
    accepted
        All tables, for employers, agencies and what is kept apart.
    """

    people: Rows
    jobs: Rows
    accepted: Accepted


def holds(reach: Reach, candidates: Sequence[Filter], vacancies: Sequence[Filter]) -> tuple[Mask, Mask]:
    """Return for which people and for which vacancies all their filters hold; without filters it is everybody."""
    person = np.ones(len(reach.people), dtype=np.bool_)
    for asked in candidates:
        kind = COLUMNS["candidates"][asked.column].kind
        mask = matches(asked, kind, reach.people.columns[asked.column])
        if asked.column in _SETS_APART:
            mask = _with_apart(reach, asked, kind, mask)
        person &= mask
    job = np.ones(len(reach.jobs), dtype=np.bool_)
    for asked in vacancies:
        job &= _of_job(reach, asked)
    return person, job


def _with_apart(reach: Reach, asked: Filter, kind: Kind, own: Mask) -> Mask:
    """What is kept apart in sensitive.parquet counts as the person's own; validation saw to it that only one file speaks."""
    apart = reach.accepted["sensitive"]
    if not len(apart):
        return own
    row = match_ids(reach.people.words("candidate_id"), apart.words("candidate_id"))
    theirs = matches(asked, kind, apart.columns[asked.column])[row]
    silent = ~reach.people.lists(asked.column).known & (row >= 0)
    return np.where(silent, theirs, own)


def _of_job(reach: Reach, asked: Filter) -> Mask:
    """A filter over vacancies, their employers or their agencies; a vacancy without a known one has null there."""
    kind = COLUMNS["vacancies"][asked.column].kind
    prefix, _, column = asked.column.rpartition(".")
    if not prefix:
        return matches(asked, kind, reach.jobs.columns[column])
    table = reach.accepted[{"employer": "employers", "agency": "agencies"}[prefix]]
    key = f"{prefix}_id"
    row = match_ids(reach.jobs.words(key), table.words(key))
    found = np.append(matches(asked, kind, table.columns[column]), asked.op == "is_null" and asked.value)
    return np.asarray(found[row], dtype=np.bool_)


def matches(asked: Filter, kind: Kind, cell: Cells) -> Mask:
    """Return the rows of a column that a checked filter means; null never matches a comparison."""
    known = is_known(cell)
    if asked.op == "is_null":
        return ~known if asked.value else known
    return known & _compared(asked, kind, cell)


def _compared(asked: Filter, kind: Kind, cell: Cells) -> Mask:
    """Whether a comparison holds; anything where the cell is null."""
    match cell:
        case UseLists():
            return _contains(asked, cell.taken, ids=True)
        case WordLists():
            return _contains(asked, cell, ids=kind is Kind.ID_LIST)
        case Words():
            return _words(asked, kind, cell)
        case Flags():
            return compare_flags(asked, cell.value)
        case Wholes():
            return compare_scaled(asked, cell.value, 1)
        case Days():
            return compare_scaled(_as_days(asked), cell.value.astype(np.int64), 1)
        case Numbers():
            return _numbers(asked, cell.value)


def _contains(asked: Filter, lists: WordLists, *, ids: bool) -> Mask:
    wanted = asked.value.strip() if ids else fold(asked.value)
    same = np.array([(word if ids else fold(word)) == wanted for word in lists.spelled], dtype=np.bool_)
    found = np.zeros(lists.known.size, dtype=np.bool_)
    if lists.item.size:
        found[lists.owner()[same[lists.item]]] = True
    return found


def _words(asked: Filter, kind: Kind, words: Words) -> Mask:
    clean = str.strip if kind is Kind.ID else fold
    if asked.column == "pc4":
        words, clean = shorten(words), lambda text: text.strip()[:4]
    values = asked.value if isinstance(asked.value, tuple) else (asked.value,)
    wanted = {clean(value) for value in values}
    same = np.array([*(clean(word) in wanted for word in words.spelled), False], dtype=np.bool_)[words.code]
    return ~same if asked.op in ("!=", "not_in") else same


def _as_days(asked: Filter) -> Filter:
    values = asked.value if isinstance(asked.value, tuple) else (asked.value,)
    days = tuple(Decimal(value.toordinal() - _EPOCH_ORDINAL) for value in values)
    return asked.model_copy(update={"value": days if isinstance(asked.value, tuple) else days[0]})


def _numbers(asked: Filter, value: NDArray[np.float64]) -> Mask:
    """Compare doubles as the decimals they are written as.

    The shortest decimal of a double lies nearer to it than to any other, so order among different doubles is order among their decimals;
    only where a double is the one nearest to the filter's own decimal do the two need a look.
    """
    if asked.op in ("in", "not_in"):
        found = np.zeros(value.size, dtype=np.bool_)
        for one in asked.value:
            found |= _side(one, value) == 0
        return ~found if asked.op == "not_in" else found
    side = _side(asked.value, value)
    return np.asarray(_HOLDS[asked.op](side, 0), dtype=np.bool_)


def _side(bound: Decimal, value: NDArray[np.float64]) -> NDArray[np.int8]:
    """-1, 0, 1: the value is below, at or above the bound."""
    near = float(bound)
    exact = Decimal(repr(near))
    at = (exact > bound) - (exact < bound)
    return np.where(value == near, at, np.where(value < near, -1, 1)).astype(np.int8)
