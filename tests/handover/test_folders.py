"""What every recipient gets: own rows, allow-listed columns, equal in every form, and the same bytes every time."""

import csv
import io
import json
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import matcher
from matcher.errors import CertificateError
from matcher.handing import Handing
from matcher.handover import sheets
from matcher.handover.allowed import FIELDS, WITHHELD, Recipient, Sheet, Stage, allowed
from matcher.handover.names import SAFE_NAME
from matcher.io.run_folder import read_run
from matcher.nightly import PublishedRun, verify
from tests.handover.support import handed_files, matched, readable, rewrite, sample
from tests.problems import RUN_DATE

_AGENCY_NEVER = {
    "loonwaarde_pct", "limitations", "blockers", "ladder_step", "ladder_potential", "p_durable", "points", "vacancy_price",
    "lks_eur_month", "lks_basis", "rank", "alternatives", "age", "motivation", "months_on_benefit", "pc4", "lat", "lon",
}  # fmt: skip


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def done(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> PublishedRun:
    return matched(bundle, tmp_path_factory.mktemp("out"))


def folders(done: PublishedRun) -> list[Path]:
    return [*sorted((done.folder / "agencies").iterdir()), done.folder / "direct"]


def test_together_the_folders_hold_the_plan_and_nobody_twice(done: PublishedRun) -> None:
    plan = pq.read_table(done.folder / "assignments.parquet")
    pairs: list[tuple[str, str]] = []
    holder: dict[str, Path] = {}
    shortlisted = 0
    for folder in folders(done):
        proposals, open_ = (pq.read_table(folder / f"{sheet}.parquet") for sheet in Sheet)
        pairs += zip(proposals["candidate_id"].to_pylist(), proposals["vacancy_id"].to_pylist(), strict=True)
        for person in [*proposals["candidate_id"].to_pylist(), *filter(None, open_["candidate_id"].to_pylist())]:
            assert holder.setdefault(person, folder) == folder
        shortlisted += len([person for person in open_["candidate_id"].to_pylist() if person])
    assert sorted(pairs) == sorted(zip(plan["candidate_id"].to_pylist(), plan["vacancy_id"].to_pylist(), strict=True))
    assert done.manifest["handover"]["proposals"] == plan.num_rows
    assert done.manifest["handover"]["shortlisted"] == shortlisted > 0
    assert done.manifest["handover"]["cross_agency_rows"] == 0
    assert done.manifest["handover"]["agencies"] == len(folders(done)) - 1 > 2


def test_only_allow_listed_columns_leave(done: PublishedRun) -> None:
    for folder in folders(done):
        recipient = Recipient.MUNICIPALITY if folder.name == "direct" else Recipient.AGENCY
        for sheet in Sheet:
            fields = allowed(sheet, recipient)
            names, headings = [field.name for field in fields], [field.heading for field in fields]
            assert pq.read_schema(folder / f"{sheet}.parquet").names == names
            rows = json.loads((folder / f"{sheet}.json").read_bytes())
            assert all(list(row) == names for row in rows)
            assert (
                next(csv.reader(io.StringIO((folder / f"{sheet}.csv").read_text("utf-8-sig")), delimiter=";"))
                == headings
            )
            assert recipient is Recipient.MUNICIPALITY or not set(names) & _AGENCY_NEVER


def test_what_never_leaves_stands_on_no_list() -> None:
    listed = {field.source for field in FIELDS}
    assert not listed & set(WITHHELD)
    for stage in Stage:
        for recipient in Recipient:
            names = {field.name for sheet in Sheet for field in allowed(sheet, recipient, stage)}
            assert not names & (_AGENCY_NEVER - {"pc4"}), "health, means and prospects leave at no stage"
            assert ("pc4" in names) == (stage is Stage.ASSIGNED)
    assert {field.name for field in allowed(Sheet.PROPOSALS, Recipient.AGENCY, Stage.AGREED)} >= {
        "needs_support",
        "lks_eligible",
    }


def test_the_workbook_is_what_parquet_says(done: PublishedRun) -> None:
    for folder in folders(done):
        book = openpyxl.load_workbook(folder / "voordrachten.xlsx")
        assert book.sheetnames == ["Voordrachten", "Openstaand", "Toelichting"]
        for sheet, name in zip(Sheet, book.sheetnames, strict=False):
            page, table = book[name], pq.read_table(folder / f"{sheet}.parquet")
            assert page.freeze_panes == "C2"
            assert page.auto_filter.ref is not None
            assert page.max_row == table.num_rows + 1
            rows = list(page.iter_rows(min_row=2, values_only=True))
            for at, column in enumerate(table.column_names):
                for shown, meant in zip([row[at] for row in rows], table[column].to_pylist(), strict=True):
                    if isinstance(meant, list):
                        assert (shown or "") == "; ".join(meant)
                    elif meant is not None and hasattr(meant, "year"):
                        assert shown.date() == meant
                    else:
                        assert shown == meant


def test_each_folder_is_whole_and_zips_flat(done: PublishedRun, tmp_path: Path) -> None:
    for folder in folders(done):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert SAFE_NAME.fullmatch(folder.name)
        names = {path.name for path in folder.iterdir()}
        assert all(path.is_file() and SAFE_NAME.fullmatch(path.name) for path in folder.iterdir())
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
        told = json.loads((folder / "manifest.json").read_bytes())
        assert {file["name"] for file in told["files"]} == names - {"manifest.json"}
        sums = "".join(f"{file['sha256']}  {file['name']}\n" for file in told["files"])
        assert (
            subprocess.run(
                ["sha256sum", "-c"], input=sums, cwd=folder, text=True, capture_output=True, check=False
            ).returncode
            == 0
        )
        packed = shutil.make_archive(str(tmp_path / folder.name), "zip", folder)
        listed = subprocess.run(["unzip", "-Z1", packed], capture_output=True, text=True, check=False).stdout.split()
        assert not listed or {name for name in listed if name != "./"} == names
    assert (
        subprocess.run(
            ["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"], cwd=done.folder, check=False
        ).returncode
        == 0
    )


def test_the_same_plan_is_the_same_bytes_whatever_the_row_order(
    done: PublishedRun, bundle: Path, tmp_path: Path
) -> None:
    shuffled = tmp_path / "shuffled"
    shutil.copytree(bundle, shuffled)
    for name in ("candidates", "vacancies", "employers", "agencies"):
        table = pq.read_table(shuffled / f"{name}.parquet")
        pq.write_table(
            table.take(pa.array(range(table.num_rows - 1, -1, -1))), shuffled / f"{name}.parquet", compression="gzip"
        )
    assert handed_files(matched(shuffled, tmp_path / "out").folder) == handed_files(done.folder)


def test_it_can_be_left_out(bundle: Path, tmp_path: Path) -> None:
    done = matched(bundle, tmp_path / "out", agencies=False)
    assert not [path for path in done.folder.iterdir() if path.is_dir()]
    assert done.manifest["handover"] is None
    verify(read_run(done.folder), bundle)


def test_verify_checks_every_folder(done: PublishedRun, bundle: Path) -> None:
    certificate = verify(read_run(done.folder), bundle)
    told = {check.name: check.rows for check in certificate.checks}
    facts = done.manifest["handover"]
    assert told["rows in a folder of another agency: 0"] >= facts["proposals"] + facts["shortlisted"]


@pytest.mark.parametrize("name", ["agencies/*/voordrachten.xlsx", "direct/openstaand.csv", "agencies/*/manifest.json"])
def test_a_changed_removed_or_added_file_is_named(done: PublishedRun, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "run"
    shutil.copytree(done.folder, copy)
    path = next(iter(sorted(copy.glob(name))))
    good = path.read_bytes()
    path.write_bytes(good[:-1] + b"?")
    with pytest.raises(CertificateError, match=f"{path.name} was changed"):
        read_run(copy)
    path.unlink()
    with pytest.raises(CertificateError, match=f"{path.name} is missing"):
        read_run(copy)
    path.write_bytes(good)
    (path.parent / "more.txt").write_text("x")
    with pytest.raises(CertificateError, match=r"more\.txt was added"):
        read_run(copy)


def test_a_row_in_the_folder_of_another_agency_is_never_published(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever divides the plan may be wrong: what stands on disk is held against plan and input."""
    made = Handing.make

    def swapped(self: Handing, scratch: Path):  # type: ignore[no-untyped-def]
        one, other = self.recipients[0], self.recipients[-1]
        sheet = Sheet.PROPOSALS
        rows = pa.concat_tables(
            [other.tables[sheet], one.tables[sheet].select(other.tables[sheet].column_names).slice(0, 1)]
        )
        wrong = type(other)(other.agency_id, other.name, other.folder, {**other.tables, sheet: rows})
        self.recipients = (*self.recipients[:-1], wrong)
        yield from made(self, scratch)

    monkeypatch.setattr(Handing, "make", swapped)
    with pytest.raises(CertificateError, match=r"is not what plan and input give"):
        matched(bundle, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".lock"]


def test_not_even_where_maker_and_checker_divide_alike_wrongly(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = sheets._divided

    def wrong(table: pa.Table, told: Any) -> dict[int, pa.Table]:
        parts = right(table, told)
        one, other = sorted(parts)[:2]
        return {**parts, one: pa.concat_tables([parts[one], parts[other].slice(0, 1)]), other: parts[other].slice(1)}

    monkeypatch.setattr(sheets, "_divided", wrong)
    with pytest.raises(CertificateError, match="rows in a folder of another agency"):
        matched(bundle, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".lock"]


def test_no_canary_leaves(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A value of its own in every cell that no agency may see: none is found in any byte, name or line."""
    bundle = sample(tmp_path / "bundle")
    people = pq.read_table(bundle / "candidates.parquet")
    n, ids = people.num_rows, people["candidate_id"].to_pylist()
    rewrite(
        bundle,
        "candidates",
        region=[f"kanarie-regio-{i}" for i in range(n)],
        coach_id=[f"kanarie-coach-{i}" for i in range(n)],
        loonwaarde_pct=[round(60 + i * 1e-4 + 0.0700071, 7) for i in range(n)],
        p_alone=[round(0.0131313 + i * 1e-7, 7) for i in range(n)],
        priority=[round(1.0007007 + i * 1e-7, 7) for i in range(n)],
        months_on_benefit=[31_313] * n,
        limitations=pa.nulls(n, pa.list_(pa.string())),
        blockers=pa.nulls(n, pa.list_(pa.string())),
        share_agencies=pa.nulls(n, pa.list_(pa.string())),
        onbekend=[f"kanarie-extra-{i}" for i in range(n)],
    )
    pq.write_table(
        pa.table(
            {
                "candidate_id": ids,
                "limitations": [[f"kanarie-beperking-{i}"] for i in range(n)],
                "blockers": [[f"kanarie-schuld-{i}"] for i in range(n)],
            }
        ),
        bundle / "sensitive.parquet",
    )
    pq.write_table(
        pa.table({"candidate_id": ids, "origin": [f"kanarie-herkomst-{i}" for i in range(n)]}), bundle / "audit.parquet"
    )
    vacancies = pq.read_table(bundle / "vacancies.parquet")["vacancy_id"].to_pylist()
    pq.write_table(
        pa.table(
            {
                "candidate_id": ids,
                "vacancy_id": [vacancies[i % len(vacancies)] for i in range(n)],
                "reason": [f"kanarie-reden-{i}" for i in range(n)],
                "p_durable": [round(0.7131313 + i * 1e-7, 7) for i in range(n)],
                "value": pa.array([713_130_000 + i for i in range(n)], pa.int64()),
            }
        ),
        bundle / "pairs.parquet",
    )
    rewrite(bundle, "vacancies", instrument=[f"kanarie-instrument-{i}" for i in range(len(vacancies))])
    capfd.readouterr()
    done = matched(bundle, tmp_path / "out")
    said = capfd.readouterr()
    plan = pq.read_table(done.folder / "assignments.parquet")
    assert (plan["points"].to_numpy() > 713_000_000).any(), "the canaries took part"
    marks = [
        "kanarie",
        "0.71313",
        "71313",
        "31313",
        "1.00070",
        "0.01313",
        *map(repr, plan["loonwaarde_pct"].drop_null().to_pylist()),
    ]
    texts = {**readable(handed_files(done.folder)), "stdout": said.out, "stderr": said.err}
    for where, text in texts.items():
        assert not [mark for mark in marks if mark in text], where


def test_the_library_writes_nothing(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tables = {path.stem: pq.read_table(path) for path in bundle.glob("*.parquet")}
    found = matcher.match(tables.pop("candidates"), tables.pop("vacancies"), **tables, run_date=RUN_DATE)
    assert found.report.shortlists is None
    assert not list(tmp_path.iterdir())
