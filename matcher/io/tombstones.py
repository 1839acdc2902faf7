"""What stays of a run that was removed: who it was, what it was made of and the hash of every file, and nothing of anybody in it."""

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matcher.io.manifest import canonical_bytes
from matcher.io.output_folder import NEW_FILE, PURGED, OutputFolder, file_errors, hidden_name, open_folder, remove_tree

VERSION = 1


def tombstone_of(run: Path) -> dict[str, Any] | None:
    """Return the tombstone of a run by the path that its folder had; None where there is none that can be read."""
    path = run.parent / PURGED / f"{run.name}.json"
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            facts = json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) and facts.get("run_id") == run.name else None


def purged_text(run: Path) -> str | None:
    """Say that a run was purged and what is left of it; None where nothing says that it was."""
    facts = tombstone_of(run)
    if facts is None:
        return None
    return (
        f"Run {run.name} was purged on {str(facts.get('purged_utc'))[:10]}; {run.parent / PURGED / run.name}.json keeps the hashes of its "
        "files, its input and its policy."
    )


def write_tombstone(output: OutputFolder, run_id: str, facts: Mapping[str, Any]) -> None:
    """Write a tombstone whole or not at all, and see it on the disk; one of the same run is replaced. Raises `FileError`."""
    # Until it is whole it has a name that the next holder of the lock clears away.
    held = hidden_name("stage", run_id)
    with file_errors(f"{output.path / PURGED / run_id}.json cannot be written, and the run was not purged"):
        with contextlib.suppress(FileExistsError):
            os.mkdir(PURGED, 0o700, dir_fd=output.fd)
            os.fsync(output.fd)
        folder = open_folder(PURGED, output.fd)
        try:
            file = os.open(held, NEW_FILE, 0o600, dir_fd=output.fd)
            with os.fdopen(file, "wb") as handle:
                handle.write(canonical_bytes({**facts, "run_id": run_id, "tombstone_version": VERSION}))
                handle.flush()
                os.fsync(handle.fileno())
            os.rename(held, f"{run_id}.json", src_dir_fd=output.fd, dst_dir_fd=folder)
            os.fsync(folder)
        finally:
            os.close(folder)
            with contextlib.suppress(OSError):
                os.unlink(held, dir_fd=output.fd)


def remove_run(output: OutputFolder, run_id: str) -> None:
    """Remove a run in one step for everybody who looks; what a kill leaves of it goes with the next holder of the lock.

    Raises
    ------
    FileError
        It is still there, whole.
    """
    gone = hidden_name("stage", run_id)
    with file_errors(f"{output.path / run_id} cannot be removed"):
        os.rename(run_id, gone, src_dir_fd=output.fd, dst_dir_fd=output.fd)
        os.fsync(output.fd)
    with contextlib.suppress(OSError):
        remove_tree(gone, output.fd)
