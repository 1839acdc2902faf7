"""What agencies sent back, file by file: which cells are an answer, and which cannot be read as one."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from matcher.errors import InputError
from matcher.handover.answering import STATUS_WORDS
from matcher.importing.cells import Cell
from matcher.importing.columns import Columns, is_blank, match_columns
from matcher.importing.convert import Converted, convert
from matcher.importing.folder import read_tables
from matcher.importing.headings import target_of
from matcher.importing.mapping_file import ImportMapping
from matcher.importing.recognise import is_explanation, shown_headings
from matcher.importing.report import ERROR, ROW, WARNING, Problem
from matcher.importing.source_table import SourceTable
from matcher.importing.troubles import ADVICE, Trouble
from matcher.recording.doubts import AT_PLAN_DAY, NOT_USED

TABLE = "previous"
_KEYS = ("candidate_id", "vacancy_id")
_WORDS = (
    f"Write one of: {', '.join(STATUS_WORDS.values())}; or translate yours under [values.previous.status] of --mapping."
)
_REMARKS = frozenset({"opmerking", "opmerkingen", "toelichting", "remark", "remarks"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer stands: ``file`` or ``file[sheet]``, its row as a user counts, and the heading of its status."""

    file: str
    row: int
    heading: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it was read; ``day`` is None where the file gives none that can be read."""

    candidate_id: str
    vacancy_id: str
    status: str
    day: dt.date | None
    place: Place


@dataclass(frozen=True, slots=True)
class Answers:
    """What stands in one file, or one sheet.

    Attributes
    ----------
    rows
        Rows with something in them; those that are no answer are proposals nobody has answered.
    remarks
        Filled cells under a heading for remarks; they are for people and go nowhere.
    """

    file: str
    rows: int
    answers: tuple[Answer, ...]
    problems: tuple[Problem, ...]
    remarks: int


def read_answers(files: Sequence[Path], mapping: ImportMapping) -> tuple[Answers, ...]:
    """Read files with answers, in the order of their names.

    Raises
    ------
    FileError
        One cannot be opened.
    InputError
        One is damaged or holds no table with a person, a vacancy and a status.
    """
    found = []
    for path, name in sorted(_named(files), key=lambda one: (one[1], str(one[0]))):
        tables = [table for table in read_tables(path, name) if not is_explanation(table)]
        asked = [table for table in tables if not table.hidden] or tables
        matched = [(table, _columns(table, mapping, alone=len(asked) == 1)) for table in asked]
        told = [(table, columns) for table, columns in matched if columns is not None]
        if not told:
            raise InputError(f"{name} has no table with columns for {', '.join(_KEYS)} and status.")
        found += [_answers(table, columns, mapping) for table, columns in told]
    return tuple(found)


def _named(files: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Every file with a name that tells it from the others: agencies all send back the same name."""
    unique = sorted(set(files))
    names = [path.name for path in unique]
    for path in unique:
        shown = path.name if names.count(path.name) == 1 else path.as_posix()
        yield path, shown.encode("utf-8", "replace").decode()


def _columns(source: SourceTable, mapping: ImportMapping, *, alone: bool) -> Columns | None:
    """The columns of a table with answers; None for another sheet of its workbook, such as somebody's own notes."""
    try:
        columns = match_columns(source, TABLE, mapping)
    except InputError:
        if alone or any(_leads_to_key(heading) for heading in source.headings):
            raise
        return None
    if any(one.target.column == "status" for one in columns.bindings):
        return columns
    if alone:
        raise InputError(f"{source.label} has no column for status. {shown_headings(source.headings)} Name it Status.")
    return None


def _leads_to_key(heading: str) -> bool:
    target = target_of(TABLE, heading)
    return target is not None and target.column in _KEYS


def _answers(source: SourceTable, columns: Columns, mapping: ImportMapping) -> Answers:
    made = convert(source, TABLE, columns, mapping)
    heading = {one.target.column: one.heading for one in reversed(columns.bindings)}
    told: dict[int, list[Problem]] = {}
    for problem in made.problems:
        told.setdefault(problem.row or 0, []).append(problem)
    answers, problems = [], []
    values = [made.columns[name] for name in (*_KEYS, "status")]
    days = made.columns.get("status_date", [None] * len(source.numbers))
    rows = zip(source.numbers, *values, days, _filled(made, columns), strict=True)
    for number, person, vacancy, status, day, filled in rows:
        faults = told.get(number, [])
        if status is None and not any(fault.field in ("status", "") for fault in faults):
            # A shortlist with nobody on it, or a proposal nobody has answered; only a date alone is half an answer.
            if filled:
                problems.append(_missing(source, number, heading["status"]))
            continue
        late = [fault for fault in faults if fault.field == "status_date"]
        problems += [replace(one, effect=AT_PLAN_DAY, severity=WARNING) for one in late]
        stopped = [fault for fault in faults if fault.field != "status_date"]
        problems += [_advised(one) for one in stopped]
        if not any(one.effect == ROW for one in stopped):
            where = Place(source.label, number, heading["status"])
            answers.append(
                Answer(str(person), str(vacancy), str(status), day if isinstance(day, dt.date) else None, where)
            )
    return Answers(source.label, len(source.numbers), tuple(answers), tuple(problems), _remarks(source))


def _advised(problem: Problem) -> Problem:
    """A problem of an import, told about an answer."""
    problem = replace(problem, effect=NOT_USED) if problem.effect == ROW else problem
    unknown = problem.field == "status" and problem.code == Trouble.UNKNOWN_CODE
    return replace(problem, action=_WORDS) if unknown else problem


def _filled(made: Converted, columns: Columns) -> Iterable[bool]:
    """Whether a row holds something where its date belongs."""
    places = [at for one in columns.bindings if one.target.column == "status_date" for at in one.at]
    return [any(not is_blank(made.source.columns[at][row]) for at in places) for row in range(len(made.source.numbers))]


def _missing(source: SourceTable, row: int, heading: str) -> Problem:
    return Problem(
        file=source.label,
        row=row,
        column=heading,
        field="status",
        code=Trouble.MISSING_VALUE.value,
        severity=ERROR,
        effect=NOT_USED,
        action=ADVICE[Trouble.MISSING_VALUE],
    )


def _remarks(source: SourceTable) -> int:
    columns: list[Sequence[Cell]] = [
        cells
        for heading, cells in zip(source.headings, source.columns, strict=True)
        if heading.strip().casefold() in _REMARKS
    ]
    return sum(not is_blank(cell) for cells in columns for cell in cells)
