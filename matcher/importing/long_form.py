"""Lists that stand in rows of their own: one row per id and element."""

from collections.abc import Callable
from dataclasses import dataclass

from matcher.domain.schema import Column, Kind
from matcher.errors import InputError
from matcher.importing.catalogue import CATALOGUE
from matcher.importing.cells import Cell, Value
from matcher.importing.columns import is_blank, refuse_bsn_name
from matcher.importing.convert import Converted, careful, reader_of, setting_of
from matcher.importing.headings import target_of
from matcher.importing.mapping_file import ImportMapping
from matcher.importing.names import squash
from matcher.importing.report import ELEMENT, ROW, ColumnUse, UnusedColumn
from matcher.importing.source_table import SourceTable
from matcher.importing.texts import read_id
from matcher.importing.troubles import RefusedError, Step, Trouble
from matcher.importing.words import NONE

_SECOND = {
    Kind.LEVEL_LIST: frozenset({"niveau", "level", "taalniveau", "cefr"}),
    Kind.USES_LIST: frozenset({"amount", "hoeveelheid", "aantal"}),
}
_FIRST = frozenset({"waarde", "value", "code", "element", "resourceid", "instrument", "codetaal", "omschrijving"})


@dataclass(slots=True)
class LongList:
    """Elements by id, with where they came from.

    Attributes
    ----------
    made
        Takes the problems; its rows are the elements.
    elements
        By id: positions of its rows, and the elements read there.
    """

    made: Converted
    column: Column
    uses: tuple[ColumnUse, ...]
    unused: tuple[UnusedColumn, ...]
    elements: dict[str, list[tuple[int, list[object]]]]


def read_long(source: SourceTable, table: str, name: str, mapping: ImportMapping) -> LongList:
    """Read a list in rows of its own.

    Raises
    ------
    InputError
        It has no column with the id or with the elements, or the table is not one whose rows have one id.
    """
    schema = CATALOGUE[table]
    column = schema.column(name)
    for at in range(len(source.headings)):
        refuse_bsn_name(source, at)
    owner = _find(
        source, lambda heading: (target := target_of(table, heading)) is not None and target.column == schema.key[0]
    )
    value = _find(source, lambda heading: _is_value(table, name, heading))
    second = _find(source, lambda heading: squash(heading) in _SECOND.get(column.kind, frozenset()))
    rest = [at for at, heading in enumerate(source.headings) if heading and at not in (owner, second)]
    value = rest[0] if value is None and len(rest) == 1 else value
    if len(schema.key) != 1 or owner is None or value is None:
        raise InputError(
            f"{source.label} should hold a {schema.key[0]} and one element of {name} per row, but lacks one of the two. Name its columns "
            f"{schema.key[0]} and {name}."
        )
    made = Converted(source, table)
    for at, trouble in source.struck:
        made.strike(at, "", None, trouble)
    used = {owner: schema.key[0], value: name} | ({} if second is None else {second: f"{name} (level)"})
    found = LongList(
        made,
        column,
        tuple(ColumnUse(source.headings[at], meaning, "list in rows") for at, meaning in used.items()),
        tuple(UnusedColumn(source.headings[at], "not part of this list") for at in rest if at not in used),
        {},
    )
    _fill(found, owner, value, second, mapping)
    return found


def _find(source: SourceTable, test: Callable[[str], bool]) -> int | None:
    return next((at for at, heading in enumerate(source.headings) if heading and test(heading)), None)


def _is_value(table: str, name: str, heading: str) -> bool:
    target = target_of(table, heading)
    return (target is not None and target.column == name) or squash(heading) in _FIRST


def _fill(found: LongList, owner: int, value: int, second: int | None, mapping: ImportMapping) -> None:
    made, column, source = found.made, found.column, found.made.source
    key = CATALOGUE[made.table].column(CATALOGUE[made.table].key[0])
    id_setting = setting_of(source, made.table, key, mapping, ())
    setting = setting_of(source, made.table, column, mapping, ())
    read = careful(reader_of(column))
    for at in range(len(source.numbers)):
        if at in made.refused:
            continue
        try:
            who = read_id(source.columns[owner][at], id_setting)
        except RefusedError as error:
            made.strike(at, source.headings[owner], key, error.trouble)
            continue
        if not isinstance(who.value, str) or not who.value.strip():
            made.strike(at, source.headings[owner], key, Trouble.MISSING_VALUE)
            continue
        elements = found.elements.setdefault(who.value.strip(), [])
        cell = source.columns[value][at]
        if is_blank(cell):
            made.strike(at, source.headings[value], column, Trouble.MISSING_VALUE, effect=ROW)
            continue
        extra = None if second is None else source.columns[second][at]
        try:
            reading = read(_one(cell, extra, second is not None, column), setting)
        except RefusedError as error:
            made.strike(at, source.headings[value], column, error.trouble, effect=ROW)
            elements.append((at, [error.trouble]))
            continue
        for trouble in reading.dropped:
            made.strike(at, source.headings[value], column, trouble, effect=ELEMENT)
            elements.append((at, [trouble]) if column.null_is_free else (at, []))
        for step in (*who.steps, *reading.steps):
            made.steps[(source.headings[value], step)] += 1
        elements.append((at, list(reading.value) if isinstance(reading.value, list) else []))


def _one(cell: Cell, extra: Cell, pair: bool, column: Column) -> Cell:
    """Return the one element of a row in the shape of a list; the word geen is the empty list."""
    if isinstance(cell, str) and cell.strip().casefold() in NONE:
        return []
    if pair and column.kind is Kind.LEVEL_LIST:
        return [{"language": cell, "level": None if is_blank(extra) else extra}]
    if pair:
        return [
            {"resource_id": cell, "amount": int(extra) if isinstance(extra, str) and extra.strip().isdigit() else extra}
        ]
    return [cell]


def attach(found: LongList, parts: list[Converted]) -> None:
    """Give every row of a table its list; ids without a row there are reported, rows without elements are unknown.

    Raises
    ------
    InputError
        The table has the same list in a column of its own.
    """
    column, made = found.column, found.made
    key = CATALOGUE[made.table].key[0]
    seen: set[str] = set()
    for part in parts:
        if column.name in part.columns:
            raise InputError(
                f"{made.source.label} and {part.source.label} both hold {column.name}. Keep one of the two."
            )
        values: list[Value] = []
        for at, owner in enumerate(part.columns[key]):
            name = owner.strip() if isinstance(owner, str) else ""
            told = found.elements.get(name)
            seen.add(name)
            values.append(_gathered(told, part, at, column, made))
        part.columns[column.name] = values
        made.steps[("", Step.WITHOUT_ROWS)] += sum(1 for value in values if value is None)
    for name in found.elements.keys() - seen:
        for at, _ in found.elements[name]:
            if at not in made.refused:
                made.strike(at, found.uses[0].source, CATALOGUE[made.table].column(key), Trouble.DANGLING_REFERENCE)


def _gathered(
    told: list[tuple[int, list[object]]] | None, part: Converted, at: int, column: Column, made: Converted
) -> Value:
    if told is None:
        return None
    elements = [item for _, items in told for item in items]
    trouble = next((item for item in elements if isinstance(item, Trouble)), None)
    if trouble is not None:
        # A list of which an element could not be read is not the list that was meant.
        part.strike(at, made.source.label, column, trouble)
        return None
    return elements  # type: ignore[return-value]
