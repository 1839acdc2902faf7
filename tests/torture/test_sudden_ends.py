"""Real runs, killed and signalled at random moments: what stands is whole, the exit code is true, and no rubbish piles up.

Quick: a few of each. Long (``make torture``): ``MATCHER_KILLS=200 MATCHER_SIGNALS=100 MATCHER_VICTIM=pilot``.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matcher.errors import LockedError
from matcher.guarded.records import RECORDS
from matcher.io.output_folder import hold_output
from matcher.io.run_folder import read_run
from tests.cli.conftest import DAY
from tests.guarded.faulty import ROOT, child_of

SHARDS = 4
KILLS = int(os.environ.get("MATCHER_KILLS", "4"))
SIGNALS = int(os.environ.get("MATCHER_SIGNALS", "4"))
SOON_S = 5.0
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 143}

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="needs /proc")


def begin(bundle: Path, out: Path, *before: str) -> "subprocess.Popen[bytes]":
    command = ["run", str(bundle), "--out", str(out), "--run-date", DAY, "--quiet"]
    return subprocess.Popen(
        [*before, sys.executable, "-m", "matcher", *command],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def standing(out: Path) -> set[str]:
    """The runs that stand, after reading every byte of each; `latest` must be one of them."""
    runs = {path.name for path in out.iterdir() if not path.name.startswith(".")} - {"latest"}
    for run in runs:
        read_run(out / run)
    assert not runs or str((out / "latest").readlink()) in runs
    return runs


def moment(out: Path, chance: random.Random, whole_s: float, process: "subprocess.Popen[bytes]") -> None:
    """Wait: half of the time anywhere in a run, else until it writes, and then some."""
    if chance.random() < 0.5:
        time.sleep(chance.uniform(0, whole_s))
        return
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until and not list(out.glob(".stage-*")):
        time.sleep(0.002)
    time.sleep(chance.uniform(0, whole_s / 2))


def settled(out: Path) -> None:
    """Wait until nobody holds the folder; what was left behind is gone then."""
    until = time.monotonic() + 10
    while True:
        try:
            with hold_output(out):
                return
        except LockedError:
            assert time.monotonic() < until, "The child outlived its parent."
            time.sleep(0.01)


def hidden(out: Path) -> set[str]:
    return {path.name for path in out.iterdir() if path.name.startswith(".")} - {".lock", RECORDS}


def first_run(bundle: Path, out: Path) -> float:
    """A run to lose, and how long one takes."""
    began = time.monotonic()
    process = begin(bundle, out)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return time.monotonic() - began


@pytest.mark.parametrize("shard", range(SHARDS))
def test_killed_at_any_moment_nothing_is_torn_mixed_or_lost(victim: Path, tmp_path: Path, shard: int) -> None:
    out, chance = tmp_path / "out", random.Random(shard)
    whole_s = first_run(victim, out)
    for number in range(KILLS // SHARDS):
        before = standing(out)
        process = begin(victim, out)
        try:
            moment(out, chance, whole_s, process)
            target = chance.choice(("both", "parent", "child"))
            if process.poll() is None and target == "child":
                os.kill(child_of(process), signal.SIGKILL)
            elif process.poll() is None and target == "parent":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, FileNotFoundError):
            target = "none"
        _, err = process.communicate(timeout=60)
        if target in {"child", "none"}:
            # The parent lived and told: what it said must be true.
            published = len(standing(out)) - len(before)
            assert (process.returncode, published) in {(8, 0), (0, 1)}, (number, err)
            assert not hidden(out)
        left = hidden(out)
        assert len([name for name in left if name.startswith(".stage-")]) <= 1, left
        settled(out)
        assert standing(out) >= before
        assert not hidden(out)
    assert begin(victim, out).wait() == 0


@pytest.mark.parametrize("shard", range(SHARDS))
def test_signalled_at_any_moment_a_run_ends_soon_and_truly(victim: Path, tmp_path: Path, shard: int) -> None:
    out, chance = tmp_path / "out", random.Random(100 + shard)
    whole_s = first_run(victim, out)
    for number in range(SIGNALS // SHARDS):
        before = standing(out)
        process = begin(victim, out)
        moment(out, chance, whole_s, process)
        sent = chance.choice(list(CODES))
        began = time.monotonic()
        if chance.random() < 0.5:
            process.send_signal(sent)
        else:
            os.killpg(process.pid, sent)  # as a terminal does
        _, err = process.communicate(timeout=60)
        took = time.monotonic() - began
        # Before the interpreter listens it dies of the signal itself, which a shell shows as the same code.
        code = process.returncode if process.returncode >= 0 else 128 - process.returncode
        new = standing(out) - before
        assert (code, len(new)) in {(CODES[sent], 0), (0, 1)}, (number, sent, code, new, err)
        assert took < SOON_S, (number, sent, took)
        assert not hidden(out)
        assert b"nothing was published" not in err or not new


STRACE = shutil.which("strace")
AT = [("fsync", 3, "error=EIO"), ("renameat,rename", 2, "signal=KILL")]
if KILLS >= 100:
    AT = [
        (call, number, what)
        for call, most in (("fsync", 13), ("renameat,rename", 3), ("symlinkat,symlink", 1), ("mkdirat,mkdir", 5))
        for number in range(1, most + 1)
        for what in ("error=EIO", "error=ENOSPC", "signal=KILL")
    ]


@pytest.mark.skipif(STRACE is None, reason="needs strace")
@pytest.mark.parametrize(("call", "number", "what"), AT)
def test_a_whole_run_with_a_fault_in_one_call(made: Path, tmp_path: Path, call: str, number: int, what: str) -> None:
    """Of a run and of the process beside it: each has its own n-th call."""
    out = shutil.copytree(made / "out", tmp_path / "out", symlinks=True)
    before = standing(out)
    assert STRACE
    options = ["-f", "-o", str(tmp_path / "log"), "-e", f"trace={call}", "-e", f"inject={call}:{what}:when={number}"]
    process = begin(made / "bundle", out, STRACE, *options)
    _, err = process.communicate(timeout=300)
    if b"ptrace" in err:
        pytest.skip("strace may not look into processes here")
    new = len(standing(out) - before)
    assert (process.returncode, new) in {(0, 1), (5, 0), (8, 0), (-9, 0), (-9, 1)}, err
    assert process.returncode != 5 or what.startswith("error")
    assert b"Traceback" not in err
    if process.returncode >= 0:
        assert not hidden(out)
    settled(out)
    assert not hidden(out)
