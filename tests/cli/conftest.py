"""A small bundle and a plan for it, made once."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from matcher.cli import main
from matcher.sample import write_sample

DAY = "2026-11-21"


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `bundle` and, in `out`, a published plan for it; not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    write_sample(folder / "bundle", people=150, vacancies=60)
    with contextlib.suppress(SystemExit):
        main(["run", str(folder / "bundle"), "--out", str(folder / "out"), "--run-date", DAY, "--quiet", "--json"])
    assert (folder / "out" / "latest" / "manifest.json").is_file()
    return folder


@pytest.fixture
def bundle(made: Path, tmp_path: Path) -> Path:
    """A copy of the bundle, to break."""
    return shutil.copytree(made / "bundle", tmp_path / "bundle")


@pytest.fixture
def plan(made: Path, tmp_path: Path) -> Path:
    """A copy of the published plan, to break."""
    return shutil.copytree((made / "out" / "latest").resolve(), tmp_path / "plan")


@pytest.fixture
def matcher(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Outcome]]:
    """Run the command line in this process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}

    def run(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in arguments])
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        assert "Traceback" not in said.err or os.environ.get("MATCHER_DEBUG") == "1"
        return Outcome(ended.value.code, said.out, said.err)

    yield run
    for number, handler in before.items():
        signal.signal(number, handler)


def python(code: str, *arguments: str | Path, **more: Any) -> "subprocess.CompletedProcess[str]":
    """Run a script in a process of its own."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **more)
