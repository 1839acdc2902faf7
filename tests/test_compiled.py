"""A cache of compiled kernels may be missing, damaged, shared or stale; a run must not notice."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

KERNELS = """
from matcher.compiled import kernel
from {module}_numbers import FACTOR, inner

@kernel
def outer(x):
    total = 0
    for i in range(x):
        total += FACTOR * inner(i)
    return total
"""
NUMBERS = """
from matcher.compiled import kernel
FACTOR = {factor}

@kernel
def inner(x):
    return x + {plus}
"""
CALL = """
import sys
sys.path.insert(0, {folder!r})
import {module} as m
print(m.outer(4), sum(m.outer.stats.cache_hits.values()))
"""


class Room:
    """A folder with two modules and a cache, run in processes of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        self.write(3, 1)

    def write(self, factor: int, plus: int) -> None:
        kernels = self.folder / "made.py"
        if not kernels.exists():
            kernels.write_text(KERNELS.format(module="made"))
        (self.folder / "made_numbers.py").write_text(NUMBERS.format(factor=factor, plus=plus))

    def start(self, **environment: str) -> subprocess.Popen[str]:
        code = textwrap.dedent(CALL.format(folder=str(self.folder), module="made"))
        env = {**os.environ, "NUMBA_CACHE_DIR": str(self.cache), "PYTHONDONTWRITEBYTECODE": "1", **environment}
        return subprocess.Popen(
            [sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, **environment: str) -> tuple[int, int]:
        process = self.start(**environment)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        answer, hits = out.split()
        return int(answer), int(hits)

    def files(self, ending: str) -> list[Path]:
        return sorted(self.cache.rglob(f"*{ending}"))


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_second_process_reads_the_cache(room: Room) -> None:
    assert room.run() == (30, 0)
    assert room.run() == (30, 1)


def test_whether_it_was_compiled_before(room: Room) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(room.folder)!r}); import made; from matcher.compiled import is_stored; "
    )

    def told(then: str = "", **environment: str) -> str:
        env = {**os.environ, "NUMBA_CACHE_DIR": str(room.cache), **environment}
        line = [sys.executable, "-c", code + then + "print(is_stored(made.outer))"]
        return subprocess.run(line, env=env, capture_output=True, text=True, check=True).stdout.strip()

    assert told() == "False"
    assert told("made.outer(4); ") == told() == "True"
    assert told(NUMBA_DISABLE_JIT="1") == "True"


def test_damaged_index_or_code_is_compiled_again_and_repaired(room: Room) -> None:
    def truncate(path: Path) -> None:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    def empty(path: Path) -> None:
        path.write_bytes(b"")

    def flip(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[len(data) * 2 // 3] ^= 16
        path.write_bytes(bytes(data))

    assert room.run() == (30, 0)
    for damage in (truncate, empty, flip):
        for ending in (".nbi", ".nbc"):
            files = room.files(ending)
            assert files
            for path in files:
                damage(path)
            assert room.run() == (30, 0), (damage.__name__, ending)
            assert room.run() == (30, 1), (damage.__name__, ending)


def test_constant_or_kernel_of_another_module_changed(room: Room) -> None:
    assert room.run() == (30, 0)
    room.write(5, 1)
    assert room.run() == (50, 0)
    room.write(5, 2)
    assert room.run() == (70, 0)
    assert room.run() == (70, 1)


def test_no_place_for_a_cache(room: Room) -> None:
    room.cache.write_text("a file stands where the folder should be")
    assert room.run() == (30, 0)
    # Neither beside the module nor at home: numba itself would refuse to import this.
    assert room.run(NUMBA_CACHE_DIR="", NUMBA_CACHE_LOCATOR_CLASSES="IPythonCacheLocator") == (30, 0)


def test_without_compilation_it_is_the_plain_function(room: Room) -> None:
    code = f"import sys; sys.path.insert(0, {str(room.folder)!r}); import made; print(made.outer(4))"
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["30"]


def test_cold_starts_at_the_same_time(room: Room) -> None:
    processes = [room.start() for _ in range(4)]
    for process in processes:
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, err
        assert out.split()[0] == "30"
    assert room.run() == (30, 1)


def test_a_failed_write_never_leaves_old_code_under_a_new_index(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.run()
    before = {path.name for path in room.cache.rglob("*.nbc")}
    room.write(3, 100)
    fail = textwrap.dedent(f"""
        import sys
        from matcher import compiled
        def broken(self, name, data):
            raise OSError(28, "disk full")
        compiled._CheckedFile._save_data = broken
        sys.path.insert(0, {str(room.folder)!r})
        import made
        made.outer(4)
    """)
    env = {**os.environ, "NUMBA_CACHE_DIR": str(room.cache), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", fail], env=env, check=True)
    assert {path.name for path in room.cache.rglob("*.nbc")} == before
    assert room.run() == (3 * (0 + 1 + 2 + 3 + 4 * 100), 0)
