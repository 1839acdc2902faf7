"""However a command ends: a documented code, one line that helps, no traceback, no value of anybody, nothing half done."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcher import inspection, memory, nightly
from matcher.errors import NoRoomError, SolverError
from matcher.io.output_folder import hold_output
from matcher.model.solution import Status
from tests.cli.conftest import DAY, Outcome, python

Run = Callable[..., Outcome]
SECRET = "123456782"
HEAVY = ("numpy", "pandas", "pyarrow", "ortools", "numba", "pydantic", "rich")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--help"),
        (["rnu"], "Did you mean 'run'"),
        (["zzzzzz"], "Known are"),
        (["run"], "DIRECTORY"),
        (["run", "bundle"], "--out"),
        (["run", "bundle", "--uot", "x"], "--out"),
        (["run", "bundle", "--out", "x", "--run-date", "tomorrow"], "--run-date"),
        (["run", "bundle", "--out", "x", "--time-limit", "nan"], "--time-limit"),
        (["run", "bundle", "--out", "x", "--time-limit", "-1"], "--time-limit"),
        (["run", "bundle", "--out", "x", "--threads", "-1"], "--threads"),
        (["sample", "x", "--scenario", "moon"], "--scenario"),
        (["completion", "powershell"], "bash"),
    ],
)
def test_usage_ends_with_2(matcher: Run, arguments: list[str], words: str) -> None:
    done = matcher(*arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_missing_folders_and_files_end_with_5(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    assert matcher("validate", tmp_path / "nowhere").code == 5
    assert matcher("run", bundle, "--out", tmp_path / "out", "--policy", tmp_path / "none.toml").code == 5
    assert matcher("verify", tmp_path / "nowhere", "--input", bundle).code == 5
    (tmp_path / "file").write_text("x")
    done = matcher("run", bundle, "--out", tmp_path / "file")
    assert done.code == 5
    assert "file" in done.err
    (tmp_path / "link").symlink_to(tmp_path)
    assert matcher("run", bundle, "--out", tmp_path / "link").code == 5


def test_a_bad_bundle_ends_with_3_and_a_bad_policy_with_4(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    (bundle / "policy.toml").write_text("[rules.DISTNCE]\nenabled = false\n")
    done = matcher("run", bundle, "--out", tmp_path / "out", "--quiet")
    assert done.code == 4
    assert "DISTANCE" in done.err
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    assert matcher("validate", bundle, "--policy", tmp_path / "binary.toml").code == 4
    (bundle / "vacancies.parquet").write_bytes(b"PAR1 and no more")
    done = matcher("run", bundle, "--out", tmp_path / "out", "--quiet")
    assert done.code == 3
    assert "vacancies.parquet" in done.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [".lock"]


def test_a_held_output_ends_with_6(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    with hold_output(tmp_path / "out"):
        done = matcher("run", bundle, "--out", tmp_path / "out")
    assert done.code == 6
    assert "Another run" in done.err


def test_a_plan_that_stopped_early_ends_with_7(
    matcher: Run, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "_PUBLISHABLE", {Status.OPTIMAL: 7})
    done = matcher("run", made / "bundle", "--out", tmp_path / "out", "--run-date", DAY)
    assert done.code == 7
    assert "stopped early" in done.err
    assert (tmp_path / "out" / "latest" / "manifest.json").is_file()


@pytest.mark.parametrize("seconds", ["0", "0.000001"])
def test_a_time_limit_that_comes_too_soon_still_gives_a_checked_plan(
    matcher: Run, made: Path, tmp_path: Path, seconds: str
) -> None:
    out = tmp_path / "out"
    done = matcher("run", made / "bundle", "--out", out, "--run-date", DAY, "--time-limit", seconds, "--json")
    assert done.code == 7
    solver, whole = done.json()["manifest"]["solver"], json.loads((made / "out/latest/manifest.json").read_text())
    assert (solver["status"], solver["prices"]) == ("FEASIBLE", "some_optimal")
    assert 0 < solver["objective"] <= whole["solver"]["objective"] <= solver["upper_bound"]
    assert {"pair", "solve", "bound", "report"} <= solver["seconds"].keys()
    assert matcher("verify", out / "latest", "--input", made / "bundle").code == 0


def test_time_that_is_long_enough_ends_with_0(matcher: Run, made: Path, tmp_path: Path) -> None:
    done = matcher(
        "run", made / "bundle", "--out", tmp_path / "out", "--run-date", DAY, "--time-limit", "3600", "--json"
    )
    assert done.code == 0
    assert "bound" not in done.json()["manifest"]["solver"]["seconds"]


def test_no_usable_plan_ends_with_8(matcher: Run, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "_PUBLISHABLE", {})
    done = matcher("run", made / "bundle", "--out", tmp_path / "out", "--run-date", DAY)
    assert done.code == 8
    assert not (tmp_path / "out" / "latest").exists()


def test_a_run_that_cannot_fit_ends_with_8_at_once(
    matcher: Run, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert matcher("run", bundle, "--out", out, "--run-date", DAY, "--quiet").code == 0
    before = {path: path.lstat().st_mtime_ns for path in out.rglob("*")}, (out / "latest").readlink()
    monkeypatch.setattr(memory, "available_bytes", lambda: 50 << 20)
    done = matcher("run", bundle, "--out", out, "--run-date", DAY)
    assert (done.code, done.out) == (8, "")
    assert "150 people and 60 vacancies need about" in done.err
    assert "50 MiB are available" in done.err
    assert "hint" in done.err.lower()
    assert " s  read" in done.err
    assert " s  pair" not in done.err
    told = matcher("run", bundle, "--out", out, "--run-date", DAY, "--quiet", "--json")
    assert json.loads(told.err)["error"]["code"] == "MEMORY"
    assert ({path: path.lstat().st_mtime_ns for path in out.rglob("*")}, (out / "latest").readlink()) == before


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError(SECRET), 70),
        (ValueError(SECRET), 70),
        (RecursionError(SECRET), 70),
        (MemoryError(SECRET), 8),
        (OSError(28, "No space left on device", SECRET), 5),
        (OSError(SECRET), 5),
        (SolverError("no answer"), 8),
        (NoRoomError("too large"), 8),
        (SystemExit(1), 2),
        (KeyboardInterrupt(), 130),
    ],
    ids=repr,
)
@pytest.mark.parametrize("as_json", [False, True], ids=["words", "json"])
def test_whatever_happens_is_told_without_a_value(
    matcher: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, as_json: bool
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(inspection, "inspect", fail)
    done = matcher("validate", tmp_path, "--quiet", *(["--json"] if as_json else []))
    assert (done.code, done.out) == (code, "")
    assert SECRET not in done.err
    if as_json and done.err:
        facts = json.loads(done.err)["error"]
        assert facts["exit_code"] == code
        assert ("incident" in facts) == (code == 70)


def test_details_are_shown_only_when_asked_for(matcher: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(inspection, "inspect", fail)
    monkeypatch.setenv("MATCHER_DEBUG", "1")
    done = matcher("validate", tmp_path)
    assert done.code == 70
    assert SECRET in done.err


def test_errors_are_json_when_asked_for(matcher: Run, tmp_path: Path) -> None:
    for arguments in (["run", "--json"], ["validate", str(tmp_path / "no"), "--json"], ["nothing", "--json"]):
        done = matcher(*arguments)
        facts = json.loads(done.err)["error"]
        assert facts["exit_code"] == done.code != 0
        assert facts["message"]


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["schema", "--help"], ["--version"], ["rnu"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = f"""
import sys
from matcher.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    print("loaded", [name for name in {HEAVY!r} if name in sys.modules])
"""
    assert "loaded []" in python(code, *arguments).stdout


def shell(command: str, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run a line of bash in which $M is the command and $1, $2 ... are the arguments."""
    given = ["bash", "-c", f'set -o pipefail; M="{sys.executable} -m matcher"; {command}', "bash", *map(str, arguments)]
    return subprocess.run(given, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("$M schema policy | head -1", 0),
        ("$M schema policy --json | head -1", 0),
        ("$M --help | head -1", 0),
        ("$M schema policy >&-", 0),
        ("$M schema policy 2>&- >&- <&-", 0),
        ("$M schema policy > /dev/full", 5),
        ("$M schema policy --json > /dev/full", 5),
        ("$M nothing 2>&-", 2),
        ("$M nothing 2> /dev/full", 2),
    ],
)
def test_output_that_nobody_reads_is_no_drama(command: str, code: int) -> None:
    done = shell(command)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_published_run_does_not_fail_over_its_summary(made: Path, tmp_path: Path) -> None:
    for number, command in enumerate(("> /dev/full", ">&-", "| true", "2>&-")):
        out = tmp_path / str(number)
        done = shell(f'$M run "$1" --out "$2" --run-date {DAY} {command}', made / "bundle", out)
        assert done.returncode == 0, (command, done.stderr)
        assert (out / "latest" / "manifest.json").is_file()
        assert "Traceback" not in done.stderr


