"""Old runs go, latest and what it rests on stay, and of each that went a tombstone tells, wherever the purge was killed."""

import datetime as dt
import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from matcher.errors import FileError
from matcher.io.output_folder import hold_output
from matcher.io.run_folder import read_run
from matcher.io.tombstones import tombstone_of
from matcher.purging import purge
from tests.cli.conftest import DAY, Outcome, python
from tests.cli.test_replay import forge

Run = Callable[..., Outcome]
NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
CUT = NOW - dt.timedelta(days=180)


@pytest.fixture
def out(plan: Path, tmp_path: Path) -> Path:
    """An output folder with runs of different ages; `latest` is old and rests on an older one."""
    out = tmp_path / "runs"
    out.mkdir()
    created = {
        "old": "2025-01-01",
        "older": "2024-01-01",
        "base": "2023-01-01",
        "newest": "2025-02-01",
        "young": "2026-11-01",
    }
    for name, day in created.items():

        def age(manifest: dict[str, object], name: str = name, day: str = day) -> None:
            manifest.update(run_id=name, created_utc=f"{day}T02:00:00Z")
            if name == "newest":
                manifest["previous_run"] = {"run_id": "base", "vacancies_report_sha256": "0" * 64}

        forge(shutil.copytree(plan, out / name), change=age)
    (out / "latest").symlink_to("newest")
    return out


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


def test_old_runs_go_and_latest_stays_with_what_it_rests_on(out: Path) -> None:
    before = {path.name: (path / "manifest.json").read_bytes() for path in out.iterdir() if not path.is_symlink()}
    found = purge(out, before=CUT, now=NOW)
    assert [(run.run_id, run.kept) for run in found] == [
        ("base", "needed by latest"),
        ("older", None),
        ("old", None),
        ("newest", "latest"),
        ("young", "young"),
    ]
    assert names(out) == {"base", "newest", "young", "latest", "purged"}
    assert names(out / "purged") == {"old.json", "older.json"}
    for name in ("base", "newest", "young"):
        assert (out / name / "manifest.json").read_bytes() == before[name]
        read_run(out / name)
    assert [run.run_id for run in purge(out, before=CUT, now=NOW) if run.kept is None] == []


def test_a_tombstone_keeps_hashes_and_nothing_of_anybody(out: Path) -> None:
    run = read_run(out / "old")
    said = {
        str(cell) for name in ("candidate_id", "vacancy_id") for cell in run.tables["assignments"][name].to_pylist()
    }
    purge(out, before=CUT, now=NOW)
    text = (out / "purged" / "old.json").read_text()
    stone = json.loads(text)
    assert stone["outputs"] == run.manifest["outputs"]
    assert stone["inputs"] == run.manifest["inputs"]
    assert stone["counts"] == run.manifest["counts"]
    assert stone["policy_sha256"] == run.manifest["policy"]["sha256"]
    assert (stone["purged_utc"], stone["created_utc"]) == ("2026-11-22T00:00:00Z", "2025-01-01T02:00:00Z")
    assert len(stone["manifest_sha256"]) == len(stone["sums_sha256"]) == 64
    assert not any(one in text for one in said)
    assert (out / "purged").stat().st_mode & 0o777 == 0o700
    assert (out / "purged" / "old.json").stat().st_mode & 0o777 == 0o600


def test_a_dry_run_changes_nothing_and_needs_no_lock(matcher: Run, out: Path) -> None:
    before = sorted(out.rglob("*"))
    with hold_output(out):
        locked = sorted(out.rglob("*"))
        done = matcher("purge", out, "--older-than", "180d", "--dry-run", "--json")
        assert matcher("purge", out, "--older-than", "180d").code == 6
    assert (done.code, done.json()["removed"], done.json()["dry_run"]) == (0, 2, True)
    assert set(locked) - set(before) == {out / ".lock"}
    assert sorted(out.rglob("*")) == locked
    assert "would go  2 of 5 runs" in matcher("purge", out, "--older-than", "180d", "--dry-run").out


def test_the_command_tells_what_it_removed(matcher: Run, out: Path) -> None:
    done = matcher("purge", out, "--older-than", "2025-01-15", "--json")
    runs = {run["run_id"]: run["kept"] for run in done.json()["runs"]}
    assert (done.code, done.json()["removed"], runs["old"], runs["young"]) == (0, 2, None, "young")
    assert "0 of 3 runs" in matcher("purge", out, "--older-than", "2025-01-15").out


