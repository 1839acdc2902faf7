"""Commands about what comes out: run, verify."""
# ruff: noqa: PLC0415 - a door

import contextlib
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from matcher.cli.app import EXIT_CODES, console, shared
from matcher.cli.input_commands import DAY, FOLDER, LANGUAGE
from matcher.cli.telling import journal_for, told
from matcher.interrupts import Interrupts

if TYPE_CHECKING:
    from matcher.console import Console
    from matcher.nightly import PublishedRun


_STOPPED = "The run stopped early; the best plan so far was published and is marked as such."
_REPEATED = "This run was published before, of the same input; nothing was done."
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)([MGT])(?:I?B)?")
_POWERS = {"M": 20, "G": 30, "T": 40}
_NOT_PROVEN = (
    "The search found nothing better, but the prices do not prove the plan within the gap; it is marked as such."
)


def _seconds(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Decimal | None:
    """Read a number of seconds of at least 0, exactly as it was written."""
    if value is None:
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        number = Decimal(-1)
    if not (number.is_finite() and 0 <= number <= 10_000_000):
        raise click.BadParameter(f"{value!r} is not a number of seconds from 0 to 10,000,000.")
    return number


def _size(_ctx: click.Context, _param: click.Parameter, value: str | None) -> int | None:
    """Read a size in bytes, as 800M, 4G or 1.5G."""
    if value is None:
        return None
    found = _SIZE.fullmatch(value.strip().upper())
    size = int(Decimal(found[1]) * (1 << _POWERS[found[2]])) if found else 0
    if not 1 << 20 <= size < 1 << 60:
        raise click.BadParameter(f"{value!r} is not a size of at least 1M, such as 800M or 4G.")
    if not Path("/proc/self/statm").is_file():
        raise click.BadParameter("memory cannot be watched on this system. Limit it with a container.")
    return size


@click.command(epilog=EXIT_CODES, short_help="Match a bundle, check the plan, and publish it.")
@click.argument("directory", type=FOLDER)
@click.option("--out", type=FOLDER, required=True, help="Folder of all runs; OUT/latest points at the newest.")
@click.option("--policy", type=FOLDER, help="Policy file; else policy.toml of DIRECTORY, else the defaults.")
@click.option("--run-date", type=DAY, help="The day the run is for; else the policy's, else today.")
@click.option(
    "--time-limit",
    metavar="S",
    callback=_seconds,
    help="Seconds for pairing and solving; the best plan so far is then published (exit 7).",
)
@click.option("--threads", type=click.IntRange(0, 1024), help="0: as many as the machine has.")
@click.option("--strict", is_flag=True, help="Refuse the input as soon as one row is bad (exit 3).")
@click.option(
    "--relax", is_flag=True, help="Where pins and limits cannot all hold, let as little as possible give way."
)
@click.option("--previous-run", type=FOLDER, metavar="OUT/RUN", help="Start from the prices of this run: sooner done.")
@click.option(
    "--agencies/--no-agencies",
    default=True,
    show_default=True,
    help="Write what each agency may see (agencies/, direct/).",
)
@click.option(
    "--lock-wait",
    metavar="S",
    default="0",
    callback=_seconds,
    help="Seconds to wait for another run that holds OUT; then exit 6.  [default: at once]",
)
@click.option(
    "--grace",
    metavar="S",
    default="600",
    show_default=True,
    callback=_seconds,
    help="End a run (exit 8) that pairs and searches for twice its time limit and so many seconds more.",
)
@click.option(
    "--memory-limit",
    metavar="SIZE",
    callback=_size,
    help="Most memory the run may have, as 800M or 4G; one that takes more is ended (exit 8).",
)
@click.option("--lang", type=LANGUAGE, default="nl", show_default=True, help="Language of summary and report.")
@click.option("--no-report", is_flag=True, help="Publish the tables only, without report.html.")
@told
@shared(quiet=True)
@click.pass_obj
def run(  # noqa: PLR0917 - click fills them in by name
    interrupts: Interrupts,
    directory: Path,
    out: Path,
    policy: Path | None,
    run_date: dt.datetime | None,
    time_limit: Decimal | None,
    threads: int | None,
    strict: bool,
    relax: bool,
    previous_run: Path | None,
    agencies: bool,
    lock_wait: Decimal,
    grace: Decimal,
    memory_limit: int | None,
    lang: Literal["nl", "en"],
    no_report: bool,
    run_id: str | None,
    log: str | None,
    metrics: Path | None,
    as_json: bool,
    no_color: bool,
    quiet: bool,
) -> int:
    """Match the bundle in DIRECTORY, check the plan against the input again, and publish it in OUT.

    All or nothing: whatever goes wrong, earlier runs and OUT/latest stay as they were. How each run ended is kept in OUT/.records.

    \b
    Example:
      matcher run demo/bundle --out demo/out --run-date 2026-11-21
    """
    interrupts.begin(out, float(grace), memory_limit)
    journal = journal_for(interrupts, out=out, log=log, metrics=metrics, run_id=run_id, as_json=as_json)
    from matcher.inputs import InputRequest
    from matcher.nightly import RunRequest
    from matcher.nightly import run as guarded

    screen = console(as_json, no_color, quiet or journal.alone)
    request = RunRequest(
        inputs=InputRequest(
            bundle=directory,
            policy=policy,
            run_date=run_date.date() if run_date else None,
            time_limit_s=time_limit,
            threads=threads,
        ),
        out=out,
        strict=strict,
        previous_run=previous_run,
        relax=relax,
        agencies=agencies,
        page=None if no_report else lang,
        run_id=run_id,
        lock_wait_s=float(lock_wait),
    )
    with screen.progress() as watch, _in(lang):
        done = guarded(
            request,
            watch=interrupts.overheard(journal.watching(watch)),
            after_read=lambda inputs: interrupts.line.limited(float(inputs.policy.solve.time_limit_s)),
            before_swap=interrupts.commit,
        )
        interrupts.done(done.folder.name, done.exit_code)
    # The plan stands, whether or not anybody can still be told.
    with contextlib.suppress(Exception):
        journal.published(done.manifest, repeated=done.repeated)
        _show(screen, done, lang)
    return done.exit_code


def _show(screen: "Console", done: "PublishedRun", lang: Literal["nl", "en"]) -> None:
    from matcher.summary import summary

    if screen.as_json:
        screen.document({"folder": done.folder, "exit_code": done.exit_code, "manifest": done.manifest})
    else:
        screen.facts(*summary(done.manifest, done.folder, lang))
        _show_goals(screen, done.manifest, done.folder, lang)
    if done.repeated:
        screen.note(_REPEATED)
    if done.exit_code:
        solver = done.manifest["solver"]
        finished = solver.get("search_bound") == solver["objective"]
        screen.note(_NOT_PROVEN if finished else _STOPPED)


def _show_goals(screen: "Console", manifest: Mapping[str, Any], folder: Path, lang: Literal["nl", "en"]) -> None:
    """Print the goal table of a published run where its policy or files ask anything."""
    from pyarrow.parquet import read_table

    from matcher.goal_table import goal_table
    from matcher.io.manifest import policy_of
    from matcher.verdict.words import Words

    limits = read_table(folder / "limits_report.parquet")
    if goals := goal_table(manifest, limits, policy_of(manifest), Words(lang)):
        screen.raw("")
        screen.table(goals.title, goals.columns, goals.rows)
        screen.lines(goals.notes)


@contextlib.contextmanager
def _in(lang: Literal["nl", "en"]) -> Iterator[None]:
    """Say in this language why there is no plan."""
    from matcher.errors import InfeasibleError
    from matcher.verdict.wording_standoff import standoff_lines

    try:
        yield
    except InfeasibleError as error:
        if error.standoff is None:
            raise
        raise InfeasibleError("\n".join(standoff_lines(error.standoff, lang)), error.standoff) from None


@click.command(short_help="Check a published run against its input.")
@click.argument("run_folder", metavar="RUN", type=FOLDER)
@click.option("--input", "directory", type=FOLDER, required=True, help="The bundle that the run was made of.")
@shared(quiet=True)
def verify(run_folder: Path, directory: Path, as_json: bool, no_color: bool, quiet: bool) -> int:
    """Check the published RUN against its input: every byte, rule, sum, price and the bound, with nothing of the solver.

    \b
    Example:
      matcher verify demo/out/latest --input demo/bundle
    """
    from matcher.io.run_folder import read_run
    from matcher.nightly import verify as verified

    screen = console(as_json, no_color, quiet)
    with screen.progress() as watch:
        published = read_run(run_folder)
        certificate = verified(published, directory, watch=watch)
    run_id = published.manifest["run_id"]
    checks = [(check.file, check.column or "", check.name, check.rows) for check in certificate.checks]
    if as_json:
        keys = ("file", "column", "check", "figures")
        facts = {
            "run_id": run_id,
            "verified": True,
            "files": len(published.manifest["outputs"]),
            "figures": certificate.figures,
            "objective": certificate.objective,
            "upper_bound": certificate.upper_bound,
            "eligible_pairs": certificate.eligible_pairs,
            "checks": [dict(zip(keys, check, strict=True)) for check in checks],
        }
        screen.document(facts)
        return 0
    screen.table("Checks", ("file", "column", "what", "figures"), checks)
    screen.raw("")
    bound = f"points {certificate.objective:,}, upper bound {certificate.upper_bound:,}"
    screen.facts(
        f"Verified: {run_id}",
        [
            ("files", f"{len(published.manifest['outputs'])}, every byte as published"),
            ("figures", f"{certificate.figures:,}, worked out again from the input"),
            ("value", bound),
        ],
    )
    return 0


COMMANDS = (run, verify)
