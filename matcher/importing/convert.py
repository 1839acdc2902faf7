"""From cells to values, column by column; what cannot be read is refused by row and column."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from matcher.domain.schema import Column, Kind
from matcher.importing.catalogue import CATALOGUE, must_refuse_row
from matcher.importing.cells import NOTHING, Cell, Reader, Reading, Setting, Value
from matcher.importing.columns import NO_COLUMNS, Binding, Columns, is_blank
from matcher.importing.contract_form import CONTRACT_READERS, one_contract
from matcher.importing.dates import month_first, read_date
from matcher.importing.dutch_cells import DUTCH_READERS
from matcher.importing.headings import EXACT, Target
from matcher.importing.lists import joined, read_levels, read_list, read_uses
from matcher.importing.mapping_file import ImportMapping
from matcher.importing.numerals import read_bool, read_number
from matcher.importing.report import CARRIED, CELL, ELEMENT, ERROR, ROW, WARNING, Problem
from matcher.importing.source_table import SourceTable
from matcher.importing.texts import read_code, read_id, read_text
from matcher.importing.troubles import ADVICE, REFUSES_ROW, RefusedError, Step, Trouble
from matcher.importing.vum import VUM_READERS
from matcher.importing.vum_codes import education
from matcher.intake.text import fold

_BY_KIND: Mapping[Kind, Reader] = MappingProxyType(
    {
        Kind.ID: read_id,
        Kind.TEXT: read_text,
        Kind.CODE: read_code,
        Kind.BOOL: read_bool,
        Kind.INTEGER: read_number,
        Kind.DECIMAL: read_number,
        Kind.DATE: read_date,
        Kind.TEXT_LIST: read_list,
        Kind.ID_LIST: read_list,
        Kind.CODE_LIST: read_list,
        Kind.LEVEL_LIST: read_levels,
        Kind.USES_LIST: read_uses,
    }
)
_EDUCATION = frozenset({"education_level", "education_min"})
_PERCENT = frozenset({"loonwaarde_pct", "loonwaarde_min_pct"})


@dataclass(slots=True)
class Converted:
    """The rows of one file in the columns of the contract, while they are being made.

    Attributes
    ----------
    columns
        By column of the contract: a value per row.
    refused
        Rows that will not be written, by position.
    steps
        How often each translation was used, by (heading, step).
    """

    source: SourceTable
    table: str
    matched: Columns = NO_COLUMNS
    columns: dict[str, list[Value]] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    steps: Counter[tuple[str, Step]] = field(default_factory=Counter)

    def strike(
        self, at: int, heading: str, column: Column | None, trouble: Trouble, *, effect: str | None = None
    ) -> None:
        """Write a trouble down, and refuse the row where an empty cell would say too much."""
        if effect is None:
            whole = column is None or must_refuse_row(column) or trouble in REFUSES_ROW
            effect = ROW if whole else CELL
        if effect == ROW:
            self.refused.add(at)
        self.problems.append(
            Problem(
                file=self.source.label,
                row=self.source.numbers[at],
                column=heading,
                field=column.name if column is not None else "",
                code=trouble.value,
                severity=WARNING if effect == ELEMENT or (effect == CELL and trouble is Trouble.EXCEL_ERROR) else ERROR,
                effect=effect,
                action=ADVICE[trouble],
            )
        )


def reader_of(column: Column, name: str = "") -> Reader:
    """Return the reader of this name, else the one of the column's kind."""
    special: Reader | None = VUM_READERS.get(name) or CONTRACT_READERS.get(name) or DUTCH_READERS.get(name)
    if special is not None:
        return special
    return education if column.name in _EDUCATION else _BY_KIND[column.kind]


def setting_of(
    source: SourceTable, table: str, column: Column, mapping: ImportMapping, cells: Sequence[Cell]
) -> Setting:
    """Return what the readers of a column must know."""
    return Setting(
        origin=source.origin,
        column=column,
        separator=source.separator,
        decimal=mapping.decimal,
        list_separator=mapping.list_separator,
        words=mapping.values.get((table, column.name), {}),
        month_first=column.kind is Kind.DATE and month_first(cells),
    )


def careful(read: Reader) -> Callable[[Cell, Setting], Reading]:
    """Put around a reader what holds for all: the words of the mapping come first, and no text becomes nothing without a name."""

    def reading(cell: Cell, setting: Setting) -> Reading:
        steps: tuple[Step, ...] = ()
        if isinstance(cell, str) and setting.words and (word := setting.words.get(fold(cell))) is not None:
            cell, steps = word, (Step.OWN_VALUE,)
        read_ = read(cell, setting)
        if read_.value is None and not read_.steps and not read_.dropped and isinstance(cell, str) and cell.strip():
            steps += (Step.UNKNOWN_WORD,)
        return replace(read_, steps=steps + read_.steps) if steps else read_

    return reading


