"""Reading a published run back, and noticing any byte that changed since."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from matcher.errors import CertificateError, FileError, InputError
from matcher.io.manifest import MANIFEST, SUMS, parse_manifest, records_of, sha256, sums_bytes
from matcher.io.output_folder import LATEST, entries, file_errors, open_folder
from matcher.io.tombstones import purged_text


@dataclass(frozen=True, slots=True)
class RunFiles:
    """A published run whose every byte is the one that was published.

    Attributes
    ----------
    folder
        The run's own folder, also where it was named through ``latest``.
    tables
        Name (without ``.parquet``) to table, of those that stand in the folder itself.
    """

    folder: Path
    manifest: Mapping[str, Any]
    tables: Mapping[str, pa.Table]

    @property
    def inner(self) -> tuple[str, ...]:
        """Paths of the files in folders inside the run."""
        return tuple(record.name for record in records_of(self.manifest, "outputs") if "/" in record.name)

    def read(self, path: str) -> bytes:
        """Read a file of the run once more; raises `CertificateError` where it is not the one that was published."""
        meant = {record.name: record.sha256 for record in records_of(self.manifest, "outputs")}
        with file_errors(f"{self.folder} cannot be read"):
            fd = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                raw = read_inside(path, fd)
            finally:
                os.close(fd)
        if sha256(raw) != meant.get(path):
            raise CertificateError(f"The run is not as it was published: {path} was changed.")
        return raw


def read_run(folder: Path) -> RunFiles:
    """Read a run, and refuse it where anything differs from what was published.

    Raises
    ------
    FileError
        There is no run here (any more), or it cannot be read.
    CertificateError
        Files were changed, removed or added since; the message names each of them.
    """
    if not os.path.lexists(folder) and (gone := purged_text(folder)):
        raise FileError(gone)
    with file_errors(f"{folder} cannot be read"):
        # One look at `latest`: a run published meanwhile must not be mixed with this one.
        real = folder.resolve(strict=True)
        fd = os.open(real, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        with file_errors(f"{folder} cannot be read"):
            names = entries(fd)
            if MANIFEST not in names and SUMS not in names:
                hint = f" Did you mean {folder / LATEST}?" if LATEST in names else ""
                raise FileError(f"{folder} is not a run: it has no {MANIFEST}.{hint}")
            raw = {name: _read_any(name, fd) for name in sorted(names) if not _is_folder(name, fd)}
            digests = {name: None if content is None else sha256(content) for name, content in raw.items()}
            for name in sorted(names - raw.keys()):
                digests |= _digests_inside(name, fd)
    finally:
        os.close(fd)
    manifest = _checked(digests, raw.get(MANIFEST), raw.get(SUMS))
    listed = [record.name for record in records_of(manifest, "outputs")]
    outputs = [name for name in listed if name.endswith(".parquet") and "/" not in name]
    tables = {name.removesuffix(".parquet"): decode_table(name, raw[name] or b"") for name in outputs}
    return RunFiles(real, manifest, tables)


def read_bytes(name: str, fd: int) -> bytes:
    """Read a regular file inside an open folder, never through a link and never from a device."""
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=fd)
    with os.fdopen(file, "rb") as handle:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise FileError(f"{name} is not a regular file.")
        return handle.read()


def read_inside(path: str, fd: int) -> bytes:
    """Read a regular file in a folder inside an open folder; no part of the way may be a link."""
    *folders, name = path.split("/")
    opened: list[int] = []
    try:
        for folder in folders:
            opened.append(open_folder(folder, opened[-1] if opened else fd))
        return read_bytes(name, opened[-1] if opened else fd)
    finally:
        for one in opened:
            os.close(one)


def decode_table(name: str, raw: bytes) -> pa.Table:
    """Return the table in the bytes of a Parquet file.

    Raises
    ------
    CertificateError
        They are no Parquet file, or a page does not fit its checksum.
    """
    try:
        return pq.read_table(pa.BufferReader(raw), page_checksum_verification=True)
    except (OSError, ValueError, pa.ArrowException) as error:
        # An error of the system (Arrow loads parts of itself here) says nothing about the file; those of Arrow carry no number.
        if isinstance(error, MemoryError) or getattr(error, "errno", None):
            raise
        raise CertificateError(f"{name} is not a Parquet file that can be read.") from None


def digests_of(folder: Path) -> dict[str, str | None]:
    """Hash every file below a folder by its path, whatever state the run in it is in; None for what is no regular file.

    Raises
    ------
    FileError
        It cannot be read.
    """
    with file_errors(f"{folder} cannot be read"):
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            found: dict[str, str | None] = {}
            for name in sorted(entries(fd)):
                if _is_folder(name, fd):
                    found |= _digests_inside(name, fd)
                else:
                    raw = _read_any(name, fd)
                    found[name] = None if raw is None else sha256(raw)
            return found
        finally:
            os.close(fd)


def _read_any(name: str, fd: int) -> bytes | None:
    """Read a file; None for a link, a folder or a device, which no run ever publishes."""
    if not stat.S_ISREG(os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode):
        return None
    return read_bytes(name, fd)


def _is_folder(name: str, fd: int) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode)


def _digests_inside(path: str, fd: int) -> dict[str, str | None]:
    """Hash every file below a folder by its path, one at a time; None for what is none, and for a folder without any."""
    name = path.rpartition("/")[2]
    inner = open_folder(name, fd)
    try:
        found: dict[str, str | None] = {}
        for entry in sorted(entries(inner)):
            below = f"{path}/{entry}"
            if _is_folder(entry, inner):
                found |= _digests_inside(below, inner)
            else:
                raw = _read_any(entry, inner)
                found[below] = None if raw is None else sha256(raw)
        return found or {path: None}
    finally:
        os.close(inner)


def _checked(digests: Mapping[str, str | None], body: bytes | None, sums: bytes | None) -> Mapping[str, Any]:
    """Return the manifest after holding every file against it, and the checksums against both."""
    manifest = None
    faults = []
    try:
        manifest = parse_manifest(body or b"")
        listed = {record.name: record.sha256 for record in records_of(manifest, "outputs")}
    except (CertificateError, InputError, LookupError, TypeError) as error:
        if isinstance(error, InputError) and _parse_sums(sums).get(MANIFEST) == sha256(body or b""):
            raise  # truly of another version, not a damaged one of ours
        manifest = None
        faults.append(f"{MANIFEST} is missing" if body is None else f"{MANIFEST} was changed")
        listed = {name: digest for name, digest in _parse_sums(sums).items() if name != MANIFEST}
    held = {name: digest or "" for name, digest in digests.items()}
    outputs = held.keys() - {MANIFEST, SUMS}
    faults += [f"{name} is missing" for name in sorted(listed.keys() - outputs)]
    faults += [f"{name} was changed" for name in sorted(listed.keys() & outputs) if listed[name] != held[name]]
    faults += [f"{name} was added" for name in sorted(outputs - listed.keys())]
    if manifest is not None:
        faults += _sums_faults(sums, listed, held[MANIFEST])
    if faults or manifest is None:
        raise CertificateError(f"The run is not as it was published: {'; '.join(faults)}.")
    return manifest


def _sums_faults(raw: bytes | None, listed: Mapping[str, str], manifest: str) -> list[str]:
    if raw is None:
        return [f"{SUMS} is missing"]
    if raw == sums_bytes({**listed, MANIFEST: manifest}):
        return []
    sums = _parse_sums(raw)
    if sums.get(MANIFEST, manifest) != manifest:
        # Each of the two would accuse the other; who holds a copy of either can tell.
        return [f"{MANIFEST} or {SUMS} was changed"]
    return [f"{SUMS} was changed"]


def _parse_sums(raw: bytes | None) -> dict[str, str]:
    """Return name to checksum as far as the text can be read."""
    lines = (raw or b"").decode("ascii", "replace").splitlines()
    pairs = [line.split("  ", 1) for line in lines]
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
