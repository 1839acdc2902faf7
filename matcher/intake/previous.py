"""What became of earlier proposals: which status of a pair counts, and what follows from it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import STATUSES, Fault
from matcher.domain.headline import Headline
from matcher.domain.previous import DECLINED, ENDED, HELD, PROPOSED, Previous
from matcher.domain.schema import TABLES
from matcher.domain.tables import DAY_UNKNOWN
from matcher.intake.forms import Cells, Days, Flags, Numbers, UseLists, Wholes, WordLists, Words
from matcher.intake.rejections import WARNING, Ledger
from matcher.intake.rows import Rows, keys_of, match_ids
from matcher.intake.vocabularies import code_column

_LIFE = np.argsort([PROPOSED, *DECLINED, *HELD, ENDED]).astype(np.int8)
"""How far on each status is: of two of one day the one further on counts."""


def statuses(rows: Rows) -> NDArray[np.int8]:
    """Status of every row, as an index into `STATUSES`; proposed where it is null."""
    code = code_column(rows.words("status"), STATUSES)
    return np.where(code < 0, PROPOSED, code).astype(np.int8)


def last_said(rows: Rows) -> NDArray[np.int64]:
    """Place of the last row of every pair: of the latest day (an unknown day is before all others), then the status further on."""
    status = statuses(rows)
    person, vacancy = rows.words("candidate_id").code, rows.words("vacancy_id").code
    day = rows.days("status_date").astype(np.int64)
    day[day == DAY_UNKNOWN] = -(2**40)
    order = np.lexsort((_LIFE[status], day, vacancy, person))
    last = np.ones(order.size, dtype=np.bool_)
    last[:-1] = (person[order][1:] != person[order][:-1]) | (vacancy[order][1:] != vacancy[order][:-1])
    return np.asarray(order[last], dtype=np.int64)


def leave_out_placed(tables: dict[str, Rows], ledger: Ledger) -> tuple[Headline, ...]:
    """Leave out who accepted or started at a vacancy that is not there any more: they have work, and no place in this plan.

    Updates ``tables``: they are taken out of candidates, and rows of previous that point nowhere out of previous.
    """
    rows, people = tables["previous"], tables["candidates"]
    person = match_ids(rows.words("candidate_id"), people.words("candidate_id"))
    vacancy = match_ids(rows.words("vacancy_id"), tables["vacancies"].words("vacancy_id"))
    last = last_said(rows)
    lost = last[np.isin(statuses(rows)[last], HELD) & (person[last] >= 0) & (vacancy[last] < 0)]
    away = np.unique(person[lost])
    keys = people.words("candidate_id").take(away).texts()
    ledger.add("candidates.parquet", "candidate_id", Fault.PLACED_ELSEWHERE, rows=people.row[away], keys=keys)
    gone = np.zeros(len(people), dtype=np.bool_)
    gone[away] = True
    names = keys_of(TABLES["previous"], rows)
    for column, nowhere in (("candidate_id", person < 0), ("vacancy_id", (person >= 0) & (vacancy < 0))):
        at = np.flatnonzero(nowhere)
        told = [names[row] for row in at.tolist()]
        ledger.add("previous.parquet", column, Fault.DANGLING_REFERENCE, rows=rows.row[at], keys=told, severity=WARNING)
    tables["candidates"] = people.keep(~gone)
    tables["previous"] = rows.keep((person >= 0) & (vacancy >= 0) & ~gone[person])
    if not away.size:
        return ()
    text = (
        f"{away.size} people accepted or started at a vacancy that vacancies.parquet lacks. They have work and are left out of the run; "
        "write status ended in previous.parquet for who is free again."
    )
    return (Headline("PLACED_ELSEWHERE", text, {"people": int(away.size)}),)


def encode_previous(rows: Rows, people: Rows, jobs: Rows) -> Previous:
    """The last status of every pair whose person and vacancy are there, in the order of the problem."""
    last = rows_at(rows, last_said(rows))
    person, vacancy = _places(last, people, jobs)
    order = np.lexsort((vacancy, person))
    order = order[(person[order] >= 0) & (vacancy[order] >= 0)]
    return Previous(
        candidate=person[order].astype(np.int32),
        vacancy=vacancy[order].astype(np.int32),
        status=statuses(last)[order],
        status_d=last.days("status_date")[order].astype(np.int32),
    )


def forbidden_pairs(
    rows: Rows, people: Rows, jobs: Rows, previous: Previous, *, run_d: int, retry_days: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Person and vacancy of the pairs that a decline forbids today, in the order of the problem.

    A decline holds for ``retry_days`` days from its day on, without a day for ever, whatever is said later; only who accepted or started
    after it is not held to it.
    """
    status, day = statuses(rows), rows.days("status_date").astype(np.int64)
    holds = np.isin(status, DECLINED) & ((day == DAY_UNKNOWN) | (run_d < day + retry_days))
    person, vacancy = _places(rows, people, jobs)
    at = np.flatnonzero(holds & (person >= 0) & (vacancy >= 0))
    size = max(1, len(jobs))
    pair = np.unique(person[at] * size + vacancy[at])
    now = previous.rows(pair // size, pair % size, len(jobs))
    pair = pair[~np.isin(previous.status[now], HELD)] if len(previous) else pair
    return (pair // size).astype(np.int32), (pair % size).astype(np.int32)


def with_silent_rows(pairs: Rows, count: int) -> Rows:
    """The rows, and ``count`` more in which nothing is said."""
    if not count:
        return pairs
    row = np.concatenate([pairs.row, np.full(count, -1, dtype=np.int64)])
    return Rows(row, {name: _longer(cell, count) for name, cell in pairs.columns.items()})


def rows_at(rows: Rows, at: NDArray[np.int64]) -> Rows:
    """Return the rows at these places, in this order."""
    return Rows(rows.row[at], {name: column.take(at) for name, column in rows.columns.items()})


def _places(rows: Rows, people: Rows, jobs: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    person = match_ids(rows.words("candidate_id"), people.words("candidate_id"))
    return person, match_ids(rows.words("vacancy_id"), jobs.words("vacancy_id"))


def _longer(cell: Cells, count: int) -> Cells:
    no = np.zeros(count, dtype=np.bool_)

    def more(column: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.concatenate([column, no])

    match cell:
        case Words():
            return Words(np.concatenate([cell.code, np.full(count, -1, dtype=cell.code.dtype)]), cell.spelled)
        case WordLists():
            start = np.concatenate([cell.start, np.full(count, cell.start[-1], dtype=np.int64)])
            return replace(cell, start=start, known=more(cell.known))
        case Numbers():
            return Numbers(np.concatenate([cell.value, np.full(count, np.nan)]), more(cell.infinite))
        case Wholes():
            value = np.concatenate([cell.value, np.zeros(count, dtype=np.int64)])
            return Wholes(value, *(more(one) for one in (cell.known, cell.fraction, cell.infinite, cell.beyond)))
        case Days():
            value = np.concatenate([cell.value, np.full(count, DAY_UNKNOWN, dtype=cell.value.dtype)])
            return Days(value, more(cell.beyond))
        case Flags():
            return Flags(np.concatenate([cell.value, np.full(count, -1, dtype=np.int8)]))
        case UseLists():
            taken = _longer(cell.taken, count)
            assert isinstance(taken, WordLists)
            faults = (more(one) for one in (cell.missing, cell.fraction, cell.infinite, cell.outside))
            return UseLists(taken, cell.amount, *faults)
