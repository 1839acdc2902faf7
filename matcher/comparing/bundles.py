"""What the inputs of two runs say about the same people and vacancies, row by row."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from matcher.domain.raw import RawTables
from matcher.errors import CertificateError, InputError
from matcher.intake.text import fold
from matcher.io.bundle import read_bundle
from matcher.io.manifest import records_of
from matcher.io.run_folder import RunFiles

_Row = Mapping[str, Any]
_PEOPLE = ("candidates", "sensitive")
_HELD = frozenset({"accepted", "started"})


def input_of(run: RunFiles, folder: Path) -> RawTables:
    """Read the input of a run; raises `CertificateError` where it is another one, and as `matcher.io.bundle.read_bundle`."""
    bundle = read_bundle(folder)
    meant = {file.name: file.sha256 for file in records_of(run.manifest, "inputs") if file.rows is not None}
    found = {file.name: file.sha256 for file in bundle.files if file.rows is not None}
    if meant != found:
        names = sorted(name for name in meant.keys() | found.keys() if meant.get(name) != found.get(name))
        raise CertificateError(
            f"{folder} is not the input of {run.manifest['run_id']}; different are: {', '.join(names)}."
        )
    return bundle.raw


@dataclass(frozen=True, slots=True)
class Sides:
    """Rows of both inputs about chosen people and vacancies.

    Attributes
    ----------
    people, vacancies
        By side (0 the first run, 1 the second), then by id: all rows about them.
    pairs
        By side, then by (person, vacancy).
    """

    people: tuple[Mapping[str, Any], Mapping[str, Any]]
    vacancies: tuple[Mapping[str, Any], Mapping[str, Any]]
    pairs: tuple[Mapping[tuple[str, str], Any], Mapping[tuple[str, str], Any]]

    def person_changed(self, person: str) -> bool:
        """Whether a row about the person changed."""
        return bool(self.people[0].get(person) != self.people[1].get(person))

    def pair_changed(self, person: str, vacancy: str) -> bool:
        """Whether a known fact about the pair came, went or changed."""
        return bool(self.pairs[0].get((person, vacancy)) != self.pairs[1].get((person, vacancy)))

    def vacancy_changed(self, vacancy: str) -> bool:
        """Whether the row of the vacancy, its employer or its agency changed."""
        return bool(self.vacancies[0].get(vacancy) != self.vacancies[1].get(vacancy))

    def closing(self, vacancy: str) -> dt.date | None:
        """The closing date of a vacancy in the second input."""
        found = self.vacancies[1].get(vacancy)
        day = None if found is None else found[0].get("closing_date")
        return day.date() if isinstance(day, dt.datetime) else day if isinstance(day, dt.date) else None


def sides(first: RawTables, second: RawTables, people: set[str], vacancies: set[str]) -> Sides:
    """Gather the rows of some people and vacancies from both inputs."""
    raws = (first, second)
    told = [_people(raw, people) for raw in raws]
    jobs = [_vacancies(raw, vacancies) for raw in raws]
    pairs = [_pairs(raw, people, vacancies) for raw in raws]
    return Sides((told[0], told[1]), (jobs[0], jobs[1]), (pairs[0], pairs[1]))


def answers_in(raw: RawTables, people: set[str]) -> Mapping[tuple[str, str], str]:
    """The last status of the pairs of some people in previous.parquet; a later day wins, of one day the status further on."""
    order = ("proposed", "declined_candidate", "declined_employer", "accepted", "started", "ended")
    best: dict[tuple[str, str], tuple[dt.date, int]] = {}
    for row in _rows(raw, "previous", "candidate_id", people):
        status = fold(row.get("status") or "proposed")
        if status in order and row.get("vacancy_id"):
            pair = (str(row["candidate_id"]).strip(), str(row["vacancy_id"]).strip())
            day = row.get("status_date")
            day = day.date() if isinstance(day, dt.datetime) else day if isinstance(day, dt.date) else dt.date.min
            best[pair] = max(best.get(pair, (dt.date.min, 0)), (day, order.index(status)))
    return {pair: order[at] for pair, (_, at) in best.items()}


def has_work(answers: Mapping[tuple[str, str], str]) -> frozenset[str]:
    """People who accepted or started somewhere."""
    return frozenset(person for (person, _), status in answers.items() if status in _HELD)


def _people(raw: RawTables, people: set[str]) -> dict[str, Any]:
    found: dict[str, list[tuple[str, _Row]]] = {}
    for name in _PEOPLE:
        for row in _rows(raw, name, "candidate_id", people):
            found.setdefault(str(row["candidate_id"]).strip(), []).append((name, row))
    return found


def _vacancies(raw: RawTables, vacancies: set[str]) -> dict[str, Any]:
    rows = _rows(raw, "vacancies", "vacancy_id", vacancies)
    around = {
        key: {
            str(one[key]).strip(): one
            for one in _rows(raw, table, key, {str(row.get(key) or "").strip() for row in rows})
        }
        for table, key in (("employers", "employer_id"), ("agencies", "agency_id"))
    }
    return {
        str(row["vacancy_id"]).strip(): (
            row,
            *(around[key].get(str(row.get(key) or "").strip()) for key in sorted(around)),
        )
        for row in rows
    }


def _pairs(raw: RawTables, people: set[str], vacancies: set[str]) -> dict[tuple[str, str], Any]:
    found = {}
    for row in _rows(raw, "pairs", "candidate_id", people):
        pair = (str(row["candidate_id"]).strip(), str(row.get("vacancy_id") or "").strip())
        if pair[1] in vacancies:
            found[pair] = row
    return found


def _rows(raw: RawTables, name: str, key: str, ids: Iterable[str]) -> list[_Row]:
    """Rows of a table by id, without their empty cells: an absent column and an empty one say the same."""
    table = raw.tables.get(name)
    if table is None or key not in table.column_names or not table.num_rows:
        return []
    try:
        column = pc.utf8_trim_whitespace(table.column(key).cast(pa.string()))
    except pa.ArrowException:
        raise InputError(f"{name}.parquet: column {key} holds no text.") from None
    chosen = table.filter(pc.fill_null(pc.is_in(column, value_set=pa.array(sorted(ids), type=pa.string())), False))
    # NaN is no value either, and the only thing that differs from itself.
    return [
        {column: value for column, value in row.items() if value is not None and value == value}  # noqa: PLR0124
        for row in chosen.to_pylist()
    ]
