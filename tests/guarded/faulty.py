"""A run whose child fails in a chosen way at a chosen place, while its parent is the real one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.cli.conftest import DAY

ROOT = Path(__file__).parents[2]

# Loaded by every interpreter of the run before anything of matcher; only the child ever imports the modules that are patched.
PLANTED = """
import builtins, os, sys

place, fault = os.environ["MATCHER_TEST_FAULT"].split(":")
imported, done = builtins.__import__, []

def fail(call):
    import ctypes, dataclasses, signal, time
    signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    if fault == "segv":
        ctypes.string_at(0)
    if fault == "abort":
        os.abort()
    if fault == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if fault.startswith("exit"):
        os._exit(int(fault[4:]))
    if fault in ("hang", "deaf"):
        if fault == "deaf":
            signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        os.write(2, b"here\\n")
        while True:
            time.sleep(60)
    if fault == "greedy":
        held = []
        while True:
            held.append(bytearray(os.urandom(1 << 20)) * 8)
            time.sleep(0.001)
    if fault == "late":
        answer = call()
        os.kill(os.getpid(), signal.SIGKILL)
    if fault == "term":
        os.kill(os.getppid(), signal.SIGTERM)
        time.sleep(0.5)
    if fault == "lie":
        report = call()
        result = dataclasses.replace(report.result, objective=report.result.objective + 1)
        return dataclasses.replace(report, result=result)
    return call()

def plant(owner, name):
    original = getattr(owner, name)
    setattr(owner, name, lambda *a, **k: fail(lambda: original(*a, **k)))

def watched(name, *arguments, **more):
    module = imported(name, *arguments, **more)
    if not done and hasattr(sys.modules.get("matcher.nightly"), "verify"):
        done.append(True)
        import matcher.io.publish as publish
        nightly = sys.modules["matcher.nightly"]
        places = {"method": (nightly, "match_tables"), "solve": (sys.modules["matcher.pipeline"], "solve_case")}
        places |= {"swap": (publish.os, "replace"), "told": (nightly, "PublishedRun")}
        plant(*places[place])
    return module

builtins.__import__ = watched
"""


def command(bundle: Path, out: Path, *more: str) -> list[str]:
    """The command line of a quick run."""
    given = ["run", str(bundle), "--out", str(out), "--run-date", DAY, "--no-agencies", "--no-report", "--quiet"]
    return [sys.executable, "-m", "matcher", *given, *more]


def start(
    folder: Path, bundle: Path, out: Path, fault: str | None, more: Sequence[str] = ()
) -> "subprocess.Popen[str]":
    """Start a run with a fault (``place:fault``) planted; ``folder`` is for what that takes."""
    env = dict(os.environ)
    if fault:
        (folder / "planted").mkdir(exist_ok=True)
        (folder / "planted" / "sitecustomize.py").write_text(PLANTED)
        env |= {"PYTHONPATH": str(folder / "planted"), "MATCHER_TEST_FAULT": fault}
    return subprocess.Popen(
        command(bundle, out, *more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env,
        cwd=ROOT,
        start_new_session=True,
    )


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Exit code as a shell gives it, and what was said on stderr."""
    try:
        _, err = process.communicate(timeout=120)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    code = process.returncode
    return (128 - code if code < 0 else code), err


def wait_for(process: "subprocess.Popen[str]", line: str) -> None:
    """Wait until the child says so on stderr."""
    assert process.stderr is not None
    assert process.stderr.readline().strip() == line


def child_of(process: "subprocess.Popen[str]") -> int:
    """The number of the process that does the work, once it is there."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        text = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if text:
            return int(text[0])
        time.sleep(0.005)
    raise AssertionError("The child never came.")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
