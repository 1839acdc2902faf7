"""The only code that makes a result visible: stage, fsync, re-read, check, manifest last, one swap."""

import contextlib
import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from matcher.errors import CertificateError, FileError
from matcher.io.manifest import MANIFEST, SUMS, FileRecord, canonical_bytes, sha256, sums_bytes
from matcher.io.output_folder import (
    LATEST,
    NEW_FILE,
    SWAP,
    OutputFolder,
    entries,
    file_errors,
    hidden_name,
    let_go,
    open_folder,
    reason,
    remove_tree,
)
from matcher.io.run_folder import decode_table, read_bytes, read_inside

Seal = Callable[[Mapping[str, pa.Table], Sequence[FileRecord]], Mapping[str, Any]]
"""Gets the tables as re-read from disk and what their files are; gives the manifest, or raises and nothing is published."""

_ROW_GROUP = 262_144
_SCRATCH = ".scratch"
_SPARE = 4


class MoreFiles(Protocol):
    """Files that stand beside the tables, in folders of their own."""

    def make(self, scratch: Path) -> Iterable[tuple[str, bytes, int | None]]:
        """Give path inside the run (with ``/``), content, and rows where it is a table; ``scratch`` is for temporary files."""
        ...

    def check(self, read: Callable[[str], bytes]) -> None:
        """Look at the files as the disk gives them back, after the tables were sealed; raises, and nothing is published."""
        ...


@dataclass(frozen=True, slots=True)
class _Stage:
    output: OutputFolder
    name: str
    fd: int
    written: dict[str, str] = field(default_factory=dict)  # name to SHA-256 of what was handed to the disk


def publish(
    output: OutputFolder,
    run_id: str,
    tables: Mapping[str, pa.Table],
    *,
    seal: Seal,
    more: MoreFiles | None = None,
    pages: Mapping[str, bytes] | None = None,
    before_swap: Callable[[], None] = lambda: None,
) -> Path:
    """Write a run beside its final place, have it checked as it stands on disk, and make it visible in one step.

    Parameters
    ----------
    output
        The folder, locked by this process.
    run_id
        Name of the run's folder; it must be free.
    tables
        Name (without ``.parquet``) to table.
    seal
        Looks at what the disk gives back, and answers with the manifest.
    more
        Files beside the tables; the manifest lists them too.
    pages
        Name to bytes of files for people; they are held to what was written, as the tables are.
    before_swap
        Called once, after everything is on disk and right before the run becomes visible. It may raise to prevent that.

    Returns
    -------
    The run's folder.

    Raises
    ------
    FileError
        Something could not be written, flushed or renamed. Nothing of this run is visible, and ``latest`` is as it was.
    CertificateError
        The disk gave back something else than was written.
    """
    where = output.path / run_id
    with file_errors(f"{where} cannot be written, and nothing was published"), _stage(output, run_id) as stage:
        for name, table in sorted(tables.items()):
            _write_table(stage, f"{name}.parquet", table)
        rows = _write_more(stage, more, where.parent) if more else {}
        for name, raw in sorted((pages or {}).items()):
            _write_bytes(stage, name, raw)
        back, records = _read_back(stage, tables)
        records += tuple(_record(stage, name, count) for name, count in sorted(rows.items()))
        records += tuple(_page_back(stage, name) for name in sorted(pages or {}))
        manifest = canonical_bytes(seal(back, records))
        if more:
            more.check(partial(_read_staged, stage))
        sums = sums_bytes(stage.written | {MANIFEST: sha256(manifest)})
        _write_bytes(stage, SUMS, sums)
        _write_bytes(stage, MANIFEST, manifest)
        for name, meant in ((SUMS, sums), (MANIFEST, manifest)):
            if read_bytes(name, stage.fd) != meant:
                raise CertificateError(f"{name} came back from the disk different from what was written.")
        os.fsync(stage.fd)
        before_swap()
        _swap(stage, run_id)
    return where


@contextlib.contextmanager
def _stage(output: OutputFolder, run_id: str) -> Iterator[_Stage]:
    """Make a folder nobody else can write in; whatever happens, it does not stay under its own name."""
    name = hidden_name("stage", run_id)
    try:
        os.mkdir(name, 0o700, dir_fd=output.fd)
        # Where descriptors run out, those kept here are what removing the stage takes.
        held = [open_folder(name, output.fd)]
        try:
            held += [os.dup(held[0]) for _ in range(_SPARE)]
            yield _Stage(output, name, held[0])
        finally:
            for fd in held:
                let_go(fd)
    finally:
        # The next run removes what cannot be removed now; the reason why this one ends must not be lost over it.
        with contextlib.suppress(OSError):
            remove_tree(name, output.fd)


