"""Parquet under other headings: types are kept, and what a type cannot say is refused."""

import pyarrow as pa

from matcher.errors import InputError
from matcher.importing.cells import Broken, Cell, Origin
from matcher.importing.source_table import SourceTable
from matcher.importing.troubles import Trouble
from matcher.parquet import parse_parquet


def read_parquet(data: bytes, name: str) -> SourceTable:
    """Read a Parquet file; raises `InputError` and `NoRoomError` as `parse_parquet` does."""
    table = parse_parquet(data, name)
    names = table.column_names
    try:
        columns = tuple(_cells(table.column(heading)) for heading in names)
    except MemoryError:
        raise InputError(f"{name} asks for more memory than there is. It is too large for this machine.") from None
    except (OSError, pa.ArrowException, UnicodeDecodeError, ValueError, OverflowError, TypeError, KeyError):
        # The library's own text may quote cells, so it is left out.
        raise InputError(f"{name} holds values that cannot be read. Export it again.") from None
    return SourceTable(
        file=name,
        sheet=None,
        origin=Origin.PARQUET,
        headings=tuple(names),
        columns=columns,
        numbers=range(1, table.num_rows + 1),
    )


def _cells(column: pa.ChunkedArray) -> list[Cell]:
    kind = column.type
    if pa.types.is_float16(kind):
        column, kind = column.cast(pa.float32()), pa.float32()
    if pa.types.is_float32(kind):
        # Through text, so that 12.3 as a single is the 12.3 a person typed.
        column = column.cast(pa.string()).cast(pa.float64())
    if pa.types.is_timestamp(kind) and kind.tz is None and kind.unit == "ns":
        column = column.cast(pa.timestamp("us"), safe=False)
    try:
        cells: list[Cell] = column.to_pylist()
    except (ValueError, OverflowError, TypeError, pa.ArrowException):
        cells = [_cell(scalar) for scalar in column]
    return cells


def _cell(scalar: pa.Scalar) -> Cell:
    """Return one value; one that Python cannot hold, such as a day in the year 100,000, is refused alone."""
    try:
        value: Cell = scalar.as_py()
    except (ValueError, OverflowError, TypeError, pa.ArrowException):
        return Broken(Trouble.WRONG_TYPE)
    return value
