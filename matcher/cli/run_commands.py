"""Commands about what comes out: run, verify, explain."""
# ruff: noqa: PLC0415 - a door

import contextlib
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Literal

import click

from matcher.cli.app import EXIT_CODES, console, shared
from matcher.cli.input_commands import DAY, FOLDER
from matcher.interrupts import Interrupts

LANGUAGE = click.Choice(["nl", "en"])
_NEAR = 3


def _seconds(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Decimal | None:
    """Read a number of seconds above 0, exactly as it was written."""
    if value is None:
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        number = Decimal(0)
    if not (number.is_finite() and 0 < number <= 10_000_000):
        raise click.BadParameter(f"{value!r} is not a number of seconds above 0.")
    return number


@click.command(epilog=EXIT_CODES, short_help="Match a bundle, check the plan, and publish it.")
@click.argument("directory", type=FOLDER)
@click.option("--out", type=FOLDER, required=True, help="Folder of all runs; OUT/latest points at the newest.")
@click.option("--policy", type=FOLDER, help="Policy file; else policy.toml of DIRECTORY, else the defaults.")
@click.option("--run-date", type=DAY, help="The day the run is for; else the policy's, else today.")
@click.option(
    "--time-limit",
    metavar="S",
    callback=_seconds,
    help="Seconds for the solve; the best plan so far is then published.",
)
@click.option("--threads", type=click.IntRange(0, 1024), help="0: as many as the machine has.")
@click.option("--strict", is_flag=True, help="Refuse the input as soon as one row is bad (exit 3).")
@click.option("--lang", type=LANGUAGE, default="en", show_default=True, help="Language of the summary.")
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
    lang: Literal["nl", "en"],
    as_json: bool,
    no_color: bool,
    quiet: bool,
) -> int:
    """Match the bundle in DIRECTORY, check the plan against the input again, and publish it in OUT.

    All or nothing: whatever goes wrong, earlier runs and OUT/latest stay as they were.

    \b
    Example:
      matcher run demo/bundle --out demo/out --run-date 2026-11-21
    """
    from matcher.inputs import InputRequest
    from matcher.nightly import RunRequest
    from matcher.nightly import run as guarded
    from matcher.summary import summary

    screen = console(as_json, no_color, quiet)
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
    )
    with screen.progress() as watch:
        done = guarded(request, watch=watch, before_swap=interrupts.disarm)
    # The plan stands, whether or not anybody can still be told.
    with contextlib.suppress(OSError):
        if as_json:
            screen.document({"folder": done.folder, "exit_code": done.exit_code, "manifest": done.manifest})
        else:
            screen.facts(*summary(done.manifest, done.folder, lang))
        if done.exit_code:
            screen.note("The run stopped early; the best plan so far was published and is marked as such.")
    return done.exit_code


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


@click.command(short_help="Say why a person got this vacancy, or none.")
@click.argument("run_folder", metavar="RUN", type=FOLDER)
@click.argument("candidate_id")
@click.option("--input", "directory", type=FOLDER, required=True, help="The bundle that the run was made of.")
@click.option("--lang", type=LANGUAGE, default="nl", show_default=True, help="Language of the explanation.")
@shared()
def explain(  # noqa: PLR0917
    run_folder: Path, candidate_id: str, directory: Path, lang: Literal["nl", "en"], as_json: bool, no_color: bool
) -> int:
    """Say why CANDIDATE_ID got this vacancy in RUN, or none, and what would change it.

    \b
    Example:
      matcher explain demo/out/latest c-000017 --input demo/bundle --lang nl
    """
    import dataclasses
    import difflib

    from matcher.errors import InputError
    from matcher.io.run_folder import read_run
    from matcher.nightly import case_of
    from matcher.verdict.explain import explain_candidate
    from matcher.verdict.wording import explanation_lines

    published = read_run(run_folder)
    case = case_of(published, directory)
    ids = list(case.codebook.candidate_ids)
    if candidate_id.strip() not in ids:
        near = difflib.get_close_matches(candidate_id.strip(), ids, n=_NEAR, cutoff=0.8)
        hint = f" Near it are: {', '.join(near)}." if near else " Rejected rows stand in rejected.parquet."
        raise InputError(f"No accepted candidate of this run has this id.{hint}")
    found = explain_candidate(
        problem=case.problem,
        codebook=case.codebook,
        ctx=case.context(),
        tables=published.tables,
        candidate_id=candidate_id,
    )
    screen = console(as_json, no_color)
    if as_json:
        text = {"language": lang, "text": explanation_lines(found, lang)}
        screen.document({"run_id": published.manifest["run_id"], **dataclasses.asdict(found), **text})
    else:
        screen.lines(explanation_lines(found, lang))
    return 0


COMMANDS = (run, verify, explain)
