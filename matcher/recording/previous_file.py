"""previous.parquet: read with every row or not at all, and replaced in one step."""

import contextlib
import fcntl
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from matcher.domain.arrow import arrow_type
from matcher.errors import FileError, InputError, LockedError
from matcher.importing.build import serialised
from matcher.importing.catalogue import CATALOGUE
from matcher.importing.columns import match_columns
from matcher.importing.convert import convert
from matcher.importing.mapping_file import NO_MAPPING
from matcher.importing.parquet_file import read_parquet
from matcher.io.bundle import read_regular
from matcher.recording.state import PROPOSED, Fate, Fates, Pair

PREVIOUS = "previous.parquet"
_COLUMNS = ("candidate_id", "vacancy_id", "status", "status_date")


def target_of(out: Path) -> Path:
    """The file that ``--out`` names: itself, or previous.parquet in a folder that is there.

    Raises
    ------
    FileError
        It is a link, or in no folder.
    """
    path = out / PREVIOUS if out.is_dir() else out
    if path.suffix != ".parquet":
        raise FileError(f"{out} is not a folder. Give a folder that is there, or a file that ends in .parquet.")
    if path.is_symlink() or (path.exists() and not stat.S_ISREG(path.lstat().st_mode)):
        raise FileError(f"{path} is not a regular file. Give another one.")
    if not path.parent.is_dir():
        raise FileError(f"{path.parent} is not a folder. Make it first, or give another one.")
    return path


def read_previous(path: Path, *, needed: bool) -> bytes | None:
    """The bytes of earlier records; None where there are none and none are needed."""
    data = read_regular(path)
    if data is None and needed:
        raise FileError(f"{path} does not exist. Give the previous.parquet that the run was made with.")
    return data


def rows_of(data: bytes) -> list[tuple[Pair, Fate]]:
    """Return what stands in earlier records.

    Raises
    ------
    InputError
        A row cannot be used: it is never left out by itself, since it may say that somebody has work, or declined.
    """
    made = convert(
        source := read_parquet(data, PREVIOUS), "previous", match_columns(source, "previous", NO_MAPPING), NO_MAPPING
    )
    if made.refused:
        first = min((one for one in made.problems if one.row is not None), key=lambda one: one.row or 0)
        raise InputError(
            f"{PREVIOUS}, row {first.row}, column {first.column or '-'}: {first.code}. What is on record is never left out by itself: "
            f"correct the row. {len(made.refused)} rows are like this."
        )
    nothing: list[object] = [None] * len(source.numbers)
    people, vacancies, statuses, days = (made.columns.get(name, nothing) for name in _COLUMNS)
    found = []
    for person, vacancy, status, day in zip(people, vacancies, statuses, days, strict=True):
        fate = Fate(str(status or PROPOSED), day)  # type: ignore[arg-type] # read as a date, or nothing
        found.append((Pair(str(person).strip(), str(vacancy).strip()), fate))
    return found


def digest(data: bytes | None) -> str | None:
    """The SHA-256 of earlier records, None where there are none."""
    return None if data is None else hashlib.sha256(data).hexdigest()


def bytes_of(fates: Fates) -> bytes:
    """Return the file: by person, then vacancy, then from old to new; equal records give equal bytes."""
    rows = [
        (pair.candidate_id, pair.vacancy_id, fate.status, fate.day)
        for pair, told in sorted(fates.items())
        for fate in told
    ]
    types = {column.name: arrow_type(column) for column in CATALOGUE["previous"].columns}
    columns = [pa.array([row[at] for row in rows], type=types[name]) for at, name in enumerate(_COLUMNS)]
    return serialised(pa.table(columns, names=list(_COLUMNS)))


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the folder of a file while its records are read and replaced, so that of two at once neither is lost.

    Raises
    ------
    LockedError
        Somebody else is recording there.
    FileError
        The folder cannot be opened.
    """
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise FileError(f"{path.parent} cannot be used: {error.strerror}.") from None
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(f"Somebody else is recording in {path.parent}. Wait for it, and record again.") from None
        yield
    finally:
        os.close(folder)


def replace_file(path: Path, data: bytes) -> bool:
    """Write a file whole, for nobody but its owner, and put it in place in one step; False where it holds these bytes already.

    Raises
    ------
    FileError
        It cannot be written, or the disk gave back something else. What stood there still does.
    """
    if read_regular(path) == data:
        return False
    stage = path.with_name(f".{path.name}.record-{secrets.token_hex(8)}")
    try:
        try:
            handle = os.open(stage, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if stage.read_bytes() != data:
                raise FileError(f"{path} came back from the disk different from what was written. Nothing was changed.")
            stage.replace(path)
        finally:
            stage.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.") from None
    return True
