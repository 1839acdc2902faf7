"""From a plan to what each recipient gets: two tables of allow-listed columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matcher.domain.raw import RawTables
from matcher.domain.tables import Codebook, Problem
from matcher.handover.allowed import ANSWER, FIELDS, Field, Recipient, Sheet, Stage, allowed
from matcher.handover.facts import Facts, agency_names, facts
from matcher.handover.names import folder_names
from matcher.handover.shortlists import open_seats
from matcher.verdict.arrange import to_arrange

AGENCIES, DIRECT = "agencies", "direct"
"""The folder of all agencies, and that of the municipality itself."""
_TO_FILL_IN = {"status": pa.string(), "status_date": pa.date32(), "remark": pa.string()}
_Columns = dict[str, pa.Array | pa.ChunkedArray]


@dataclass(frozen=True, slots=True)
class Handed:
    """What one recipient gets.

    Attributes
    ----------
    agency_id
        None for the municipality itself.
    name
        Display name of the agency, None where it has none.
    folder
        Path inside the run, with ``/``.
    tables
        One per sheet, columns as `allowed` says; rows by vacancy, then by person or place.
    """

    agency_id: str | None
    name: str | None
    folder: str
    tables: Mapping[Sheet, pa.Table]

    @property
    def recipient(self) -> Recipient:
        """Agency or municipality."""
        return Recipient.MUNICIPALITY if self.agency_id is None else Recipient.AGENCY


@dataclass(frozen=True, slots=True)
class _Told:
    """All that rows are made from: the problem, rows of vacancies by id, what the input says, openings left per vacancy."""

    problem: Problem
    codebook: Codebook
    code: Mapping[str, int]
    known: Mapping[str, Facts]
    left: NDArray[np.int64]


def handed(
    raw: RawTables, problem: Problem, codebook: Codebook, tables: Mapping[str, pa.Table], shortlists: pa.Table
) -> tuple[Handed, ...]:
    """Divide a plan among the agencies and the municipality; who has nothing to look at gets nothing.

    Parameters
    ----------
    raw
        The input as it came: what is shown of people and vacancies is read from it, by the allow-list.
    problem, codebook
        The same, judged and encoded.
    tables
        The tables of the plan by name.
    shortlists
        Columns as in `matcher.handover.shortlists.SHORTLISTS`.
    """
    filled = tables["vacancies_report"]["filled"].to_numpy()
    left = open_seats(problem, filled)
    plan, short = tables["assignments"], _open_rows(codebook, left, shortlists)
    wanted = {
        "candidates": [*plan["candidate_id"].to_pylist(), *filter(None, short["candidate_id"].to_pylist())],
        "vacancies": [*plan["vacancy_id"].to_pylist(), *short["vacancy_id"].to_pylist()],
        "employers": list(codebook.employer_ids),
    }
    known = facts(raw, [field for field in FIELDS if field.table in wanted], wanted)
    told = _Told(problem, codebook, {word: number for number, word in enumerate(codebook.vacancy_ids)}, known, left)
    sheets = {
        Sheet.PROPOSALS: _sheet(Sheet.PROPOSALS, _proposals(plan), told),
        Sheet.OPEN: _sheet(Sheet.OPEN, _openings(plan, short, told), told),
    }
    divided = {sheet: _divided(table, told) for sheet, table in sheets.items()}
    numbers = sorted({number for parts in divided.values() for number in parts})
    ids = [codebook.agency_ids[number] for number in numbers if number >= 0]
    names = agency_names(raw, ids)
    folders = folder_names(names)
    found = []
    for number in numbers:
        key = codebook.agency_ids[number] if number >= 0 else None
        recipient = Recipient.MUNICIPALITY if key is None else Recipient.AGENCY
        own = {
            sheet: divided[sheet]
            .get(number, sheets[sheet].slice(0, 0))
            .select([field.name for field in allowed(sheet, recipient)])
            for sheet in Sheet
        }
        folder = DIRECT if key is None else f"{AGENCIES}/{folders[key]}"
        found.append(Handed(key, names[key] if key is not None else None, folder, own))
    return tuple(found)


def _open_rows(codebook: Codebook, left: NDArray[np.int64], shortlists: pa.Table) -> pa.Table:
    """One row per person on a list, and one for every open vacancy that has none; by vacancy, then place."""
    ids = [codebook.vacancy_ids[seat] for seat in np.flatnonzero(left > 0).tolist()]
    listed = set(shortlists["vacancy_id"].to_pylist())
    bare = pa.table({"vacancy_id": pa.array([word for word in ids if word not in listed], type=pa.string())})
    rows = pa.concat_tables([shortlists, bare], promote_options="default")
    return rows.take(pc.sort_indices(rows, sort_keys=[("vacancy_id", "ascending"), ("place", "ascending")]))


def _proposals(plan: pa.Table) -> _Columns:
    rows = plan.take(pc.sort_indices(plan, sort_keys=[("vacancy_id", "ascending"), ("candidate_id", "ascending")]))
    return {name: rows[name] for name in rows.column_names}


def _openings(plan: pa.Table, short: pa.Table, told: _Told) -> _Columns:
    problem, codebook = told.problem, told.codebook
    seats = np.array([told.code[word] for word in short["vacancy_id"].to_pylist()], dtype=np.int64)
    people = short["candidate_id"].to_pylist()
    proposed = dict(zip(plan["candidate_id"].to_pylist(), plan["vacancy_id"].to_pylist(), strict=True))
    row_of = {word: row for row, word in enumerate(codebook.candidate_ids)}
    listed = np.array([word is not None for word in people], dtype=np.bool_)
    rows = np.array([row_of[word] for word in people if word is not None], dtype=np.int64)
    arranged = iter(to_arrange(problem, codebook, rows, seats[listed]))
    return {
        "vacancy_id": short["vacancy_id"],
        "candidate_id": short["candidate_id"],
        "place": short["place"],
        "proposed_for": pa.array([proposed.get(word) for word in people], type=pa.string()),
        "openings": pa.array(problem.vacancies.openings[seats]),
        "open": pa.array(told.left[seats]),
        "to_arrange": pa.array([next(arranged) if one else None for one in listed], type=pa.list_(pa.string())),
    }


def _sheet(sheet: Sheet, own: _Columns, told: _Told) -> pa.Table:
    """All columns that anybody may see of a sheet now."""
    vacancies = own["vacancy_id"].to_pylist()
    employer = told.problem.vacancies.employer[[told.code[word] for word in vacancies]].tolist() if vacancies else []
    ids: dict[str, Sequence[str | None]] = {
        "candidates": own["candidate_id"].to_pylist(),
        "vacancies": vacancies,
        "employers": [told.codebook.employer_ids[number] if number >= 0 else None for number in employer],
    }
    columns = {}
    for field in _seen(sheet):
        known = told.known.get(field.table)
        if field.table == ANSWER:
            columns[field.name] = pa.nulls(len(vacancies), _TO_FILL_IN[field.name])
            continue
        columns[field.name] = own[field.column] if known is None else known.of(field.column, ids[field.table])
    return pa.table(columns)


def _seen(sheet: Sheet) -> list[Field]:
    seen = {field.name: field for recipient in Recipient for field in allowed(sheet, recipient, Stage.OFFER)}
    return list(seen.values())


def _divided(table: pa.Table, told: _Told) -> dict[int, pa.Table]:
    """The rows of a sheet by the number of the vacancy's agency, -1 for none."""
    agency = told.problem.vacancies.agency
    number = agency[[told.code[word] for word in table["vacancy_id"].to_pylist()]] if table.num_rows else agency[:0]
    along = np.argsort(number, kind="stable")
    begin = np.flatnonzero(np.diff(number[along], prepend=-2))
    ends = [*begin[1:], number.size][: begin.size]
    rows = table.take(pa.array(along))
    return {
        int(number[along[first]]): rows.slice(first, last - first).combine_chunks()
        for first, last in zip(begin, ends, strict=True)
    }
