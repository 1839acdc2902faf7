"""The cache of the real kernels: damage costs a compilation, and a changed layout is never read with old code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from matcher.compiled import _fingerprint
from matcher.pairing import kernels, person_table

CALL = """
import numpy as np
from matcher.pairing.kernels import beat
from matcher.pairing.layout import Room
room = Room(np.zeros(3, np.int32), np.zeros(3, np.int64))
best, count = np.zeros(2, np.int64), np.zeros(2, np.int64)
start = np.array([0, 2, 3])
numbers = np.array([5, 9, 7])
print(beat(start, np.array([0, 1, 1], np.int32), numbers, np.array([1, 2]), np.array([4, 0]), 0, 2, best, count, room))
print(best.tolist(), count.tolist(), room.points[:2].tolist(), sum(beat.stats.cache_hits.values()))
"""


def run(cache: Path) -> list[str]:
    env = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    done = subprocess.run([sys.executable, "-c", CALL], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_damaged_cache(tmp_path: Path) -> None:
    def answer(hits: int) -> list[str]:
        return ["2", f"[7, 5] [1, 1] [9, 7] {hits}"]

    assert run(tmp_path) == answer(0)
    assert run(tmp_path) == answer(1)
    for path in tmp_path.rglob("*.nb?"):
        path.write_bytes(path.read_bytes()[:100])
    assert run(tmp_path) == answer(0)
    assert run(tmp_path) == answer(1)


def test_unwritable_cache(tmp_path: Path) -> None:
    place = tmp_path / "a-file"
    place.write_text("not a folder")
    assert run(place)[0] == "2"


@pytest.mark.parametrize("module", [kernels, person_table])
def test_another_order_of_fields_is_another_kernel(monkeypatch: pytest.MonkeyPatch, module: object) -> None:
    function = getattr(kernels.scan_rows, "py_func", kernels.scan_rows)
    before = _fingerprint(function)
    monkeypatch.setattr(module, "LAYOUT", 0)
    assert _fingerprint(function) != before
