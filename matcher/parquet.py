"""Bytes of a Parquet file to a table, strictly and within bounds: what a file says of itself is not believed.

A few thousand bytes can unpack to tens of gigabytes: one long text that every row refers to, a page of zeros, a count that nobody checks.
So rows are unpacked a few thousand at a time and their plain size is added up against what a file of that length, with that many rows, may
hold; and while that happens the process may not take much more memory than that, where the system can hold it to that.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from matcher.errors import InputError, NoRoomError, quoted
from matcher.room import at_most, available_bytes

MOST_ROWS = 100_000_000
MOST_COLUMNS = 2_000
FREE_BYTES = 128 << 20
"""What any file may unpack to."""
TIMES_PACKED = 100
"""What a byte of a file may unpack to; lists of words that repeat come to about 30."""
BYTES_PER_CELL = 64
"""What a cell of a table may take, for columns in which every row says the same."""
_BATCH = 8_192
_SLACK = 1 << 30
"""Addresses beside the table itself: pages as they are unpacked, and what the allocator sets aside without using it."""


def most_bytes(packed: int, rows: int, columns: int) -> int:
    """Return what a Parquet file of so many bytes, rows and columns may unpack to."""
    return FREE_BYTES + TIMES_PACKED * packed + BYTES_PER_CELL * rows * columns


def parse_parquet(data: bytes, name: str) -> pa.Table:
    """Turn the bytes of a Parquet file into a table, with page checksums and text checked.

    Parameters
    ----------
    name
        What to call the file in messages.

    Raises
    ------
    InputError
        Not a complete Parquet file, damaged, a column twice, or impossibly many rows, columns or bytes.
    NoRoomError
        A sound file, as far as can be seen, that unpacks to more than there is memory for.
    """
    _look_at_the_ends(data, name)
    try:
        file = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        most = _most(file, len(data), name)
        with at_most(2 * most + _SLACK):
            table = pa.Table.from_batches(_batches(file, most, name), schema=file.schema_arrow)
            table.validate(full=True)
    except MemoryError:
        raise InputError(
            f"{name} asks for more memory than there is. It is damaged, or too large for this machine."
        ) from None
    except (OSError, pa.ArrowException, UnicodeDecodeError, ValueError, OverflowError, TypeError, KeyError):
        # The library's own text may quote cells, so it is left out.
        raise InputError(f"{name} is damaged or holds text that is not UTF-8. Export it again.") from None
    if table.num_rows != file.metadata.num_rows:
        raise InputError(f"{name} is damaged: it does not hold as many rows as it says. Export it again.")
    return table


def _look_at_the_ends(data: bytes, name: str) -> None:
    """Refuse what is no Parquet file before anything is unpacked; raises `InputError`."""
    if b"PARE" in (data[:4], data[-4:]):
        raise InputError(f"{name} is encrypted. Write it without encryption.")
    if len(data) < 12 or data[:4] != b"PAR1" or data[-4:] != b"PAR1":
        what = "is empty" if not data else "is not a complete Parquet file"
        raise InputError(f"{name} {what}. Export it again.")


def _most(file: pq.ParquetFile, packed: int, name: str) -> int:
    """Look at what a file says of itself, and return how much it may unpack to."""
    rows, schema = file.metadata.num_rows, file.schema_arrow
    if not 0 <= rows <= MOST_ROWS:
        raise InputError(f"{name} says it has {rows:,} rows; at most {MOST_ROWS:,} can be read.")
    if file.metadata.num_columns > MOST_COLUMNS:
        raise InputError(f"{name} has {file.metadata.num_columns:,} columns; at most {MOST_COLUMNS:,} can be read.")
    names = schema.names
    if len(set(names)) < len(names):
        twice = sorted({one for one in names if names.count(one) > 1})
        raise InputError(f"{name} has a column twice: {', '.join(map(quoted, twice[:20]))}. Keep one.")
    return most_bytes(packed, rows, file.metadata.num_columns)


def _batches(file: pq.ParquetFile, most: int, name: str) -> Iterator[pa.RecordBatch]:
    """Unpack a file a part at a time, for as long as it is believable and fits."""
    there, size = available_bytes(), 0
    # Without threads: one that cannot be made or finds no memory ends the whole process, past every handler.
    for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
        size += sum(_plain_bytes(column) for column in batch.columns)
        if size > most:
            raise InputError(
                f"{name} unpacks to more than {most >> 20:,} MiB, which is not believable for a file of its length. "
                "It is damaged or made to do harm."
            )
        if there is not None and size > there:
            raise NoRoomError(
                f"{name} unpacks to more than {there >> 20:,} MiB, and no more memory is available. "
                "Hint: give it a machine or a container with more, or split the bundle, by region for instance."
            )
        yield batch


def _plain_bytes(array: pa.Array) -> int:
    """Return the size of an array once every value is written out, also where it now holds each only once."""
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return _plain_bytes(array.storage)
    if pa.types.is_dictionary(kind):
        words = array.dictionary
        if not len(words):
            return int(array.nbytes)
        each = words.nbytes // len(words)
        if pa.types.is_string(words.type) or pa.types.is_large_string(words.type) or pa.types.is_binary(words.type):
            return int(array.nbytes + (pc.sum(pc.binary_length(words).take(array.indices)).as_py() or 0))
        return int(array.nbytes + each * len(array))
    if pa.types.is_struct(kind):
        return sum(_plain_bytes(array.field(at)) for at in range(kind.num_fields))
    if pa.types.is_nested(kind) and hasattr(array, "flatten"):
        return 8 * len(array) + _plain_bytes(array.flatten())
    return int(array.nbytes)
