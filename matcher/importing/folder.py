"""The files of a folder, each read as what it is."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import FileError, InputError
from matcher.importing.bundle_folder import POLICY, PROBLEMS, REPORT
from matcher.importing.catalogue import table_named
from matcher.importing.csv_file import read_csv
from matcher.importing.headings import known_anywhere
from matcher.importing.json_file import read_json
from matcher.importing.mapping_file import SKIP, ImportMapping
from matcher.importing.names import words_of
from matcher.importing.parquet_file import read_parquet
from matcher.importing.source_table import SourceTable
from matcher.importing.xlsx_file import read_xlsx

MAPPING = "import.toml"
_LARGEST = 4_000_000_000
_FORMATS: dict[str, Callable[[bytes, str], list[SourceTable]]] = {
    ".csv": lambda data, name: [read_csv(data, name, known_anywhere)],
    ".tsv": lambda data, name: [read_csv(data, name, known_anywhere)],
    ".txt": lambda data, name: [read_csv(data, name, known_anywhere)],
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".json": lambda data, name: [read_json(data, name)],
    ".jsonl": lambda data, name: [read_json(data, name)],
    ".ndjson": lambda data, name: [read_json(data, name)],
    ".parquet": lambda data, name: [read_parquet(data, name)],
}
_UNREADABLE = {
    ".xls": "an old Excel format",
    ".xlsb": "a binary Excel format",
    ".ods": "OpenDocument",
    ".xml": "XML",
    ".zip": "an archive",
    ".gz": "compressed",
    ".7z": "an archive",
}


@dataclass(frozen=True, slots=True)
class FolderContents:
    """What a folder holds.

    Attributes
    ----------
    tables
        In order of file name, then of sheets.
    passed
        Files that were not read, and why.
    policy
        policy.toml, which is copied as it is.
    """

    tables: tuple[SourceTable, ...]
    passed: tuple[tuple[str, str], ...]
    policy: bytes | None


def read_folder(folder: Path, mapping: ImportMapping) -> FolderContents:
    """Read every file of a folder that can hold a table; folders inside it are passed over.

    Raises
    ------
    FileError
        Something cannot be opened.
    InputError
        A file is damaged, or of a format that would have to be converted first.
    """
    tables: list[SourceTable] = []
    passed: list[tuple[str, str]] = []
    policy = None
    for path in sorted(_entries(folder)):
        suffix = path.suffix.lower()
        # A file name may hold bytes that are no text; those would spoil the report.
        name = path.name.encode("utf-8", "replace").decode()
        if path.name.startswith((".", "~$")) or path.name in (MAPPING, REPORT, PROBLEMS):
            continue
        if path.is_dir():
            passed.append((name, "a folder"))
        elif path.name == POLICY:
            policy = read_file(path)
        elif mapping.files.get(name) == SKIP:
            passed.append((name, "left out by the mapping"))
        elif suffix in _UNREADABLE:
            raise InputError(f'{_unreadable(name, suffix)[:-1]}, or write in {MAPPING}: [files] "{name}" = "{SKIP}".')
        elif suffix not in _FORMATS or (suffix == ".txt" and not _names_table(path.stem, name, mapping)):
            passed.append((name, "not CSV, Excel, JSON or Parquet"))
        else:
            found = _FORMATS[suffix](read_file(path), name)
            tables += found
            if not found:
                passed.append((name, "empty"))
    return FolderContents(tuple(tables), tuple(passed), policy)


def read_tables(path: Path, name: str) -> list[SourceTable]:
    """Read one file that a user names, whatever it is called: every sheet of it that holds something.

    Parameters
    ----------
    name
        What the file is called in messages.

    Raises
    ------
    FileError
        It cannot be opened.
    InputError
        It is damaged, or of a format that cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix in _UNREADABLE:
        raise InputError(_unreadable(name, suffix))
    if suffix not in _FORMATS:
        raise InputError(f"{name} is not CSV, Excel, JSON or Parquet by its name.")
    return _FORMATS[suffix](read_file(path), name)


def _unreadable(name: str, suffix: str) -> str:
    return f"{name} is {_UNREADABLE[suffix]}, which cannot be read. Save it as .xlsx or CSV."


def _names_table(stem: str, name: str, mapping: ImportMapping) -> bool:
    return name in mapping.files or any(table_named(word) for word in words_of(stem))


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise FileError(f"{folder} cannot be read: {error.strerror}. Give the folder that holds the files.") from None


def read_file(path: Path) -> bytes:
    """Read a regular file whole; a pipe or device is refused without reading from it."""
    name = path.name.encode("utf-8", "replace").decode()
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise InputError(f"{name} is not a regular file.")
            if found.st_size > _LARGEST:
                raise InputError(f"{name} is larger than {_LARGEST:,} bytes. Split it.")
            return file.read()
    except OSError as error:
        raise FileError(f"{name} cannot be read: {error.strerror}.") from None
