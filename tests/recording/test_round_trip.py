"""Agency fills in the workbook, the operator records, the next night knows: by files, as it is done."""

import csv
import datetime as dt
import errno
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher.cli import main
from matcher.errors import FileError, InputError, LockedError
from matcher.handover.allowed import Sheet
from matcher.handover.answering import STATUS_WORDS
from matcher.nightly import PublishedRun
from matcher.recording import RecordReport, RecordRequest, record
from matcher.recording.previous_file import held
from tests.handover.support import matched, sample
from tests.problems import RUN_DATE

Rows = dict[tuple[str, str], tuple[str, dt.date | None]]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> PublishedRun:
    folder = tmp_path_factory.mktemp("recorded")
    return matched(sample(folder / "bundle", people=160, vacancies=60), folder / "out", page=None)


def folders(done: PublishedRun) -> list[Path]:
    return [*sorted((done.folder / "agencies").iterdir()), done.folder / "direct"]


def agency(done: PublishedRun) -> Path:
    """The folder with most proposals."""
    return max(folders(done), key=lambda folder: int(pq.read_metadata(folder / "voordrachten.parquet").num_rows))


def filled(
    folder: Path, target: Path, answers: dict[int, dict[str, Any]], sheet: str = "Voordrachten"
) -> list[tuple[str, str]]:
    """Fill rows (from 2) of the workbook in, and save it as an agency would; return the pairs of those rows."""
    book = openpyxl.load_workbook(folder / "voordrachten.xlsx")
    page = book[sheet]
    place = {cell.value: cell.column for cell in page[1]}
    pairs = []
    for row, cells in answers.items():
        for heading, value in cells.items():
            page.cell(row, place[heading]).value = value
        pairs.append((page.cell(row, place["Kandidaat"]).value, page.cell(row, place["Vacature"]).value))
    book.save(target)
    return pairs


def recorded(done: PublishedRun, out: Path, *files: Path, **more: Any) -> tuple[RecordReport, Rows]:
    report = record(RecordRequest(run=done.folder, files=files, out=out, **more))
    return report, rows_of(report.target)


def rows_of(path: Path) -> Rows:
    table = pq.read_table(path)
    keys = zip(table["candidate_id"].to_pylist(), table["vacancy_id"].to_pylist(), strict=True)
    return dict(zip(keys, zip(table["status"].to_pylist(), table["status_date"].to_pylist(), strict=True), strict=True))


def proposals(done: PublishedRun) -> set[tuple[str, str]]:
    plan = pq.read_table(done.folder / "assignments.parquet")
    return set(zip(plan["candidate_id"].to_pylist(), plan["vacancy_id"].to_pylist(), strict=True))


def test_a_returned_workbook_becomes_the_next_previous(done: PublishedRun, tmp_path: Path) -> None:
    book = tmp_path / "voordrachten.xlsx"
    pairs = filled(
        agency(done),
        book,
        {
            2: {"Status": "aangenomen", "Datum": dt.date(2026, 11, 24), "Opmerking": "belt zelf"},
            3: {"Status": "afgewezen door werkgever", "Datum": "25-11-2026"},
            4: {"Status": "kandidaat wil niet"},
            5: {"Status": "gestart", "Datum": dt.datetime(2026, 12, 1)},
        },
    )
    report, rows = recorded(done, tmp_path, book)
    assert report.target == tmp_path / "previous.parquet" and report.written and not report.problems
    assert (report.answers, report.used, report.changed, report.remarks) == (4, 4, 4, 1)
    assert [rows[pair] for pair in pairs] == [
        ("accepted", dt.date(2026, 11, 24)),
        ("declined_employer", dt.date(2026, 11, 25)),
        ("declined_candidate", RUN_DATE),
        ("started", dt.date(2026, 12, 1)),
    ]
    assert rows.keys() == proposals(done), "nobody is lost"
    assert {rows[pair] for pair in proposals(done) - set(pairs)} == {("proposed", RUN_DATE)}
    assert report.open == len(rows) - 4
    before = (tmp_path / "previous.parquet").read_bytes()
    report, _ = recorded(done, tmp_path, book)
    assert (tmp_path / "previous.parquet").read_bytes() == before and not report.written
    assert (tmp_path / "previous.parquet").stat().st_mode & 0o777 == 0o600
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_the_workbook_offers_words_that_are_understood(done: PublishedRun, tmp_path: Path) -> None:
    folder = agency(done)
    page = openpyxl.load_workbook(folder / "voordrachten.xlsx")["Voordrachten"]
    lists = [rule for rule in page.data_validations.dataValidation if rule.type == "list"]
    assert [rule.formula1 for rule in lists] == [f'"{",".join(STATUS_WORDS.values())}"']
    head = [cell.value for cell in page[1]]
    assert [str(rule.sqref).split(":")[0] for rule in lists] == [
        f"{openpyxl.utils.get_column_letter(head.index('Status') + 1)}2"
    ]
    assert all(page.cell(2, head.index(name) + 1).value is None for name in ("Status", "Datum", "Opmerking"))
    book = tmp_path / "back.xlsx"
    pairs = filled(folder, book, {row: {"Status": word} for row, word in enumerate(STATUS_WORDS.values(), start=2)})
    report, rows = recorded(done, tmp_path, book)
    assert not report.problems
    assert [rows[pair][0] for pair in pairs] == list(STATUS_WORDS)


