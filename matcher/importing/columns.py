"""Which column of a file goes to which column of the contract, and which go nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.domain.schema import Column, TableSchema
from matcher.errors import InputError
from matcher.importing.catalogue import CATALOGUE
from matcher.importing.cells import Cell
from matcher.importing.headings import (
    AUDIT_GROUPS,
    BSN_NAMES,
    IDENTITY,
    OWN,
    Target,
    target_of,
)
from matcher.importing.mapping_file import SKIP, ImportMapping
from matcher.importing.names import squash
from matcher.importing.near import why_unused
from matcher.importing.recognise import shown_headings
from matcher.importing.report import LEFT_OUT
from matcher.importing.source_table import SourceTable


@dataclass(frozen=True, slots=True)
class Binding:
    """One way from a file to a column.

    Attributes
    ----------
    at
        Numbers of the file's columns, usually one.
    rank
        Lower ones are preferred, row by row.
    """

    heading: str
    at: tuple[int, ...]
    target: Target


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns of a file, told apart.

    Attributes
    ----------
    groups
        Of audit: (name in the output, number of the column).
    unused
        (heading, why).
    said
        Squashed headings that the mapping names.
    """

    bindings: tuple[Binding, ...]
    groups: tuple[tuple[str, int], ...]
    unused: tuple[tuple[str, str], ...]
    said: tuple[str, ...] = ()


NO_COLUMNS = Columns((), (), ())


def match_columns(source: SourceTable, table: str, mapping: ImportMapping) -> Columns:
    """Tell the columns of a file apart.

    Raises
    ------
    InputError
        Two columns mean the same, a column of the key is missing, or a column is said to hold BSNs.
    """
    own = mapping.columns.get(table, {})
    found: list[Binding] = []
    unused: list[tuple[str, str]] = []
    groups: list[tuple[str, int]] = []
    named: list[str] = []
    for at, heading in enumerate(source.headings):
        if not heading:
            if any(not is_blank(cell) for cell in source.columns[at]):
                unused.append((f"(column {at + 1})", "has no heading"))
            continue
        refuse_bsn_name(source, at)
        name = next((name for name in (squash(heading), squash(heading.rsplit(".", 1)[-1])) if name in own), None)
        said = None if name is None else own[name]
        named += [] if name is None else [name]
        target = Target(said, OWN) if said not in (None, SKIP) else target_of(table, heading)
        if said == SKIP:
            unused.append((heading, LEFT_OUT))
        elif target is not None:
            found.append(Binding(heading, (at,), target))
        elif table == "audit" and squash(heading) not in IDENTITY:
            groups.append((AUDIT_GROUPS.get(squash(heading), heading), at))
        else:
            unused.append((heading, why_unused(table, heading)))
    found, more = _preferred(found)
    bindings, rest = _with_start(found)
    unused += more + rest
    _check(source, CATALOGUE[table], bindings, groups)
    return Columns(tuple(bindings), tuple(groups), tuple(unused), tuple(named))


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing at all."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def refuse_bsn_name(source: SourceTable, at: int) -> None:
    """Refuse a column whose heading says that it holds BSNs, where it holds anything."""
    heading = source.headings[at]
    if squash(heading.rsplit(".", 1)[-1]) in BSN_NAMES and any(not is_blank(cell) for cell in source.columns[at]):
        raise InputError(
            f"{source.label}: column {heading!r} holds BSNs (BSN_LIKE). Remove it; this program may not hold BSNs."
        )


def _preferred(found: Sequence[Binding]) -> tuple[list[Binding], list[tuple[str, str]]]:
    """Let what the mapping says win over what the lists here say."""
    said = {binding.target.column: binding.heading for binding in found if binding.target.how == OWN}
    kept = [one for one in found if one.target.how == OWN or one.target.column not in said]
    lost = [one for one in found if one not in kept]
    return kept, [
        (one.heading, f"the mapping takes {one.target.column} from {said[one.target.column]!r}") for one in lost
    ]


def _with_start(found: Sequence[Binding]) -> tuple[list[Binding], list[tuple[str, str]]]:
    """Put the first day beside a last day: a length takes both."""
    start = next((one for one in found if one.target.column == "start_date"), None)
    kept: list[Binding] = []
    unused: list[tuple[str, str]] = []
    for one in found:
        if one.target.reader != "end_to_weeks":
            kept.append(one)
        elif start is None:
            unused.append((one.heading, "without a first day it says nothing about the expected length"))
        else:
            kept.append(Binding(one.heading, (*one.at, *start.at), one.target))
    return kept, unused


def _check(
    source: SourceTable, schema: TableSchema, bindings: Sequence[Binding], groups: Sequence[tuple[str, int]]
) -> None:
    places: dict[tuple[str, int], str] = {}
    for one in bindings:
        place = (one.target.column, one.target.rank)
        if place in places:
            raise InputError(
                f"{source.label}: columns {places[place]!r} and {one.heading!r} both mean {one.target.column}. Remove one, or write in "
                f'import.toml: [columns.{schema.name}] "{one.heading}" = "{SKIP}".'
            )
        places[place] = one.heading
    names = [name for name, _ in groups] + [column for column, _ in places]
    if schema.name == "audit" and len(set(names)) < len(names):
        raise InputError(f"{source.label}: two columns of audit have one name. Rename or remove one.")
    given = {column for column, _ in places}
    for column in schema.columns:
        if column.required and column.name not in given and not (column.name == "openings" and _counts_one(source)):
            raise InputError(_missing(source, schema, column))


def _counts_one(source: SourceTable) -> bool:
    return any(squash(heading) == "idvacature" for heading in source.headings)


def _missing(source: SourceTable, schema: TableSchema, column: Column) -> str:
    return (
        f"{source.label} has no column for {column.name} ({column.meaning}). {shown_headings(source.headings)} Rename one, or write in "
        f'import.toml: [columns.{schema.name}] "your heading" = "{column.name}".'
    )