@pytest.mark.parametrize("age", ["", "180", "-1d", "1y", "2025-13-01", "2999-01-01", "9999999999d", "99999d\n"])
def test_other_ages_are_refused(matcher: Run, out: Path, age: str) -> None:
    assert matcher("purge", out, f"--older-than={age}").code == 2
    assert "old" in names(out)


def test_a_purged_run_is_told_of(matcher: Run, made: Path, out: Path) -> None:
    purge(out, before=CUT, now=NOW)
    for command in (("verify",), ("replay",), ("explain", "--vacancy", "v-1")):
        done = matcher(command[0], out / "old", *command[1:], "--input", made / "bundle")
        assert (done.code, "was purged on 2026-11-22" in done.err, "old.json" in done.err) == (5, True, True)
    assert matcher("verify", out / "never", "--input", made / "bundle").code == 5
    again = matcher("run", made / "bundle", "--out", out, "--run-date", DAY, "--run-id", "old", "--quiet")
    assert (again.code, "was purged" in again.err) == (6, True)


def test_what_is_no_run_is_left_alone(out: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(out / "old", other)
    (out / "link").symlink_to(other)
    (out / "mine").mkdir()
    (out / "note.txt").write_text("x")
    (out / "old" / "inner").symlink_to(other)
    found = {run.run_id for run in purge(out, before=CUT, now=NOW)}
    assert found == {"base", "older", "old", "newest", "young"}
    assert {"link", "mine", "note.txt"} <= names(out)
    assert (other / "manifest.json").is_file()  # no link was followed
    stone = tombstone_of(out / "old")
    assert stone is not None and stone["as_published"] is False


def test_a_damaged_run_goes_by_its_age_on_disk(out: Path) -> None:
    for name, manifest in (("older", b"{"), ("young", b"[]")):
        (out / name / "manifest.json").write_bytes(manifest)
        (out / name / "jan jansen.txt").write_text("x")
        os.utime(out / name, (CUT.timestamp() - 5, CUT.timestamp() - 5))
    purge(out, before=CUT, now=NOW)
    assert names(out) == {"base", "newest", "latest", "purged"}
    for name in ("older", "young"):
        text = (out / "purged" / f"{name}.json").read_text()
        assert json.loads(text)["as_published"] is False
        assert "jansen" not in text


def test_without_latest_the_newest_stays(out: Path) -> None:
    (out / "latest").unlink()
    purge(out, before=NOW, now=NOW)
    assert names(out) == {"young", "purged"}


def test_a_folder_that_is_not_there_is_not_made(matcher: Run, tmp_path: Path) -> None:
    assert matcher("purge", tmp_path / "no", "--older-than", "0d").code == 5
    assert not (tmp_path / "no").exists()


def test_a_tombstone_that_cannot_be_written_keeps_the_run(out: Path) -> None:
    (out / "purged").write_text("in the way")
    with pytest.raises(FileError):
        purge(out, before=CUT, now=NOW)
    read_run(out / "old")
    read_run(out / "older")


KILLED = """
import os, signal, sys, datetime as dt
from pathlib import Path
from matcher import purging

out, number = Path(sys.argv[1]), int(sys.argv[2])
seen = 0

def counted(event, _):
    global seen
    if event in {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "open", "shutil.rmtree"} and armed:
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

armed = False
sys.addaudithook(counted)
armed = True
now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
purging.purge(out, before=now - dt.timedelta(days=180), now=now)
print(seen)
"""


def test_killed_anywhere_every_run_is_whole_or_has_a_tombstone(out: Path, tmp_path: Path) -> None:
    def look(folder: Path) -> None:
        for name in ("base", "newest", "young"):
            read_run(folder / name)
        for name in ("old", "older"):
            if (folder / name).exists():
                read_run(folder / name)
            else:
                stone = tombstone_of(folder / name)
                assert stone is not None and stone["as_published"]

    calls = int(python(KILLED, shutil.copytree(out, tmp_path / "all", symlinks=True), "0").stdout)
    assert calls > 100
    chosen = sorted({*range(1, calls + 1, max(1, calls // 25)), calls})
    for number in chosen:
        folder = shutil.copytree(out, tmp_path / str(number), symlinks=True)
        done = python(KILLED, folder, number)
        assert done.returncode == -signal.SIGKILL, done.stderr
        look(folder)
        purge(folder, before=CUT, now=NOW)
        look(folder)
        assert names(folder) == {"base", "newest", "young", "latest", "purged"}
        shutil.rmtree(folder)
