"""Filters of a policy: ``[column, operator, value]``. They are checked against the column contract, and never run as code.

Null never matches a comparison, also not ``!=`` and ``not_in``; only ``is_null`` sees it. Text is compared without case, ids exactly, and
numbers as the decimals they are written as.
"""

import datetime as dt
import difflib
import math
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from matcher.domain import column as columns
from matcher.domain.column import Column, Kind
from matcher.domain.schema import TABLES

Table = Literal["candidates", "vacancies", "pairs"]
Operator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not_in", "contains", "is_null"]
Scalar = str | bool | Decimal | dt.date
Value = Scalar | tuple[Scalar, ...]

_MANY = 1_000_000
PAIR_COLUMNS = (
    columns.number("p_durable", 0, 1, "chance of durable work, as in assignments"),
    columns.number("p_start", 0, 1, "chance that the proposal becomes a start"),
    columns.whole("points", -(2**63), 2**63 - 1, "points of the pair"),
    columns.number("travel_km", 0, _MANY, "road kilometres one way"),
    columns.number("hours_week", 0, 168, "hours a week the placement counts for"),
    columns.number("loonwaarde_pct", 0, 100, "the pair's loonwaarde, else the person's"),
    columns.number("lks_eur_month", 0, _MANY, "loonkostensubsidie a month"),
    columns.flag("trial_done", "proefplaatsing done there"),
)
"""What can be asked of a pair; columns as in assignments.parquet."""


def _reachable() -> Mapping[str, Mapping[str, Column]]:
    jobs = {one.name: one for one in TABLES["vacancies"].columns}
    jobs |= {f"employer.{one.name}": one for one in TABLES["employers"].columns}
    jobs |= {f"agency.{one.name}": one for one in TABLES["agencies"].columns}
    return MappingProxyType(
        {
            "candidates": {one.name: one for one in TABLES["candidates"].columns},
            "vacancies": {name: one for name, one in jobs.items() if one.supported},
            "pairs": {one.name: one for one in PAIR_COLUMNS},
        }
    )


COLUMNS = _reachable()
"""Per table of a filter: the columns it may ask, by the name it asks them with."""

ORDERED = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.DATE})
LISTS = frozenset({Kind.TEXT_LIST, Kind.ID_LIST, Kind.CODE_LIST, Kind.LEVEL_LIST, Kind.USES_LIST})
_EXPECTED = {
    Kind.BOOL: "true or false",
    Kind.INTEGER: "a number",
    Kind.DECIMAL: "a number",
    Kind.DATE: "a date, as 2027-01-01",
}
_MOST_DIGITS, _MOST_VALUES = 15, 10_000


def _plain(value: object) -> object:
    """Turn a value of TOML, JSON or Python into a plain one; what it must be follows from the column."""
    if isinstance(value, list | tuple):
        return tuple(_plain(one) for one in value)
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value


