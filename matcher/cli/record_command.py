"""The command that puts on record what became of proposals."""
# ruff: noqa: PLC0415 - a door

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.app import console, shared
from matcher.cli.input_commands import DAY, FOLDER

if TYPE_CHECKING:
    from matcher.recording import RecordReport

_SHOWN = 20


@click.command("record", short_help="Put on record what became of the proposals of a run.")
@click.argument("run_folder", metavar="RUN", type=FOLDER)
@click.argument("files", metavar="FILE...", type=FOLDER, nargs=-1, required=True)
@click.option("--out", type=FOLDER, required=True, help="previous.parquet, or the bundle to put it in.")
@click.option("--previous", type=FOLDER, metavar="FILE", help="Earlier records to carry on; else what stands at --out.")
@click.option("--date", "day", type=DAY, help="Day of answers that have none; else the day of the plan.")
@click.option("--late", is_flag=True, help="Also take answers about proposals of earlier runs.")
@click.option("--strict", is_flag=True, help="Write nothing where any answer is refused or strange (exit 3).")
@click.option("--mapping", type=FOLDER, metavar="FILE", help="TOML file on headings and words, as for matcher import.")
@click.option("--problems", type=FOLDER, metavar="FILE", help="Write everything that is to be mended as CSV.")
@click.option("--dry-run", is_flag=True, help="Read and weigh everything, write nothing.")
@shared()
def record_(  # noqa: PLR0917 - click fills them in by name
    run_folder: Path,
    files: tuple[Path, ...],
    out: Path,
    previous: Path | None,
    day: dt.datetime | None,
    late: bool,
    strict: bool,
    mapping: Path | None,
    problems: Path | None,
    dry_run: bool,
    as_json: bool,
    no_color: bool,
) -> int:
    """Put on record what agencies sent back about the proposals of RUN: the previous.parquet of the next night.

    FILE is a voordrachten.xlsx or .csv with its columns Status and Datum filled in, or any CSV, Excel, JSON or Parquet file with a person,
    a vacancy, a status and a date. Proposals that nobody answered stay proposed; who has work and who declined stay on record.

    \b
    Example:
      matcher record demo/out/latest returned/*.xlsx --out demo/bundle
    """
    from matcher.importing.report import problems_bytes
    from matcher.listing import write_new
    from matcher.recording import RecordRequest, record

    report = record(
        RecordRequest(
            run=run_folder,
            files=files,
            out=out,
            previous=previous,
            day=day.date() if day else None,
            late=late,
            strict=strict,
            dry_run=dry_run,
            mapping=mapping,
        )
    )
    if problems is not None:
        write_new(problems_bytes(report.problems), problems)
    screen = console(as_json, no_color)
    if as_json:
        screen.document(report.document())
    else:
        _show(screen, report)
    return 0


def _show(screen: Any, report: "RecordReport") -> None:
    answered = [one for one in report.files if one.answers]
    title = f"Files: {len(report.files):,}, {len(answered):,} with answers"
    screen.table(title, ("file", "rows", "answers"), [(one.file, one.rows, one.answers) for one in answered[:_SHOWN]])
    if report.problems:
        many = len(report.problems)
        screen.raw("")
        screen.table(
            f"To mend ({many:,}{', the first' if many > _SHOWN else ''})",
            ("file", "row", "heading", "code", "effect", "what to do"),
            [
                (one.file, str(one.row or "-"), one.column or "-", one.code, one.effect, one.action)
                for one in report.problems[:_SHOWN]
            ],
        )
    screen.raw("")
    facts = [
        ("answers", f"{report.answers:,} read, {report.used:,} used, {report.changed:,} of them news"),
        ("no answer", f"{report.open:,} proposals of {report.run_id} stay proposed"),
        ("on record", _counts(report.rows)),
        ("forgotten", _counts(report.forgotten)),
    ]
    if report.remarks:
        facts.append(("remarks", f"{report.remarks:,}, for people to read; not taken over"))
    state = (
        "written" if report.written else "not written: dry run" if report.dry_run else "unchanged: it said so already"
    )
    screen.facts(f"{report.target}: {state}", facts)


def _counts(rows: Any) -> str:
    return ", ".join(f"{status} {count:,}" for status, count in rows.items()) or "nothing"


COMMANDS = (record_,)
