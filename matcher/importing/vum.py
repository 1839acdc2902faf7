"""Readers for the groups of fields of VUM profiles, and for other columns that need one of their own."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from matcher.importing.cells import NOTHING, Cell, Reader, Reading, Setting, Value
from matcher.importing.dates import read_date
from matcher.importing.lists import elements, level_of, read_levels, read_list
from matcher.importing.names import squash
from matcher.importing.numerals import read_bool
from matcher.importing.texts import read_postcode, read_text
from matcher.importing.troubles import RefusedError, Step, Trouble
from matcher.importing.vum_codes import (
    digits,
    groups,
    indication,
    irregular,
    irregular_indication,
    office_hours,
    regiostraal,
    school_level,
    schooling,
    schooling_asked,
    work_level,
)
from matcher.importing.words import LANGUAGES
from matcher.intake.text import fold

_FOUR_SKILLS = ("Mondeling", "Luisteren", "Lezen", "Schriftelijk")


def languages(cell: Cell, setting: Setting) -> Reading:
    """taalbeheersing: one level of the four counts, for people and vacancies alike, so that equal profiles match."""
    if isinstance(cell, str):
        return read_levels(cell, setting)
    if not (told := groups(cell)):
        return NOTHING
    found: list[dict[str, object]] = []
    steps: tuple[Step, ...] = (Step.ORAL_LEVEL,)
    dropped: list[Trouble] = []
    for one in told:
        name = digits(one.get("codeTaal"))
        if not name:
            continue
        level = None
        try:
            for skill in _FOUR_SKILLS:
                level, more = level_of(one.get(f"codeNiveauTaalbeheersing{skill}"))
                steps += more
                if level is not None:
                    break
        except RefusedError as error:
            if error.trouble is not Trouble.UNKNOWN_CODE:
                raise
            dropped.append(error.trouble)
            continue
        code = fold(name) if fold(name) in LANGUAGES.values() else LANGUAGES.get(squash(name), name)
        found.append({"language": code, "level": level})
    return Reading(found, steps, tuple(dropped))


def transport(cell: Cell, setting: Setting) -> Reading:
    """vervoermiddel: those that can be used to get to work."""
    if isinstance(cell, str | int):
        return read_list(cell, setting)
    if not (told := groups(cell)):
        return NOTHING
    usable = [one for one in told if digits(one.get("indicatieBeschikbaarVoorWoonWerkverkeer")) != "2"]
    codes = [code for one in usable if (code := digits(one.get("codeVervoermiddel")))]
    read = read_list(codes, setting)
    steps = read.steps if len(usable) == len(told) else (*read.steps, Step.TRANSPORT_NOT_TO_WORK)
    return Reading(read.value, steps, read.dropped)


def named_texts(cell: Cell, setting: Setting) -> Reading:
    """A list of objects that each hold one word: omschrijving, codeCompetentie, codeSoortRijbewijs."""
    items, steps = elements(cell, setting)
    if items is None:
        return Reading(None, steps)
    words: list[object] = []
    for item in items:
        if isinstance(item, dict):
            parts = [item.get(name) for name in ("codeCompetentie", "omschrijving", "codeSoortRijbewijs")]
            words += [next((part for part in parts if part), None)]
        else:
            words.append(item)
    read = read_list([word for word in words if word is not None], setting)
    return Reading(read.value, steps + read.steps, read.dropped)


def behaviour(cell: Cell, setting: Setting) -> Reading:
    """gedragscompetentie: codes marked as such, or the URIs of version 3."""
    if isinstance(cell, str):
        return read_list(cell, setting)
    found: list[object] = []
    for one in groups(cell):
        code = digits(one.get("codeGedragscompetentie")) if one.get("codeGedragscompetentie") is not None else ""
        found += [f"gedragscompetentie:{code}"] if code else [one.get("codeCompetentie")]
    read = read_list([word for word in found if word], setting)
    return Reading(read.value, (*read.steps, Step.BEHAVIOUR)) if found else NOTHING


def courses(cell: Cell, setting: Setting) -> Reading:
    """cursus of a person: those that ended with a certificate."""
    if isinstance(cell, str):
        raise RefusedError(Trouble.WRONG_TYPE)
    told = groups(cell)
    done = [one for one in told if one.get("datumCertificaat") or digits(one.get("indicatieCertificaat")) == "1"]
    names = [one["naamCursus"] for one in done if one.get("naamCursus")]
    if not names:
        # Courses without a certificate say nothing about the certificates somebody holds.
        return Reading(None, (Step.COURSES,)) if told else NOTHING
    return Reading(read_list(names, setting).value, (Step.COURSES,))


def courses_asked(cell: Cell, setting: Setting) -> Reading:
    """cursus of a vacancy: asked as certificates."""
    if isinstance(cell, str):
        return read_list(cell, setting)
    names = [one["naamCursus"] for one in groups(cell) if one.get("naamCursus")]
    return Reading(read_list(names, setting).value, (Step.COURSES,)) if names else NOTHING


def occupations(cell: Cell, setting: Setting) -> Reading:
    """bemiddelingsberoep: codes, URIs or names."""
    if isinstance(cell, str):
        return read_list(cell, setting)
    named = [_occupation(one) for one in groups(cell)]
    words: list[object] = [word for word, _ in named if word]
    steps = tuple(step for _, step in named if step is not None)
    return Reading(read_list(words, setting).value, steps) if words else NOTHING


def occupation(cell: Cell, setting: Setting) -> Reading:
    """The occupation of a vacancy."""
    if not isinstance(cell, dict):
        return read_text(cell, setting)
    word, step = _occupation(cell)
    read = read_text(word, setting)
    return Reading(read.value, read.steps if step is None else (*read.steps, step))


def _occupation(told: Mapping[str, object]) -> tuple[str | None, Step | None]:
    inner = next(
        (told[name] for name in ("beroepsnaamGecodeerd", "beroepsnaamOngecodeerd") if isinstance(told.get(name), dict)),
        told,
    )
    if not isinstance(inner, dict):
        raise RefusedError(Trouble.WRONG_TYPE)
    code = inner.get("codeBeroepsnaam")
    if code is not None:
        text = str(code).strip() if isinstance(code, str | int) and not isinstance(code, bool) else ""
        if not text:
            raise RefusedError(Trouble.WRONG_TYPE)
        return (f"brc:{text}", Step.BRC) if text.isdigit() else (text, None)
    name = inner.get("naamBeroepOngecodeerd")
    if name is not None and not isinstance(name, str):
        raise RefusedError(Trouble.WRONG_TYPE)
    return name, None


def employer_address(cell: Cell, setting: Setting) -> Reading:
    """The postcode of the employer, where all its addresses share one."""
    found: set[Value] = set()
    waiting: list[object] = [cell]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            waiting += [value for value in item.values() if isinstance(value, list | dict)]
            if item.get("postcode") is not None:
                value = read_postcode(item["postcode"], setting).value
                found |= {value} if isinstance(value, str) else set()
    if len(found) != 1:
        return NOTHING
    return Reading(found.pop(), (Step.EMPLOYER_ADDRESS, Step.POSTCODE_TO_4))


def kvk(cell: Cell, setting: Setting) -> Reading:
    """A number of the Kamer van Koophandel, marked so that it can be no BSN."""
    number = read_text(cell, setting).value
    return NOTHING if number is None else Reading(f"kvk:{number}", (Step.KVK,))


def veto(cell: Cell, setting: Setting) -> Reading:
    """A veto forbids; no veto does not overrule any rule."""
    told = read_bool(cell, setting)
    if told.value is None:
        return told
    return Reading(False if told.value is True else None, (*told.steps, Step.VETO))


def end_to_weeks(cell: Cell, setting: Setting) -> Reading:
    """Weeks from the first to the last day, both counted; the cell is a pair of last and first day."""
    if not isinstance(cell, tuple) or len(cell) != 2:
        raise RefusedError(Trouble.WRONG_TYPE)
    last, first = (read_date(part, setting).value for part in cell)
    if not isinstance(last, dt.date) or not isinstance(first, dt.date):
        return NOTHING
    days = (last - first).days + 1
    if days < 1:
        raise RefusedError(Trouble.CONTRADICTION)
    return Reading(days / 7, (Step.END_TO_WEEKS,))


VUM_READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "behaviour": behaviour,
        "courses": courses,
        "courses_asked": courses_asked,
        "employer_address": employer_address,
        "end_to_weeks": end_to_weeks,
        "indication": indication,
        "irregular": irregular,
        "irregular_indication": irregular_indication,
        "kvk": kvk,
        "occupation": occupation,
        "occupations": occupations,
        "office_hours": office_hours,
        "regiostraal": regiostraal,
        "school_level": school_level,
        "schooling": schooling,
        "schooling_asked": schooling_asked,
        "veto": veto,
        "vum_languages": languages,
        "vum_texts": named_texts,
        "vum_transport": transport,
        "work_level": work_level,
    }
)
