"""Instances on disk, made once per version of the code that makes them."""

import hashlib
import shutil
from pathlib import Path

import matcher.sample
from benchmarks.instance import Instance

_MARK = ".made"


def folder_of(instance: Instance, data: Path) -> Path:
    """Return where the instance lies, or will lie."""
    return data / instance.name


def is_stored(instance: Instance, data: Path) -> bool:
    """Whether the instance is there, complete and up to date."""
    mark = folder_of(instance, data) / _MARK
    return mark.is_file() and mark.read_text(encoding="utf-8") == _digest()


def store(instance: Instance, data: Path) -> None:
    """Make the instance anew. Anything in its folder is lost, unless it was never one of ours."""
    folder = folder_of(instance, data)
    if folder.exists():
        if any(folder.iterdir()) and not (folder / _MARK).exists():
            raise FileExistsError(f"{folder} was not made by a benchmark. Choose another folder with --data.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    # An empty mark first: what is half made may be thrown away.
    (folder / _MARK).write_text("", encoding="utf-8")
    instance.make(folder)
    (folder / _MARK).write_text(_digest(), encoding="utf-8")


def _digest() -> str:
    """A hash over the code that makes instances."""
    here, sample = Path(__file__).parent, Path(matcher.sample.__file__).parent
    files = [*sorted(sample.rglob("*.py")), *sorted(sample.rglob("*.csv")), *sorted(here.glob("instances/*.py"))]
    digest = hashlib.sha256()
    for file in (*files, here / "instance.py", here / "listed.py"):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
