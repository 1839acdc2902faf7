"""The command that lists rows of a run, on the screen or as CSV."""
# ruff: noqa: PLC0415 - a door

from pathlib import Path

import click

from matcher.cli.app import console, shared
from matcher.cli.input_commands import FOLDER

_PARTS = ("unassigned", "assigned", "empty", "vacancies", "rejected", "limits")
_REASONS = (
    "CONTROL_ARM",
    "NO_ELIGIBLE_VACANCY",
    "MISSING_DATA",
    "NO_VALUE",
    "LIMITED_BY_POLICY",
    "OUTCOMPETED",
)


@click.command("list", short_help="List people, vacancies, limits or rejected rows of a run; also as CSV.")
@click.argument("run_folder", metavar="RUN", type=FOLDER)
@click.argument("part", type=click.Choice(_PARTS), default="unassigned")
@click.option("--reason", type=click.Choice(_REASONS), help="Only unassigned people with this reason.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Rows on the screen.")
@click.option("--csv", "csv_file", type=FOLDER, metavar="FILE", help="Write all rows and columns for a spreadsheet.")
@shared()
def list_rows(  # noqa: PLR0917 - click fills them in by name
    run_folder: Path,
    part: str,
    reason: str | None,
    limit: int,
    csv_file: Path | None,
    as_json: bool,
    no_color: bool,
) -> int:
    """List rows of RUN: unassigned people (the default), assigned people, empty vacancies, all vacancies, limits, or rejected rows.

    \b
    Example:
      matcher list demo/out/latest --reason OUTCOMPETED --limit 5
      matcher list demo/out/latest empty --csv empty.csv
    """
    from matcher.io.run_folder import read_run
    from matcher.listing import Part, listing, write_csv

    found = listing(read_run(run_folder), Part(part), reason)
    if csv_file is not None:
        write_csv(found.table, csv_file)
    screen = console(as_json, no_color)
    head = found.table.select(found.shown).slice(0, limit).to_pylist()
    if as_json:
        screen.document({"part": part, "rows": found.table.num_rows, "listed": head})
        return 0
    rows = [[", ".join(cell) if isinstance(cell, list) else cell for cell in row.values()] for row in head]
    screen.table(f"{part}: {min(limit, found.table.num_rows):,} of {found.table.num_rows:,} rows", found.shown, rows)
    if csv_file is not None:
        screen.note(f"All {found.table.num_rows:,} rows stand in {csv_file}.")
    return 0


COMMANDS = (list_rows,)
