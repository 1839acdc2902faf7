"""The command that makes a bundle of CSV, Excel and JSON files."""
# ruff: noqa: PLC0415 - a door

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.app import console, shared

if TYPE_CHECKING:
    from matcher.importing import ImportReport

FOLDER = click.Path(path_type=Path)
_SHOWN = 20


@click.command("import", short_help="Make a bundle of CSV, Excel and JSON files.")
@click.argument("folder", type=FOLDER)
@click.argument("directory", type=FOLDER)
@click.option("--dry-run", is_flag=True, help="Read and judge everything, write nothing.")
@click.option("--mapping", type=FOLDER, help="TOML file on headings and words; else import.toml of FOLDER.")
@shared()
def import_(  # noqa: PLR0917 - click fills them in by name
    folder: Path, directory: Path, dry_run: bool, mapping: Path | None, as_json: bool, no_color: bool
) -> int:
    """Make a bundle in DIRECTORY of the CSV, Excel, JSON and Parquet files in FOLDER.

    Every cell is carried over, translated by a rule that is named, or refused by row and column: see import_problems.csv and
    import_report.json in DIRECTORY. Files are known by their names (kandidaten, vacatures, koppels ...), columns by Dutch headings,
    VUM names or those of matcher schema.

    \b
    Example:
      matcher import exports/ my-bundle --dry-run
    """
    from matcher.importing import import_folder

    report = import_folder(folder, directory, dry_run=dry_run, mapping=mapping)
    out = console(as_json, no_color)
    if as_json:
        out.document(report.document())
    else:
        _show(out, report)
    return 0


def _show(out: Any, report: "ImportReport") -> None:
    out.table(
        "Files",
        ("file", "table", "rows", "written", "refused", "read as"),
        [
            (file.file, _table(file), file.rows_read, file.rows_written, file.rows_refused, _form(file))
            for file in report.files
        ],
    )
    lists = (
        (
            "Columns",
            ("file", "heading", "column", "known as"),
            [(file.file, one.source, one.column, one.how) for file in report.files for one in file.columns],
        ),
        (
            "Not used",
            ("file", "heading", "why"),
            [(file.file, one.source, one.why) for file in report.files for one in file.unused],
        ),
        (
            "Translated",
            ("file", "heading", "rows", "how"),
            [(file.file, one.column or "-", one.rows, one.text) for file in report.files for one in file.steps],
        ),
        (
            f"To mend ({len(report.problems):,}{', the first' if len(report.problems) > _SHOWN else ''})",
            ("file", "row", "heading", "code", "effect", "what to do"),
            [
                (
                    one.file,
                    "-" if one.row is None else str(one.row),
                    one.column or "-",
                    one.code,
                    one.effect,
                    one.action,
                )
                for one in report.problems[:_SHOWN]
            ],
        ),
    )
    for title, columns, rows in lists:
        if rows:
            out.raw("")
            out.table(title, columns, rows)
    out.raw("")
    done = [(f"{name}.parquet", f"{count:,} rows") for name, count in report.rows.items()]
    done.append(("next", "leave out --dry-run" if report.dry_run else f"matcher validate {report.target}"))
    out.facts("Nothing was written" if report.dry_run else f"Bundle in {report.target}", done)
    for one in report.not_asked:
        out.lines(("", f"Note: {one.text}: {', '.join(one.columns)}."))


def _table(file: Any) -> str:
    if file.table is None:
        return f"({file.note})"
    return f"{file.table}.{file.list_column}" if file.list_column else str(file.table)


def _form(file: Any) -> str:
    parts = [file.format, file.encoding, f"separator {file.separator}" if file.separator else None]
    return ", ".join(part for part in parts if part)


COMMANDS = (import_,)
