"""A published run done again gives the same bytes, or the file and column that differ are named, without a value of anybody."""

import datetime as dt
import json
import shutil
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher import inputs, nightly, replaying
from matcher.differing import differences
from matcher.io.manifest import SUMS, canonical_bytes, sha256, sums_bytes
from matcher.io.run_folder import read_run
from tests.cli.conftest import DAY, Outcome
from tests.cli.test_relax import POLICY

Run = Callable[..., Outcome]


def forge(run: Path, *, change: Callable[[dict[str, Any]], None] = lambda _: None) -> Path:
    """Make manifest and checksums fit files that were changed, as somebody with more than an editor would."""
    manifest = json.loads((run / "manifest.json").read_text())
    for file in manifest["outputs"]:
        raw = (run / file["name"]).read_bytes()
        file.update(bytes=len(raw), sha256=sha256(raw))
    change(manifest)
    (run / "manifest.json").write_bytes(canonical_bytes(manifest))
    sums = {file["name"]: file["sha256"] for file in manifest["outputs"]}
    (run / SUMS).write_bytes(sums_bytes(sums | {"manifest.json": sha256((run / "manifest.json").read_bytes())}))
    return run


def edit(path: Path, column: str, row: int, value: Any) -> None:
    table = pq.read_table(path)
    cells = table[column].to_pylist()
    cells[row] = value
    place = table.schema.get_field_index(column)
    pq.write_table(
        table.set_column(place, table.schema.field(place), pa.array(cells, table.schema.field(place).type)), path
    )


@pytest.mark.parametrize(
    "more",
    [
        [],
        ["--lang", "en"],
        ["--no-agencies"],
        ["--no-report", "--time-limit", "3600", "--threads", "1"],
        ["--run-id", "nacht-1", "--strict"],
    ],
    ids=" ".join,
)
def test_the_same_bytes_whatever_was_asked(matcher: Run, made: Path, tmp_path: Path, more: list[str]) -> None:
    policy = tmp_path / "elsewhere.toml"
    policy.write_text("[solve]\nseed = 7\n")
    out = tmp_path / "out"
    assert (
        matcher("run", made / "bundle", "--out", out, "--run-date", DAY, "--quiet", "--policy", policy, *more).code == 0
    )
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    policy.unlink()
    done = matcher("replay", out / "latest", "--input", made / "bundle", "--quiet", "--json")
    assert done.code == 0, done.out
    facts = done.json()
    assert (facts["same"], facts["different"], facts["other_versions"]) == (True, [], {})
    assert facts["files"] == len(json.loads((out / "latest" / "manifest.json").read_text())["outputs"]) + 1
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_prices_of_an_earlier_run_are_found(matcher: Run, made: Path, tmp_path: Path) -> None:
    out, bundle = tmp_path / "out", made / "bundle"
    for more in ([], ["--previous-run", out / "latest"]):
        assert matcher("run", bundle, "--out", out, "--run-date", DAY, "--quiet", *more).code == 0
    first, second = sorted(path for path in out.iterdir() if path.is_dir() and not path.is_symlink())
    assert matcher("replay", out / "latest", "--input", bundle, "--quiet").code == 0
    moved = first.rename(tmp_path / "moved")
    done = matcher("replay", second, "--input", bundle, "--quiet")
    assert (done.code, first.name in done.err, "--previous-run" in done.err) == (5, True, True)
    assert matcher("replay", second, "--input", bundle, "--quiet", "--previous-run", moved).code == 0
    assert matcher("replay", second, "--input", bundle, "--quiet", "--previous-run", second).code == 8
    assert matcher("replay", moved, "--input", bundle, "--quiet", "--previous-run", second).code == 3