def test_somebody_of_a_shortlist_can_be_answered_about(done: PublishedRun, tmp_path: Path) -> None:
    for folder in folders(done):
        people = pq.read_table(folder / "openstaand.parquet")["candidate_id"].to_pylist()
        listed = [row for row, person in enumerate(people, start=2) if person is not None]
        if listed:
            break
    book = tmp_path / "voordrachten.xlsx"
    pairs = filled(folder, book, {listed[0]: {"Status": "afgewezen door werkgever"}}, "Openstaand")
    report, rows = recorded(done, tmp_path, book)
    assert not report.problems and rows[pairs[0]] == ("declined_employer", RUN_DATE)
    assert rows.keys() == proposals(done) | set(pairs)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_from_any_program(done: PublishedRun, tmp_path: Path, encoding: str, separator: str) -> None:
    folder = agency(done)
    rows = list(
        csv.reader(io.StringIO((folder / "voordrachten.csv").read_text("utf-8-sig"), newline=""), delimiter=";")
    )
    status = rows[0].index("Status")
    rows[1][status], rows[1][status + 1], rows[1][status + 2] = "beëindigd", "1-12-2026", "één keer"
    path = tmp_path / "terug.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    report, found = recorded(done, tmp_path / "previous.parquet", path)
    person, vacancy = rows[1][rows[0].index("Kandidaat")], rows[1][rows[0].index("Vacature")]
    assert found[person, vacancy] == ("ended", dt.date(2026, 12, 1)) and not report.problems


def answers(path: Path, lines: list[tuple[object, ...]]) -> Path:
    path.write_text(
        "\n".join(";".join(map(str, line)) for line in [("candidate_id", "vacancy_id", "status", "date"), *lines])
    )
    return path


def test_every_fault_is_named_by_file_row_and_column_and_nothing_else_is_told(
    done: PublishedRun, tmp_path: Path
) -> None:
    (one, job), (two, job2), (three, job3), (four, job4) = sorted(proposals(done))[:4]
    path = answers(
        tmp_path / "a.csv",
        [
            (one, job, "aangenomen", ""),
            (one, job, "afgewezen door kandidaat", ""),
            (two, job2, "misschien wel", "2026-11-22"),
            (three, job3, "gestart", "32-11-2026"),
            ("Jan Jansen", job4, "gestart", ""),
            (four, job4, "", "2026-11-22"),
            ("", job4, "gestart", ""),
        ],
    )
    report, rows = recorded(done, tmp_path, path)
    assert [(one.file, one.row, one.column, one.code) for one in report.problems] == [
        ("a.csv", 2, "status", "CONTRADICTION"),
        ("a.csv", 3, "status", "CONTRADICTION"),
        ("a.csv", 4, "status", "UNKNOWN_CODE"),
        ("a.csv", 5, "date", "NOT_A_DATE"),
        ("a.csv", 6, "status", "UNKNOWN_PAIR"),
        ("a.csv", 7, "status", "MISSING_VALUE"),
        ("a.csv", 8, "candidate_id", "MISSING_VALUE"),
    ]
    assert rows[three, job3] == ("started", RUN_DATE), "what it says is kept, only its day is not known"
    assert {rows[pair][0] for pair in ((one, job), (two, job2), (four, job4))} == {"proposed"}
    assert "Jansen" not in str(report.document()) and "misschien" not in str(report.document())
    before = (tmp_path / "previous.parquet").read_bytes()
    with pytest.raises(InputError, match=r"a\.csv, row 2, column status: CONTRADICTION") as refused:
        recorded(done, tmp_path, path, strict=True)
    assert refused.value.exit_code == 3 and "Jansen" not in str(refused.value)
    assert (tmp_path / "previous.parquet").read_bytes() == before


