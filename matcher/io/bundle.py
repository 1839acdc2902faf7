"""A folder of Parquet to raw tables, strictly. What is read is exactly what is hashed."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from matcher.domain.raw import RawTables
from matcher.domain.schema import TABLES
from matcher.errors import FileError, InputError, NoRoomError, PolicyError
from matcher.parquet import parse_parquet
from matcher.room import available_bytes

POLICY_FILE = "policy.toml"
_MOST_POLICY_BYTES = 1_000_000
_BYTES_JUDGED = 14
"""Of a row, per column of the contract, once it is judged, also where its file lacks the column: measured, 600 to 900 for a person."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """What was read: name, size, hash, and rows (None for a file without rows)."""

    name: str
    bytes: int
    sha256: str
    rows: int | None


@dataclass(frozen=True, slots=True)
class Bundle:
    """A folder, read once.

    Attributes
    ----------
    raw
        The tables.
    files
        What was read, by name.
    policy_text
        Text of policy.toml, None where the folder has none.
    strangers
        Parquet files that the contract does not know; they are not read.
    """

    raw: RawTables
    files: tuple[InputFile, ...]
    policy_text: str | None
    strangers: tuple[str, ...]


def read_bundle(folder: Path) -> Bundle:
    """Read a bundle.

    Raises
    ------
    FileError
        The folder or a file in it cannot be read.
    InputError
        A file is not what its name says: not Parquet, damaged, cut short, not a regular file.
    PolicyError
        policy.toml is too long, or not UTF-8.
    NoRoomError
        It unpacks to more, or has more rows, than there is memory for.
    """
    if not folder.is_dir():
        raise FileError(
            f"{folder} is not a folder. Give the folder that holds candidates.parquet and vacancies.parquet."
        )
    tables: dict[str, pa.Table] = {}
    files: list[InputFile] = []
    for name in TABLES:
        path = folder / f"{name}.parquet"
        data = read_regular(path)
        if data is None:
            continue
        tables[name] = parse_parquet(data, path.name)
        _require_room(name, tables[name].num_rows)
        files.append(InputFile(path.name, len(data), hashlib.sha256(data).hexdigest(), tables[name].num_rows))
    policy_text = None
    data = read_regular(folder / POLICY_FILE)
    if data is not None:
        policy_text = decode_policy(data, POLICY_FILE)
        files.append(InputFile(POLICY_FILE, len(data), hashlib.sha256(data).hexdigest(), None))
    known = {f"{name}.parquet" for name in TABLES}
    strangers = tuple(sorted(path.name for path in folder.glob("*.parquet") if path.name not in known))
    return Bundle(RawTables(tables), tuple(sorted(files, key=lambda file: file.name)), policy_text, strangers)


def _require_room(name: str, rows: int) -> None:
    """Refuse rows that cannot be judged; a file of a few bytes can hold a hundred million rows in which everything is unknown."""
    needed, there = rows * _BYTES_JUDGED * (len(TABLES[name].columns) if name in TABLES else 0), available_bytes()
    if there is not None and needed > there:
        raise NoRoomError(
            f"{name}.parquet has {rows:,} rows, which take more than {needed >> 20:,} MiB to judge, and {there >> 20:,} MiB are "
            "available. Hint: give it a machine or a container with more, or split the bundle, by region for instance."
        )


def decode_policy(data: bytes, name: str) -> str:
    """Decode the text of a policy file; raises `PolicyError`."""
    if len(data) > _MOST_POLICY_BYTES:
        raise PolicyError(f"{name} is larger than {_MOST_POLICY_BYTES:,} bytes; a policy is a short text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PolicyError(f"{name} is not UTF-8 text. Save it as UTF-8.") from None


def read_regular(path: Path) -> bytes | None:
    """Read a regular file whole; None where there is none. A pipe, device or folder is refused without opening it for data."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"{path.name} cannot be opened: {error.strerror}.") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise InputError(f"{path.name} is not a regular file.")
    with os.fdopen(handle, "rb") as file:
        try:
            return file.read()
        except OSError as error:
            raise FileError(f"{path.name} cannot be read: {error.strerror}.") from None
