"""Rows of a published run, chosen by reason, for people without a tool for Parquet."""

import csv
import io
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from matcher.errors import FileError, InputError
from matcher.handover.texts import guarded
from matcher.io.run_folder import RunFiles


class Part(StrEnum):
    """Which rows to list."""

    UNASSIGNED = "unassigned"
    ASSIGNED = "assigned"
    EMPTY = "empty"
    VACANCIES = "vacancies"
    REJECTED = "rejected"
    LIMITS = "limits"


_SHOWN = {
    Part.UNASSIGNED: ("unassigned", ("candidate_id", "reason", "rule", "missing", "n_eligible", "best_vacancy_id")),
    Part.ASSIGNED: ("assignments", ("candidate_id", "vacancy_id", "lane", "p_durable", "to_check", "to_arrange")),
    Part.EMPTY: ("vacancies_report", ("vacancy_id", "openings", "filled", "n_eligible", "rule", "price_next")),
    Part.VACANCIES: ("vacancies_report", ("vacancy_id", "openings", "filled", "n_eligible", "rule", "price")),
    Part.REJECTED: ("rejected", ("file", "row", "key", "column", "code", "severity")),
    Part.LIMITS: ("limits_report", ("kind", "id", "name", "sense", "bound", "used", "price")),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """Chosen rows.

    Attributes
    ----------
    table
        All columns of the chosen rows.
    shown
        The columns worth a look on a screen.
    """

    part: Part
    table: pa.Table
    shown: tuple[str, ...]


def listing(run: RunFiles, part: Part, reason: str | None = None) -> Listing:
    """Choose rows of a run.

    Parameters
    ----------
    reason
        For unassigned people: only those with this reason.

    Raises
    ------
    InputError
        A reason is asked of something else than unassigned people.
    """
    name, shown = _SHOWN[part]
    table = run.tables[name]
    if reason is not None:
        if part is not Part.UNASSIGNED:
            raise InputError("A reason belongs to unassigned people; leave out --reason or the other choice.")
        table = table.filter(pc.equal(table["reason"], reason))
    if part is Part.EMPTY:
        table = table.filter(pc.and_(pc.equal(table["filled"], 0), pc.greater(table["openings"], 0)))
    return Listing(part, table, shown)


def write_csv(table: pa.Table, path: Path) -> None:
    """Write rows as a spreadsheet reads them in the Netherlands: semicolons, decimal comma, UTF-8 with BOM; never over a file.

    Raises
    ------
    FileError
        The file exists or cannot be written.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow([_cell(value) for value in row.values()])
    write_new(text.getvalue().encode("utf-8-sig"), path)


def write_new(data: bytes, path: Path) -> None:
    """Write a file for nobody but its owner, never over one that is there; raises `FileError`."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except FileExistsError:
        raise FileError(f"{path} exists already. Give another name, or remove it first.") from None
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.") from None


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nee"
        case int():
            return str(value)
        case float():
            return repr(value).replace(".", ",")
        case list():
            return guarded(" | ".join(map(str, value)))
        case str():
            return guarded(value)
        case _:
            return str(value).replace(".", ",")
