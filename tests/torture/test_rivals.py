"""Two writers and a reader on one folder; files, space and descriptors that run out: a clean failure each time.

Quick: a few rounds. Long (``make torture``): ``MATCHER_ROUNDS=200 MATCHER_SWEEP=20``.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from matcher.io.run_folder import read_run
from tests.guarded.faulty import ROOT, command
from tests.io.test_publish import everything

ROUNDS = int(os.environ.get("MATCHER_ROUNDS", "4"))
SWEEP = int(os.environ.get("MATCHER_SWEEP", "4"))


class Worker:
    """A process that runs command lines."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def order(self, bundle: Path, out: Path, *more: str, **limits: int) -> None:
        assert self._process.stdin is not None
        given = [*command(bundle, out)[3:], *more]
        print(json.dumps({"arguments": given, "limits": limits}), file=self._process.stdin, flush=True)

    def answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "Traceback" not in found["err"]
        return found

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def worker(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    one = Worker()
    one.order(made / "bundle", tmp_path_factory.mktemp("warm") / "out")
    assert one.answer()["code"] == 0
    yield one
    one.close()


def test_of_two_writers_one_wins_and_readers_see_whole_runs(made: Path, tmp_path: Path, worker: Worker) -> None:
    out, other, over = tmp_path / "out", Worker(), threading.Event()
    seen: set[str] = set()
    torn: list[Exception] = []
    worker.order(made / "bundle", out)
    other.order(made / "bundle", tmp_path / "warm")
    assert worker.answer()["code"] == other.answer()["code"] == 0

    def read() -> None:
        while not over.wait(0.002):
            try:
                seen.add(read_run(out / "latest").folder.name)
            except Exception as error:
                torn.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    met = 0
    try:
        for number in range(ROUNDS):
            before = {path.name for path in out.iterdir()}
            for one in (worker, other):
                one.order(made / "bundle", out)
            answers = sorted((one.answer() for one in (worker, other)), key=lambda answer: int(answer["code"]))
            codes = [answer["code"] for answer in answers]
            new = {path.name for path in out.iterdir()} - before
            # On a busy machine one may begin only when the other is done; then both win, one after the other.
            assert codes in ([0, 6], [0, 0]), answers
            assert len(new) == codes.count(0), (number, new)
            met += codes == [0, 6]
            if codes == [0, 6]:
                assert "Another run holds" in answers[1]["err"]
                assert answers[1]["seconds"] < 1
    finally:
        over.set()
        reader.join()
        other.close()
    assert not torn
    assert seen
    assert met > ROUNDS / 2


@pytest.fixture
def good(made: Path, tmp_path: Path, worker: Worker) -> Path:
    """An output folder with a run in it."""
    out = tmp_path / "out"
    worker.order(made / "bundle", out)
    assert worker.answer()["code"] == 0
    return out


def unharmed(out: Path, before: dict[str, bytes | str]) -> None:
    """As it was, to the byte, with nothing left behind."""
    assert everything(out) == before
    read_run(out / "latest")


def parts() -> list[float]:
    return [number / SWEEP for number in range(SWEEP)]


def test_files_that_may_not_grow_are_a_clean_failure(made: Path, good: Path, worker: Worker) -> None:
    before = everything(good)
    largest = max(len(content) for content in before.values() if isinstance(content, bytes))
    for part in parts():
        worker.order(made / "bundle", good, FSIZE=int(part * largest))
        answer = worker.answer()
        assert answer["code"] == 5, (part, answer)
        assert "file too large" in answer["err"]
        unharmed(good, before)
    worker.order(made / "bundle", good)
    assert worker.answer()["code"] == 0


def test_descriptors_that_run_out_are_a_clean_failure(made: Path, good: Path, worker: Worker) -> None:
    before, codes = everything(good), []
    for most in range(4, 4 + max(SWEEP, 8)):
        worker.order(made / "bundle", good, NOFILE=most)
        answer = worker.answer()
        codes.append(answer["code"])
        assert answer["code"] in {0, 5}, (most, answer)
        if answer["code"]:
            unharmed(good, before)
        before = everything(good)
    assert 5 in codes


@pytest.mark.parametrize("most", [9, 16, 32])
def test_a_whole_run_with_few_descriptors_ends_in_order(made: Path, tmp_path: Path, most: int) -> None:
    given = ["bash", "-c", f'ulimit -n {most}; exec "$@"', "bash", *command(made / "bundle", tmp_path / "out")]
    done = subprocess.run(given, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode in {0, 5}, (most, done)
    assert "Traceback" not in done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system in memory, where this user may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m,mode=700", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("file systems cannot be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def resize(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(disk)], check=True)


def test_a_full_or_read_only_disk_is_a_clean_failure(made: Path, small_disk: Path, worker: Worker) -> None:
    out = small_disk / "out"
    worker.order(made / "bundle", out)
    assert worker.answer()["code"] == 0
    before = everything(out)
    used = shutil.disk_usage(small_disk).used
    need = sum(path.stat().st_blocks * 512 for path in (out / "latest").resolve().rglob("*"))
    for part in parts():
        # Part of what a run takes at the least: what it frees before it ends, and blocks, come on top.
        resize(small_disk, f"size={used + int(part * need * 0.8)}")
        worker.order(made / "bundle", out)
        answer = worker.answer()
        assert answer["code"] == 5, (part, answer)
        assert "no space left" in answer["err"]
        unharmed(out, before)
    resize(small_disk, "size=64m,ro")
    worker.order(made / "bundle", out)
    answer = worker.answer()
    assert (answer["code"], "read-only" in answer["err"]) == (5, True), answer
    resize(small_disk, "rw")
    unharmed(out, before)
    worker.order(made / "bundle", out)
    assert worker.answer()["code"] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_of_somebody_else_is_refused_at_once(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir(mode=0o755)
    code = """
import os, sys
from pathlib import Path
from matcher.errors import FileError
from matcher.io.output_folder import hold_output
os.chdir(sys.argv[1])
os.setuid(65534)
try:
    with hold_output(Path("out")) as output:
        output.check_writable()
except FileError as error:
    sys.exit(error.exit_code)
"""
    tmp_path.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 5, done.stderr
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("size", ["150M", "250M", "300M", "350M", "450M"])
def test_whatever_memory_it_may_have_a_run_ends_in_order(made: Path, tmp_path: Path, size: str) -> None:
    if size != "300M" and SWEEP < 10:
        pytest.skip("part of the long form")
    out = tmp_path / "out"
    done = subprocess.run(
        [*command(made / "bundle", out), "--memory-limit", size], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 8}, done.stderr
    assert (out / "latest").exists() == (done.returncode == 0)
    if out.exists():  # loading the libraries may already be too much
        assert {path.name for path in out.iterdir() if path.name.startswith(".")} <= {".lock", ".records"}
