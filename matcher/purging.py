"""Removing old runs: under the lock, one at a time, and never without a tombstone."""

import datetime as dt
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.errors import CertificateError, FileError, InputError
from matcher.io.manifest import MANIFEST, SUMS
from matcher.io.output_folder import LATEST, OutputFolder, file_errors, hold_output, is_run_id
from matcher.io.run_folder import digests_of, read_run
from matcher.io.tombstones import remove_run, write_tombstone

_TOLD = (
    "contract_version",
    "counts",
    "created_utc",
    "expected_durable",
    "inputs",
    "options",
    "outputs",
    "previous_run",
    "run_date",
    "seed",
    "versions",
)
_SOLVER = ("status", "objective", "upper_bound", "gap", "proof")


@dataclass(frozen=True, slots=True)
class OldRun:
    """A run of an output folder and what becomes of it.

    Attributes
    ----------
    created
        When it was published, as its manifest says; where no manifest can be read, when its folder was last changed.
    kept
        Why it stays: None where it is (or would be) removed, else ``"young"``, ``"latest"`` or ``"needed by latest"``.
    """

    run_id: str
    created: dt.datetime
    bytes: int
    kept: str | None


def purge(out: Path, *, before: dt.datetime, now: dt.datetime, dry_run: bool = False) -> list[OldRun]:
    """Remove the runs of an output folder that were published before a moment, oldest first.

    ``latest`` stays at any age, and so does the run whose prices it started from: without it, ``latest`` could not be replayed. Of every
    other run a tombstone is on the disk before it disappears, and it disappears in one step. Killed anywhere, every run is either there
    as it was or gone with a tombstone.

    Parameters
    ----------
    before, now
        Moments with a time zone.
    dry_run
        Only say what would be done; needs no lock and changes nothing.

    Returns
    -------
    list[OldRun]
        Every run that was there, oldest first.

    Raises
    ------
    LockedError
        A run is being made here.
    FileError
        The folder cannot be read, or a run cannot be removed; what was removed before it stays removed.
    """
    if not out.is_dir():
        raise FileError(f"{out} is not a folder. Give the folder that holds all runs.")
    if dry_run:
        return list(_runs(out, before))
    with hold_output(out) as output:
        found = list(_runs(out, before))
        for run in found:
            if run.kept is None:
                _bury(output, run, now)
    return found


def _runs(out: Path, before: dt.datetime) -> Iterator[OldRun]:
    with file_errors(f"{out} cannot be read"):
        held = {name: _manifest(out / name) for name in _run_names(out)}
        created = {name: _created(out / name, manifest) for name, manifest in held.items()}
        latest = _latest(out, created)
        earlier = held.get(latest or "", {}).get("previous_run")
        needed = earlier.get("run_id") if isinstance(earlier, dict) else None
        for name in sorted(held, key=lambda name: (created[name], name)):
            why = None
            if name == latest:
                why = "latest"
            elif name == needed:
                why = "needed by latest"
            elif created[name] >= before:
                why = "young"
            yield OldRun(name, created[name], _size(out / name), why)


def _run_names(out: Path) -> list[str]:
    """Folders (never links) that hold what only a run has."""
    with os.scandir(out) as found:
        folders = [one.name for one in found if is_run_id(one.name) and one.is_dir(follow_symlinks=False)]
    return [name for name in folders if any((out / name / file).is_file() for file in (MANIFEST, SUMS))]


def _manifest(run: Path) -> Mapping[str, Any]:
    """What the manifest of a run says, without holding it against anything; nothing where it cannot be read."""
    try:
        found = json.loads((run / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _created(run: Path, manifest: Mapping[str, Any]) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(manifest["created_utc"])
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    except (KeyError, TypeError, ValueError):
        return dt.datetime.fromtimestamp(run.stat().st_mtime, dt.UTC)


def _latest(out: Path, created: Mapping[str, dt.datetime]) -> str | None:
    """The run that `latest` points at; the newest where it points nowhere, so that one always stays."""
    try:
        name = str((out / LATEST).readlink())
    except OSError:
        name = ""
    return name if name in created else max(created, key=lambda name: (created[name], name), default=None)


def _size(run: Path) -> int:
    return sum(one.stat(follow_symlinks=False).st_size for one in run.rglob("*") if stat.S_ISREG(one.lstat().st_mode))


def _bury(output: OutputFolder, run: OldRun, now: dt.datetime) -> None:
    folder = output.path / run.run_id
    facts = {"purged_utc": f"{now.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}", "bytes": run.bytes, **_facts(folder)}
    write_tombstone(output, run.run_id, facts)
    remove_run(output, run.run_id)


def _facts(folder: Path) -> dict[str, Any]:
    """What a tombstone keeps: of a run that is not as it was published only hashes, for its text may be anybody's."""
    digests = digests_of(folder)
    sums = {"manifest_sha256": digests.get(MANIFEST), "sums_sha256": digests.get(SUMS)}
    try:
        manifest = read_run(folder).manifest
        solver = {key: manifest["solver"].get(key) for key in _SOLVER}
        told = {key: manifest.get(key) for key in _TOLD}
        return {
            **sums,
            **told,
            "policy_sha256": manifest["policy"]["sha256"],
            "solver": solver,
            "warnings": sorted(str(one.get("code")) for one in manifest["warnings"]),
            "as_published": True,
        }
    except (CertificateError, InputError, LookupError, TypeError, AttributeError):
        found = sorted(digest for name, digest in digests.items() if digest and name not in (MANIFEST, SUMS))
        return {**sums, "found_sha256": found, "as_published": False}
