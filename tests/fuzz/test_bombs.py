"""Small files that ask for much: refused within seconds and within their memory, whatever limit the process lives under."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher import parquet
from matcher.errors import InputError, NoRoomError
from matcher.io import bundle
from matcher.parquet import most_bytes, parse_parquet
from tests.fuzz.damage import footer_of, with_footer, with_page_header
from tests.fuzz.thrift import Reader, Struct

MIB = 1 << 20
READ = """
import resource, sys, time
from pathlib import Path
cap = int(sys.argv[2]) << 20
if cap:
    resource.setrlimit(resource.RLIMIT_AS, (cap, cap))
from matcher.errors import MatcherError
from matcher.parquet import parse_parquet
import pyarrow.parquet
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
began = time.process_time()
limits = resource.getrlimit(resource.RLIMIT_AS)
try:
    parse_parquet(Path(sys.argv[1]).read_bytes(), "candidates.parquet")
    end = "read"
except MatcherError as error:
    end = f"{error.exit_code} {error}"
assert resource.getrlimit(resource.RLIMIT_AS) == limits
more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10) - before
print(f"{time.process_time() - began:.1f}|{more}|{end}")
"""


def packed(table: pa.Table, **how: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=max(1, table.num_rows), **how)
    return sink.getvalue()


def one_long_word(rows: int = 4_000_000, *, store_schema: bool = False) -> bytes:
    """Every row refers to one text of 10,000 characters: 40 GB in 10 kB."""
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int32)), pa.array(["x" * 10_000]))
    return packed(pa.table({"candidate_id": words}), compression="zstd", store_schema=store_schema)


def in_lists() -> bytes:
    """The same in lists."""
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(4_000_000, dtype=np.int32)), pa.array(["x" * 10_000]))
    lists = pa.ListArray.from_arrays(pa.array(np.arange(0, 4_000_001, 4, dtype=np.int32)), words)
    return packed(pa.table({"skills": lists}), compression="zstd", store_schema=False)


def long_zeros() -> bytes:
    """Thousands of long texts, each another, in pages that pack to almost nothing."""
    words = pa.array([f"{row:08d}" + "x" * 1_000_000 for row in range(700)])
    return packed(pa.table({"title": words}), compression="zstd", compression_level=19, use_dictionary=False)


def shared_beginnings(rows: int = 40_000) -> bytes:
    """Texts that only say how much of the one before them they begin with."""
    words = pa.array(["x" * (row % 20_000) for row in range(rows)])
    return packed(pa.table({"title": words}), use_dictionary=False, column_encoding={"title": "DELTA_BYTE_ARRAY"})


def forged_counts(encoding: str, kind: pa.DataType, count: int = 1_000_000_000) -> bytes:
    """A page of three values under a header that says a thousand million: some decoders make room for them first."""
    values = pa.array(["a", "b", "c"]) if pa.types.is_string(kind) else pa.array([1, 2, 3], kind)
    data = packed(
        pa.table({"x": values}),
        use_dictionary=False,
        compression="none",
        column_encoding={"x": encoding},
        write_statistics=False,
        store_schema=False,
    )
    footer = footer_of(data)
    column = footer[4].items[0][1].items[0]
    at = column[3][9]
    header: Struct = Reader(data, at).struct()
    header[5].put(1, count)
    column[3].put(5, count)
    return with_page_header(data, at, header, column, footer)


def forged_rows(rows: int) -> bytes:
    data = packed(pa.table({"x": ["a", "b", "c"]}))
    footer = footer_of(data)
    footer.put(3, rows)
    footer[4].items[0].put(3, rows)
    return with_footer(data, footer)


BOMBS: dict[str, Callable[[], bytes]] = {
    "one long word": one_long_word,
    "one long word, kept as a dictionary": lambda: one_long_word(store_schema=True),
    "one long word in lists": in_lists,
    "pages of almost nothing": long_zeros,
    "shared beginnings": shared_beginnings,
    "delta lengths": lambda: forged_counts("DELTA_LENGTH_BYTE_ARRAY", pa.string()),
    "delta texts": lambda: forged_counts("DELTA_BYTE_ARRAY", pa.string()),
    "delta numbers": lambda: forged_counts("DELTA_BINARY_PACKED", pa.int64()),
    "a thousand million rows": lambda: forged_rows(10**9),
    "rows below zero": lambda: forged_rows(-1),
    "rows that are not there": lambda: forged_rows(90_000_000),
}


def test_the_bomb_is_as_small_as_it_is_large() -> None:
    assert len(one_long_word()) < 10_000
    assert most_bytes(len(one_long_word()), 4_000_000, 1) < 400 * MIB
    for encoding, kind in (("DELTA_BYTE_ARRAY", pa.string()), ("DELTA_BINARY_PACKED", pa.int64())):
        assert len(forged_counts(encoding, kind)) < 500


@pytest.mark.parametrize("cap", [0, 3_000], ids=["no cap", "3 GB"])
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_its_memory(name: str, cap: int, tmp_path: Path) -> None:
    path = tmp_path / "candidates.parquet"
    path.write_bytes(BOMBS[name]())
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), str(cap)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    seconds, more, end = done.stdout.split("|")
    assert end.startswith("3 candidates.parquet "), end
    assert float(seconds) < 10
    # What a file of this length may take, and the batch with which it went too far.
    assert int(more) < 1_000


def test_a_bomb_ends_the_command_with_3_under_a_limit(tmp_path: Path) -> None:
    (tmp_path / "candidates.parquet").write_bytes(one_long_word())
    pq.write_table(pa.table({"vacancy_id": ["v"], "openings": [1]}), tmp_path / "vacancies.parquet")
    for arguments in (["validate"], ["run", "--out", str(tmp_path / "out")]):
        command = f'ulimit -v 3000000; exec "$0" -m matcher {arguments[0]} "$1" --quiet {" ".join(arguments[1:])}'
        done = subprocess.run(
            ["bash", "-c", command, sys.executable, str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 3, done.stderr
        assert done.stderr.startswith("matcher: candidates.parquet ")
        assert "Traceback" not in done.stderr
        assert done.stdout == ""


def test_what_repeats_itself_but_fits_is_read() -> None:
    table = pa.table({"a": ["same words" * 5] * 200_000, "b": [["x", "y"] * 3] * 200_000, "c": pa.nulls(200_000)})
    data = packed(table)
    assert len(data) < 20_000
    read = parse_parquet(data, "x")
    assert read.equals(table)


def test_what_fits_no_memory_is_told_apart_from_what_is_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = packed(pa.table({"candidate_id": [f"k-{row}" for row in range(200_000)]}))
    with monkeypatch.context() as patch:
        patch.setattr(parquet, "available_bytes", lambda: MIB)
        with pytest.raises(NoRoomError, match=r"^candidates\.parquet unpacks to more than 1 MiB, .* Hint: "):
            parse_parquet(data, "candidates.parquet")
    (tmp_path / "candidates.parquet").write_bytes(data)
    monkeypatch.setattr(bundle, "available_bytes", lambda: 50 * MIB)
    with pytest.raises(NoRoomError, match=r"^candidates\.parquet has 200,000 rows, .* Hint: ") as caught:
        bundle.read_bundle(tmp_path)
    assert caught.value.exit_code == 8


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"PAR1", "not a complete"),
        (b"PARE" + b"x" * 20 + b"PARE", "encrypted"),
        (b"PAR1" + b"x" * 20 + b"PARE", "encrypted"),
        (b"candidate_id;age\nk-1;30\n", "not a complete"),
        (b"PAR1" + b"x" * 20 + b"PAR1", "damaged"),
    ],
)
def test_what_is_no_parquet_is_named(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_parquet(data, "candidates.parquet")


def test_every_cut_of_a_file_is_no_complete_file() -> None:
    data = packed(pa.table({"candidate_id": [f"k-{row}" for row in range(300)], "age": list(range(300))}))
    for size in range(0, len(data), 64):
        with pytest.raises(InputError, match=r"^x is (empty|not a complete Parquet file)"):
            parse_parquet(data[:size], "x")


def test_many_columns_and_columns_twice_are_refused() -> None:
    table = pa.table([pa.array(["a"])] * 2, names=["a", "a"])
    with pytest.raises(InputError, match=r"^x has a column twice: 'a'"):
        parse_parquet(packed(table), "x")
    many = pa.table({f"c{number}": pa.nulls(1) for number in range(parquet.MOST_COLUMNS + 1)})
    with pytest.raises(InputError, match="columns"):
        parse_parquet(packed(many), "x")
