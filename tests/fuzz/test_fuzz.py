"""Odd bundles: damaged, forged, of other types, with hostile values. Each ends as documented, quickly and within its memory.

Every case is read in a process of its own, forked from a warm one, under a limit on its memory and its time.
MATCHER_INPUT_FUZZ sets how many are read: 400 unless told, 20,000 in a long run, which takes half an hour.
MATCHER_COMMAND_FUZZ sets how many go through the command line: 16 unless told, 500 in a long run.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BATCH = 200
READ = int(os.environ.get("MATCHER_INPUT_FUZZ", "160"))
COMMANDS = int(os.environ.get("MATCHER_COMMAND_FUZZ", "8"))


def worked(through: str, first: int, last: int) -> list[dict[str, Any]]:
    """Do some cases in a worker; returns what it said."""
    command = [sys.executable, "-m", "tests.fuzz.worker", through, str(first), str(last)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def checked(said: list[dict[str, Any]], cases: int) -> None:
    *faults, summary = said
    assert not faults, "\n\n".join(f"case {one['case']}: {one['fault']}" for one in faults)
    assert sum(summary["ends"].values()) == cases
    # Else this would test nothing but the first gate, or no gate at all.
    assert len(summary["ends"]) >= 3


@pytest.mark.parametrize("first", range(0, READ, BATCH))
def test_odd_bundles_are_read_or_refused(first: int) -> None:
    last = min(first + BATCH, READ)
    said = worked("read", first, last)
    checked(said, last - first)
    assert said[-1]["mib"] < 1_500


@pytest.mark.parametrize("first", range(0, COMMANDS, 50))
def test_odd_bundles_end_commands_as_documented(first: int) -> None:
    last = min(first + 50, COMMANDS)
    checked(worked("command", first, last), last - first)
