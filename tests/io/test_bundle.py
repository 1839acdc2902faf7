"""What lies under the name of a file of a bundle: whatever it is, it is named, and nobody waits for it."""

import os
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher.errors import FileError, InputError, MatcherError, PolicyError
from matcher.io.bundle import read_bundle


def _socket(path: Path) -> None:
    # Addresses of sockets are short.
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("../candidates.parquet", b"PAR1")


SORTS: dict[str, tuple[Callable[[Path], object], type[MatcherError], str]] = {
    "a folder": (Path.mkdir, InputError, "is not a regular file"),
    "a pipe": (os.mkfifo, InputError, "is not a regular file"),
    "a device without end": (lambda path: path.symlink_to("/dev/zero"), InputError, "is not a regular file"),
    "a terminal": (lambda path: path.symlink_to("/dev/tty"), MatcherError, "candidates.parquet"),
    "a link to itself": (lambda path: path.symlink_to(path), FileError, "cannot be opened"),
    "a socket": (_socket, FileError, "cannot be opened"),
    "an archive": (_zip, InputError, "is not a complete Parquet file"),
    "nothing": (lambda path: path.write_bytes(b""), InputError, "is empty"),
    "CSV": (lambda path: path.write_text("candidate_id\nk-1\nk-2\n"), InputError, "is not a complete Parquet file"),
    "encrypted": (lambda path: path.write_bytes(b"PARE" + bytes(20) + b"PARE"), InputError, "is encrypted"),
    "encrypted at its end": (lambda path: path.write_bytes(b"PAR1" + bytes(20) + b"PARE"), InputError, "is encrypted"),
    "both ends of a file": (lambda path: path.write_bytes(b"PAR1" + bytes(20) + b"PAR1"), InputError, "is damaged"),
}


@pytest.mark.parametrize("sort", SORTS)
def test_what_is_no_file_of_a_bundle_is_named(sort: str, tmp_path: Path) -> None:
    make, error, words = SORTS[sort]
    make(tmp_path / "candidates.parquet")
    with pytest.raises(error, match=words):
        read_bundle(tmp_path)


@pytest.mark.parametrize(
    ("data", "words"), [(b"\n" * 50_000_000, "larger than"), (b"\xff\xfea\0", "UTF-8")], ids=["50 MB", "UTF-16"]
)
def test_a_policy_that_is_no_text_of_a_policy_is_a_fault_of_the_policy(data: bytes, words: str, tmp_path: Path) -> None:
    for name, columns in (
        ("candidates", {"candidate_id": ["a"]}),
        ("vacancies", {"vacancy_id": ["x"], "openings": [1]}),
    ):
        pq.write_table(pa.table(columns), tmp_path / f"{name}.parquet")
    (tmp_path / "policy.toml").write_bytes(data)
    with pytest.raises(PolicyError, match=words) as caught:
        read_bundle(tmp_path)
    assert caught.value.exit_code == 4


@pytest.mark.parametrize(
    "metadata",
    [
        {"pandas": '{"index_columns": ["candidate_id"], "columns": [{"name": "age", "pandas_type": "datetime"}]}'},
        {"pandas": '{"index_columns": [{"kind": "range", "start": 0, "stop": 1000000000000, "step": 1}]}'},
        {"pandas": "{" * 9_999},
        {
            "ARROW:extension:name": "arrow.py_extension_type",
            "ARROW:extension:metadata": "cposix\nsystem\n(S'true'\ntR.",
        },
    ],
    ids=["an index", "a range without end", "no JSON", "pickled"],
)
def test_what_metadata_says_of_a_file_is_not_believed(metadata: dict[str, str], tmp_path: Path) -> None:
    table = pa.table({"candidate_id": ["a", "b"], "age": [30, None]})
    fields = [field.with_metadata(metadata) for field in table.schema]
    pq.write_table(table.cast(pa.schema(fields, metadata=metadata)), tmp_path / "candidates.parquet")
    read = read_bundle(tmp_path).raw.tables["candidates"]
    assert {name: read[name].to_pylist() for name in read.column_names} == table.to_pydict()