def convert(source: SourceTable, table: str, columns: Columns, mapping: ImportMapping) -> Converted:
    """Read every cell of a file that has a place in its table."""
    made = Converted(source, table, columns)
    for at, trouble in source.struck:
        made.strike(at, "", None, trouble)
    per_column: dict[str, list[Binding]] = {}
    for binding in columns.bindings:
        per_column.setdefault(binding.target.column, []).append(binding)
    for column in CATALOGUE[table].columns:
        if column.name in per_column:
            bindings = sorted(per_column[column.name], key=lambda binding: binding.target.rank)
            made.columns[column.name] = _column(made, column, bindings, mapping)
    size = len(source.numbers)
    if table == "vacancies" and "openings" not in made.columns:
        made.columns["openings"] = [1] * size
        made.steps[("openings", Step.ONE_OPENING)] += size
    for name, at in columns.groups:
        group = Column(name=name, kind=Kind.TEXT, meaning="group")
        binding = Binding(source.headings[at], (at,), Target(name, EXACT))
        made.columns[name] = [reading.value for reading in _read(made, group, binding, mapping)]
    return made


def _column(made: Converted, column: Column, bindings: Sequence[Binding], mapping: ImportMapping) -> list[Value]:
    read = [_read(made, column, binding, mapping) for binding in bindings]
    combine = _COMBINED.get((made.table, column.name), _first)
    values: list[Value] = [reading.value for reading in read[0]] if len(read) == 1 and combine is not _contract else []
    for at, parts in enumerate(zip(*read, strict=True) if not values else ()):
        try:
            values.append(combine(parts, made, bindings))
        except RefusedError as error:
            made.strike(at, bindings[0].heading, column, error.trouble)
            values.append(None)
    if column.required:
        for at, value in enumerate(values):
            if at not in made.refused and is_blank(value):
                made.strike(at, bindings[0].heading, column, Trouble.MISSING_VALUE)
    if column.name in _PERCENT:
        _doubt_fractions(made, column, bindings[0].heading, values)
    return values


def _read(made: Converted, column: Column, binding: Binding, mapping: ImportMapping) -> list[Reading]:
    """Read one column of the file; equal texts are read once."""
    source = made.source
    cells: Sequence[Cell] = source.columns[binding.at[0]]
    setting = setting_of(source, made.table, column, mapping, cells)
    if len(binding.at) > 1:
        cells = list(zip(*(source.columns[at] for at in binding.at), strict=True))
    read = careful(reader_of(column, binding.target.reader))
    told: dict[str, Reading | Trouble] = {}
    values: list[Reading] = []
    struck = {at for at, _ in source.struck}
    for at, cell in enumerate(cells):
        if at in struck:  # its cells stand under the wrong headings
            values.append(NOTHING)
            continue
        result = told.get(cell) if isinstance(cell, str) else None
        if result is None:
            result = _attempt(read, cell, setting)
            if isinstance(cell, str):
                told[cell] = result
        if isinstance(result, Trouble):
            made.strike(at, binding.heading, column, result)
            result = NOTHING
        for trouble in result.dropped:
            # An element of a person's list is left out alone, as the contract says; a demand of a vacancy is not.
            made.strike(at, binding.heading, column, trouble, effect=ROW if must_refuse_row(column) else ELEMENT)
        for step in set(result.steps):
            made.steps[(binding.heading, step)] += 1
        values.append(result)
    return values


def _attempt(read: Reader, cell: Cell, setting: Setting) -> Reading | Trouble:
    try:
        return read(cell, setting)
    except RefusedError as error:
        return error.trouble


def _first(parts: Sequence[Reading], made: Converted, bindings: Sequence[Binding]) -> Value:
    """Take the most preferred column that is filled; what then is not needed is named."""
    value: Value = None
    for part, binding in zip(parts, bindings, strict=True):
        if value is None:
            value = part.value
        elif part.value is not None and part.value != value:
            made.steps[(binding.heading, Step.NOT_NEEDED)] += 1
    return value


def _contract(parts: Sequence[Reading], made: Converted, bindings: Sequence[Binding]) -> Value:
    return one_contract(parts).value


def _united(parts: Sequence[Reading], made: Converted, bindings: Sequence[Binding]) -> Value:
    return joined(parts).value if len(parts) > 1 else parts[0].value


_COMBINED = MappingProxyType(
    {("candidates", "skills"): _united, ("vacancies", "skills_optional"): _united, ("vacancies", "contract"): _contract}
)


def _doubt_fractions(made: Converted, column: Column, heading: str, values: Sequence[Value]) -> None:
    known = [value for value in values if isinstance(value, float)]
    if known and max(known) <= 1 and any(0 < value < 1 for value in known):
        made.problems.append(
            Problem(
                file=made.source.label,
                row=None,
                column=heading,
                field=column.name,
                code=Trouble.LOOKS_LIKE_FRACTION.value,
                severity=WARNING,
                effect=CARRIED,
                action=ADVICE[Trouble.LOOKS_LIKE_FRACTION],
            )
        )
