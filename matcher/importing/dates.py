"""Dates as people write them: day first, or ISO. Anything that could be another day is refused."""

import datetime as dt
import re
from collections.abc import Iterable

from matcher.importing.cells import NOTHING, Broken, Cell, Reading, Setting, plain_text
from matcher.importing.troubles import RefusedError, Step, Trouble

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]+(.+))?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})(?:[T ]+(.+))?")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?")


def month_first(cells: Iterable[Cell]) -> bool:
    """Whether some date of a column can only be read with the month in front, as in 11/21/2026."""
    for cell in cells:
        found = _DAY_FIRST.match(cell.strip()) if isinstance(cell, str) else None
        if found and int(found[1]) <= 12 < int(found[3]) <= 31:
            return True
    return False


def read_date(cell: Cell, setting: Setting) -> Reading:
    """Read a date; a time of day is left out by name, a time zone refused: it may belong to the day before."""
    match cell:
        case None:
            return NOTHING
        case Broken():
            raise RefusedError(cell.trouble)
        case dt.datetime():
            if cell.tzinfo is not None:
                raise RefusedError(Trouble.WRONG_TYPE)
            return Reading(cell.date(), () if cell.time() == dt.time() else (Step.TIME_DROPPED,))
        case dt.date():
            return Reading(cell)
        case float() if cell != cell:  # noqa: PLR0124 - NaN
            return NOTHING
        case str():
            text, steps = plain_text(cell)
            if not text:
                return Reading(None, steps)
            day, more = _from_text(text, setting)
            return Reading(day, steps + more)
        case _:
            raise RefusedError(Trouble.WRONG_TYPE)


def _from_text(text: str, setting: Setting) -> tuple[dt.date, tuple[Step, ...]]:
    iso = _ISO.fullmatch(text)
    if iso is not None:
        year, month, day, time = int(iso[1]), int(iso[2]), int(iso[3]), iso[4]
    else:
        found = _DAY_FIRST.fullmatch(text)
        if found is None:
            raise RefusedError(Trouble.NOT_A_DATE)
        day, month, year, time = int(found[1]), int(found[3]), int(found[4]), found[5]
        if setting.month_first and day <= 12 and month <= 12 and day != month:
            raise RefusedError(Trouble.DATE_ORDER_UNCLEAR)
    try:
        return dt.date(year, month, day), _time_steps(time)
    except ValueError:
        raise RefusedError(Trouble.NOT_A_DATE) from None


def _time_steps(time: str | None) -> tuple[Step, ...]:
    if time is None:
        return ()
    found = _TIME.fullmatch(time.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        raise RefusedError(Trouble.NOT_A_DATE)
    return () if not re.search("[1-9]", time) else (Step.TIME_DROPPED,)
