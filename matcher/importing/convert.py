"""From cells to values, column by column; what cannot be read is refused by row and column."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from matcher.domain.schema import Column, Kind
from matcher.importing.catalogue import CATALOGUE, must_refuse_row
from matcher.importing.cells import NOTHING, Cell, Reader, Reading, Setting, Value
from matcher.importing.columns import Binding, Columns, is_blank
from matcher.importing.contract_form import CONTRACT_READERS, one_contract
from matcher.importing.dates import month_first, read_date
from matcher.importing.lists import joined, read_levels, read_list, read_uses
from matcher.importing.mapping_file import ImportMapping
from matcher.importing.numerals import read_bool, read_number
from matcher.importing.report import CELL, ELEMENT, ERROR, ROW, WARNING, Problem
from matcher.importing.source_table import SourceTable
from matcher.importing.texts import read_code, read_id, read_text
from matcher.importing.troubles import ADVICE, REFUSES_ROW, RefusedError, Step, Trouble
from matcher.importing.vum import VUM_READERS, education
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
_UNITED = frozenset({("candidates", "skills"), ("vacancies", "skills_optional")})
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
    columns: dict[str, list[Value]] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    steps: Counter[tuple[str, Step]] = field(default_factory=Counter)

    def strike(self, at: int, heading: str, column: Column | None, trouble: Trouble, *, effect: str | None = None) -> None:
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
    special: Reader | None = VUM_READERS.get(name) or CONTRACT_READERS.get(name)
    if special is not None:
        return special
    return education if column.name in _EDUCATION else _BY_KIND[column.kind]


def setting_of(source: SourceTable, table: str, column: Column, mapping: ImportMapping, cells: Sequence[Cell]) -> Setting:
    """Return what the readers of a column must know."""
    return Setting(
        origin=source.origin,
        column=column,
        separator=source.separator,
        decimal=mapping.decimal,
        list_separator=mapping.list_separator,
        words=mapping.values.get((table, column.name), {}),
        month_first=month_first(cells),
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
    made = Converted(source, table)
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
        made.columns[name] = _read(made, group, Binding(source.headings[at], (at,), _group_target(name)), mapping)[1]
    return made


def _group_target(name: str):  # type: ignore[no-untyped-def]
    from matcher.importing.headings import EXACT, Target

    return Target(name, EXACT)


def _column(made: Converted, column: Column, bindings: Sequence[Binding], mapping: ImportMapping) -> list[Value]:
    read = [_read(made, column, binding, mapping)[0] for binding in bindings]
    if len(read) == 1:
        values = [one.value for one in read[0]]
        if bindings[0].target.reader == "uitzendbeding":
            values = [_contract(made, at, column, bindings, [one]) for at, one in enumerate(read[0])]
    else:
        values = [_together(made, at, column, bindings, parts) for at, parts in enumerate(zip(*read, strict=True))]
    if column.required:
        for at, value in enumerate(values):
            if at not in made.refused and is_blank(value):
                made.strike(at, bindings[0].heading, column, Trouble.MISSING_VALUE)
    if column.name in _PERCENT:
        _doubt_fractions(made, column, bindings[0].heading, values)
    return values
