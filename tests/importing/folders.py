"""Messy folders, built by code."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq

from matcher.importing import ImportReport, import_folder

PEOPLE = "kandidaat_id;postcode4\nk-1;7511\n"
JOBS = "vacature_id;aantal_plaatsen\nv-1;1\n"


def folder(path: Path, files: Mapping[str, str | bytes | Mapping[str, Sequence[Sequence[Any]]]]) -> Path:
    """Write files: text as UTF-8, bytes as they are, a mapping of sheets as a workbook; people and jobs are added where absent."""
    path.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        if isinstance(content, bytes):
            (path / name).write_bytes(content)
        elif isinstance(content, str):
            (path / name).write_bytes(content.encode())
        else:
            workbook(path / name, content)
    if not any(
        word in name.lower() for name in files for word in ("kandidaten", "candidates", "werkzoekenden", "boek")
    ):
        (path / "kandidaten.csv").write_text(PEOPLE)
    if not any(word in name.lower() for name in files for word in ("vacatures", "vacancies", "boek")):
        (path / "vacatures.csv").write_text(JOBS)
    return path


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, start=1):
            for at, value in enumerate(row, start=1):
                cell = sheet.cell(number, at)
                if isinstance(value, tuple):
                    cell.value, cell.number_format = value
                elif isinstance(value, str) and value.startswith("#"):
                    cell.value, cell.data_type = value, "e"
                else:
                    cell.value = value
    book.save(path)


def jsonl(*objects: Any) -> str:
    return "".join(f"{json.dumps(one)}\n" for one in objects)


def imported(path: Path) -> tuple[ImportReport, dict[str, list[dict[str, Any]]]]:
    """Import a folder; return the report and the rows of every table as they stand on disk."""
    target = path.parent / f"{path.name}-bundle"
    report = import_folder(path, target)
    return report, {file.stem: pq.read_table(file).to_pylist() for file in target.glob("*.parquet")}


def told(report: ImportReport) -> list[tuple[str, int | None, str, str]]:
    return [(problem.file, problem.row, problem.column, problem.code) for problem in report.problems]


def steps(report: ImportReport) -> set[tuple[str, str]]:
    return {(step.column, step.step) for file in report.files for step in file.steps}


def known(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}
