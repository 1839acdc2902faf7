"""A folder of Parquet to raw tables, strictly. What is read is exactly what is hashed."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from matcher.domain.raw import RawTables
from matcher.domain.schema import TABLES
from matcher.errors import FileError, InputError

POLICY_FILE = "policy.toml"
_MOST_ROWS = 100_000_000
_MOST_POLICY_BYTES = 1_000_000


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
        files.append(InputFile(path.name, len(data), hashlib.sha256(data).hexdigest(), tables[name].num_rows))
    policy_text = None
    data = read_regular(folder / POLICY_FILE)
    if data is not None:
        policy_text = decode_policy(data, POLICY_FILE)
        files.append(InputFile(POLICY_FILE, len(data), hashlib.sha256(data).hexdigest(), None))
    known = {f"{name}.parquet" for name in TABLES}
    strangers = tuple(sorted(path.name for path in folder.glob("*.parquet") if path.name not in known))
    return Bundle(RawTables(tables), tuple(sorted(files, key=lambda file: file.name)), policy_text, strangers)


def decode_policy(data: bytes, name: str) -> str:
    """Decode the text of a policy file."""
    if len(data) > _MOST_POLICY_BYTES:
        raise InputError(f"{name} is larger than {_MOST_POLICY_BYTES:,} bytes; a policy is a short text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name} is not UTF-8 text. Save it as UTF-8.") from None


def read_regular(path: Path) -> bytes | None:
    """Read a regular file whole; None where there is none. A pipe, device or folder is refused without opening it for data."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"{path.name} cannot be opened: {error.strerror}.") from None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise InputError(f"{path.name} is not a regular file.")
        try:
            return file.read()
        except OSError as error:
            raise FileError(f"{path.name} cannot be read: {error.strerror}.") from None


def parse_parquet(data: bytes, name: str) -> pa.Table:
    """Turn the bytes of a Parquet file into a table, with page checksums and text checked.

    Raises
    ------
    InputError
        Not a complete Parquet file, damaged, a column twice, or impossibly many rows.
    """
    if data[:4] == b"PARE":
        raise InputError(f"{name} is encrypted. Write it without encryption.")
    if len(data) < 12 or data[:4] != b"PAR1" or data[-4:] != b"PAR1":
        what = "is empty" if not data else "is not a complete Parquet file"
        raise InputError(f"{name} {what}. Export it again.")
    try:
        file = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        if file.metadata.num_rows > _MOST_ROWS:
            raise InputError(f"{name} says it has {file.metadata.num_rows:,} rows; at most {_MOST_ROWS:,} can be read.")
        names = [file.schema_arrow.field(number).name for number in range(len(file.schema_arrow))]
        if len(set(names)) < len(names):
            twice = sorted({one for one in names if names.count(one) > 1})
            raise InputError(f"{name} has a column twice: {', '.join(map(repr, twice))}. Keep one.")
        table = file.read(use_threads=True)
        table.validate(full=True)
    except InputError:
        raise
    except MemoryError:
        raise InputError(
            f"{name} asks for more memory than there is. It is damaged, or too large for this machine."
        ) from None
    except (OSError, pa.ArrowException, UnicodeDecodeError, ValueError, OverflowError):
        # The library's own text may quote cells, so it is left out.
        raise InputError(f"{name} is damaged or holds text that is not UTF-8. Export it again.") from None
    return table
