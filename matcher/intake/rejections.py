"""Where every refused row, cell and column is written down. Keys and places, never values."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.domain.codes import Fault

ERROR, WARNING = "error", "warning"

REJECTED = pa.schema(
    [
        ("file", pa.string()),
        ("row", pa.int64()),
        ("key", pa.string()),
        ("column", pa.string()),
        ("code", pa.string()),
        ("severity", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Note:
    """One fault in many rows of one column; `rows` is None where it is about the whole column."""

    file: str
    column: str
    code: Fault
    severity: str
    rows: NDArray[np.int64] | None  # 0-based
    keys: Sequence[str | None]


@dataclass(slots=True)
class Ledger:
    """Collects notes while tables are read; the only thing in intake that grows."""

    notes: list[Note] = field(default_factory=list)

    def add(
        self,
        file: str,
        column: str,
        code: Fault,
        *,
        rows: NDArray[np.int64] | None = None,
        keys: Sequence[str | None] = (),
        severity: str = ERROR,
    ) -> None:
        """Write a note; nothing where `rows` is empty."""
        if rows is None or rows.size:
            self.notes.append(Note(file, column, code, severity, rows, keys))

    def table(self) -> pa.Table:
        """Return rejected.parquet: sorted by file, row, column, code; row is 1-based, null for a whole column."""
        lines: list[tuple[str, int | None, str | None, str, str, str]] = []
        for note in self.notes:
            if note.rows is None:
                lines.append((note.file, None, None, note.column, note.code.value, note.severity))
                continue
            lines += [
                (note.file, row + 1, key, note.column, note.code.value, note.severity)
                for row, key in zip(note.rows.tolist(), note.keys, strict=True)
            ]
        lines.sort(key=lambda line: (line[0], line[1] or 0, line[3], line[4], line[5]))
        columns = list(zip(*dict.fromkeys(lines), strict=True)) if lines else [[] for _ in REJECTED]
        return pa.table(
            [pa.array(column, type=kind.type) for column, kind in zip(columns, REJECTED, strict=True)], schema=REJECTED
        )

    def errors(self) -> int:
        """Return the number of error notes, counted per row."""
        return sum(1 if note.rows is None else note.rows.size for note in self.notes if note.severity == ERROR)
