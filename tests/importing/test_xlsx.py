"""Workbooks: typed cells say what they are, and what Excel has lost is named or refused."""

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from matcher.errors import InputError
from matcher.importing import import_folder, xlsx_file
from tests.importing.folders import folder, imported, known, steps, told, workbook

JOBS = [["vacature_id", "aantal_plaatsen"], ["v-1", 1]]


def book(tmp_path: Path, people: list[list[Any]], **more: list[list[Any]]) -> tuple[Any, dict[str, Any]]:
    return imported(folder(tmp_path / "in", {"boek.xlsx": {"Kandidaten": people, "Vacatures": JOBS, **more}}))


def test_typed_cells(tmp_path: Path) -> None:
    report, tables = book(
        tmp_path,
        [
            [
                "Kandidaat ID",
                "Postcode",
                "Uren max",
                "Loonwaarde",
                "Beschikbaar van",
                "LKS doelgroep",
                "Trede",
                "Skills",
            ],
            ["00123", 7511, 32.5, 45, dt.datetime(2026, 12, 1), True, 4, "lassen; frezen"],
            ["00124", "7512 AB", 24, (0.45, "0%"), dt.date(2027, 2, 1), 0, 4.0, None],
            [None, None, None, None, None, None, None, None],
            ["00125", None, None, None, dt.datetime(2027, 2, 1, 12, 30), None, None, "geen"],
        ],
    )
    assert [known(row) for row in tables["candidates"]] == [
        {
            "candidate_id": "00123",
            "pc4": "7511",
            "hours_max": 32.5,
            "loonwaarde_pct": 45.0,
            "available_from": dt.date(2026, 12, 1),
        }
        | {"lks_eligible": True, "ladder_step": 4, "skills": ["lassen", "frezen"]},
        {
            "candidate_id": "00124",
            "pc4": "7512",
            "hours_max": 24.0,
            "loonwaarde_pct": 45.0,
            "available_from": dt.date(2027, 2, 1),
        }
        | {"lks_eligible": False, "ladder_step": 4},
        {"candidate_id": "00125", "available_from": dt.date(2027, 2, 1), "skills": []},
    ]
    assert told(report) == []
    assert {("Loonwaarde", "PERCENT"), ("Beschikbaar van", "TIME_DROPPED"), ("Postcode", "POSTCODE_TO_4")} <= steps(
        report
    )
    assert report.files[0].rows_blank == 1


def test_numbers_as_ids(tmp_path: Path) -> None:
    report, tables = book(
        tmp_path,
        [
            ["kandidaat_id", "coach_id"],
            [123, 7],
            [99_999_999_999, None],
            [100_000_000_000, None],
            [12.5, None],
            [True, None],
            [dt.datetime(2026, 1, 2), None],
            ["k", 2.5],
        ],
    )
    assert [row["candidate_id"] for row in tables["candidates"]] == ["123", "99999999999"]
    label = "boek.xlsx[Kandidaten]"
    assert told(report) == [
        (label, 4, "kandidaat_id", "NUMBER_AS_ID"),
        (label, 5, "kandidaat_id", "NUMBER_AS_ID"),
        (label, 6, "kandidaat_id", "WRONG_TYPE"),
        (label, 7, "kandidaat_id", "WRONG_TYPE"),
        (label, 8, "coach_id", "NUMBER_AS_ID"),
    ]
    found = [step for file in report.files for step in file.steps if step.step == "NUMBER_TO_ID"]
    assert [(step.column, step.rows) for step in found] == [("coach_id", 1), ("kandidaat_id", 2)]


def test_zeros_and_percents_that_the_workbook_only_shows(tmp_path: Path) -> None:
    report, tables = book(
        tmp_path,
        [
            ["kandidaat_id", "loonwaarde", "p_zelf"],
            [(123, "00000"), (0.45, "0.0%"), (0.5, "0%")],
            [(7, "000"), (45, '0"%"'), (0.25, "0.00")],
        ],
    )
    assert tables["candidates"] == [
        {"candidate_id": "00123", "loonwaarde_pct": 45.0, "p_alone": 0.5},
        {"candidate_id": "007", "loonwaarde_pct": 45.0, "p_alone": 0.25},
    ]
    assert ("kandidaat_id", "SHOWN_ZEROS") in steps(report) and told(report) == []


def test_notes_beside_the_table_are_a_column_without_heading(tmp_path: Path) -> None:
    report, tables = book(tmp_path, [["kandidaat_id", "leeftijd"], ["a", 30, None, "bellen"], ["b", 31]])
    assert [row["age"] for row in tables["candidates"]] == [30, 31]
    assert [(one.source, one.why) for one in report.files[0].unused] == [("(column 4)", "has no heading")]


