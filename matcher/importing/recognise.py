"""Which table a file or sheet is: by what the mapping says, by its name, or else by its columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from matcher.errors import InputError
from matcher.importing.catalogue import CATALOGUE, FILE_NAMES, is_list, table_named
from matcher.importing.headings import known_anywhere, target_of
from matcher.importing.mapping_file import SKIP, ImportMapping
from matcher.importing.names import squash, words_of
from matcher.importing.source_table import SourceTable

_EXPLANATION = frozenset({"explanation", "uitleg", "toelichting"})
"""Sheets about the others, as in our own template."""
_NO_NAME = re.compile(r"(blad|sheet|werkblad|tabelle|feuil)?[0-9]*")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a source is.

    Attributes
    ----------
    table
        None: to be passed over.
    column
        A list column of the table, where the source holds its elements in rows of their own.
    """

    table: str | None
    column: str | None = None


def recognise(source: SourceTable, siblings: int, mapping: ImportMapping) -> Identity:
    """Say which table a source is.

    Parameters
    ----------
    siblings
        Sheets of the workbook that hold something; 1 for other files.

    Raises
    ------
    InputError
        Neither name nor columns tell, or they tell too much.
    """
    said = mapping.files.get(source.label, mapping.files.get(source.file))
    if said is not None:
        table, _, column = said.partition(".")
        return Identity(None) if said == SKIP else Identity(table, column or None)
    if is_explanation(source):
        return Identity(None)
    for name in _names(source, siblings):
        found = _by_name(name)
        if found is not None:
            return found
    tables = _by_columns(source.headings)
    if len(tables) == 1:
        return Identity(tables[0])
    if source.hidden:
        return Identity(None)
    why = f"could be {' or '.join(tables)}" if tables else "is no table this program knows"
    raise InputError(
        f"{source.label} {why}. {shown_headings(source.headings)} Name it after its table (kandidaten, vacatures, koppels, ...), or write "
        f'in import.toml: [files] "{source.label}" = "candidates" (or another table, or "{SKIP}").'
    )


def is_explanation(source: SourceTable) -> bool:
    """Whether a source is a sheet that only tells about the others."""
    return source.sheet is not None and squash(source.sheet) in _EXPLANATION


def _names(source: SourceTable, siblings: int) -> list[str]:
    stem = PurePath(source.file).stem
    if source.sheet is None:
        return [stem]
    names = [] if _NO_NAME.fullmatch(squash(source.sheet)) else [source.sheet]
    return [*names, stem] if siblings == 1 else names


def _by_name(name: str) -> Identity | None:
    plain = squash(name)
    table = table_named(plain)
    if table is not None:
        return Identity(table)
    for table, known in FILE_NAMES.items():
        for alias in sorted(known, key=len, reverse=True):
            target = target_of(table, plain.removeprefix(alias)) if plain.startswith(alias) else None
            if target is not None and is_list(CATALOGUE[table].column(target.column)):
                return Identity(table, target.column)
    words = {table for word in words_of(name) if (table := table_named(word)) is not None}
    return Identity(words.pop()) if len(words) == 1 else None


def _by_columns(headings: Sequence[str]) -> list[str]:
    """Return the tables whose key is there and that know most of the headings."""
    score: dict[str, int] = {}
    for table, schema in CATALOGUE.items():
        if table in ("audit", "sensitive"):
            continue  # nothing but their name tells them from candidates
        known = {target.column for heading in headings if (target := target_of(table, heading)) is not None}
        if set(schema.key) <= known and len(known) > len(schema.key):
            score[table] = len(known)
    best = max(score.values(), default=0)
    return [table for table, count in score.items() if count == best]


def shown_headings(headings: Sequence[str]) -> str:
    """Return a sentence with the headings of a file; without them where the first row may be a row of data about somebody."""
    if not any(known_anywhere(heading) for heading in headings):
        return "Its first row does not look like headings."
    plain = [heading for heading in headings if heading and len(heading) <= 40 and not re.search("[0-9]{3}|@", heading)]
    return f"Found columns: {', '.join(map(repr, plain[:20]))}."
