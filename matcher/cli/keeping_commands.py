"""Commands about runs that were published before: replay, purge."""
# ruff: noqa: PLC0415 - a door

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.app import console, shared
from matcher.cli.input_commands import FOLDER

if TYPE_CHECKING:
    from matcher.replaying import Replay

_SHOWN = 20
_AGE = re.compile(r"(\d{1,5})d")
_UNLIKE = 8


def _moment(_ctx: click.Context, _param: click.Parameter, value: str) -> dt.datetime:
    """Read an age in days, or a day that is over before it begins (UTC)."""
    now = dt.datetime.now(dt.UTC)
    try:
        if age := _AGE.fullmatch(value):
            return now - dt.timedelta(days=int(age[1]))
        day = dt.date.fromisoformat(value)
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{value!r} is neither a number of days (180d) nor a day (2026-05-01).") from None
    if day > now.date():
        raise click.BadParameter(f"{value} lies in the future.")
    return dt.datetime.combine(day, dt.time(), dt.UTC)


@click.command(short_help="Do a published run again, and say what comes out differently.")
@click.argument("run_folder", metavar="RUN", type=FOLDER)
@click.option("--input", "directory", type=FOLDER, required=True, help="The bundle that the run was made of.")
@click.option(
    "--previous-run",
    type=FOLDER,
    metavar="OUT/RUN",
    help="The run whose prices it started from; else looked for beside RUN.",
)
@click.option("--other-versions", is_flag=True, help="Go on where this matcher or a library is of another version.")
@shared(quiet=True)
def replay(  # noqa: PLR0917 - click fills them in by name
    run_folder: Path,
    directory: Path,
    previous_run: Path | None,
    other_versions: bool,
    as_json: bool,
    no_color: bool,
    quiet: bool,
) -> int:
    """Do the published RUN again from its input, with its own policy, day, seed, options and prices, and compare every byte.

    Nothing is published. Ends with 0 where all is the same but the times in the manifest, else with 8 and the name of every file that
    differs, with the first column in it.

    \b
    Example:
      matcher replay demo/out/latest --input demo/bundle
    """
    from matcher.io.run_folder import read_run
    from matcher.replaying import replay as replayed

    screen = console(as_json, no_color, quiet)
    with screen.progress() as watch:
        found = replayed(
            read_run(run_folder), directory, previous_run=previous_run, other_versions=other_versions, watch=watch
        )
    if as_json:
        screen.document(_replay_facts(found))
    else:
        same = "the same, byte for byte (but for the times in the manifest)"
        rows = [("files", f"{found.files}, {same}" if not found.differences else f"{found.files} compared")]
        if found.differences:
            rows.append(("different", str(len(found.differences))))
        rows += [("version", f"{name}: {then}, now {now}") for name, (then, now) in found.other_versions.items()]
        if found.differences and found.stopped_early:
            rows.append(
                ("note", "The run was stopped by its time limit: what it had found by then depends on the machine.")
            )
        screen.facts(f"Replayed: {found.run_id}", rows)
        if found.differences:
            shown = found.differences[:_SHOWN]
            screen.raw("")
            screen.table("Different", ("file", "first in", "row"), [(one.file, one.where, one.row) for one in shown])
            if rest := len(found.differences) - len(shown):
                screen.lines([f"... and {rest} more; --json lists all."])
    return _UNLIKE if found.differences else 0


def _replay_facts(found: "Replay") -> dict[str, Any]:
    return {
        "run_id": found.run_id,
        "same": not found.differences,
        "files": found.files,
        "different": [{"file": one.file, "where": one.where, "row": one.row} for one in found.differences],
        "other_versions": {name: {"then": then, "now": now} for name, (then, now) in found.other_versions.items()},
        "stopped_early": found.stopped_early,
    }


@click.command(short_help="Remove old runs; of each a tombstone with hashes stays.")
@click.argument("out", metavar="OUT", type=FOLDER)
@click.option(
    "--older-than",
    "before",
    metavar="AGE",
    required=True,
    callback=_moment,
    help="Published longer ago than so many days (180d), or before a day (2026-05-01), in UTC.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@shared()
def purge(out: Path, before: dt.datetime, dry_run: bool, as_json: bool, no_color: bool) -> int:
    """Remove the runs of OUT that were published longer ago than AGE.

    OUT/latest and the run whose prices it started from stay at any age. OUT/purged/<run>.json keeps what a removed run was made of and the
    hashes of its files: counts, and nothing of anybody. Never while a run is being made (exit 6).

    \b
    Example:
      matcher purge demo/out --older-than 180d --dry-run
    """
    from matcher.purging import purge as purged

    found = purged(out, before=before, now=dt.datetime.now(dt.UTC), dry_run=dry_run)
    removed = [run for run in found if run.kept is None]
    screen = console(as_json, no_color)
    if as_json:
        runs = [
            {
                "run_id": run.run_id,
                "created_utc": f"{run.created:%Y-%m-%dT%H:%M:%SZ}",
                "bytes": run.bytes,
                "kept": run.kept,
            }
            for run in found
        ]
        screen.document(
            {
                "out": str(out),
                "before_utc": f"{before:%Y-%m-%dT%H:%M:%SZ}",
                "dry_run": dry_run,
                "removed": len(removed),
                "bytes": sum(run.bytes for run in removed),
                "runs": runs,
            }
        )
        return 0
    done = "would go" if dry_run else "removed"
    shown = [(run.run_id, f"{run.created:%Y-%m-%d %H:%M}", run.bytes, run.kept or done) for run in found]
    screen.table(f"Runs in {out}", ("run", "published (UTC)", "bytes", ""), shown)
    screen.raw("")
    freed = f"{sum(run.bytes for run in removed) / 1e6:,.1f} MB"
    screen.facts(
        "Purge", [("before", f"{before:%Y-%m-%d %H:%M} UTC"), (done, f"{len(removed)} of {len(found)} runs, {freed}")]
    )
    return 0


COMMANDS = (replay, purge)
