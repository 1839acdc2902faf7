"""What a run says, for people without a tool for Parquet."""

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from matcher.errors import FileError, InputError
from matcher.io.run_folder import RunFiles
from matcher.listing import Part, listing, write_csv


def made() -> RunFiles:
    tables = {
        "unassigned": pa.table(
            {
                "candidate_id": ["=1+1", "b"],
                "reason": ["OUTCOMPETED", "MISSING_DATA"],
                "rule": [None, "SKILLS"],
                "missing": [[], ["SKILLS"]],
                "n_eligible": [1, 0],
                "best_vacancy_id": ["v", None],
            }
        ),
        "vacancies_report": pa.table(
            {
                "vacancy_id": ["v", "w", "x"],
                "openings": [1, 2, 0],
                "filled": [1, 0, 0],
                "n_eligible": [1, 0, 3],
                "rule": [None, "HOURS", None],
                "price": [0, 0, None],
                "price_next": [0, 5, 7],
                "share": [0.5, 1.0, None],
            }
        ),
    }
    return RunFiles(Path(), {}, tables)


def test_rows_are_chosen_by_reason_and_emptiness() -> None:
    assert listing(made(), Part.UNASSIGNED, "OUTCOMPETED").table["candidate_id"].to_pylist() == ["=1+1"]
    assert listing(made(), Part.UNASSIGNED).table.num_rows == 2
    assert listing(made(), Part.EMPTY).table["vacancy_id"].to_pylist() == ["w"]
    with pytest.raises(InputError, match="reason"):
        listing(made(), Part.VACANCIES, "OUTCOMPETED")


def test_csv_opens_in_a_spreadsheet_without_formulas(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_csv(made().tables["unassigned"], path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows[1][:2] == ["'=1+1", "OUTCOMPETED"]
    assert rows[2][2:4] == ["SKILLS", "SKILLS"]
    write_csv(made().tables["vacancies_report"], tmp_path / "v.csv")
    assert "0,5" in (tmp_path / "v.csv").read_text(encoding="utf-8-sig")
    with pytest.raises(FileError, match="exists"):
        write_csv(made().tables["unassigned"], path)
    with pytest.raises(FileError):
        write_csv(made().tables["unassigned"], tmp_path / "no" / "folder.csv")
