"""Answers from strangers: ids that try to be more than text find their pair, and damaged files end in words."""

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher.cli import main
from matcher.errors import MatcherError
from matcher.nightly import PublishedRun
from matcher.recording import RecordRequest, record
from tests.handover.payloads import payloads
from tests.handover.support import matched, sample
from tests.handover.test_payloads import STEERING, bundle_of


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> PublishedRun:
    folder = tmp_path_factory.mktemp("hostile")
    return matched(bundle_of(folder / "bundle", payloads()), folder / "out", page=None)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".json", ".parquet"])
def test_an_answer_about_any_id_is_used_or_named(
    done: PublishedRun, tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for number, folder in enumerate([*sorted((done.folder / "agencies").iterdir()), done.folder / "direct"]):
        files.append(tmp_path / f"{number}{suffix}")
        _decline(folder, files[-1])
    report = record(RecordRequest(run=done.folder, files=tuple(files), out=tmp_path))
    plan = pq.read_table(done.folder / "assignments.parquet")
    rows = pq.read_table(tmp_path / "previous.parquet")
    assert rows.num_rows == plan.num_rows, "nobody is lost"
    named = {(one.file, one.row) for one in report.problems}
    assert report.used + len(named) == plan.num_rows
    # What saves the workbook here makes formulas of ids that begin like one, and reads _x003D_ as a sign: both are refused by name.
    assert {one.code for one in report.problems} <= ({"FORMULA", "UNKNOWN_PAIR"} if suffix != ".csv" else set())
    assert report.rows == {"declined_employer": report.used} | ({"proposed": len(named)} if named else {})
    with pytest.raises(SystemExit):
        main(["record", str(done.folder), *map(str, files), "--out", str(tmp_path)])
    said = "".join(capsys.readouterr())
    assert not STEERING.search(said.replace("\n", ""))


def _decline(folder: Path, target: Path) -> None:
    """Answer every proposal of a folder, in one of its forms."""
    if target.suffix == ".csv":
        with (folder / "voordrachten.csv").open(encoding="utf-8-sig", newline="") as file:
            head, *rows = list(csv.reader(file, delimiter=";"))
        for row in rows:
            row[head.index("Status")] = "afgewezen door werkgever"
        with target.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows([head, *rows])
    elif target.suffix == ".xlsx":
        book = openpyxl.load_workbook(folder / "voordrachten.xlsx")
        page = book["Voordrachten"]
        at = [cell.value for cell in page[1]].index("Status")
        for cells in page.iter_rows(min_row=2):
            cells[at].value = "afgewezen door werkgever"
        book.save(target)
    else:
        table = pq.read_table(folder / "voordrachten.parquet")
        at = table.column_names.index("status")
        table = table.set_column(at, "status", pa.array(["declined_employer"] * table.num_rows, type=pa.string()))
        if target.suffix == ".parquet":
            pq.write_table(table, target)
        else:
            target.write_text(json.dumps(table.to_pylist(), default=str), encoding="utf-8")


def _cut(raw: bytes, dice: random.Random) -> bytes:
    return raw[: dice.randrange(len(raw))]


def _flip(raw: bytes, dice: random.Random) -> bytes:
    held = bytearray(raw)
    for _ in range(dice.randint(1, 30)):
        held[dice.randrange(len(held))] = dice.randrange(256)
    return bytes(held)


def _repeat(raw: bytes, dice: random.Random) -> bytes:
    begin = dice.randrange(len(raw))
    return raw[:begin] + raw[begin:][: dice.randrange(1, 2_000)] * 3 + raw[begin:]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[PublishedRun, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("plain")
    run = matched(sample(folder / "bundle", people=60, vacancies=30), folder / "out", page=None)
    forms = {}
    for suffix in (".csv", ".xlsx", ".json", ".parquet"):
        _decline(run.folder / "direct", folder / f"a{suffix}")
        forms[suffix] = (folder / f"a{suffix}").read_bytes()
    return run, forms


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".json", ".parquet"])
@pytest.mark.parametrize("damage", [_cut, _flip, _repeat])
def test_a_damaged_file_ends_in_words(
    plain: tuple[PublishedRun, dict[str, bytes]],
    tmp_path: Path,
    suffix: str,
    damage: Callable[[bytes, random.Random], bytes],
) -> None:
    run, forms = plain
    dice = random.Random(f"{suffix}{damage.__name__}")
    for number in range(8):
        path = tmp_path / f"{number}{suffix}"
        path.write_bytes(damage(forms[suffix], dice))
        try:
            report = record(RecordRequest(run=run.folder, files=(path,), out=tmp_path))
        except MatcherError as error:
            assert error.exit_code in (3, 5)
        else:
            assert report.target.exists()
        assert not [one for one in tmp_path.iterdir() if one.name.startswith(".")]
