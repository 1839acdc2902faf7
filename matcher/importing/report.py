"""What an import did: which column went where, what was translated, and what was refused. Never a value of anybody."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

ERROR, WARNING = "error", "warning"
LEFT_OUT = "left out by the mapping"
"""Why a column is not used: the user said so."""
ROW, CELL, ELEMENT, CARRIED = "row refused", "cell left unknown", "element left out", "carried over"
ROW_MEANS = {
    "csv": "as Excel counts: the header is row 1 and the first data row usually 2",
    "xlsx": "as Excel counts: the header is row 1 and the first data row usually 2",
    "json": "number of the object, from 1",
    "parquet": "number of the row, from 1",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was not carried over as it stands.

    Attributes
    ----------
    file
        ``file`` or ``file[sheet]``.
    row
        As `ROW_MEANS` says; None where it is about the whole column.
    column, field
        The heading in the file, and the column of the contract; empty where it is about the whole row.
    code
        A name of `troubles.Trouble`.
    effect
        What became of it: the row refused, the cell left unknown, an element left out, or carried over all the same.
    action
        What to do.
    """

    file: str
    row: int | None
    column: str
    field: str
    code: str
    severity: str
    effect: str
    action: str


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column of a file, the column of the contract it went to, and by which list it was recognised."""

    source: str
    column: str
    how: str


@dataclass(frozen=True, slots=True)
class UnusedColumn:
    """A column that went nowhere, and why."""

    source: str
    why: str


@dataclass(frozen=True, slots=True)
class NamedStep:
    """A translation, how many rows of which column it was used in, and what it does."""

    column: str
    step: str
    rows: int
    text: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file, or one sheet of a workbook.

    Attributes
    ----------
    table
        The table it was read as; None where it was passed over.
    list_column
        The list column it holds the elements of, where these stand in rows of their own.
    rows_read
        Rows with content below the header; each was either written or refused.
    """

    file: str
    format: str
    table: str | None
    list_column: str | None = None
    encoding: str | None = None
    separator: str | None = None
    columns: tuple[ColumnUse, ...] = ()
    unused: tuple[UnusedColumn, ...] = ()
    rows_read: int = 0
    rows_written: int = 0
    rows_refused: int = 0
    rows_blank: int = 0
    steps: tuple[NamedStep, ...] = ()
    row_means: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Columns of a file of vacancies that are not used, so that what they ask of people is not asked.

    Attributes
    ----------
    columns
        Their headings, without those that the mapping leaves out.
    """

    file: str
    columns: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of the bundle; `rows` is None for one without rows."""

    name: str
    rows: int | None
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do.

    Attributes
    ----------
    rows
        Rows per table of the bundle.
    problems
        By file, row and column.
    written
        Empty after a dry run.
    """

    source: Path
    target: Path
    dry_run: bool
    mapping: str | None
    files: tuple[FileReport, ...]
    rows: dict[str, int]
    problems: tuple[Problem, ...]
    written: tuple[WrittenFile, ...] = ()

    @property
    def not_asked(self) -> tuple[NotAsked, ...]:
        """Per file of vacancies, the columns whose demands are lost."""
        found = []
        for file in self.files:
            names = tuple(one.source for one in file.unused if one.why != LEFT_OUT)
            if file.table == "vacancies" and file.list_column is None and names:
                many = f"{len(names)} columns of {file.file} are not used; what they ask counts as not asked"
                one = f"1 column of {file.file} is not used; what it asks counts as not asked"
                found.append(NotAsked(file.file, names, one if len(names) == 1 else many))
        return tuple(found)

    def with_written(self, written: tuple[WrittenFile, ...]) -> "ImportReport":
        """Return the report of an import that was written."""
        return replace(self, written=written)

    def document(self) -> dict[str, Any]:
        """Return the report as plain data, for JSON; paths are left out, so that equal imports report equally."""
        return {
            "made_by": MADE_BY,
            "version": 1,
            "dry_run": self.dry_run,
            "mapping": self.mapping,
            "files": [asdict(file) for file in self.files],
            "rows": dict(self.rows),
            "problem_counts": _counts(self.problems),
            "problems": [asdict(problem) for problem in self.problems],
            "not_asked": [asdict(one) for one in self.not_asked],
            "written": [asdict(file) for file in self.written],
        }


MADE_BY = "matcher import"


def report_bytes(report: ImportReport) -> bytes:
    """Return import_report.json; problems stand in import_problems.csv only."""
    document = {key: value for key, value in report.document().items() if key != "problems"}
    return f"{json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)}\n".encode()


def problems_bytes(problems: Sequence[Problem]) -> bytes:
    """Return import_problems.csv, for Excel: separator ; and UTF-8 with BOM; headings that could be formulas are quoted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(Problem.__dataclass_fields__)
    for problem in problems:
        writer.writerow([_harmless(value) for value in asdict(problem).values()])
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else value


def _counts(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    counted: dict[tuple[str, str, str, str], int] = {}
    for one in problems:
        key = (one.file, one.column, one.code, one.effect)
        counted[key] = counted.get(key, 0) + 1
    return [
        dict(zip(("file", "column", "code", "effect", "rows"), (*key, count), strict=True))
        for key, count in counted.items()
    ]
