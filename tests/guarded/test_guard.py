"""However the child of a run ends, its parent ends in the documented way, and soon; what stood before stands after."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from matcher.guarded.records import RECORDS, record_name, write_record
from matcher.io.output_folder import hold_output
from matcher.io.run_folder import read_run
from tests.cli.conftest import python
from tests.guarded.faulty import ROOT, child_of, command, ended, is_alive, start, wait_for

HEAVY = ("numpy", "pandas", "pyarrow", "ortools", "numba", "pydantic", "rich", "click", "jinja2", "subprocess")
pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="needs /proc")


def visible(out: Path) -> list[str]:
    return sorted(path.name for path in out.iterdir())


def told(err: str) -> str:
    """What was said besides the one line with which every run ends."""
    return "".join(line for line in err.splitlines(keepends=True) if not line.startswith("matcher-run exit="))


def last_record(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(max((out / RECORDS).iterdir()).read_text())
    return found


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("method:segv", "signal 11 (SIGSEGV)"),
        ("method:abort", "signal 6 (SIGABRT)"),
        ("method:kill", "memory runs out"),
        ("method:exit0", "ended with 0 and without a word"),
        ("method:exit1", "ended with 1 and without a word"),
        ("method:lie", "claimed and derived differ"),
    ],
)
def test_a_crashing_or_lying_solver_ends_with_8(made: Path, tmp_path: Path, fault: str, words: str) -> None:
    out = tmp_path / "out"
    code, err = ended(start(tmp_path, made / "bundle", out, fault))
    assert code == 8, err
    assert words in err
    assert "Traceback" not in err
    assert visible(out) == [".lock", RECORDS]
    record = last_record(out)
    assert (record["status"], record["exit_code"], record["run_id"]) == ("nothing published", 8, None)
    assert record["error"]["code"] in {"CRASHED", "CERTIFICATE"}
    assert [phase["name"] for phase in record["phases"]][:1] == ["read"]


def test_a_solver_that_hangs_beyond_its_time_limit_ends_with_8(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start(tmp_path, made / "bundle", out, "solve:deaf", ["--time-limit", "0", "--grace", "1"])
    wait_for(process, "here")
    began = time.monotonic()
    code, err = ended(process)
    assert time.monotonic() - began < 5
    assert code == 8, err
    assert "did not stop at their time limit" in err
    assert (last_record(out)["limit"], last_record(out)["error"]) == ("time", {"code": "TIME"})
    assert visible(out) == [".lock", RECORDS]


@pytest.mark.parametrize(
    ("fault", "number", "code"),
    [
        ("method:hang", signal.SIGTERM, 143),
        ("method:deaf", signal.SIGTERM, 143),
        ("method:deaf", signal.SIGINT, 130),
        ("method:deaf", signal.SIGHUP, 143),
    ],
)
def test_a_signal_ends_even_a_deaf_solver_within_5_seconds(
    made: Path, tmp_path: Path, fault: str, number: int, code: int
) -> None:
    out = tmp_path / "out"
    process = start(tmp_path, made / "bundle", out, fault)
    wait_for(process, "here")
    began = time.monotonic()
    process.send_signal(number)
    found, err = ended(process)
    assert time.monotonic() - began < 5
    assert found == code
    assert "nothing was published" in err
    assert visible(out) == [".lock", RECORDS]
    assert last_record(out)["signal"] == signal.Signals(number).name


def test_a_second_interrupt_does_not_wait(made: Path, tmp_path: Path) -> None:
    process = start(tmp_path, made / "bundle", tmp_path / "out", "method:deaf")
    wait_for(process, "here")
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    assert ended(process)[0] == 130
    assert time.monotonic() - began < 2


def test_a_run_that_takes_too_much_memory_ends_with_8(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, err = ended(start(tmp_path, made / "bundle", out, "method:greedy", ["--memory-limit", "700M"]))
    assert code == 8, err
    assert "700 MiB" in err
    record = last_record(out)
    assert (record["limit"], record["error"]["code"], record["memory_limit_bytes"]) == ("memory", "MEMORY", 700 << 20)
    assert record["peak_memory_bytes"] > 700 << 20
    assert visible(out) == [".lock", RECORDS]


def test_a_run_that_cannot_fit_under_its_memory_limit_never_begins(made: Path, tmp_path: Path) -> None:
    code, err = ended(start(tmp_path, made / "bundle", tmp_path / "out", None, ["--memory-limit", "200M"]))
    assert code == 8, err
    assert "MiB" in err


def test_a_killed_parent_takes_the_child_along_and_the_lock_is_free(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start(tmp_path, made / "bundle", out, "method:deaf")
    wait_for(process, "here")
    child = child_of(process)
    until = time.monotonic() + 60
    while not list(out.glob(f"{RECORDS}/2*")) and time.monotonic() < until:
        time.sleep(0.01)
    process.kill()
    process.wait()
    until = time.monotonic() + 5
    while is_alive(child) and time.monotonic() < until:
        time.sleep(0.01)
    assert not is_alive(child)
    # The last thread of a process may hold its files a moment longer than its first one lives.
    with hold_output(out, wait_s=5):
        pass
    assert last_record(out)["status"] == "running"


def test_a_child_that_dies_before_the_swap_has_published_nothing(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, err = ended(start(tmp_path, made / "bundle", out, "swap:kill"))
    assert (code, visible(out)) == (8, [".lock", RECORDS]), err


def test_a_child_that_dies_after_the_swap_has_published(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, err = ended(start(tmp_path, made / "bundle", out, "swap:late"))
    run = read_run(out / "latest").folder.name
    assert (code, visible(out)) == (0, sorted([".lock", RECORDS, "latest", run]))
    assert "was published" in err
    assert (last_record(out)["status"], last_record(out)["run_id"]) == ("published", run)


@pytest.mark.parametrize("place", ["swap", "told"])
def test_a_signal_during_or_after_the_swap_changes_nothing(made: Path, tmp_path: Path, place: str) -> None:
    out = tmp_path / "out"
    code, err = ended(start(tmp_path, made / "bundle", out, f"{place}:term"))
    assert (code, told(err)) == (0, "")
    read_run(out / "latest")
    assert last_record(out)["exit_code"] == 0


def test_the_parent_loads_nothing_heavy(made: Path, tmp_path: Path) -> None:
    code = f"""
