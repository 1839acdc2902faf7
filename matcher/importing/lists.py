"""Lists in one cell: words, codes, languages with levels, uses of resources."""

import json
import math
import re
from collections.abc import Iterable

from matcher.domain import codes
from matcher.domain.schema import Kind
from matcher.importing.cells import NOTHING, Broken, Cell, Origin, Reading, Setting, check_text, plain_text
from matcher.importing.names import squash
from matcher.importing.texts import code_of, read_id, read_text
from matcher.importing.troubles import RefusedError, Step, Trouble
from matcher.importing.words import LANGUAGES, LEFT_OUT, LEVELS, LEVELS_UNKNOWN, NONE
from matcher.intake.text import fold

_LEVEL = re.compile(r"(.+?)\s*(?:[:=]\s*|\s+|\()\s*([^\s:=()]+(?:\s+I{1,2})?)\s*\)?")
_USE = re.compile(r"(.+?)\s*[:=]\s*([0-9]{1,18})")
_WITHOUT_COMMA = frozenset({"licences", "uses"})


def read_list(cell: Cell, setting: Setting) -> Reading:
    """Read a list of words or codes."""
    items, steps = elements(cell, setting)
    if items is None:
        return Reading(None, steps)
    found: list[str] = []
    dropped: list[Trouble] = []
    for item in items:
        value, more, trouble = _element(item, setting)
        steps += more
        found += [value] if value is not None else []
        dropped += [trouble] if trouble is not None else []
    return Reading(found, steps, tuple(dropped))


def elements(cell: Cell, setting: Setting) -> tuple[list[object] | None, tuple[Step, ...]]:
    """Return the elements of a cell, None where nothing is known, after the mapping's own words."""
    match cell:
        case None:
            return None, ()
        case Broken():
            raise RefusedError(cell.trouble)
        case float() if math.isnan(cell):
            return None, ()
        case dict():
            return ([cell] if cell else []), ()
        case list() | tuple():
            return [item for item in cell if item is not None], ()
        case str():
            text, steps = plain_text(cell)
            if not text:
                return None, steps
            if text.casefold() in NONE:
                return [], (*steps, Step.NONE_WORD)
            parts, more = _split(text, setting)
            return parts, steps + more
        case _:
            return [cell], ()


def _split(text: str, setting: Setting) -> tuple[list[object], tuple[Step, ...]]:
    if text[0] in "[{":
        return _from_json(text), ()
    steps: tuple[Step, ...] = ()
    if setting.list_separator is not None and setting.list_separator in text:
        parts = text.split(setting.list_separator)
    elif ";" in text or "|" in text:
        parts = re.split("[;|]", text)
    elif "\n" in text:
        parts, steps = text.splitlines(), (Step.SPLIT_ON_LINES,)
    elif "," in text:
        closed = (
            bool(setting.column.codes) or setting.column.name in _WITHOUT_COMMA or setting.column.kind is Kind.ID_LIST
        )
        if setting.separator == "," and not closed:
            raise RefusedError(Trouble.AMBIGUOUS_LIST)
        parts, steps = text.split(","), (Step.SPLIT_ON_COMMA,)
    else:
        parts = [text]
    trimmed = [part.strip() for part in parts]
    return [part for part in trimmed if part], steps


