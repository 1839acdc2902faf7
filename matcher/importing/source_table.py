"""A table as it stands in a file, before anybody asked what it means."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.importing.cells import Cell, Origin
from matcher.importing.troubles import Step, Trouble


@dataclass(frozen=True, slots=True)
class SourceTable:
    """Headings and cells of one file, or of one sheet of a workbook.

    Attributes
    ----------
    sheet
        Name of the sheet, None where the file has none.
    columns
        One sequence of cells per heading.
    numbers
        Of every data row, the number a user sees: in CSV and Excel the header is row 1 and the first data row usually 2; in JSON the
        first object is 1; in Parquet the first row is 1.
    struck
        Position among the data rows to trouble: rows that the file itself spoils.
    blank
        Rows without any content, which were passed over.
    notes
        What was done to the file as a whole.
    """

    file: str
    sheet: str | None
    origin: Origin
    headings: tuple[str, ...]
    columns: tuple[Sequence[Cell], ...]
    numbers: Sequence[int]
    struck: tuple[tuple[int, Trouble], ...] = ()
    blank: int = 0
    encoding: str | None = None
    separator: str | None = None
    hidden: bool = False
    notes: tuple[Step, ...] = ()

    @property
    def label(self) -> str:
        """How the table is named to the user: ``file`` or ``file[sheet]``."""
        return self.file if self.sheet is None else f"{self.file}[{self.sheet}]"


def turned(rows: Sequence[Sequence[Cell]], width: int) -> tuple[list[Cell], ...]:
    """Return rows as columns; short rows end in None."""
    columns: tuple[list[Cell], ...] = tuple([] for _ in range(width))
    for row in rows:
        for number, column in enumerate(columns):
            column.append(row[number] if number < len(row) else None)
    return columns
