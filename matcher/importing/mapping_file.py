"""import.toml: what the user says about files, columns and words that the lists here do not know."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from matcher.errors import InputError
from matcher.importing.catalogue import CATALOGUE, table_named
from matcher.importing.names import squash
from matcher.importing.near import columns_meant
from matcher.intake.text import fold

SKIP = "skip"
_PARTS = ("columns", "values", "files", "numbers", "lists")


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """A mapping file, checked.

    Attributes
    ----------
    columns
        By table, then by squashed heading: a column of the contract, or ``skip``.
    values
        By (table, column), then by casefolded word: the value that is meant.
    files
        By file name, or ``file[sheet]``: a table, ``table.column`` for a list in rows of its own, or ``skip``.
    headings
        By table, then by squashed heading: how the mapping spells it.
    decimal, list_separator
        The decimal mark and the separator of lists that the files use.
    """

    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    values: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    decimal: str | None = None
    list_separator: str | None = None
    headings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


NO_MAPPING = ImportMapping()


def parse_mapping(data: bytes, name: str) -> ImportMapping:
    """Read a mapping file.

    Raises
    ------
    InputError
        Not TOML, or something in it that this program does not know.
    """
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InputError(f"{name} is not valid TOML in UTF-8. Write headings between quotes.") from None
    _known(name, document, _PARTS, "part")
    columns, headings = _columns(name, _table(name, document, "columns"))
    numbers, lists = _table(name, document, "numbers"), _table(name, document, "lists")
    _known(name, numbers, ("decimal",), "key of [numbers]")
    _known(name, lists, ("separator",), "key of [lists]")
    decimal, separator = numbers.get("decimal"), lists.get("separator")
    if decimal not in (None, ",", "."):
        raise InputError(f'{name}: [numbers] decimal must be "," or ".".')
    if separator is not None and (not isinstance(separator, str) or len(separator) != 1 or separator.isalnum()):
        raise InputError(f"{name}: [lists] separator must be one sign that is no letter or digit.")
    return ImportMapping(
        columns=columns,
        values=_values(name, _table(name, document, "values")),
        files=_files(name, _table(name, document, "files")),
        decimal=decimal,
        list_separator=separator,
        headings=headings,
    )


def _columns(name: str, given: Mapping[str, Any]) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    columns: dict[str, dict[str, str]] = {}
    headings: dict[str, dict[str, str]] = {}
    for word, _ in given.items():
        table = _table_name(name, word)
        for heading, column in _table(name, given, word).items():
            if column != SKIP:
                _known_column(name, column, table)
            if squash(heading) in columns.setdefault(table, {}):
                raise InputError(f"{name}: [columns.{word}] names {heading!r} twice in two spellings. Keep one.")
            columns[table][squash(heading)] = column
            headings.setdefault(table, {})[squash(heading)] = heading
    return columns, headings


def _values(name: str, given: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for word in given:
        table = _table_name(name, word)
        per_column = _table(name, given, word)
        for column in per_column:
            _known_column(name, column, table)
            words = _table(name, per_column, column)
            if not all(isinstance(value, str) for value in words.values()):
                raise InputError(
                    f"{name}: [values.{word}.{column}] must lead from text to text; write numbers between quotes."
                )
            found[(table, column)] = {fold(one): value for one, value in words.items()}
    return found


def _files(name: str, given: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for file, meaning in given.items():
        if not isinstance(meaning, str):
            raise InputError(f"{name}: [files] must lead from a file to a table.")
        table, dot, column = meaning.partition(".")
        if meaning != SKIP:
            table = _table_name(name, table)
            if dot:
                _known_column(name, column, table)
        found[file] = f"{table}{dot}{column}"
    return found


def _table(name: str, document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = document.get(key, {})
    if not isinstance(part, dict):
        raise InputError(f"{name}: {key!r} must be a table, [{key}].")
    return part


def _table_name(name: str, word: str) -> str:
    table = table_named(squash(word))
    if table is None:
        _known(name, [word], CATALOGUE, "table")
    return str(table)


def _known_column(name: str, word: Any, table: str) -> None:
    known = [column.name for column in CATALOGUE[table].columns]
    if word not in known:
        meant = " or ".join(map(repr, columns_meant(table, str(word))))
        hint = f"Did you mean {meant}?" if meant else f"Known are: {', '.join(known)}."
        raise InputError(f"{name}: {str(word)!r} is not a known column of {table}. {hint}")


def _known(name: str, given: Iterable[Any], known: Iterable[str], what: str) -> None:
    known = tuple(known)
    for word in given:
        if word not in known:
            near = difflib.get_close_matches(str(word), known, n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]!r}?" if near else f" Known are: {', '.join(known)}."
            raise InputError(f"{name}: {str(word)!r} is not a known {what}.{hint}")