class _HashingFile(io.RawIOBase):
    """Writes to a file descriptor, and hashes what it was asked to write."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._at = 0
        self._hash = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        self._hash.update(view)
        rest = view
        while rest:
            rest = rest[os.write(self._fd, rest) :]
        self._at += len(view)
        return len(view)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


@contextlib.contextmanager
def _new_file(stage: _Stage, name: str, *, folder: int | None = None, path: str = "") -> Iterator[_HashingFile]:
    """A new file in the stage, or in a folder inside it where it has a ``path``."""
    fd = os.open(name, NEW_FILE, 0o600, dir_fd=stage.fd if folder is None else folder)
    try:
        file = _HashingFile(fd)
        yield file
        os.fsync(fd)
    finally:
        os.close(fd)
    stage.written[path or name] = file.hexdigest()


def _write_table(stage: _Stage, name: str, table: pa.Table) -> None:
    with _new_file(stage, name) as file:
        # Page checksums let other readers notice a flipped bit; no metadata of whatever made the table comes along.
        pq.write_table(
            table.replace_schema_metadata(None),
            file,
            compression="zstd",
            write_page_checksum=True,
            row_group_size=_ROW_GROUP,
        )


def _write_bytes(stage: _Stage, name: str, raw: bytes, *, fd: int | None = None, path: str = "") -> None:
    with _new_file(stage, name, folder=fd, path=path) as file:
        file.write(raw)


def _write_more(stage: _Stage, more: MoreFiles, parent: Path) -> dict[str, int | None]:
    """Write the other files; return the rows of each. Few files are open at a time, however many folders there are."""
    rows: dict[str, int | None] = {}
    made: set[str] = set()
    os.mkdir(_SCRATCH, 0o700, dir_fd=stage.fd)
    try:
        for path, raw, count in more.make(parent / stage.name / _SCRATCH):
            folder, _, name = path.rpartition("/")
            with _inside(stage, folder, made) as fd:
                _write_bytes(stage, name, raw, fd=fd, path=path)
            rows[path] = count
        for folder in sorted(made):
            with _inside(stage, folder, made) as fd:
                os.fsync(fd)
    finally:
        remove_tree(_SCRATCH, stage.fd)
    return rows


@contextlib.contextmanager
def _inside(stage: _Stage, path: str, made: set[str]) -> Iterator[int]:
    """Open a folder inside the stage; what is missing of the way is made, and no part of it may be a link."""
    fd, way = os.dup(stage.fd), ""
    try:
        for name in filter(None, path.split("/")):
            way = f"{way}/{name}" if way else name
            if way not in made:
                os.mkdir(name, 0o700, dir_fd=fd)
                made.add(way)
            above, fd = fd, open_folder(name, fd)
            os.close(above)
        yield fd
    finally:
        os.close(fd)


def _read_staged(stage: _Stage, path: str) -> bytes:
    raw = read_inside(path, stage.fd)
    if sha256(raw) != stage.written.get(path):
        raise CertificateError(f"{path} came back from the disk different from what was written.")
    return raw


def _record(stage: _Stage, path: str, rows: int | None) -> FileRecord:
    return FileRecord(path, len(_read_staged(stage, path)), stage.written[path], rows)


def _read_back(stage: _Stage, tables: Mapping[str, pa.Table]) -> tuple[Mapping[str, pa.Table], tuple[FileRecord, ...]]:
    back, records = {}, []
    for name in sorted(tables):
        file = f"{name}.parquet"
        raw = read_bytes(file, stage.fd)
        if sha256(raw) != stage.written[file]:
            raise CertificateError(f"{file} came back from the disk different from what was written.")
        back[name] = decode_table(file, raw)
        records.append(FileRecord(file, len(raw), stage.written[file], back[name].num_rows))
    return back, tuple(records)


def _page_back(stage: _Stage, name: str) -> FileRecord:
    raw = read_bytes(name, stage.fd)
    if sha256(raw) != stage.written[name]:
        raise CertificateError(f"{name} came back from the disk different from what was written.")
    return FileRecord(name, len(raw), stage.written[name], None)


def _swap(stage: _Stage, run_id: str) -> None:
    """Rename the stage to its final name and turn ``latest`` to it; on any failure, turn both back.

    Between the two steps a link of ours says which run is to become visible, so that whoever finds it there after a sudden death can
    take the first step back.
    """
    fd, before, link = stage.output.fd, stage.output.latest(), hidden_name(SWAP)
    try:
        os.symlink(run_id, link, dir_fd=fd)
        os.rename(stage.name, run_id, src_dir_fd=fd, dst_dir_fd=fd)
        os.fsync(fd)
        os.replace(link, LATEST, src_dir_fd=fd, dst_dir_fd=fd)
        os.fsync(fd)
    except OSError as error:
        if _turned_back(stage, run_id, before, link):
            what = "could not be made visible, and nothing was published"
        else:
            what = f"may be visible now, but the disk failed: check it, and where {LATEST} points"
        raise FileError(f"{stage.output.path / run_id} {what}: {reason(error)}.") from error


def _turned_back(stage: _Stage, run_id: str, before: str | None, link: str) -> bool:
    """Undo what was done of a swap; whether it is as before, as far as the disk can tell."""
    fd, back = stage.output.fd, hidden_name("latest")
    with contextlib.suppress(OSError):
        if stage.output.latest() != before:
            # A link of another kind than `link`: that one, found after a sudden death, would condemn the run it points at.
            if before is None:
                os.unlink(LATEST, dir_fd=fd)
            else:
                os.symlink(before, back, dir_fd=fd)
                os.replace(back, LATEST, src_dir_fd=fd, dst_dir_fd=fd)
    with contextlib.suppress(OSError):
        if stage.output.latest() != run_id:
            os.rename(run_id, stage.name, src_dir_fd=fd, dst_dir_fd=fd)
    for name in (link, back):
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=fd)
    try:
        os.fsync(fd)
        return stage.output.latest() == before and run_id not in entries(fd)
    except OSError:
        return False