import os, sys
def spawn(*_, **__):
    print("loaded", [name for name in {HEAVY!r} if name in sys.modules])
    sys.stdout.flush()
    os._exit(0)
os.posix_spawn = spawn
sys.argv[1:] = ["run", "bundle", "--out", "out"]
from matcher.cli import main
main()
"""
    assert python(code).stdout == "loaded []\n"


def test_everything_in_the_output_folder_is_for_the_owner_alone(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    given = [part for part in command(made / "bundle", out) if part not in {"--no-agencies", "--no-report"}]
    # Temporary files of workbooks stand in the stage too, so that a full or missing /tmp is no matter.
    env = {**os.environ, "TMPDIR": str(tmp_path / "nowhere")}
    done = subprocess.run(given, cwd=ROOT, env=env, umask=0, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    for path in (out, *out.rglob("*")):
        if not path.is_symlink():
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_record_says_how_a_run_ended_and_names_nobody(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert ended(start(tmp_path, made / "bundle", out, None))[0] == 0
    assert ended(start(tmp_path, made / "bundle", out, None, ["--policy", str(tmp_path / "none.toml")]))[0] == 5
    records = [json.loads(path.read_text()) for path in sorted((out / RECORDS).iterdir())]
    assert {(one["status"], one["exit_code"]) for one in records} == {("published", 0), ("nothing published", 5)}
    good = next(one for one in records if one["exit_code"] == 0)
    assert good["run_id"] == read_run(out / "latest").folder.name
    assert {"read", "pair", "solve", "publish"} <= {phase["name"] for phase in good["phases"]}
    assert good["peak_memory_bytes"] > 0
    texts = "".join(path.read_text() for path in (out / RECORDS).iterdir())
    people = read_run(out / "latest").tables["unassigned"]["candidate_id"].to_pylist()
    assert people
    assert not [person for person in people if person in texts]


def test_records_are_bounded_and_never_disturb(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert not write_record(out, record_name(0), {})
    out.mkdir()
    for number in range(405):
        assert write_record(out, record_name(1_000_000_000 + number), {"exit_code": 0})
    names = sorted(path.name for path in (out / RECORDS).iterdir())
    assert len(names) == 400
    assert names[-1].startswith("20010909T0153")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "trap").mkdir()
    (tmp_path / "trap" / RECORDS).symlink_to(tmp_path / "elsewhere")
    assert not write_record(tmp_path / "trap", record_name(0), {})
    (tmp_path / "link").symlink_to(out)
    assert not write_record(tmp_path / "link", record_name(0), {})
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_lock_wait_waits_and_then_gives_up(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with hold_output(out):
        began = time.monotonic()
        code, err = ended(start(tmp_path, made / "bundle", out, None, ["--lock-wait", "1"]))
        assert code == 6, err
        assert time.monotonic() - began >= 1
        assert last_record(out)["error"]["code"] == "LOCKED"
        process = start(tmp_path, made / "bundle", out, None, ["--lock-wait", "100"])
        threading.Event().wait(3)
        assert process.poll() is None
    assert ended(process)[0] == 0
    read_run(out / "latest")


def test_interpreter_options_reach_the_child(made: Path, tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit(99)")
    flags = ["-I", "-X", "utf8"]
    given = command(made / "bundle", tmp_path / "out")[3:]
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from matcher.cli import main; main()"
    done = subprocess.run(
        [sys.executable, *flags, "-c", code, str(ROOT), *given],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, told(done.stderr)) == (0, "")