def test_another_day_gives_the_same_bytes(
    matcher: Run, made: Path, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Later":
            return cls(2038, 1, 19, 3, 14, 8, tzinfo=tz)

    class Today(dt.date):
        @classmethod
        def today(cls) -> "Today":
            return cls(2038, 1, 19)

    for module in (nightly, inputs):
        later = types.SimpleNamespace(datetime=Later, date=Today, UTC=dt.UTC)
        monkeypatch.setattr(module, "dt", later)
    assert matcher("replay", plan, "--input", made / "bundle", "--quiet").code == 0


def test_a_relaxed_plan_is_relaxed_again(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    (bundle / "policy.toml").write_text(POLICY)
    out = tmp_path / "out"
    assert matcher("run", bundle, "--out", out, "--run-date", DAY, "--quiet", "--relax").code == 0
    (bundle / "policy.toml").write_text("[solve]\nseed = 9\n")  # the manifest's own policy counts
    assert matcher("replay", out / "latest", "--input", bundle, "--quiet").code == 0


def test_what_differs_is_named_and_no_value_is(matcher: Run, made: Path, plan: Path) -> None:
    edit(plan / "assignments.parquet", "travel_km", 2, 987654.5)
    edit(plan / "unassigned.parquet", "reason", 0, "SECRET-987654")
    page = (plan / "report.html").read_bytes()
    (plan / "report.html").write_bytes(page.replace(b"<h1", b"<h1 ", 1))
    agency = next(path for path in sorted((plan / "agencies").rglob("*.csv")) if path.read_bytes().count(b"\n") > 1)
    head, first, rest = agency.read_bytes().split(b"\r\n", 2)
    agency.write_bytes(b"\r\n".join([head, b'"SECRET-987654"' + first[first.index(b";") :], rest]))
    forge(plan, change=lambda manifest: manifest["counts"].update(people=987654))
    done = matcher("replay", plan, "--input", made / "bundle", "--quiet", "--json")
    assert done.code == 8
    told = {one["file"]: (one["where"], one["row"]) for one in done.json()["different"]}
    column = head.decode("utf-8-sig").split(";")[0].strip('"')
    line = page[: page.index(b"<h1")].count(b"\n") + 1
    assert told == {
        "assignments.parquet": ("travel_km", 3),
        "unassigned.parquet": ("reason", 1),
        "report.html": (f"line {line}", None),
        str(agency.relative_to(plan)): (column, 1),
        "manifest.json": ("counts.people", None),
    }
    words = matcher("replay", plan, "--input", made / "bundle")
    assert words.code == 8
    assert "travel_km" in words.out
    for said in (done.out, done.err, words.out, words.err):
        assert "987654" not in said


def test_other_versions_are_refused_unless_told(matcher: Run, made: Path, plan: Path) -> None:
    forge(plan, change=lambda manifest: manifest["versions"].update(matcher="0.0.9", ortools="9.0"))
    done = matcher("replay", plan, "--input", made / "bundle", "--quiet")
    assert (done.code, "matcher 0.0.9" in done.err, "--other-versions" in done.err) == (3, True, True)
    done = matcher("replay", plan, "--input", made / "bundle", "--quiet", "--other-versions", "--json")
    assert done.code == 0
    assert done.json()["other_versions"].keys() == {"matcher", "ortools"}
    assert "0.0.9, now" in matcher("replay", plan, "--input", made / "bundle", "--other-versions").out
    forge(plan, change=lambda manifest: manifest.update(contract_version=2))
    assert matcher("replay", plan, "--input", made / "bundle", "--other-versions").code == 3


def test_other_input_or_a_damaged_run_is_refused(matcher: Run, bundle: Path, plan: Path, tmp_path: Path) -> None:
    edit(bundle / "candidates.parquet", "motivation", 0, 1)
    edit(bundle / "candidates.parquet", "motivation", 1, 1)
    done = matcher("replay", plan, "--input", bundle, "--quiet")
    assert (done.code, "candidates.parquet" in done.err) == (8, True)
    (plan / "assignments.parquet").write_bytes(b"PAR1")
    assert matcher("replay", plan, "--input", bundle, "--quiet").code == 8
    assert matcher("replay", tmp_path / "nothing", "--input", bundle, "--quiet").code == 5


@pytest.mark.parametrize("options", [None, {}, {"agencies": 1, "page": "nl", "relax": False, "strict": False}])
def test_a_manifest_without_its_options_is_refused(matcher: Run, made: Path, plan: Path, options: Any) -> None:
    forge(plan, change=lambda manifest: manifest.update(options=options))
    done = matcher("replay", plan, "--input", made / "bundle", "--quiet")
    assert (done.code, "'options'" in done.err) == (8, True)


def test_nothing_is_left_behind(
    matcher: Run, made: Path, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(replaying.tempfile, "tempdir", str(room))
    assert matcher("replay", plan, "--input", made / "bundle", "--quiet").code == 0
    assert list(room.iterdir()) == []


def test_files_that_come_and_go_are_named(plan: Path, tmp_path: Path) -> None:
    other = shutil.copytree(plan, tmp_path / "other")
    (other / "report.html").unlink()
    manifest = json.loads((other / "manifest.json").read_text())
    manifest["outputs"] = [file for file in manifest["outputs"] if file["name"] != "report.html"]
    (other / "manifest.json").write_bytes(canonical_bytes(manifest))
    table = pq.read_table(other / "assignments.parquet")
    pq.write_table(table.slice(1), other / "assignments.parquet")
    pq.write_table(pq.read_table(other / "rejected.parquet"), other / "rejected.parquet", compression="none")
    forge(other)
    told = [(one.file, one.where) for one in differences(read_run(plan), read_run(other))]
    rows = table.num_rows
    assert told == [
        ("assignments.parquet", f"rows: {rows} and {rows - 1}"),
        ("rejected.parquet", "bytes only; every cell is the same"),
        ("report.html", "only in the first"),
    ]