def test_a_header_of_errors_is_no_header(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", {"boek.xlsx": {"Kandidaten": [["#REF!"], ["a"]], "Vacatures": JOBS}})
    with pytest.raises(InputError, match="no column for candidate_id"):
        import_folder(path, tmp_path / "out")


def test_errors_and_formulas(tmp_path: Path) -> None:
    report, tables = book(tmp_path, [["kandidaat_id", "leeftijd", "uren_max"], ["a", "#N/A", "=1+1"], ["b", 30, 16]])
    assert [known(row) for row in tables["candidates"]] == [
        {"candidate_id": "a"},
        {"candidate_id": "b", "age": 30, "hours_max": 16.0},
    ]
    assert [(p.row, p.column, p.code, p.severity) for p in report.problems] == [
        (2, "leeftijd", "EXCEL_ERROR", "warning"),
        (2, "uren_max", "FORMULA_WITHOUT_RESULT", "error"),
    ]


def _with_results(path: Path, results: dict[str, str]) -> None:
    """Give formulas the results that Excel would have saved."""
    data = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(data, "w") as new:
        for entry in old.infolist():
            body = old.read(entry).decode("utf-8", "surrogateescape")
            for formula, result in results.items():
                body = body.replace(f"<f>{formula}</f><v></v>", f"<f>{formula}</f><v>{result}</v>")
                body = body.replace(f"<f>{formula}</f><v />", f"<f>{formula}</f><v>{result}</v>")
            new.writestr(entry, body.encode("utf-8", "surrogateescape"))
    path.write_bytes(data.getvalue())


def test_saved_results_of_formulas_count_and_are_named(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "in", {"boek.xlsx": {"Kandidaten": [["kandidaat_id", "uren_max"], ["a", "=8+8"]], "Vacatures": JOBS}}
    )
    _with_results(path / "boek.xlsx", {"8+8": "16"})
    report, tables = imported(path)
    assert tables["candidates"] == [{"candidate_id": "a", "hours_max": 16.0}]
    assert ("", "FORMULA_RESULT") in steps(report)


def test_a_sheet_is_read_to_its_end_whatever_it_says(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", {"boek.xlsx": {"Kandidaten": [["kandidaat_id"], ["a"], ["b"]], "Vacatures": JOBS}})
    data = io.BytesIO()
    with zipfile.ZipFile(path / "boek.xlsx") as old, zipfile.ZipFile(data, "w") as new:
        for entry in old.infolist():
            body = old.read(entry)
            new.writestr(entry, body.replace(b'<dimension ref="A1:A3"', b'<dimension ref="A1:A2"'))
    (path / "boek.xlsx").write_bytes(data.getvalue())
    _, tables = imported(path)
    assert [row["candidate_id"] for row in tables["candidates"]] == ["a", "b"]


def test_lists_on_a_second_sheet(tmp_path: Path) -> None:
    _, tables = book(
        tmp_path,
        [["kandidaat_id"], ["a"], ["b"]],
        kandidaten_skills=[["kandidaat_id", "skill"], ["a", "lassen"], ["a", "frezen"]],
        kandidaten_talen=[["kandidaat_id", "taal", "niveau"], ["b", "nld", 3]],
    )
    assert [known(row) for row in tables["candidates"]] == [
        {"candidate_id": "a", "skills": ["lassen", "frezen"]},
        {"candidate_id": "b", "languages": [{"language": "nld", "level": "B1"}]},
    ]


def test_one_sheet_goes_by_the_name_of_its_file(tmp_path: Path) -> None:
    _, tables = imported(
        folder(tmp_path / "in", {"Kandidaten 2026.xlsx": {"Blad1": [["kandidaat_id", "leeftijd"], ["a", 30]]}})
    )
    assert tables["candidates"] == [{"candidate_id": "a", "age": 30}]


def test_a_sheet_nobody_knows_is_asked_about(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        "boek.xlsx": {"Kandidaten": [["kandidaat_id"], ["a"]], "Vacatures": JOBS, "Overzicht": [["Let op"], ["x"]]}
    }
    path = folder(tmp_path / "in", files)
    with pytest.raises(InputError, match=r'\[files\] "boek.xlsx\[Overzicht\]" = "candidates"'):
        import_folder(path, tmp_path / "out")
    (path / "import.toml").write_text('[files]\n"boek.xlsx[Overzicht]" = "skip"\n')
    _, tables = imported(path)
    assert tables["candidates"] == [{"candidate_id": "a"}]


def test_a_hidden_sheet_nobody_knows_is_passed_over(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "in",
        {"boek.xlsx": {"Kandidaten": [["kandidaat_id"], ["a"]], "Vacatures": JOBS, "lijstjes": [["x"], ["y"]]}},
    )
    made = openpyxl.load_workbook(path / "boek.xlsx")
    made["lijstjes"].sheet_state = "hidden"
    made.save(path / "boek.xlsx")
    report, _ = imported(path)
    assert [(file.file, file.note) for file in report.files if file.table is None] == [
        ("boek.xlsx[lijstjes]", "left out")
    ]


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "_MOST_BYTES", 3_000_000)
    workbook(tmp_path / "boek.xlsx", {"Kandidaten": [["kandidaat_id"], ["a"]]})
    with zipfile.ZipFile(tmp_path / "boek.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x", bytes(4_000_000))
    path = folder(tmp_path / "in", {"boek.xlsx": (tmp_path / "boek.xlsx").read_bytes()})
    with pytest.raises(InputError, match="unpacks to more than"):
        import_folder(path, tmp_path / "out")
