"""The folder that holds all runs, under its lock: opened without following links, cleaned, and the only door to a stage."""

import contextlib
import errno
import fcntl
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import FileError, LockedError

LATEST = "latest"
LOCK = ".lock"
PURGED = "purged"
"""The folder inside an output folder that tells about runs that were removed."""
SWAP = "swap"
"""Kind of the link that is there while a run becomes visible: it points at that run until ``latest`` does."""
_OURS = re.compile(r"^\.(stage|latest|probe|swap)-.*[0-9a-f]{16}$")
_SWAP = re.compile(r"^\.swap-[0-9a-f]{16}$")
_LOOK_S = 0.05
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
        return _target(LATEST, self.fd)

    def _mode(self, name: str) -> int | None:
        try:
            return os.stat(name, dir_fd=self.fd, follow_symlinks=False).st_mode
        except FileNotFoundError:
            return None


@contextlib.contextmanager
def hold_output(
    path: Path, *, wait_s: float = 0.0, on_wait: Callable[[], None] = lambda: None
) -> Iterator[OutputFolder]:
    """Open an output folder, made where it is missing, and hold its lock.

    Whatever dead runs left behind is removed: while the lock is held, no stage can belong to a living run.

    Parameters
    ----------
    wait_s
        How long to wait for another run that holds it, in seconds; with 0 it is known at once.
    on_wait
        Called once, when the waiting begins.

    Raises
    ------
    LockedError
        Another run held it all the time.
    FileError
        It is a link, not a folder, or cannot be opened.
    """
    with file_errors(f"{path} cannot be used as the output folder"):
        fd = _open_folder(path)
    try:
        with file_errors(f"{path} cannot be locked"):
            lock = _waited(fd, path, wait_s, on_wait)
        try:
            with file_errors(f"{path} cannot be cleaned of what an earlier run left"):
                _collect_garbage(fd)
            yield OutputFolder(path, fd)
        finally:
            let_go(lock)
    finally:
        let_go(fd)


def stands(path: Path, run_id: str) -> bool:
    """Whether a run is visible in an output folder, and its swap was not left half done; raises `OSError`."""
    fd = open_output(path)
    try:
        if run_id not in entries(fd):
            return False
        return _target(LATEST, fd) == run_id or run_id not in _unfinished(fd).values()
    finally:
        let_go(fd)


def open_output(path: Path) -> int:
    """Open an output folder that is there, never through a link."""
    return os.open(path, _FOLDER)


def let_go(fd: int) -> None:
    """Close what was only read, or was flushed before: an error now could not undo anything, and must not pass for a failure."""
    with contextlib.suppress(OSError):
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
    if not stat.S_ISDIR(mode):
        os.unlink(name, dir_fd=fd)
        return
    try:
        os.rmdir(name, dir_fd=fd)  # an empty one goes even where no file can be opened any more
    except OSError:
        shutil.rmtree(name, dir_fd=fd)


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


def _waited(fd: int, path: Path, wait_s: float, on_wait: Callable[[], None]) -> int:
    until = time.monotonic() + wait_s
    waiting = False
    while True:
        try:
            return _lock(fd, path)
        except LockedError:
            left = until - time.monotonic()
            if left <= 0:
                raise
            if not waiting:
                on_wait()
            waiting = True
            time.sleep(min(_LOOK_S, left))


def _collect_garbage(fd: int) -> None:
    for name, run_id in _unfinished(fd).items():
        # Nobody was ever told that this run stands, and `latest` never pointed at it: out of sight in one step, then removed.
        with contextlib.suppress(FileNotFoundError):
            os.rename(run_id, hidden_name("stage"), src_dir_fd=fd, dst_dir_fd=fd)
            os.fsync(fd)
        os.unlink(name, dir_fd=fd)
    for name in entries(fd):
        if _OURS.match(name):
            remove_tree(name, fd)


def _unfinished(fd: int) -> dict[str, str]:
    """Links of swaps that never came to their end, with the run that each was to make visible."""
    latest = _target(LATEST, fd)
    found = {name: _target(name, fd) for name in entries(fd) if _SWAP.match(name)}
    return {
        name: run for name, run in found.items() if run and run != latest and "/" not in run and run not in {".", ".."}
    }


def _target(name: str, fd: int) -> str | None:
    """Where a link points; None where it is missing or no link."""
    try:
        return os.readlink(name, dir_fd=fd)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.EINVAL:
            return None
        raise
