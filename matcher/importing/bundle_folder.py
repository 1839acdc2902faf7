"""A bundle on disk, all of it or none: written beside its place, then moved there."""

import contextlib
import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.errors import FileError, InputError
from matcher.importing.report import MADE_BY

REPORT = "import_report.json"
PROBLEMS = "import_problems.csv"
POLICY = "policy.toml"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bundle may be written.

    Attributes
    ----------
    replaces
        An earlier import stands there, as it was written.
    policy
        A policy.toml that the user put beside it and that is kept; None where there is none.
    """

    path: Path
    replaces: bool
    policy: bytes | None


def find_place(target: Path) -> Place:
    """Check that a bundle may be written to a folder, before any work is done.

    Raises
    ------
    FileError
        It is a link, not a folder, or cannot be looked into.
    InputError
        It holds something that no import wrote, or an import that was changed since.
    """
    with _file_errors(target):
        if target.is_symlink():
            raise FileError(f"{target} is a link. Give the folder it points at.")
        if not target.exists():
            return Place(target, False, None)
        if not target.is_dir():
            raise FileError(f"{target} is not a folder. Give a folder that is empty or not there yet.")
        names = sorted(path.name for path in target.iterdir())
        if not names:
            return Place(target, False, None)
        written = _earlier(target)
        if written is None:
            raise InputError(f"{target} is not empty, and not an earlier import. Choose an empty folder.")
        changed = [name for name in written if _digest(target / name) not in (written[name], None)]
        strangers = [name for name in names if name not in {*written, REPORT, POLICY}]
        if changed or strangers:
            what = (
                f"was changed since it was imported ({changed[0]})"
                if changed
                else f"holds {strangers[0]}, which no import wrote"
            )
            raise InputError(f"{target} {what}. Move it away, or choose an empty folder.")
        policy = (target / POLICY).read_bytes() if POLICY in names and POLICY not in written else None
        return Place(target, True, policy)


def write_bundle(place: Place, files: Mapping[str, bytes]) -> None:
    """Write all files, for nobody but their owner, and put the folder in place in one move.

    Raises
    ------
    FileError
        Something could not be written. The folder is as it was before.
    """
    with _file_errors(place.path):
        parent = place.path.absolute().parent
        parent.mkdir(parents=True, exist_ok=True)
        stage = parent / f".{place.path.name}.import-{secrets.token_hex(8)}"
        try:
            stage.mkdir(mode=0o700)
            for name, data in files.items():
                _write(stage / name, data)
            if place.policy is not None and POLICY not in files:
                _write(stage / POLICY, place.policy)
            _sync(stage)
            _swap(stage, place)
            _sync(parent)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _swap(stage: Path, place: Place) -> None:
    if not place.replaces:
        # A folder can be moved onto an empty one, and onto nothing else: what came there meanwhile is safe.
        stage.rename(place.path)
        return
    old = stage.with_name(f"{stage.name}-old")
    place.path.rename(old)
    try:
        stage.rename(place.path)
    except OSError:
        old.rename(place.path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _earlier(target: Path) -> dict[str, str] | None:
    """Return the files an earlier import wrote with their hashes; None where none did."""
    try:
        document: Any = json.loads((target / REPORT).read_bytes())
        if document["made_by"] != MADE_BY:
            return None
        return {str(Path(one["name"]).name): str(one["sha256"]) for one in document["written"]}
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise FileError(f"{path} got something in it while the import ran. Choose an empty folder.") from None
        why = os.strerror(error.errno).lower() if error.errno else type(error).__name__
        raise FileError(f"{path} cannot be used: {why}.") from None