def test_answers_of_another_run_are_refused_as_a_whole(done: PublishedRun, tmp_path: Path) -> None:
    path = answers(tmp_path / "a.csv", [("k-nobody", "v-nowhere", "gestart", "")])
    with pytest.raises(InputError, match="None of the 1 answers"):
        recorded(done, tmp_path, path)
    assert not (tmp_path / "previous.parquet").exists()


def test_a_pair_the_run_does_not_propose_is_taken_with_late_only(done: PublishedRun, tmp_path: Path) -> None:
    pairs = sorted(proposals(done))
    listed = [pq.read_table(folder / "openstaand.parquet") for folder in folders(done)]
    reserve = {
        pair
        for one in listed
        for pair in zip(one["candidate_id"].to_pylist(), one["vacancy_id"].to_pylist(), strict=True)
    }
    odd = next((pairs[0][0], job) for _, job in pairs if (pairs[0][0], job) not in {*pairs, *reserve})
    path = answers(tmp_path / "a.csv", [(*odd, "afgewezen door werkgever", ""), (*pairs[0], "voorgesteld", "")])
    report, rows = recorded(done, tmp_path, path)
    assert [one.code for one in report.problems] == ["UNKNOWN_PAIR"] and odd not in rows
    report, rows = recorded(done, tmp_path, path, late=True)
    assert not report.problems and rows[odd] == ("declined_employer", RUN_DATE)


def test_what_is_on_record_is_carried_on(done: PublishedRun, tmp_path: Path) -> None:
    pairs = sorted(proposals(done))
    days = [RUN_DATE - dt.timedelta(days=many) for many in (10, 200, 30, 5)]
    old = {
        ("k-away", "v-1"): ("declined_candidate", days[0]),
        ("k-away", "v-2"): ("declined_candidate", days[1]),
        ("k-away", "v-3"): ("started", days[2]),
        ("k-away", "v-4"): ("proposed", days[3]),
        pairs[0]: ("proposed", days[3]),
    }
    columns = [
        [key[0] for key in old],
        [key[1] for key in old],
        [one[0] for one in old.values()],
        [one[1] for one in old.values()],
    ]
    earlier = tmp_path / "earlier.parquet"
    pq.write_table(pa.table(columns, names=["candidate_id", "vacancy_id", "status", "status_date"]), earlier)
    path = answers(tmp_path / "a.csv", [(*pairs[1], "aangenomen", "")])
    report, rows = recorded(done, tmp_path / "previous.parquet", path, previous=earlier)
    assert rows["k-away", "v-1"] == old["k-away", "v-1"] and rows["k-away", "v-3"] == old["k-away", "v-3"]
    assert ("k-away", "v-2") not in rows and ("k-away", "v-4") not in rows
    assert report.forgotten == {"declined_candidate": 1, "proposed": 1}
    assert rows[pairs[0]] == ("proposed", days[3])
    later, rows = recorded(
        done, tmp_path / "previous.parquet", answers(tmp_path / "b.csv", [(*pairs[2], "gestart", "")])
    )
    assert rows[pairs[1]][0] == "accepted" and rows[pairs[2]][0] == "started", "what came in earlier still holds"
    assert later.changed == 1


