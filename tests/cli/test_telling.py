"""What operators hear of a run: log, metrics and last line, however it ends, and never a value of anybody."""

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher import journal as journal_module
from matcher import nightly
from matcher.io.output_folder import hold_output
from matcher.journal import Journal, last_line
from matcher.metrics_file import exposition, write_metrics
from matcher.progress import SILENT
from matcher.telling import Telling
from tests.cli.conftest import DAY, Outcome

Run = Callable[..., Outcome]
LINE = re.compile(r"^matcher-run exit=\d+( [a-z_]+=[^ \n]+)+$")
SAMPLE = re.compile(
    r'^([a-zA-Z_:][a-zA-Z0-9_:]*)\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\} (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$'
)
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"')


def lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a log, each a JSON document of printable ASCII."""
    raw = path.read_bytes()
    assert raw.endswith(b"\n")
    assert all(byte == 10 or 32 <= byte < 127 for byte in raw)
    return [json.loads(line) for line in raw.splitlines()]


def parsed(path: Path) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """A metrics file as Prometheus reads it: name, labels, value; each name announced once, its samples together."""
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    announced, current = {}, None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            current = line.split(" ", 3)[2]
            assert current not in announced
            announced[current] = None
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert (name, kind, announced[name]) == (current, "gauge", None)
            announced[name] = kind
        else:
            match = SAMPLE.match(line)
            assert match, line
            assert match[1] == current and announced[current]
            labels = LABEL.findall(match[2])
            assert ",".join(f'{key}="{value}"' for key, value in labels) == match[2]
            held = found.setdefault(match[1], {})
            assert tuple(labels) not in held
            held[tuple(labels)] = float(match[3])
    assert set(announced) == set(found)
    return found


def value(found: dict[str, dict[tuple[tuple[str, str], ...], float]], name: str) -> float:
    (one,) = found[f"matcher_{name}"].values()
    return one


def told(err: str) -> dict[str, str]:
    """The last line of stderr."""
    line = err.splitlines()[-1]
    assert LINE.match(line), line
    return dict(part.split("=", 1) for part in line.split(" ")[1:])


def asked(bundle: Path, tmp_path: Path, *more: str | Path) -> list[str | Path]:
    where = ["--log", tmp_path / "log", "--metrics", tmp_path / "m.prom"]
    return ["run", bundle, "--out", tmp_path / "out", "--run-date", DAY, "--quiet", *where, *more]


def test_a_run_that_ends_well_is_told_of(matcher: Run, made: Path, tmp_path: Path) -> None:
    done = matcher(*asked(made / "bundle", tmp_path))
    manifest = json.loads((tmp_path / "out" / "latest" / "manifest.json").read_text())
    last = told(done.err)
    assert (last["exit"], last["result"], last["error"]) == ("0", "published", "-")
    assert last["run_id"] == manifest["run_id"]
    assert (last["people"], last["placed"]) == ("150", str(manifest["counts"]["assigned"]))
    assert float(last["durable"]) == manifest["expected_durable"]
    log = lines(tmp_path / "log")
    assert {(line["job"], line["pid"]) for line in log} == {(last["job"], os.getpid())}
    assert [line["event"] for line in log[:2]] == ["run_started", "phase_started"]
    assert (log[-1]["event"], log[-1]["exit"], log[-1]["counts"]["assigned"]) == ("run_ended", 0, int(last["placed"]))
    assert log[-1]["run_id"] == manifest["run_id"]
    begun = [line["phase"] for line in log if line["event"] == "phase_started"]
    over = [line["phase"] for line in log if line["event"] == "phase_ended"]
    assert begun == over and {"read", "validate", "pair", "solve", "check", "publish"} <= set(begun)
    assert all(line["seconds"] >= 0 for line in log if line["event"] == "phase_ended")
    assert all(abs(dt.datetime.fromisoformat(line["time"]).timestamp() - time.time()) < 600 for line in log)
    found = parsed(tmp_path / "m.prom")
    assert (tmp_path / "m.prom").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600
    assert (value(found, "last_run_exit_code"), value(found, "last_run_success")) == (0, 1)
    assert value(found, "plan_placements") == manifest["counts"]["assigned"]
    assert value(found, "plan_expected_durable") == manifest["expected_durable"]
    assert value(found, "plan_objective_points") == manifest["solver"]["objective"]
    assert (value(found, "plan_gap_ratio"), value(found, "plan_warnings")) == (0, 0)
    published = dt.datetime.fromisoformat(manifest["created_utc"]).timestamp()
    assert value(found, "last_published_timestamp_seconds") == published
    assert {dict(labels)["out"] for samples in found.values() for labels in samples} == {str(tmp_path / "out")}
    assert {dict(labels)["phase"] for labels in found["matcher_last_run_phase_seconds"]} == set(begun)
    assert sum(found["matcher_plan_unassigned"].values()) == manifest["counts"]["unassigned"]
    assert {path.name for path in tmp_path.iterdir()} == {"log", "m.prom", "out"}


def test_a_run_that_fails_is_told_of_and_the_last_plan_stays_known(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    matcher(*asked(bundle, tmp_path))
    published = value(parsed(tmp_path / "m.prom"), "last_published_timestamp_seconds")
    (bundle / "vacancies.parquet").write_bytes(b"PAR1 and no more")
    done = matcher(*asked(bundle, tmp_path))
    last = told(done.err)
    assert (done.code, last["exit"], last["result"], last["error"]) == (3, "3", "failed", "INPUT")
    assert (last["run_id"], last["phase"]) == ("-", "read")
    assert done.err.splitlines()[0].startswith("matcher: vacancies.parquet")
    log = [line for line in lines(tmp_path / "log") if line["job"] == last["job"]]
    assert [line["event"] for line in log] == ["run_started", "phase_started", "run_failed", "phase_ended", "run_ended"]
    assert [line["level"] for line in log[2:]] == ["error", "info", "error"]
    found = parsed(tmp_path / "m.prom")
    assert (value(found, "last_run_exit_code"), value(found, "last_run_success")) == (3, 0)
    assert value(found, "last_published_timestamp_seconds") == published
    assert not [name for name in found if name.startswith("matcher_plan_")]
    (labels,) = found["matcher_last_run_info"]
    assert dict(labels)["error"] == "INPUT"


@pytest.mark.parametrize(
    ("error", "code", "name"),
    [
        (RuntimeError("123456782"), 70, "INTERNAL"),
        (MemoryError("123456782"), 8, "MEMORY"),
        (OSError(28, "No space left on device", "123456782"), 5, "FILE"),
        (KeyboardInterrupt(), 130, "INTERRUPTED"),
    ],
    ids=repr,
)
def test_whatever_happens_it_is_told_once_without_a_value(
    matcher: Run,
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    name: str,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(nightly, "match_tables", fail)
    done = matcher(*asked(made / "bundle", tmp_path))
    last = told(done.err)
    assert (done.code, last["exit"], last["error"], last["phase"]) == (code, str(code), name, "read")
    assert done.err.count("matcher-run ") == 1
    assert value(parsed(tmp_path / "m.prom"), "last_run_exit_code") == code
    assert [line["event"] for line in lines(tmp_path / "log")].count("run_ended") == 1
    for said in (done.err, (tmp_path / "log").read_text(), (tmp_path / "m.prom").read_text()):
        assert "123456782" not in said


def test_a_locked_folder_is_told_of(matcher: Run, made: Path, tmp_path: Path) -> None:
    with hold_output(tmp_path / "out"):
        done = matcher(*asked(made / "bundle", tmp_path, "--run-id", "nacht-1"))
    last = told(done.err)
    assert (last["exit"], last["error"], last["run_id"]) == ("6", "LOCKED", "nacht-1")
    assert {line["run_id"] for line in lines(tmp_path / "log")} == {"nacht-1"}


def test_a_plan_that_stopped_early_and_one_that_stood_there(matcher: Run, made: Path, tmp_path: Path) -> None:
    command = asked(made / "bundle", tmp_path, "--run-id", "nacht-1", "--time-limit", "0")
    first, second = told(matcher(*command).err), told(matcher(*command).err)
    assert (first["exit"], first["result"], first["status"]) == ("7", "stopped_early", "FEASIBLE")
    assert (second["exit"], second["result"], second["placed"]) == ("7", "repeated", first["placed"])
    found = parsed(tmp_path / "m.prom")
    assert (value(found, "last_run_exit_code"), value(found, "last_run_success")) == (7, 1)
    assert 0 < value(found, "plan_gap_ratio") < 10


def test_for_programs_the_last_line_is_json(matcher: Run, made: Path, tmp_path: Path) -> None:
    done = matcher(*asked(made / "bundle", tmp_path, "--json"))
    assert json.loads(done.err)["run"]["run_id"] == done.json()["manifest"]["run_id"]
    failed = matcher(*asked(tmp_path / "nothing", tmp_path, "--json"))
    facts = json.loads(failed.err)
    assert (facts["error"]["exit_code"], facts["run"]["exit"], facts["run"]["error"]) == (5, 5, "FILE")


def test_a_log_on_stderr_is_alone_there(made: Path, tmp_path: Path) -> None:
    out = ["--out", tmp_path / "out", "--run-date", DAY, "--log", "-"]
    for bundle, code in ((made / "bundle", 0), (tmp_path / "nothing", 5)):
        done = subprocess.run(
            [sys.executable, "-m", "matcher", "run", str(bundle), *map(str, out)],
            capture_output=True,
            text=True,
            check=False,
        )
        events = [json.loads(line) for line in done.stderr.splitlines()]
        assert (done.returncode, events[-1]["event"], events[-1]["exit"]) == (code, "run_ended", code)


def test_no_run_no_last_line(matcher: Run, made: Path, tmp_path: Path) -> None:
    assert "matcher-run" not in matcher("run", made / "bundle").err
    assert "matcher-run" not in matcher("run", made / "bundle", "--out", tmp_path / "out", "--threads", "-1").err
    assert "matcher-run" not in matcher("verify", tmp_path / "no", "--input", made / "bundle").err


@pytest.mark.parametrize("kind", ["folder", "missing", "link", "pipe"])
def test_what_cannot_be_written_is_known_before_anything_begins(
    matcher: Run, made: Path, tmp_path: Path, kind: str
) -> None:
    target = tmp_path / "target"
    match kind:
        case "folder":
            target.mkdir()
        case "missing":
            target = tmp_path / "no" / "target"
        case "link":
            target.symlink_to(tmp_path / "elsewhere")
        case "pipe":
            os.mkfifo(target)
    for option in ("--log", "--metrics"):
        done = matcher("run", made / "bundle", "--out", tmp_path / "out", "--quiet", option, target)
        assert (done.code, told(done.err)["error"]) == (5, "FILE")
        assert not (tmp_path / "out").exists()
        assert not (tmp_path / "elsewhere").exists()


def test_a_plan_stands_where_the_metrics_are_lost(
    matcher: Run, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal_module, "write_metrics", full)
    done = matcher(*asked(made / "bundle", tmp_path))
    assert (done.code, told(done.err)["metrics"]) == (0, "lost")
    assert "metrics_lost" in [line["event"] for line in lines(tmp_path / "log")]


def test_a_log_that_loses_lines_says_so(made: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "matcher",
            "run",
            str(made / "bundle"),
            "--out",
            str(tmp_path / "out"),
            "--quiet",
            "--log",
            "/dev/full",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert int(told(done.stderr)["log_lines_lost"]) > 10


def test_a_signal_is_told_of(made: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "matcher", *map(str, asked(made / "bundle", tmp_path))]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while time.monotonic() < until and not (
        (tmp_path / "log").exists() and "phase_started" in (tmp_path / "log").read_text()
    ):
        time.sleep(0.01)
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 143
    assert (told(err)["exit"], told(err)["error"]) == ("143", "TERMINATED")
    assert value(parsed(tmp_path / "m.prom"), "last_run_exit_code") == 143


def test_no_line_of_a_log_can_be_forged(tmp_path: Path) -> None:
    nasty = 'x\n{"event": "run_ended"}\x1b[31m\u202e\u2028\x00é😀'
    journal = Journal(Telling(out=nasty, log=str(tmp_path / "log"), metrics=tmp_path / "m.prom"))
    journal.begin()
    journal.phase(nasty)
    journal.failed({"code": nasty, "message": nasty})
    facts = journal.end(3)
    assert facts is not None
    assert len(lines(tmp_path / "log")) == 5
    assert LINE.match(last_line(facts)) and last_line(facts).isprintable()
    found = parsed(tmp_path / "m.prom")
    assert "\x1b" not in (tmp_path / "m.prom").read_text()
    assert len(found["matcher_last_run_phase_seconds"]) == 1
    assert journal.end(3) is None


def test_long_work_is_heard_of_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(journal_module.time, "monotonic", lambda: now[0])
    journal = Journal(Telling(out="o", log=str(tmp_path / "log")))
    journal.begin()
    watch = journal.watching(SILENT)
    watch.phase("pairs", 10_000)
    for done in range(10_000):
        now[0] += 0.1
        watch.step(done)
    going = [line for line in lines(tmp_path / "log") if line["event"] == "phase_going_on"]
    assert 15 <= len(going) <= 17
    assert (going[0]["total"], going[0]["seconds"]) == (10_000, 60.0)


def test_a_warning_is_told_by_code_and_numbers(tmp_path: Path) -> None:
    manifest = {
        "run_id": "a",
        "created_utc": "2026-11-21T00:00:00Z",
        "counts": {"people": 1, "openings": 1, "assigned": 1, "vacancies": 1, "eligible_pairs": 1},
        "solver": {"status": "OPTIMAL", "objective": 1, "gap": 0.0005, "upper_bound": 1},
        "expected_durable": 0.5,
        "outputs": [],
        "warnings": [{"code": "X", "text": "Jan", "figures": {"who": "Jan", "n": 3}}],
    }
    journal = Journal(Telling(out="o", log=str(tmp_path / "log"), metrics=tmp_path / "m.prom"))
    journal.begin()
    journal.published(manifest)
    facts = journal.end(0)
    assert facts is not None and "gap=0.0005" in last_line(facts)
    (warning,) = [line for line in lines(tmp_path / "log") if line["event"] == "plan_warning"]
    assert (warning["level"], warning["code"], warning["figures"]) == ("warning", "X", {"n": 3})
    assert "Jan" not in (tmp_path / "log").read_text()
    assert value(parsed(tmp_path / "m.prom"), "plan_warnings") == 1


def test_metrics_are_old_or_new_and_readable_under_any_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_metrics(tmp_path / "m.prom", {"exit": 5, "seconds": 1.0}, {}, {}, out="o")
        assert (tmp_path / "m.prom").stat().st_mode & 0o777 == 0o644
        (tmp_path / "m.prom").write_text('matcher_last_published_timestamp_seconds{out="o"} 12.5\n')
        write_metrics(tmp_path / "m.prom", {"exit": 5, "seconds": 1.0}, {}, {}, out="o")
        assert value(parsed(tmp_path / "m.prom"), "last_published_timestamp_seconds") == 12.5
        (tmp_path / "m.prom").write_bytes(b"\xff\x00" * 100)
        write_metrics(tmp_path / "m.prom", {"exit": 5, "seconds": 1.0}, {}, {}, out="o")
        assert "matcher_last_published_timestamp_seconds" not in parsed(tmp_path / "m.prom")
    finally:
        os.umask(before)
    assert [path.name for path in tmp_path.iterdir()] == ["m.prom"]


def test_the_text_format_writes_large_and_small_numbers() -> None:
    text = exposition(iter([("a", "b", {}, 2**53), ("c", "d", {"x": 'q"\\\n'}, 1e-9)]), "o")
    assert text.splitlines()[2] == 'a{out="o"} 9007199254740992'
    assert text.splitlines()[5] == 'c{out="o",x="q\\"\\\\\\n"} 1e-09'


def test_the_library_tells_nobody(made: Path, tmp_path: Path) -> None:
    code = """
