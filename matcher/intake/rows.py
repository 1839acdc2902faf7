"""The accepted rows of a table, in plain form, and the keys that tie tables together."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.domain.headline import Headline
from matcher.domain.schema import TableSchema
from matcher.domain.tables import DAY_UNKNOWN
from matcher.intake.forms import Cells, Days, Flags, Numbers, UseLists, Wholes, WordLists, Words


@dataclass(frozen=True, slots=True)
class Rows:
    """The accepted rows of one table.

    Attributes
    ----------
    row
        int64: 0-based row in the file of every accepted row.
    columns
        The plain form of every column of the schema; an absent column is all unknown.
    """

    row: NDArray[np.int64]
    columns: Mapping[str, Cells]

    def __len__(self) -> int:
        return int(self.row.size)

    def keep(self, mask: NDArray[np.bool_]) -> "Rows":
        """Return the rows where ``mask`` is true."""
        if mask.all():
            return self
        at = np.flatnonzero(mask)
        return Rows(self.row[at], {name: column.take(at) for name, column in self.columns.items()})

    def words(self, name: str) -> Words:
        """Return a text column."""
        column = self.columns[name]
        assert isinstance(column, Words)
        return column

    def lists(self, name: str) -> WordLists:
        """Return a list column."""
        column = self.columns[name]
        assert isinstance(column, WordLists)
        return column

    def uses(self, name: str = "uses") -> UseLists:
        """Return a column of what is taken from resources."""
        column = self.columns[name]
        assert isinstance(column, UseLists)
        return column

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Return a decimal column, NaN unknown."""
        column = self.columns[name]
        assert isinstance(column, Numbers)
        return column.value

    def wholes(self, name: str, unknown: int = -1) -> NDArray[np.int64]:
        """Return a whole-number column with ``unknown`` where null."""
        column = self.columns[name]
        assert isinstance(column, Wholes)
        return np.where(column.known, column.value, unknown)

    def known(self, name: str) -> NDArray[np.bool_]:
        """Return where a whole-number column is known."""
        column = self.columns[name]
        assert isinstance(column, Wholes)
        return column.known

    def days(self, name: str) -> NDArray[np.int32]:
        """Return a date column."""
        column = self.columns[name]
        assert isinstance(column, Days)
        return column.value

    def flags(self, name: str) -> NDArray[np.int8]:
        """Return a truth column: -1, 0, 1."""
        column = self.columns[name]
        assert isinstance(column, Flags)
        return column.value


@dataclass(frozen=True, slots=True)
class Accepted:
    """What may be used: the accepted rows of every table, absent tables as empty ones."""

    tables: Mapping[str, Rows]
    given: frozenset[str]
    read: Mapping[str, int]
    warnings: tuple[Headline, ...]

    def __getitem__(self, name: str) -> Rows:
        return self.tables[name]


def is_known(cell: Cells) -> NDArray[np.bool_]:
    """Where a column says something; an empty list does."""
    match cell:
        case WordLists() | Wholes():
            return cell.known
        case UseLists():
            return cell.taken.known
        case Words():
            return np.asarray(cell.code >= 0)
        case Numbers():
            return np.asarray(~np.isnan(cell.value))
        case Days():
            return np.asarray(cell.value != DAY_UNKNOWN)
        case Flags():
            return np.asarray(cell.value >= 0)


def shorten(pc4: Words) -> Words:
    """Cut postcodes to their first four characters."""
    distinct = sorted({word[:4] for word in pc4.spelled})
    number = {word: place for place, word in enumerate(distinct)}
    lookup = np.array([number[word[:4]] for word in pc4.spelled] + [-1], dtype=np.int32)
    return Words(lookup[pc4.code], distinct)


def match_ids(asked: Words, held: Words) -> NDArray[np.int64]:
    """Row of ``held`` with the same id, -1 where there is none (or the id is missing)."""
    row_of = dict.fromkeys(held.spelled, -1)
    row_of.update({held.spelled[code]: row for row, code in enumerate(held.code.tolist()) if code >= 0})
    lookup = np.array([row_of.get(word, -1) for word in asked.spelled] + [-1], dtype=np.int64)
    return lookup[asked.code]


def keys_of(schema: TableSchema, rows: Rows) -> list[str | None]:
    """Return the opaque key of every row, for rejected.parquet; parts are joined by |."""
    parts = [rows.words(name).texts() for name in schema.key]
    if len(parts) == 1:
        return parts[0]
    return [None if None in part else "|".join(map(str, part)) for part in zip(*parts, strict=True)]
