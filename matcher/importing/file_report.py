"""What became of one file, put in words."""

from collections import Counter

from matcher.importing.convert import Converted
from matcher.importing.long_form import LongList
from matcher.importing.report import ROW_MEANS, ColumnUse, FileReport, NamedStep, UnusedColumn
from matcher.importing.source_table import SourceTable
from matcher.importing.troubles import STEP_TEXT, Step

_SHOWN_SEPARATOR = {"\t": "tab", None: None}


def table_report(part: Converted) -> FileReport:
    """Return the report on a file with the rows of a table."""
    uses = tuple(
        ColumnUse(binding.heading, binding.target.column, binding.target.how) for binding in part.matched.bindings
    ) + tuple(ColumnUse(part.source.headings[at], name, "group") for name, at in part.matched.groups)
    unused = tuple(UnusedColumn(heading, why) for heading, why in part.matched.unused)
    return _report(part, None, uses, unused)


def list_report(found: LongList) -> FileReport:
    """Return the report on a file with the elements of a list."""
    return _report(found.made, found.column.name, found.uses, found.unused)


def passed_report(name: str, kind: str, why: str) -> FileReport:
    """Return the report on a file that was not read as a table."""
    return FileReport(file=name, format=kind, table=None, note=why)


def _report(
    part: Converted, column: str | None, uses: tuple[ColumnUse, ...], unused: tuple[UnusedColumn, ...]
) -> FileReport:
    source = part.source
    read = len(source.numbers)
    return FileReport(
        file=source.label,
        format=source.origin.value,
        table=part.table,
        list_column=column,
        encoding=source.encoding,
        separator=_SHOWN_SEPARATOR.get(source.separator, source.separator),
        columns=uses,
        unused=unused,
        rows_read=read,
        rows_written=read - len(part.refused),
        rows_refused=len(part.refused),
        rows_blank=source.blank,
        steps=_steps(source, part.steps),
        row_means=ROW_MEANS[source.origin.value],
    )


def _steps(source: SourceTable, counted: Counter[tuple[str, Step]]) -> tuple[NamedStep, ...]:
    whole = [NamedStep("", note.value, len(source.numbers), STEP_TEXT[note]) for note in source.notes]
    return (
        *whole,
        *(
            NamedStep(column, step.value, rows, STEP_TEXT[step])
            for (column, step), rows in sorted(counted.items())
            if rows
        ),
    )