class Filter(BaseModel):
    """One condition; a whole list of them must hold.

    Attributes
    ----------
    value
        Text, a truth value, a `Decimal` or a date, as the column asks; a tuple of them for ``in`` and ``not_in``; for ``is_null`` a
        truth value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    column: str = Field(max_length=100)
    op: Operator
    value: Annotated[Any, PlainValidator(_plain)]

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, given: object) -> object:
        if not isinstance(given, list | tuple):
            return given
        if len(given) == 2 and given[1] == "is_null":
            given = [*given, True]
        if len(given) != 3 or not isinstance(given[0], str):
            raise ValueError("a filter is a list of three: [column, operator, value]")
        if given[1] not in get_args(Operator):
            raise ValueError(f"{given[0]}: unknown operator; known here: {' '.join(get_args(Operator))}")
        return dict(zip(("column", "op", "value"), given, strict=True))

    @model_serializer
    def _as_list(self) -> list[object]:
        return [self.column, self.op, _shown(self.value)]

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "title": "Filter",
            "description": "[column, operator, value]",
            "type": "array",
            "prefixItems": [{"type": "string"}, {"enum": list(get_args(Operator))}, {}],
            "minItems": 2,
            "maxItems": 3,
        }


def _shown(value: object) -> object:
    match value:
        case tuple():
            return [_shown(one) for one in value]
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dt.date():
            return value.isoformat()
        case _:
            return value


def checked(table: Table, asked: Filter) -> Filter:
    """Check a filter against the columns it may ask, and bring its value into the column's own type.

    Raises
    ------
    ValueError
        An unknown column (with the nearest known one), an operator or a value that the column cannot have.
    """
    known = COLUMNS[table]
    if asked.column not in known:
        near = difflib.get_close_matches(asked.column, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}"
        raise ValueError(f"unknown column {asked.column!r} of {table}; {hint}")
    kind = known[asked.column].kind
    value: object
    if asked.op == "is_null":
        value = asked.value
        if not isinstance(value, bool):
            raise ValueError(f"{asked.column}: is_null takes true or false")
    elif kind in LISTS or asked.op == "contains":
        if kind not in LISTS:
            raise ValueError(f"{asked.column} is no list; contains asks a list for one of its elements")
        if asked.op != "contains":
            raise ValueError(f"{asked.column} is a list; it takes only contains and is_null")
        value = _scalar(asked.column, Kind.TEXT, asked.value)
    elif asked.op in ("in", "not_in"):
        if not isinstance(asked.value, tuple) or not 0 < len(asked.value) <= _MOST_VALUES:
            raise ValueError(f"{asked.column}: {asked.op} takes a list of 1 to {_MOST_VALUES:,} values")
        value = tuple(_scalar(asked.column, kind, one) for one in asked.value)
    else:
        if asked.op not in ("==", "!=") and kind not in ORDERED:
            raise ValueError(f"{asked.column} has no order; it takes == != in not_in and is_null")
        value = _scalar(asked.column, kind, asked.value)
    return asked.model_copy(update={"value": value})


def _scalar(name: str, kind: Kind, value: object) -> Scalar:
    match kind, value:
        case Kind.BOOL, bool():
            return value
        case ((Kind.INTEGER | Kind.DECIMAL), Decimal()) if value.is_finite():
            number = value.normalize()
            if len(number.as_tuple().digits) > _MOST_DIGITS or not -_MOST_DIGITS <= number.adjusted() <= _MOST_DIGITS:
                raise ValueError(f"{name}: a number has at most {_MOST_DIGITS} digits")
            return number
        case Kind.DATE, dt.date() if not isinstance(value, dt.datetime):
            return value
        case Kind.DATE, str():
            try:
                return dt.date.fromisoformat(value.strip())
            except ValueError:
                pass
        case ((Kind.ID | Kind.TEXT | Kind.CODE), str()) if value.strip():
            return value
    raise ValueError(f"{name}: the value must be {_EXPECTED.get(kind, 'text')}")


def folded(text: str) -> str:
    """Return the form in which texts are compared: NFC, trimmed, without case."""
    tidy = unicodedata.normalize("NFC", text).strip()
    return unicodedata.normalize("NFC", tidy.casefold())


def compare_scaled(asked: Filter, number: NDArray[np.int64], scale: int) -> NDArray[np.bool_]:
    """Compare numbers that are held as whole numbers with what a filter asks; exact, and as if all were known.

    Parameters
    ----------
    asked
        A checked filter over a column of whole numbers or decimals; not ``is_null``.
    number
        The column times ``scale``.
    """
    if asked.op in ("in", "not_in"):
        wanted = [int(one) for value in asked.value if (one := value * scale) == int(one) and abs(one) < 2**63]
        found = np.isin(number, np.array(wanted, dtype=np.int64))
        return found if asked.op == "in" else ~found
    # Comparing with a fraction is comparing with the whole number on its other side.
    bound = asked.value * scale
    below, above = math.floor(bound), math.ceil(bound)
    compare: Mapping[str, Callable[[], Any]] = {
        "==": lambda: (number == below) & (below == above),
        "!=": lambda: (number != below) | (below != above),
        "<": lambda: number < above,
        "<=": lambda: number <= below,
        ">": lambda: number > below,
        ">=": lambda: number >= above,
    }
    return np.asarray(compare[asked.op](), dtype=np.bool_)


def compare_flags(asked: Filter, flag: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Compare truth values (0, 1) with what a checked filter asks, as if all were known; not ``is_null``."""
    wanted = asked.value if isinstance(asked.value, tuple) else (asked.value,)
    found = np.isin(flag, [int(one) for one in wanted])
    return ~found if asked.op in ("!=", "not_in") else found
