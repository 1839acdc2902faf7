"""The folder that holds all runs, under its lock: opened without following links, cleaned, and the only door to a stage."""

import contextlib
import errno
import fcntl
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import FileError, LockedError

LATEST = "latest"
LOCK = ".lock"
PURGED = "purged"
"""The folder inside an output folder that tells about runs that were removed."""
_OURS = re.compile(r"^\.(stage|latest|probe)-.*[0-9a-f]{16}$")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,98}[A-Za-z0-9]|[A-Za-z0-9]")
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """An output folder while this process holds its lock.

    Attributes
    ----------
    path
        Where it is, for messages only; all work goes through ``fd``, so that swapping the folder for a link changes nothing.
    """

    path: Path
    fd: int

    def free_run_id(self, wanted: str) -> str:
        """Return ``wanted``, with a number behind it where a run of that name exists."""
        taken = entries(self.fd)
        number = 1
        name = wanted
        while name in taken:
            number += 1
            name = f"{wanted}-{number}"
        return name

    def check_writable(self) -> None:
        """Write and remove a small file, so that a run that cannot end well never begins.

        Raises
        ------
        FileError
            It cannot be written to, or ``latest`` is something that a run must not replace.
        """
        with file_errors(f"{self.path} cannot be written to"):
            probe = hidden_name("probe")
            try:
                os.close(os.open(probe, NEW_FILE, 0o600, dir_fd=self.fd))
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(probe, dir_fd=self.fd)
            if (mode := self._mode(LATEST)) is not None and not stat.S_ISLNK(mode):
                raise FileError(
                    f"{self.path / LATEST} is not a link that a run made. Move it away, or choose another folder."
                )

    def latest(self) -> str | None:
        """Return the run that ``latest`` points at; None where there is none."""
        try:
            return os.readlink(LATEST, dir_fd=self.fd)
        except FileNotFoundError:
            return None

    def point_latest(self, run_id: str) -> None:
        """Turn ``latest`` to a run that stands here complete, in one step."""
        link = hidden_name("latest")
        with file_errors(f"{self.path / LATEST} cannot be turned to {run_id}"):
            os.symlink(run_id, link, dir_fd=self.fd)
            os.replace(link, LATEST, src_dir_fd=self.fd, dst_dir_fd=self.fd)
            os.fsync(self.fd)

    def _mode(self, name: str) -> int | None:
        try:
            return os.stat(name, dir_fd=self.fd, follow_symlinks=False).st_mode
        except FileNotFoundError:
            return None


@contextlib.contextmanager
def hold_output(path: Path) -> Iterator[OutputFolder]:
    """Open an output folder, made where it is missing, and hold its lock.

    Whatever dead runs left behind is removed: while the lock is held, no stage can belong to a living run.

    Raises
    ------
    LockedError
        Another run holds it; known at once, without waiting.
    FileError
        It is a link, not a folder, or cannot be opened.
    """
    with file_errors(f"{path} cannot be used as the output folder"):
        fd = _open_folder(path)
    try:
        with file_errors(f"{path} cannot be locked"):
            lock = _lock(fd, path)
        try:
            with file_errors(f"{path} cannot be cleaned of what an earlier run left"):
                _collect_garbage(fd)
            yield OutputFolder(path, fd)
        finally:
            os.close(lock)
    finally:
        os.close(fd)


def is_run_id(text: str) -> bool:
    """Whether a text may be the name of a run: a plain name on any disk, in any shell, log line or address, and not one of ours."""
    return _RUN_ID.fullmatch(text) is not None and text.lower() not in {LATEST, PURGED}


@contextlib.contextmanager
def file_errors(what: str) -> Iterator[None]:
    """Turn an error of the operating system into a `FileError` that begins with ``what``."""
    try:
        yield
    except OSError as error:
        raise FileError(f"{what}: {reason(error)}.") from error


def reason(error: OSError) -> str:
    """Say what the operating system reported, in its own words and without paths it may add."""
    return os.strerror(error.errno).lower() if error.errno else type(error).__name__


def hidden_name(kind: str, middle: str = "") -> str:
    """Return a name that nobody can foresee, for something that is not there yet."""
    return f".{kind}-{middle}{'-' if middle else ''}{secrets.token_hex(8)}"


def remove_tree(name: str, fd: int) -> None:
    """Remove a stage, or whatever stands there under its name, without following links."""
    try:
        mode = os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        shutil.rmtree(name, dir_fd=fd)
    else:
        os.unlink(name, dir_fd=fd)


def entries(fd: int) -> set[str]:
    """Return the names in an open folder."""
    with os.scandir(fd) as found:
        return {entry.name for entry in found}


def open_folder(name: str, fd: int) -> int:
    """Open a folder inside another one, never through a link."""
    return os.open(name, _FOLDER, dir_fd=fd)


def _open_folder(path: Path) -> int:
    try:
        return os.open(path, _FOLDER)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
        parent = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)
        return os.open(path, _FOLDER)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR) and path.is_symlink():
            raise FileError(
                f"{path} is a link. Give the folder it points at: a link can be turned to another place during a run."
            ) from None
        raise


def _lock(fd: int, path: Path) -> int:
    while True:
        lock = os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600, dir_fd=fd)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = os.fstat(lock)
            there = os.stat(LOCK, dir_fd=fd, follow_symlinks=False)
        except BlockingIOError:
            os.close(lock)
            raise LockedError(f"Another run holds {path}. Wait for it, or choose another folder.") from None
        except FileNotFoundError:
            os.close(lock)
            continue
        except BaseException:
            os.close(lock)
            raise
        if (held.st_dev, held.st_ino) == (there.st_dev, there.st_ino):
            return lock
        # Somebody removed the file between opening and locking: two runs could then hold two locks of one name.
        os.close(lock)


def _collect_garbage(fd: int) -> None:
    for name in entries(fd):
        if _OURS.match(name):
            remove_tree(name, fd)
