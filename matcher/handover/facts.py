"""What the input says about the people and vacancies that are handed over: allow-listed columns only, nothing else is even read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matcher.domain.codes import SHIFTS
from matcher.domain.raw import RawTables
from matcher.domain.schema import TABLES
from matcher.domain.tables import DAY_UNKNOWN
from matcher.handover.allowed import Field
from matcher.intake.cells import WrongTypeError, words
from matcher.intake.faults import closed
from matcher.intake.forms import Cells, Days, Flags, Numbers, UseLists, Wholes, WordLists, Words
from matcher.intake.plain import plain

_DUTCH_SHIFTS = dict(zip(SHIFTS, ("dag", "avond", "nacht", "weekend"), strict=True))
TEXTS = pa.list_(pa.string())


@dataclass(frozen=True, slots=True)
class Facts:
    """Columns of one input table for some of its rows.

    Attributes
    ----------
    row_of
        Id to row of ``columns``.
    columns
        By the name of the input column.
    """

    row_of: Mapping[str, int]
    columns: Mapping[str, pa.Array]

    def of(self, column: str, ids: Sequence[str | None]) -> pa.Array:
        """The values of a column for some ids; null where an id is null or unknown."""
        rows = [self.row_of.get(key) if key is not None else None for key in ids]
        return self.columns[column].take(pa.array(rows, type=pa.int64()))


def facts(raw: RawTables, fields: Sequence[Field], wanted: Mapping[str, Sequence[str]]) -> Mapping[str, Facts]:
    """Read what may be shown, of the rows that are to be shown.

    Parameters
    ----------
    fields
        The columns that may be read.
    wanted
        Table to ids. An id that stands in a table more than once says nothing there: nobody knows which row holds.
    """
    return {
        name: _facts(raw, name, sorted({field.column for field in fields if field.table == name}), ids)
        for name, ids in wanted.items()
    }


def agency_names(raw: RawTables, ids: Sequence[str]) -> Mapping[str, str | None]:
    """The display name of every agency, None where it has none."""
    found = _facts(raw, "agencies", ["name"], ids)
    return dict(zip(ids, found.of("name", ids).to_pylist(), strict=True))


def _facts(raw: RawTables, name: str, columns: Sequence[str], ids: Sequence[str]) -> Facts:
    schema, table = TABLES[name], raw.tables.get(name, pa.table({}))
    key = schema.key[0]
    row_of, row_in_file = {}, np.empty(0, dtype=np.int64)
    if key in table.column_names:
        held = words(table.column(key), ids=True)
        count = np.bincount(held.code[held.code >= 0], minlength=len(held.spelled))
        asked = set(ids)
        once = np.array([word in asked for word in held.spelled] + [False]) & np.append(count == 1, False)
        row_in_file = np.flatnonzero(once[held.code])
        row_of = {held.spelled[code]: row for row, code in enumerate(held.code[row_in_file].tolist())}
    some = table.take(pa.array(row_in_file)) if table.num_columns else table
    return Facts(row_of, {column: _column(name, column, some, row_in_file.size) for column in columns})


def _column(name: str, column: str, table: pa.Table, size: int) -> pa.Array:
    described = TABLES[name].column(column)
    nothing = pa.chunked_array([pa.nulls(size)])
    try:
        cells = plain(described, table.column(column) if column in table.column_names else nothing)
    except WrongTypeError:
        cells = plain(described, nothing)
    cells = closed(described, cells)
    if name == "candidates" and column == "shifts":
        return _lists(cells, lambda word: _DUTCH_SHIFTS.get(word.casefold(), word))
    return _array(cells)


def _array(cells: Cells) -> pa.Array:
    match cells:
        case Words():
            return pa.array(cells.texts(), type=pa.string())
        case WordLists():
            return _lists(cells, str)
        case Numbers():
            return pa.array(cells.value, type=pa.float64(), from_pandas=True)
        case Wholes():
            return pa.array(cells.value, mask=~cells.known)
        case Days():
            return pa.array(cells.value, type=pa.int32(), mask=cells.value == DAY_UNKNOWN).cast(pa.date32())
        case Flags():
            return pc.equal(pa.array(cells.value, mask=cells.value < 0), pa.scalar(1, pa.int8()))
        case UseLists():
            raise AssertionError("what placing somebody takes is nobody else's business")


def _lists(cells: Cells, say: Callable[[str], str]) -> pa.Array:
    """Lists without repeats, in the order of the file; of languages the word with its level."""
    assert isinstance(cells, WordLists)
    said = [say(cells.spelled[item]) for item in cells.item.tolist()]
    if cells.second.size:
        levels = [cells.second_spelled[code].upper() if code >= 0 else "" for code in cells.second.tolist()]
        said = [f"{word} {level}".strip() for word, level in zip(said, levels, strict=True)]
    start = cells.start.tolist()
    rows = [
        list(dict.fromkeys(said[begin:end])) if known else None
        for begin, end, known in zip(start, start[1:], cells.known.tolist(), strict=False)
    ]
    return pa.array(rows, type=TEXTS)