def _from_json(text: str) -> list[object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise RefusedError(Trouble.BAD_LIST) from None
    if isinstance(value, dict):
        return [{"language": key, "level": level} for key, level in value.items()]
    if not isinstance(value, list):
        raise RefusedError(Trouble.BAD_LIST)
    return [item for item in value if item is not None]


def _element(item: object, setting: Setting) -> tuple[str | None, tuple[Step, ...], Trouble | None]:
    """Read one element: its value, the steps taken, and why it was left out, if it was."""
    kind = setting.column.kind
    if isinstance(item, str) and setting.origin is Origin.PARQUET and kind is not Kind.CODE_LIST:
        check_text(item)
        return item, (), None
    own: tuple[Step, ...] = ()
    if isinstance(item, str) and (word := setting.words.get(fold(item))) is not None:
        item, own = word, (Step.OWN_VALUE,)
    if kind is not Kind.CODE_LIST:
        read = (read_id if kind is Kind.ID_LIST else read_text)(item, setting)
        value = read.value if isinstance(read.value, str) else None
        # A word such as onbekend inside a list is an element like any other.
        if value is None and isinstance(item, str) and item.strip():
            return item.strip(), own, None
        return value, own + read.steps, None
    text = item if isinstance(item, str) else str(read_text(item, setting).value or "")
    if not text.strip():
        return None, own, None
    left_out = LEFT_OUT.get((setting.column.codes, squash(text)))
    if left_out is not None:
        return None, (*own, left_out), None
    try:
        code, steps = code_of(text, setting)
    except RefusedError as error:
        return None, own, error.trouble
    return code, own + steps, None


def read_levels(cell: Cell, setting: Setting) -> Reading:
    """Read languages with their levels: ``nld:B1; eng:A2``, a mapping, or a list of {language, level}."""
    if isinstance(cell, dict) and cell and not {"language", "level"} & cell.keys():
        cell = [{"language": key, "level": level} for key, level in cell.items()]
    items, steps = elements(cell, setting)
    if items is None:
        return Reading(None, steps)
    found: list[dict[str, object]] = []
    dropped: list[Trouble] = []
    for item in items:
        try:
            language, level, more = _language(item, setting)
        except RefusedError as error:
            if error.trouble is not Trouble.UNKNOWN_CODE:
                raise
            dropped.append(error.trouble)
            continue
        steps += more
        if language:
            found.append({"language": language, "level": level})
    return Reading(found, steps, tuple(dropped))


def _language(item: object, setting: Setting) -> tuple[str, str | None, tuple[Step, ...]]:
    steps: tuple[Step, ...] = ()
    match item:
        case {"language": str() | None as language, **rest}:
            language, level = (language or "").strip(), rest.get("level")
        case str():
            text = item.strip()
            word = setting.words.get(fold(text))
            steps, text = ((), text) if word is None else ((Step.OWN_VALUE,), word)
            language, level = _divide(text)
        case _:
            raise RefusedError(Trouble.BAD_LIST)
    check_text(language)
    named = None if fold(language) in LANGUAGES.values() else LANGUAGES.get(squash(language))
    if named is not None:
        language, steps = named, (*steps, Step.LANGUAGE_NAME)
    grade, more = level_of(level)
    return language, grade, steps + more


def _divide(text: str) -> tuple[str, object]:
    """Part a text into language and level; without a level that is one, the whole text is the language."""
    found = _LEVEL.fullmatch(text)
    if found is None:
        return text, None
    if ":" in text or "=" in text or _is_level(found[2]):
        return found[1].strip(), found[2]
    return text, None


def _is_level(word: str) -> bool:
    return word.casefold() in codes.CEFR or squash(word) in LEVELS or squash(word) in LEVELS_UNKNOWN


def level_of(level: object) -> tuple[str | None, tuple[Step, ...]]:
    """Return the CEFR level that a cell stands for, None where unknown; raises `RefusedError` with UNKNOWN_CODE."""
    if level is None:
        return None, ()
    if isinstance(level, bool) or not isinstance(level, str | int):
        raise RefusedError(Trouble.WRONG_TYPE)
    word = str(level).strip()
    if word.casefold() in codes.CEFR:
        return word.upper(), ()
    if squash(word) in LEVELS:
        known, step = LEVELS[squash(word)]
        return known, (step,)
    if not word or squash(word) in LEVELS_UNKNOWN or word.casefold() in ("?", "-"):
        return None, (Step.UNKNOWN_WORD,) if word else ()
    raise RefusedError(Trouble.UNKNOWN_CODE)


def read_uses(cell: Cell, setting: Setting) -> Reading:
    """Read what is taken from resources: ``jobcoach:2; budget:500``, or a list of {resource_id, amount}."""
    items, steps = elements(cell, setting)
    if items is None:
        return Reading(None, steps)
    found: list[dict[str, object]] = []
    for item in items:
        match item:
            case {"resource_id": str() as resource, "amount": int() as amount} if not isinstance(amount, bool):
                pass
            case str() if (parts := _USE.fullmatch(item)) is not None:
                resource, amount = parts[1], int(parts[2])
            case _:
                raise RefusedError(Trouble.BAD_LIST)
        check_text(resource)
        if not -(2**63) <= amount < 2**63:
            raise RefusedError(Trouble.OUT_OF_RANGE)
        found.append({"resource_id": resource.strip(), "amount": amount})
    return Reading(found, steps)


def joined(parts: Iterable[Reading]) -> Reading:
    """Put the lists of several columns together, without repeats."""
    found: list[str] = []
    steps: tuple[Step, ...] = ()
    dropped: tuple[Trouble, ...] = ()
    known = False
    for part in parts:
        steps, dropped = steps + part.steps, dropped + part.dropped
        if isinstance(part.value, list):
            known = True
            found += [item for item in part.value if isinstance(item, str) and item not in found]
    return Reading(found, steps, dropped) if known else Reading(None, steps, dropped) if steps or dropped else NOTHING