import sys, pyarrow.parquet as pq, matcher, logging
b = sys.argv[1]
matcher.match(pq.read_table(b + "/candidates.parquet"), pq.read_table(b + "/vacancies.parquet"))
assert "matcher.journal" not in sys.modules and not logging.getLogger().handlers
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(made / "bundle")], capture_output=True, text=True, check=False, cwd=Path.cwd()
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_names_of_people_reach_no_log(matcher: Run, bundle: Path, tmp_path: Path) -> None:
    people = pq.read_table(bundle / "candidates.parquet")
    secret = pa.array([f"CANARY-{row}" for row in range(people.num_rows)])
    pq.write_table(
        people.set_column(people.schema.get_field_index("candidate_id"), "candidate_id", secret),
        bundle / "candidates.parquet",
    )
    for more in ([], ["--strict"]):
        done = matcher(*asked(bundle, tmp_path, *more))
        for said in (done.err, (tmp_path / "log").read_text(), (tmp_path / "m.prom").read_text()):
            assert "CANARY" not in said


DYING = """
import os, signal, sys
sys.path.insert(0, {root!r})
from matcher import nightly

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGSEGV)

nightly.match_tables = die
"""


@pytest.mark.parametrize("as_json", [False, True])
def test_a_run_that_dies_is_told_of_by_who_started_it(made: Path, tmp_path: Path, as_json: bool) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(DYING.format(root=str(Path(__file__).parents[2])))
    more = ["--run-id", "nacht-1", *(["--json"] if as_json else [])]
    command = [sys.executable, "-m", "matcher", *map(str, asked(made / "bundle", tmp_path, *more))]
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 8, done.stderr
    last = json.loads(done.stderr)["run"] if as_json else told(done.stderr)
    assert (str(last["exit"]), last["error"], last["run_id"], last["phase"]) == ("8", "CRASHED", "nacht-1", "read")
    assert done.stderr.count("CRASHED") == (2 if as_json else 1)
    found = parsed(tmp_path / "m.prom")
    assert (value(found, "last_run_exit_code"), value(found, "last_run_success")) == (8, 0)
    log = lines(tmp_path / "log")
    assert [line["event"] for line in log] == ["run_started", "phase_started", "run_failed", "phase_ended", "run_ended"]
    assert len({line["job"] for line in log}) == 1 and len({line["pid"] for line in log}) == 2
    (record,) = (tmp_path / "out" / ".records").iterdir()
    facts = json.loads(record.read_text())
    assert (facts["run_id"], facts["job"]) == ("nacht-1", log[0]["job"])
