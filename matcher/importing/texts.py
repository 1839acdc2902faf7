"""Ids, postcodes, free text and codes of closed lists."""

import datetime as dt
import math
import re
from decimal import Decimal

from matcher.importing.cells import (
    NOTHING,
    Broken,
    Cell,
    Origin,
    Padded,
    Percent,
    Reading,
    Setting,
    check_text,
    plain_text,
)
from matcher.importing.names import squash
from matcher.importing.troubles import RefusedError, Step, Trouble
from matcher.importing.words import CODE_WORDS, NAMED_WORDS
from matcher.intake.text import fold

_SHORTENED = re.compile(r"[0-9]+([.,][0-9]+)?[eE][+-][0-9]+")
_FLOAT = re.compile(r"[0-9]+[.,]0+")
_POSTCODE = re.compile(r"([1-9][0-9]{3})(?:\s*[A-Za-z]{2})?")
_MOST_EXACT = 10**11
"""Excel shows longer numbers in scientific notation, and people then save what they see."""


def read_id(cell: Cell, setting: Setting) -> Reading:
    """Read an id: text as it stands, without surrounding spaces; zeros in front are kept."""
    if setting.column.name == "pc4":
        return read_postcode(cell, setting)
    if isinstance(cell, str):
        if setting.origin is Origin.PARQUET:
            check_text(cell)
            return Reading(cell)
        text, steps = plain_text(cell)
        if _SHORTENED.fullmatch(text):
            raise RefusedError(Trouble.SCIENTIFIC)
        if _FLOAT.fullmatch(text):
            raise RefusedError(Trouble.FLOAT_ID)
        return Reading(text or None, steps)
    return _number_as_text(cell, setting, Step.NUMBER_TO_ID)


def read_postcode(cell: Cell, setting: Setting) -> Reading:
    """Read a Dutch postcode down to its four digits."""
    steps: tuple[Step, ...] = ()
    if isinstance(cell, Padded):
        cell = cell.number
    if isinstance(cell, str):
        text, steps = plain_text(cell)
        if not text:
            return Reading(None, steps)
    elif (
        isinstance(cell, int | float | Decimal) and not isinstance(cell, bool) and setting.origin is not Origin.PARQUET
    ):
        if math.isnan(cell):
            return NOTHING
        text = str(int(cell)) if 1000 <= cell <= 9999 and cell == int(cell) else "?"
    else:
        return _number_as_text(cell, setting, Step.NUMBER_TO_ID)
    found = _POSTCODE.fullmatch(text)
    if found is None:
        raise RefusedError(Trouble.BAD_POSTCODE)
    return Reading(found[1], steps + ((Step.POSTCODE_TO_4,) if len(text) > 4 else ()))


def read_text(cell: Cell, setting: Setting) -> Reading:
    """Read free text."""
    if isinstance(cell, str):
        if setting.origin is Origin.PARQUET:
            check_text(cell)
            return Reading(cell)
        text, steps = plain_text(cell)
        return Reading(text or None, steps)
    return _number_as_text(cell, setting, Step.NUMBER_TO_TEXT)


def read_code(cell: Cell, setting: Setting) -> Reading:
    """Read a code of a closed list, in its own words or in Dutch ones."""
    if isinstance(cell, str):
        text, steps = plain_text(cell)
    else:
        number = _number_as_text(cell, setting, Step.NUMBER_TO_TEXT)
        text, steps = str(number.value or ""), ()
    if not text:
        return Reading(None, steps)
    code, more = code_of(text, setting)
    return Reading(code, steps + more)


def code_of(word: str, setting: Setting) -> tuple[str, tuple[Step, ...]]:
    """Return the code that a word stands for; raises `RefusedError` with UNKNOWN_CODE."""
    known = setting.column.codes
    if fold(word) in known:
        return fold(word), ()
    plain = squash(word)
    exact = {squash(code): code for code in known}
    code = exact.get(plain) or CODE_WORDS.get(known, {}).get(plain)
    if code is None:
        raise RefusedError(Trouble.UNKNOWN_CODE)
    return code, (NAMED_WORDS.get(plain, Step.TRANSLATED_CODE) if plain not in exact else Step.TRANSLATED_CODE,)


def _number_as_text(cell: Cell, setting: Setting, step: Step) -> Reading:
    """Return the digits of a whole number that stands where text belongs; anything else is refused."""
    match cell:
        case None:
            return NOTHING
        case Broken():
            raise RefusedError(cell.trouble)
        case Padded():
            return Reading(str(cell.number).zfill(cell.width), (Step.SHOWN_ZEROS,))
        case bool() | dt.date() | Percent():
            raise RefusedError(Trouble.WRONG_TYPE)
        case int() | float() | Decimal():
            if math.isnan(cell):
                return NOTHING
            if setting.origin is Origin.PARQUET:
                raise RefusedError(Trouble.WRONG_TYPE)
            if not 0 <= cell < _MOST_EXACT or cell != int(cell):
                raise RefusedError(Trouble.NUMBER_AS_ID)
            return Reading(str(int(cell)), (step,))
        case _:
            raise RefusedError(Trouble.WRONG_TYPE)
