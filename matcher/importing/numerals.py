"""Numbers and truth values, from Dutch and English text and from typed cells, exact or refused."""

import math
import re
from decimal import Decimal

from matcher.domain.schema import Column, Kind
from matcher.importing.cells import NOTHING, Broken, Cell, Padded, Percent, Reading, Setting, plain_text
from matcher.importing.troubles import RefusedError, Step, Trouble
from matcher.importing.words import NO, YES

_SCIENTIFIC = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+")
_PLAIN = re.compile(r"[+-]?[0-9]+")
_ONE_MARK = re.compile(r"([+-]?)([0-9]*)([.,])([0-9]+)")
_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:([.,\u0020\u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*(?:([.,])[0-9]+)?")
_LONGEST = 60

_IN_PERCENT = frozenset({"loonwaarde_pct", "loonwaarde_min_pct"})
_IN_SHARES = frozenset({"p_durable", "p_start", "p_alone"})
_IN_EURO = frozenset({"hourly_wage"})


def read_number(cell: Cell, setting: Setting) -> Reading:
    """Read a number; whole ones for columns of whole numbers. The double nearest to the decimal text comes out."""
    steps: tuple[Step, ...] = ()
    match cell:
        case None:
            return NOTHING
        case Broken():
            raise RefusedError(cell.trouble)
        case bool():
            raise RefusedError(Trouble.WRONG_TYPE)
        case int():
            number = Decimal(cell)
        case Padded():
            number = Decimal(cell.number)
        case float() | Decimal():
            if math.isnan(cell):
                return NOTHING
            if math.isinf(cell):
                raise RefusedError(Trouble.NOT_FINITE)
            number = cell if isinstance(cell, Decimal) else Decimal(repr(cell))
        case Percent():
            number, steps = _percent(Decimal(repr(cell.number)), setting.column, shown=2), (Step.PERCENT,)
        case str():
            text, steps = plain_text(cell)
            if not text:
                return Reading(None, steps)
            number, more = _from_text(text, setting)
            steps += more
        case _:
            raise RefusedError(Trouble.WRONG_TYPE)
    return Reading(_fit(number, setting.column), steps)


def _fit(number: Decimal, column: Column) -> int | float:
    if (column.low is not None and number < Decimal(repr(column.low))) or (
        column.high is not None and number > Decimal(repr(column.high))
    ):
        raise RefusedError(Trouble.OUT_OF_RANGE)
    if number.adjusted() > 30:
        raise RefusedError(Trouble.OUT_OF_RANGE)
    if column.kind is not Kind.INTEGER:
        return float(number)
    if number != number.to_integral_value():
        raise RefusedError(Trouble.NOT_INTEGER)
    return int(number)


def _from_text(text: str, setting: Setting) -> tuple[Decimal, tuple[Step, ...]]:
    steps: tuple[Step, ...] = ()
    if len(text) > _LONGEST:
        raise RefusedError(Trouble.NOT_A_NUMBER)
    if _SCIENTIFIC.fullmatch(text):
        raise RefusedError(Trouble.SCIENTIFIC)
    if setting.column.name in _IN_EURO:
        bare = re.sub(r"^(€|EUR)\s*|\s*(€|EUR)$", "", text, flags=re.IGNORECASE)
        steps, text = ((Step.CURRENCY,) if bare != text else ()), bare
    if text.endswith("%"):
        number, more = _decimal(text[:-1].rstrip(), setting, percent=True)
        return _percent(number, setting.column, shown=0), (*steps, *more, Step.PERCENT)
    number, more = _decimal(text, setting)
    return number, steps + more


def _percent(number: Decimal, column: Column, *, shown: int) -> Decimal:
    """Bring a percentage to the unit of its column; `shown` is the power of ten between the number and its percentage."""
    if column.name in _IN_PERCENT:
        return _shift(number, shown)
    if column.name in _IN_SHARES:
        return _shift(number, shown - 2)
    raise RefusedError(Trouble.WRONG_UNIT)


def _shift(number: Decimal, places: int) -> Decimal:
    sign, digits, exponent = number.as_tuple()
    return Decimal((sign, digits, int(exponent) + places))


def _decimal(text: str, setting: Setting, *, percent: bool = False) -> tuple[Decimal, tuple[Step, ...]]:
    if _PLAIN.fullmatch(text):
        return Decimal(text), ()
    readings = {
        value for value in (_as_decimal(text, setting.decimal), _as_groups(text, setting.decimal)) if value is not None
    }
    if len(readings) > 1:
        # 12.345 degrees can be no 12,345 degrees: what the column cannot hold was not meant.
        scale = 100 if percent and setting.column.name in _IN_SHARES else 1
        readings = {value for value in readings if _possible(value, setting.column, scale)} or readings
    if not readings:
        raise RefusedError(Trouble.NOT_A_NUMBER)
    if len(readings) > 1:
        raise RefusedError(Trouble.AMBIGUOUS_NUMBER)
    number = readings.pop()
    return number, () if _as_decimal(text, setting.decimal) == number else (Step.THOUSANDS,)


def _possible(number: Decimal, column: Column, scale: int) -> bool:
    low, high = column.low, column.high
    return (low is None or number >= Decimal(repr(low)) * scale) and (
        high is None or number <= Decimal(repr(high)) * scale
    )


def _as_decimal(text: str, mark: str | None) -> Decimal | None:
    """Return the number where its one mark is the decimal one."""
    found = _ONE_MARK.fullmatch(text)
    if found is None or (mark is not None and found[3] != mark):
        return None
    return Decimal(f"{found[1]}{found[2] or '0'}.{found[4]}")


def _as_groups(text: str, mark: str | None) -> Decimal | None:
    """Return the number where its marks stand between thousands, with at most one other mark for the decimals."""
    found = _GROUPS.fullmatch(text)
    if found is None:
        return None
    group, point = found[1], found[2]
    if group == point or (mark is not None and (group == mark or point not in (None, mark))):
        return None
    whole, _, part = (text, "", "") if point is None else text.rpartition(point)
    return Decimal(whole.replace(group, "") + (f".{part}" if part else ""))


def read_bool(cell: Cell, setting: Setting) -> Reading:
    """Read ja or nee in its usual spellings; 1 and 0 count."""
    match cell:
        case None:
            return NOTHING
        case Broken():
            raise RefusedError(cell.trouble)
        case bool():
            return Reading(cell)
        case int() | float() | Decimal():
            if math.isnan(cell):
                return NOTHING
            if cell not in (0, 1):
                raise RefusedError(Trouble.NOT_YES_NO)
            return Reading(bool(cell))
        case str():
            text, steps = plain_text(cell)
            if text.casefold() in YES or text.casefold() in NO:
                return Reading(text.casefold() in YES, steps)
            if text:
                raise RefusedError(Trouble.NOT_YES_NO)
            return Reading(None, steps)
        case _:
            raise RefusedError(Trouble.WRONG_TYPE)
