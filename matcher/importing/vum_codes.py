"""Codes of VUM: indications, radii and levels of education."""

import math
from collections.abc import Mapping
from decimal import Decimal

from matcher.importing.cells import NOTHING, Cell, Reading, Setting, Value, plain_text
from matcher.importing.names import squash
from matcher.importing.numerals import read_bool, read_number
from matcher.importing.troubles import RefusedError, Step, Trouble
from matcher.importing.words import EDUCATION, REGIOSTRAAL_KM, SCHOOL_LEVELS

_DAY: Value = ["day"]


def digits(cell: Cell) -> str:
    """Return a code as text: 1, "1", "01" and 1.0 are what they look like; "" where nothing is known."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, str):
        return plain_text(cell)[0]
    if (
        isinstance(cell, int | float | Decimal)
        and not isinstance(cell, bool)
        and -1 < cell < 10**11
        and cell == int(cell)
    ):
        return str(int(cell))
    raise RefusedError(Trouble.WRONG_TYPE)


def groups(cell: Cell) -> list[Mapping[str, object]]:
    """Return the objects of a group of fields."""
    if cell is None:
        return []
    found = cell if isinstance(cell, list) else [cell]
    if not all(isinstance(item, dict) for item in found):
        raise RefusedError(Trouble.WRONG_TYPE)
    return [item for item in found if isinstance(item, dict)]


def indication(cell: Cell, setting: Setting) -> Reading:
    """0 unknown, 1 yes, 2 no; ja and nee are understood too."""
    if isinstance(cell, bool):
        return Reading(cell)
    code = digits(cell)
    if code in ("0", "1", "2"):
        return Reading({"0": None, "1": True, "2": False}[code], (Step.INDICATION,))
    return read_bool(code, setting)


def irregular_indication(cell: Cell, setting: Setting) -> Reading:
    """Irregular work or shifts, as an indication: a no leaves the day."""
    return _day_unless(indication(cell, setting), Step.IRREGULAR, day_on=False)


def irregular(cell: Cell, setting: Setting) -> Reading:
    """Irregular work, ja or nee: a no leaves the day."""
    return _day_unless(read_bool(cell, setting), Step.IRREGULAR, day_on=False)


def office_hours(cell: Cell, setting: Setting) -> Reading:
    """Office hours only, as an indication: a yes leaves the day."""
    return _day_unless(indication(cell, setting), Step.OFFICE_HOURS, day_on=True)


def _day_unless(told: Reading, step: Step, *, day_on: bool) -> Reading:
    if told.value is None:
        return told
    return Reading(_DAY if told.value is day_on else None, (*told.steps, step))


def regiostraal(cell: Cell, setting: Setting) -> Reading:
    """One of nine radii."""
    code = digits(cell)
    if not code:
        return NOTHING
    if code not in REGIOSTRAAL_KM:
        raise RefusedError(Trouble.UNKNOWN_CODE)
    return Reading(REGIOSTRAAL_KM[code], (Step.REGIOSTRAAL,))


def work_level(cell: Cell, setting: Setting) -> Reading:
    """Werk- en denkniveau: 1-6; 0 and 7 are unknown."""
    code = digits(cell)
    if code in ("0", "7"):
        return Reading(None, (Step.UNKNOWN_WORD,))
    return education(code, setting)


def education(cell: Cell, setting: Setting) -> Reading:
    """A level of 1-6, or the name of a school."""
    if isinstance(cell, str):
        text, steps = plain_text(cell)
        level = EDUCATION.get(squash(text))
        if level is not None:
            return Reading(level, (*steps, Step.EDUCATION_WORD))
    return read_number(cell, setting)


def school_level(cell: Cell, setting: Setting) -> Reading:
    """VUM niveauOpleiding, which counts otherwise than werk- en denkniveau."""
    code = digits(cell)
    if code in SCHOOL_LEVELS:
        return Reading(SCHOOL_LEVELS[code], (Step.SCHOOL_LEVEL,))
    if not code or not code.isdigit():
        return education(code, setting)
    raise RefusedError(Trouble.UNKNOWN_CODE)


def schooling(cell: Cell, setting: Setting) -> Reading:
    """The highest finished schooling of a person."""
    if isinstance(cell, str):
        return education(cell, setting)
    done = [
        school_level(school.get("codeNiveauOpleiding"), setting).value
        for school in groups(cell)
        if digits(school.get("indicatieDiploma")) == "1" or digits(school.get("codeStatusOpleiding")) == "1"
    ]
    return _level(max((level for level in done if isinstance(level, int)), default=None))


def schooling_asked(cell: Cell, setting: Setting) -> Reading:
    """The lowest schooling that a vacancy takes: several ones are alternatives."""
    if isinstance(cell, str):
        return education(cell, setting)
    asked = [school_level(school.get("codeNiveauOpleiding"), setting).value for school in groups(cell)]
    return _level(min((level for level in asked if isinstance(level, int)), default=None))


def _level(level: int | None) -> Reading:
    return NOTHING if level is None else Reading(level, (Step.SCHOOLING, Step.SCHOOL_LEVEL))
