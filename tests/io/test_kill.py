"""Killed at any moment, a publication leaves the old result or the new one, and the next run cleans up."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from matcher.io.run_folder import read_run
from tests.io.test_publish import publish_one

KILLED = """
import os, signal, sys
from pathlib import Path
from tests.io.test_publish import publish_one

name, number, out = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
original, seen = getattr(os, name), 0

def killed(*arguments, **more):
    global seen
    seen += 1
    if seen == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*arguments, **more)

setattr(os, name, killed)
publish_one(out, "run-2")
"""
MOMENTS = [("mkdir", 1), ("write", 1), ("write", 9), ("symlink", 1), ("rename", 1), ("replace", 1)]
MOMENTS += [("fsync", number) for number in range(1, 8)]


@pytest.mark.parametrize(("name", "number"), MOMENTS)
def test_killed_at_any_step(tmp_path: Path, name: str, number: int) -> None:
    out = tmp_path / "out"
    publish_one(out)
    command = [sys.executable, "-c", KILLED, name, str(number), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == -signal.SIGKILL, done.stderr
    target = str((out / "latest").readlink())
    assert target in {"run-1", "run-2"}
    visible = {path.name for path in out.iterdir() if not path.name.startswith(".")}
    for run in visible - {"latest"}:
        read_run(out / run)
    newer = publish_one(out, "run-3")
    assert read_run(out / "latest").folder == newer
    # A run that died before `latest` pointed at it was never published.
    assert {path.name for path in out.iterdir()} == {"run-1", target, "latest", ".lock", "run-3"}
