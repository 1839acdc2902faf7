"""The command that compares two runs."""
# ruff: noqa: PLC0415 - a door

from pathlib import Path
from typing import Literal

import click

from matcher.cli.app import console, shared
from matcher.cli.input_commands import FOLDER, LANGUAGE


@click.command("diff", short_help="Compare two runs: who changed, and why.")
@click.argument("run1", type=FOLDER)
@click.argument("run2", type=FOLDER)
@click.option("--input1", type=FOLDER, metavar="DIR", help="The bundle that RUN1 was made of.")
@click.option("--input2", type=FOLDER, metavar="DIR", help="The bundle that RUN2 was made of.")
@click.option("--list", "listed", is_flag=True, help="Also list the people for whom something changed.")
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="People of the list on the screen."
)
@click.option("--csv", "csv_file", type=FOLDER, metavar="FILE", help="Write the whole list for a spreadsheet.")
@click.option("--lang", type=LANGUAGE, default="nl", show_default=True, help="Language of the answer.")
@shared()
def diff(  # noqa: PLR0917 - click fills them in by name
    run1: Path,
    run2: Path,
    input1: Path | None,
    input2: Path | None,
    listed: bool,
    limit: int,
    csv_file: Path | None,
    lang: Literal["nl", "en"],
    as_json: bool,
    no_color: bool,
) -> int:
    """Compare two published runs: who is new, gone, moved, newly placed or without a place now, and why.

    A cause is the first that applies: an answer, the data of the person, the vacancy, the policy, or else what changed for others. With
    --input2 answers are known; with both inputs, whose data changed.

    \b
    Example:
      matcher diff demo/out/RUN1 demo/out/latest --input1 bundle1 --input2 bundle2 --list
    """
    from matcher.comparing import compare
    from matcher.comparing.wording import last_words, list_sheet, who_sheet, whole_facts, why_sheet
    from matcher.io.run_folder import read_run
    from matcher.listing import write_csv

    found = compare(read_run(run1), read_run(run2), input1=input1, input2=input2)
    if csv_file is not None:
        write_csv(found.changes, csv_file)
    screen = console(as_json, no_color)
    if as_json:
        changes = {"changes": found.changes.to_pylist()} if listed else {}
        screen.document({**found.document(), **changes})
        return 0
    screen.facts(*whole_facts(found, lang))
    sheets = [who_sheet(found, lang)]
    if found.changes.num_rows:
        sheets += [why_sheet(found, lang), *([list_sheet(found, limit, lang)] if listed else [])]
    for sheet in sheets:
        screen.raw("")
        screen.table(sheet.title, sheet.headings, sheet.rows)
    if lines := last_words(found, lang):
        screen.lines(("", *lines))
    return 0


COMMANDS = (diff,)
