"""Readers for Dutch columns whose cells leave out what their heading says: a level without its language, pay without its unit."""

from collections.abc import Mapping
from types import MappingProxyType

from matcher.domain import codes
from matcher.importing.cells import Cell, Reader, Reading, Setting, plain_text
from matcher.importing.lists import level_of, read_levels
from matcher.importing.names import squash
from matcher.importing.numerals import read_number
from matcher.importing.troubles import RefusedError, Step, Trouble
from matcher.importing.words import LANGUAGES, LEVELS, LEVELS_UNKNOWN, NONE
from matcher.intake.text import fold

_MOST_AN_HOUR = 100
"""More than this is pay for a month or a year."""


def dutch_level(cell: Cell, setting: Setting) -> Reading:
    """Read a taalniveau: a level alone is one of Dutch; otherwise languages that are known, each with its level."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        cell = str(cell)
    if isinstance(cell, str):
        text, steps = plain_text(cell)
        plain = squash(text)
        if plain in LEVELS_UNKNOWN:
            return Reading(None, (*steps, Step.UNKNOWN_WORD))
        if fold(text) in codes.CEFR or (plain in LEVELS and plain not in NONE):
            level, more = level_of(text)
            known: dict[str, object] = {"language": "nld", "level": level}
            return Reading([known], (*steps, *more, Step.LEVEL_OF_DUTCH))
    read = read_levels(cell, setting)
    for one in read.value if isinstance(read.value, list) else ():
        if isinstance(one, dict) and (one["level"] is None or fold(str(one["language"])) not in LANGUAGES.values()):
            # Such as "minimaal B1": taken as a language it would be one that nobody speaks.
            raise RefusedError(Trouble.NO_LEVEL)
    return read


def salary(cell: Cell, setting: Setting) -> Reading:
    """Read a salaris as euros an hour; what can only be pay for a month or a year is refused."""
    read = read_number(cell, setting)
    if isinstance(read.value, int | float) and read.value > _MOST_AN_HOUR:
        raise RefusedError(Trouble.NOT_HOURLY)
    return read


DUTCH_READERS: Mapping[str, Reader] = MappingProxyType({"dutch_level": dutch_level, "salary": salary})