def test_earlier_records_that_cannot_be_read_are_never_left_out(done: PublishedRun, tmp_path: Path) -> None:
    table = {"candidate_id": ["k-1"], "vacancy_id": ["v-1"], "status": ["vertrokken"]}
    pq.write_table(pa.table(table), tmp_path / "previous.parquet")
    path = answers(tmp_path / "a.csv", [(*sorted(proposals(done))[0], "gestart", "")])
    with pytest.raises(InputError, match=r"previous\.parquet, row 1, column status: UNKNOWN_CODE"):
        recorded(done, tmp_path, path)
    with pytest.raises(FileError, match="does not exist"):
        recorded(done, tmp_path, path, previous=tmp_path / "none.parquet")
    (tmp_path / "link.parquet").symlink_to(tmp_path / "previous.parquet")
    with pytest.raises(FileError, match="not a regular file"):
        recorded(done, tmp_path / "link.parquet", path)


def test_two_workbooks_of_one_name_are_told_apart(done: PublishedRun, tmp_path: Path) -> None:
    books = []
    for place, folder in enumerate(sorted((done.folder / "agencies").iterdir())[:2]):
        (tmp_path / str(place)).mkdir()
        books.append(shutil.copy(folder / "voordrachten.xlsx", tmp_path / str(place) / "voordrachten.xlsx"))
    report, rows = recorded(done, tmp_path, *map(Path, books))
    assert len({one.file for one in report.files}) == 2 * len(Sheet) and report.answers == 0
    assert {status for status, _ in rows.values()} == {"proposed"}


def test_the_command_says_what_it_did(done: PublishedRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = sorted(proposals(done))
    path = answers(tmp_path / "a.csv", [(*pairs[0], "gestart", ""), (*pairs[1], "weet niet", "")])

    def said(*more: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["record", str(done.folder), str(path), "--out", str(tmp_path), *more])
        told = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, told.out, told.err

    code, out, _ = said("--dry-run", "--json")
    assert code == 0 and json.loads(out)["rows"]["started"] == 1 and not (tmp_path / "previous.parquet").exists()
    code, _, err = said("--strict")
    assert (
        code == 3
        and "a.csv, row 3, column status: UNKNOWN_CODE" in err
        and not (tmp_path / "previous.parquet").exists()
    )
    code, out, _ = said("--problems", str(tmp_path / "mend.csv"), "--date", "2026-11-30")
    assert code == 0 and "UNKNOWN_CODE" in out and "beëindigd" in out
    assert not any(word in out for word in (*pairs[0], *pairs[1], "weet niet"))
    assert "UNKNOWN_CODE" in (tmp_path / "mend.csv").read_text("utf-8-sig")
    assert rows_of(tmp_path / "previous.parquet")[pairs[0]] == ("started", dt.date(2026, 11, 30))
    words = tmp_path / "import.toml"
    words.write_text('[values.previous.status]\n"weet niet" = "proposed"\n', encoding="utf-8")
    code, out, _ = said("--mapping", str(words), "--json")
    assert code == 0 and not json.loads(out)["problems"]


def test_two_at_once_do_not_lose_each_other(done: PublishedRun, tmp_path: Path) -> None:
    path = answers(tmp_path / "a.csv", [(*sorted(proposals(done))[0], "gestart", "")])
    with held(tmp_path / "previous.parquet"), pytest.raises(LockedError):
        recorded(done, tmp_path, path)
    assert not (tmp_path / "previous.parquet").exists()


def test_what_stood_there_survives_a_disk_that_fails(
    done: PublishedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = sorted(proposals(done))
    recorded(done, tmp_path, answers(tmp_path / "a.csv", [(*pairs[0], "gestart", "")]))
    before = (tmp_path / "previous.parquet").read_bytes()
    path = answers(tmp_path / "b.csv", [(*pairs[1], "gestart", "")])
    for name in ("fsync", "open"):
        with monkeypatch.context() as broken:
            real = getattr(os, name)

            def fail(what: Any, *more: Any, real: Any = real, **named: Any) -> Any:
                if isinstance(what, int) or ".record-" in str(what):
                    raise OSError(errno.ENOSPC, "full")
                return real(what, *more, **named)

            broken.setattr(os, name, fail)
            with pytest.raises(FileError, match="cannot be written"):
                recorded(done, tmp_path, path)
        assert (tmp_path / "previous.parquet").read_bytes() == before
        assert not [one for one in tmp_path.iterdir() if one.name.startswith(".")]