SIGNALLED = """
import os, signal, sys
from matcher import nightly
from matcher.cli import main

where, number, bundle, out = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
owner, name = {"method": (nightly, "match_tables"), "staged": (nightly, "prepare"), "told": (nightly, "PublishedRun")}[where]
original = getattr(owner, name)

def interrupted(*arguments, **more):
    os.kill(os.getpid(), number)
    os.kill(os.getpid(), number)
    return original(*arguments, **more)

setattr(owner, name, interrupted)
main(["run", bundle, "--out", out, "--run-date", "2026-11-21", "--quiet"])
"""


@pytest.mark.parametrize("where", ["method", "staged"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)])
def test_a_signal_publishes_nothing(made: Path, tmp_path: Path, where: str, number: int, code: int) -> None:
    out = tmp_path / "out"
    done = python(SIGNALLED, where, str(int(number)), made / "bundle", out)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "nothing was published" in done.stderr
    assert sorted(path.name for path in out.iterdir()) == [".lock"]


def test_a_signal_after_the_swap_changes_nothing(made: Path, tmp_path: Path) -> None:
    done = python(SIGNALLED, "told", str(int(signal.SIGTERM)), made / "bundle", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "latest" / "manifest.json").is_file()


def test_an_ignored_signal_stays_ignored(made: Path, tmp_path: Path) -> None:
    code = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{SIGNALLED}"
    done = python(code, "method", str(int(signal.SIGHUP)), made / "bundle", tmp_path / "out")
    assert done.returncode == 0, done.stderr


def test_input_that_changes_meanwhile_is_not_published(
    matcher: Run, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = nightly.match_tables

    def meanwhile(*arguments: Any, **more: Any) -> Any:
        (bundle / "policy.toml").write_text("[solve]\nthreads = 1\n")
        return original(*arguments, **more)

    monkeypatch.setattr(nightly, "match_tables", meanwhile)
    done = matcher("run", bundle, "--out", tmp_path / "out", "--run-date", DAY)
    assert done.code == 3
    assert "policy.toml" in done.err
    assert not (tmp_path / "out" / "latest").exists()


def test_colour_is_asked_for_and_refused() -> None:
    def output(*more: str, **environment: str) -> str:
        given = {**{key: value for key, value in os.environ.items() if "COLOR" not in key}, **environment}
        command = [sys.executable, "-m", "matcher", "schema", *more]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=given).stdout

    assert "\x1b" not in output()
    assert "\x1b" in output(FORCE_COLOR="1")
    assert "\x1b" not in output(FORCE_COLOR="1", NO_COLOR="1")
    assert "\x1b" not in output("--no-color", FORCE_COLOR="1")
