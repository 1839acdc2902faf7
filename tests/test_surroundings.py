"""The same plan wherever it is made: other zones, languages and folders; no network, no forks, no second solver library."""

import ast
import os
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from matcher.sample import write_sample

ROOT = Path(__file__).parents[1]
DAY = "2026-11-21"
PLACES: dict[str, dict[str, str]] = {
    "plain": {},
    "Kiritimati, another seed for hashes": {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "LC_ALL": "C"},
    "Turkish, many threads": {
        "LANG": "tr_TR.UTF-8",
        "OMP_NUM_THREADS": "7",
        "ARROW_NUM_THREADS": "3",
        "TZ": "America/Lima",
    },
    "odd settings": {
        "MATCHER_POLICY": "x.toml",
        "MATCHER_THREADS": "0",
        "PYTHONUTF8": "0",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    },
}
WATCHED = """
import sys
seen = []
def hear(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "os.fork", "os.forkpty", "os.system"):
        seen.append(event)
sys.addaudithook(hear)
from matcher.pipeline import match_tables
from matcher.cli import main
try:
    main(["validate", *sys.argv[1:], "--quiet", "--json"])
except SystemExit as end:
    print("ended", end.code, file=sys.stderr)
print("seen", seen, [name for name in ("highspy", "cvxpy", "polars", "multiprocessing.popen_fork") if name in sys.modules], file=sys.stderr)
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("somewhere") / "bundle"
    write_sample(folder, people=60, vacancies=25, limits=True)
    return folder


def _matcher(*arguments: str | Path, env: dict[str, str], cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "matcher", *map(str, arguments)]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "TZ", "PYTHON"))}
    given = {**kept, "PYTHONPATH": str(ROOT), **env}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=given, timeout=300)


def test_the_same_bytes_wherever_it_is_made(bundle: Path, tmp_path: Path) -> None:
    found = {}
    for number, (name, env) in enumerate(PLACES.items()):
        place = tmp_path / str(number)
        place.mkdir()
        options = ["--out", "out", "--run-date", DAY, "--quiet", "--threads", str(1 + number % 2)]
        done = _matcher("run", bundle, *options, env=env, cwd=place)
        assert done.returncode == 0, (name, done.stderr)
        folder = place / "out" / "latest"
        found[name] = {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}
        assert "assignments.parquet" in found[name]
    assert all(one == found["plain"] for one in found.values())


def test_more_threads_than_processors_change_nothing(bundle: Path, tmp_path: Path) -> None:
    tables = []
    for threads in ("1", "64"):
        options = ["--out", threads, "--run-date", DAY, "--quiet", "--threads", threads]
        done = _matcher("run", bundle, *options, env={}, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        tables.append(pq.read_table(tmp_path / threads / "latest" / "assignments.parquet"))
    assert tables[0].equals(tables[1])


def test_no_network_no_forks_and_one_solver_library(bundle: Path) -> None:
    command = [sys.executable, "-c", WATCHED, str(bundle)]
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)
    assert "ended 0" in done.stderr
    assert "seen [] []" in done.stderr
    assert time.monotonic() - began < 100


def test_nothing_in_the_package_forks_connects_or_evaluates() -> None:
    banned = {"eval", "exec", "os.fork", "os.forkpty", "os.system", "os.popen"}
    modules = {"socket", "urllib", "http", "requests", "highspy", "cvxpy", "duckdb", "sqlite3", "ftplib", "smtplib"}
    for path in sorted((ROOT / "matcher").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in banned, f"{path.name}, line {node.lineno}"
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                assert not {name.split(".")[0] for name in names} & modules, f"{path.name}, line {node.lineno}"
