"""A column of the contract in its plain form, whatever Arrow type carried it."""

import pyarrow as pa

from matcher.domain.schema import Column, Kind
from matcher.intake import cells
from matcher.intake.forms import Cells


def plain(column: Column, values: pa.ChunkedArray) -> Cells:
    """Read a column; raises `WrongTypeError` where its type is none that its kind accepts."""
    match column.kind:
        case Kind.ID:
            return cells.words(values, ids=True)
        case Kind.TEXT | Kind.CODE:
            return cells.words(values)
        case Kind.BOOL:
            return cells.flags(values)
        case Kind.INTEGER:
            return cells.wholes(values)
        case Kind.DECIMAL:
            return cells.numbers(values)
        case Kind.DATE:
            return cells.days(values)
        case Kind.ID_LIST:
            return cells.word_lists(values, ids=True)
        case Kind.TEXT_LIST | Kind.CODE_LIST:
            return cells.word_lists(values)
        case Kind.LEVEL_LIST:
            return cells.level_lists(values)
        case Kind.USES_LIST:
            return cells.use_lists(values)
