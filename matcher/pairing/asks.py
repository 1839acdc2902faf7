"""What vacancies ask, each different demand once: a rule is then decided once per person and demand, not once per pair."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.domain.tables import Sets, Vacancies
from matcher.pairing.layout import (
    AGENCY,
    CERTIFICATES,
    HOURS,
    KINDS,
    LANGUAGES,
    LICENCES,
    LOADS,
    SCHOOL,
    START,
    TIMES,
    WAGE,
    WORK,
    Asks,
    Things,
)


class Demands(NamedTuple):
    """The different demands, and which one each vacancy makes.

    Attributes
    ----------
    ask
        uint32, shape ``(m, KINDS)``: place in a person's table, where all kinds stand one after the other.
    """

    asks: Asks
    ask: NDArray[np.uint32]


def demands(vacancies: Vacancies) -> Demands:
    """Find the different demands of each kind."""
    m = len(vacancies)
    which = np.zeros((KINDS, m), dtype=np.int64)
    size = np.zeros(KINDS, dtype=np.int64)

    def distinct(kind: int, *columns: NDArray[np.generic]) -> list[NDArray[np.int32]]:
        rows = np.stack([column.astype(np.int32) for column in columns], axis=1)
        different, which[kind] = _distinct_rows(rows)
        size[kind] = len(different)
        return [np.ascontiguousarray(column) for column in different.T]

    def distinct_sets(kind: int, sets: Sets) -> Things:
        different, which[kind] = _distinct_sets(sets)
        size[kind] = different.known.size
        return different

    (agency,) = distinct(AGENCY, vacancies.agency)
    contract, lane, unpaid, accepted = distinct(
        WORK, vacancies.contract, vacancies.lane, vacancies.unpaid, vacancies.lks_accepted
    )
    (shifts,) = distinct(TIMES, vacancies.shifts)
    (education,) = distinct(SCHOOL, vacancies.education_min)
    (start_d,) = distinct(START, vacancies.start_d)
    hours_min_c, hours_max_c = distinct(HOURS, vacancies.hours_min_c, vacancies.hours_max_c)
    (loonwaarde_min_bp,) = distinct(WAGE, vacancies.loonwaarde_min_bp)
    languages, level = _distinct_languages(vacancies.language_min)
    which[LANGUAGES], size[LANGUAGES] = languages[1], languages[0].known.size
    licences = distinct_sets(LICENCES, vacancies.licences)
    certificates = distinct_sets(CERTIFICATES, vacancies.certificates_hard)
    loads = distinct_sets(LOADS, vacancies.loads)
    offset = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    asks = Asks(
        offset=offset,
        agency=agency,
        contract=contract.astype(np.int8),
        lane=lane.astype(np.int8),
        unpaid=unpaid.astype(np.bool_),
        lks_accepted=accepted.astype(np.int8),
        shifts=shifts,
        education=education.astype(np.int8),
        start_d=start_d,
        hours_min_c=hours_min_c,
        hours_max_c=hours_max_c,
        loonwaarde_min_bp=loonwaarde_min_bp,
        licences=licences,
        certificates=certificates,
        loads=loads,
        languages=languages[0],
        language_level=level,
    )
    return Demands(asks, np.ascontiguousarray((which + offset[:-1, None]).T, dtype=np.uint32))


def _distinct_rows(rows: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Different rows, ascending, and which of them each row is."""
    which, found = np.zeros(len(rows), dtype=np.int64), 1
    for column in range(rows.shape[1]):
        # The column's values by rank, then what came before and this one as one number: much faster than comparing whole rows.
        values, rank = np.unique(rows[:, column], return_inverse=True)
        different, which = np.unique(which * max(1, values.size) + rank.reshape(-1), return_inverse=True)
        found = different.size
    first = np.full(found if len(rows) else 0, len(rows), dtype=np.int64)
    np.minimum.at(first, which, np.arange(len(rows)))
    return rows[first], which.reshape(-1)


def _distinct_sets(sets: Sets) -> tuple[Things, NDArray[np.int64]]:
    """Different sets, by size and then by codes, and which of them each row is."""
    which = np.zeros(sets.known.size, dtype=np.int64)
    counts, codes, found = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int32)], 0
    for count in np.unique(sets.count).tolist():
        owner = np.flatnonzero(sets.count == count)
        if count:
            different, back = _distinct_rows(sets.code[sets.start[owner][:, None] + np.arange(count)])
        else:
            different, back = np.zeros((1, 0), dtype=np.int32), np.zeros(owner.size, dtype=np.int64)
        which[owner] = found + back
        found += len(different)
        counts.append(np.full(len(different), count, dtype=np.int64))
        codes.append(different.reshape(-1))
    start = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)
    return Things(start, np.concatenate(codes), np.ones(found, dtype=np.bool_)), which


def _distinct_languages(
    level: NDArray[np.int8],
) -> tuple[tuple[Things, NDArray[np.int64]], NDArray[np.int8]]:
    """Different rows of levels as compressed rows of the languages asked, which of them each vacancy is, and the levels."""
    if not level.size:
        # Nobody asks a language: one demand, which is empty.
        empty = Things(np.zeros(2, dtype=np.int64), np.zeros(0, dtype=np.int32), np.ones(1, dtype=np.bool_))
        return (empty, np.zeros(len(level), dtype=np.int64)), np.zeros(0, dtype=np.int8)
    different, back = _distinct_rows(level.astype(np.int32))
    owner, language = np.nonzero(different > 0)
    start = np.searchsorted(owner, np.arange(len(different) + 1)).astype(np.int64)
    things = Things(start, language.astype(np.int32), np.ones(len(different), dtype=np.bool_))
    return (things, back.reshape(-1)), different[owner, language].astype(np.int8)
