"""A kill, an I/O error, a full disk at each system call of a publication: the old run or the new one stands, and the exit code is true.

Quick: a sample of the calls. Long (``make torture``): all of them.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher.io.output_folder import hold_output
from matcher.io.run_folder import read_run
from tests.io.test_publish import publish_one

ROOT = Path(__file__).parents[2]
LONG = os.environ.get("MATCHER_SYSCALLS") == "all"
QUICK_CASES = 12
STRACE = shutil.which("strace")
CALLS = (
    *(
        "open",
        "openat",
        "creat",
        "read",
        "pread64",
        "write",
        "pwrite64",
        "close",
        "fsync",
        "fdatasync",
        "ftruncate",
        "lseek",
    ),
    *(
        "mkdir",
        "mkdirat",
        "rmdir",
        "unlink",
        "unlinkat",
        "rename",
        "renameat",
        "renameat2",
        "symlink",
        "symlinkat",
        "flock",
    ),
    *("readlink", "readlinkat", "stat", "fstat", "newfstatat", "getdents64", "dup", "fcntl"),
)
FULL = {
    "open",
    "openat",
    "write",
    "pwrite64",
    "fsync",
    "mkdir",
    "mkdirat",
    "symlink",
    "symlinkat",
    "rename",
    "renameat",
}
SHARDS = 4

pytestmark = pytest.mark.skipif(STRACE is None, reason="needs strace")


class Zygote:
    """Publications under strace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = 0
        self._errors = (folder / "zygote.err").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
        )

    def publish(self, *options: str) -> tuple[Path, int, str]:
        """Publish run-2 beside run-1 with these options of strace; the output folder, the exit code, and the log."""
        self._number += 1
        out, log = self.folder / f"out-{self._number}", self.folder / "strace.log"
        publish_one(out)
        pid = int(self._ask(str(out)))
        assert STRACE
        tracer = subprocess.Popen(
            [STRACE, "-y", "-o", str(log), *options, "-p", str(pid)], stderr=subprocess.PIPE, text=True
        )
        assert tracer.stderr is not None
        if "attached" not in (said := tracer.stderr.readline()):
            pytest.skip(f"strace may not look into processes here: {said.strip()}")
        code = int(self._ask("go"))
        tracer.wait(timeout=60)
        tracer.stderr.close()
        return out, code, log.read_text(errors="replace")

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(line, file=self._process.stdin, flush=True)
        return self._process.stdout.readline()


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    made = Zygote(tmp_path_factory.mktemp("zygote"))
    yield made
    made.close()


def counted(zygote: Zygote) -> Counter[str]:
    """How often a publication makes each call."""
    out, code, log = zygote.publish("-e", f"trace={','.join(f'?{name}' for name in CALLS)}")
    assert code == 0
    shutil.rmtree(out)
    return Counter(found[1] for line in log.splitlines() if (found := re.match(r"(\w+)\(", line)))


def cases(counts: Counter[str]) -> list[tuple[str, str, int]]:
    """Every call with what is done to it."""
    found = []
    for name, total in sorted(counts.items()):
        for number in range(1, total + 1):
            found += [(name, "signal=KILL", number), (name, "error=EIO", number)]
            found += [(name, "error=ENOSPC", number)] * (name in FULL)
    return found


def held_to(out: Path, code: int, case: tuple[str, str, int]) -> None:
    """The old run or the new one, whole, as the exit code says; and the next run cleans up."""
    latest = str((out / "latest").readlink())
    runs = {path.name for path in out.iterdir() if not path.name.startswith(".")} - {"latest"}
    assert latest in runs, case
    for run in runs:
        read_run(out / run)
    assert code in ({-9, 0} if "KILL" in case[1] else {0, 5}), (case, code)
    if code == 0:
        assert latest == "run-2", case
    elif code == 5:
        assert (latest, runs) == ("run-1", {"run-1"}), case
    with hold_output(out):
        pass
    left = {path.name for path in out.iterdir()}
    assert left == {".lock", "latest", "run-1"} | ({"run-2"} if latest == "run-2" else set()), case
    shutil.rmtree(out)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_fault_at_each_system_call_of_a_publication(zygote: Zygote, shard: int) -> None:
    todo = cases(counted(zygote))
    assert len(todo) > 300
    if not LONG:
        # Another part of them each time the calls change, and always some of every kind.
        todo = todo[:: len(todo) // (QUICK_CASES * SHARDS)]
    for case in todo[shard::SHARDS]:
        name, what, number = case
        out, code, log = zygote.publish("-e", f"trace={name}", "-e", f"inject={name}:{what}:when={number}")
        assert "INJECTED" in log or "SIGKILL" in log, (case, log)
        held_to(out, code, case)


def test_everything_is_flushed_before_it_becomes_visible(zygote: Zygote) -> None:
    out, code, log = zygote.publish("-e", "trace=write,fsync,rename,renameat,symlinkat,openat")
    assert code == 0
    calls = [found.groups() for line in log.splitlines() if (found := re.match(r"(\w+)\((.*)\) += ", line))]
    named = [(name, re.findall(r"<([^>]*)>", rest), rest) for name, rest in calls]

    def at(call: str, path: str) -> list[int]:
        return [place for place, (name, paths, _) in enumerate(named) if name == call and paths and paths[0] == path]

    stage = next(paths[0] for name, paths, _ in named if name == "fsync" and "/.stage-" in paths[0]).split("/.stage-")[
        1
    ]
    stage = f"{out}/.stage-{stage.split('/')[0]}"
    swap, latest = (
        [place for place, (name, _, rest) in enumerate(named) if name.startswith("rename") and '"latest"' in rest],
        [place for place, (name, _, rest) in enumerate(named) if name.startswith("rename") and '"run-2"' in rest],
    )
    swap, latest = latest, swap
    assert len(swap) == len(latest) == 1
    files = {paths[0] for name, paths, _ in named if name == "write" and paths and paths[0].startswith(f"{stage}/")}
    files = {file for file in files if "/.scratch/" not in file}
    assert {file.rpartition("/")[2] for file in files} >= {
        "manifest.json",
        "SHA256SUMS",
        "report.html",
        "proposals.csv",
    }
    for file in files:
        assert max(at("write", file)) < max(at("fsync", file)) < swap[0], file
        folder = file.rpartition("/")[0]
        assert max(at("fsync", file)) < max(at("fsync", folder)) < swap[0], folder
    manifest = at("write", f"{stage}/manifest.json")
    assert min(manifest) > max(max(at("write", file)) for file in files if not file.endswith(f"{stage}/manifest.json"))
    parent = at("fsync", str(out))
    assert any(swap[0] < place < latest[0] for place in parent)
    assert any(latest[0] < place for place in parent)
