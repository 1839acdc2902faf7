"""What a column and a table of the contract are, and short ways to write one down."""

from dataclasses import dataclass
from enum import StrEnum

from matcher.domain import codes


class Kind(StrEnum):
    """What a column holds, whatever Arrow type carries it."""

    ID = "id"
    TEXT = "text"
    CODE = "code"
    BOOL = "bool"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TEXT_LIST = "list of text"
    ID_LIST = "list of ids"
    CODE_LIST = "list of codes"
    LEVEL_LIST = "list of {language, level}"
    USES_LIST = "list of {resource_id, amount}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of an input table.

    Attributes
    ----------
    low, high
        Closed range of a number; None is open.
    codes
        The accepted codes of a CODE or CODE_LIST, lower case.
    null_is_free
        Null means "nothing asked" or "free", not "unknown": a broken column of this sort must stop the run.
    supported
        False: a non-null value is refused as not supported yet.
    is_limit
        A value limits the plan: a row with one is never left out quietly.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    low: float | None = None
    high: float | None = None
    codes: tuple[str, ...] = ()
    null_is_free: bool = False
    supported: bool = True
    is_limit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """One input table: its file, its key columns and its columns."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False

    @property
    def file(self) -> str:
        """Name of the Parquet file in a bundle."""
        return f"{self.name}.parquet"

    def column(self, name: str) -> Column:
        """Return the column of this name."""
        return next(column for column in self.columns if column.name == name)


def id_of(name: str, meaning: str, *, required: bool = False, free: bool = False) -> Column:
    """A column of ids."""
    return Column(name=name, kind=Kind.ID, meaning=meaning, required=required, null_is_free=free)


def flag(name: str, meaning: str, *, free: bool = False) -> Column:
    """A column of truth values."""
    return Column(name=name, kind=Kind.BOOL, meaning=meaning, null_is_free=free)


def text(name: str, meaning: str, *, free: bool = False) -> Column:
    """A column of free text."""
    return Column(name=name, kind=Kind.TEXT, meaning=meaning, null_is_free=free)


def texts(name: str, meaning: str, *, free: bool = False) -> Column:
    """A column of lists of free text."""
    return Column(name=name, kind=Kind.TEXT_LIST, meaning=meaning, null_is_free=free)


def day(name: str, meaning: str, *, free: bool = False) -> Column:
    """A column of dates."""
    return Column(name=name, kind=Kind.DATE, meaning=meaning, null_is_free=free)


def whole(name: str, low: float, high: float, meaning: str, *, required: bool = False, free: bool = False) -> Column:
    """A column of whole numbers."""
    return Column(
        name=name, kind=Kind.INTEGER, low=low, high=high, meaning=meaning, required=required, null_is_free=free
    )


def number(name: str, low: float, high: float, meaning: str, *, required: bool = False, free: bool = False) -> Column:
    """A column of decimals."""
    return Column(
        name=name, kind=Kind.DECIMAL, low=low, high=high, meaning=meaning, required=required, null_is_free=free
    )


def code(name: str, values: tuple[str, ...], meaning: str, *, free: bool = False) -> Column:
    """A column of one closed list."""
    return Column(name=name, kind=Kind.CODE, codes=values, meaning=meaning, null_is_free=free)


def code_list(name: str, values: tuple[str, ...], meaning: str, *, free: bool = False) -> Column:
    """A column of lists over one closed list."""
    return Column(name=name, kind=Kind.CODE_LIST, codes=values, meaning=meaning, null_is_free=free)


def levels(name: str, meaning: str, *, free: bool = False) -> Column:
    """A column of languages with their levels."""
    return Column(name=name, kind=Kind.LEVEL_LIST, codes=codes.CEFR, meaning=meaning, null_is_free=free)


def uses(meaning: str) -> Column:
    """A column of what is taken from resources."""
    return Column(name="uses", kind=Kind.USES_LIST, meaning=meaning, null_is_free=True)


def limit(name: str, meaning: str, *, high: int = 2**31 - 1) -> Column:
    """A column of whole numbers that limit a plan."""
    return Column(name=name, kind=Kind.INTEGER, low=0, high=high, meaning=meaning, null_is_free=True, is_limit=True)
