"""What a cell can be before it is read, and what comes out of reading one."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from matcher.domain.schema import Column
from matcher.importing.troubles import RefusedError, Step, Trouble
from matcher.importing.words import EXCEL_ERRORS, UNKNOWN


class Origin(StrEnum):
    """What sort of file a cell comes from."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Percent:
    """A number that its workbook shows with a percent sign: 0.45 shown as 45%."""

    number: int | float


@dataclass(frozen=True, slots=True)
class Padded:
    """A whole number that its workbook shows with zeros in front: 123 under the format 00000."""

    number: int
    width: int


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell whose file already says that it holds nothing usable."""

    trouble: Trouble


Cell = (
    str
    | bool
    | int
    | float
    | Decimal
    | dt.date
    | dt.time
    | dt.timedelta
    | list[object]
    | dict[str, object]
    | object
    | None
)
"""Whatever a file gives; readers refuse what they do not know."""

Value = str | bool | int | float | dt.date | list[str] | list[dict[str, object]] | None


@dataclass(frozen=True, slots=True)
class Setting:
    """What a reader must know besides the cell.

    Attributes
    ----------
    separator
        Of the CSV file, None elsewhere.
    decimal
        The decimal mark that the mapping declares; None: both, and ambiguous numbers are refused.
    list_separator
        A further separator of lists that the mapping declares.
    words
        Values that the mapping translates, by casefolded word.
    month_first
        Some date of this column has the month in front.
    """

    origin: Origin
    column: Column
    separator: str | None = None
    decimal: str | None = None
    list_separator: str | None = None
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    month_first: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell, read.

    Attributes
    ----------
    steps
        Translations to be named.
    dropped
        Troubles of elements that were left out of a list; the rest of the list stands.
    """

    value: Value
    steps: tuple[Step, ...] = ()
    dropped: tuple[Trouble, ...] = ()


NOTHING = Reading(None)
Reader = Callable[[Cell, Setting], Reading]


def plain_text(text: str) -> tuple[str, tuple[Step, ...]]:
    """Return a text cell trimmed, empty where it says that nothing is known.

    Raises
    ------
    RefusedError
        A formula, an Excel error, a text that is too long or cannot be written as UTF-8.
    """
    trimmed = text.strip()
    steps: tuple[Step, ...] = ()
    if trimmed.startswith("="):
        if len(trimmed) >= 3 and trimmed.startswith('="') and trimmed.endswith('"') and '"' not in trimmed[2:-1]:
            trimmed, steps = trimmed[2:-1].strip(), (Step.EXCEL_TEXT,)
        else:
            raise RefusedError(Trouble.FORMULA)
    if trimmed.casefold() in UNKNOWN:
        return "", steps + ((Step.UNKNOWN_WORD,) if trimmed else ())
    check_text(trimmed)
    if trimmed.casefold() in EXCEL_ERRORS:
        raise RefusedError(Trouble.EXCEL_ERROR)
    return trimmed, steps


def check_text(text: str) -> None:
    """Refuse a text that no Parquet file can hold, or that no cell of ours may."""
    if len(text) > 10_000:
        raise RefusedError(Trouble.TOO_LONG)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise RefusedError(Trouble.BAD_TEXT) from None
