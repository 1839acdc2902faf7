"""Commands about what goes in: sample, validate, schema."""
# ruff: noqa: PLC0415 - a door

import datetime as dt
from pathlib import Path
from typing import Any, Literal

import click

from matcher.cli.app import console, shared

FOLDER = click.Path(path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])
LANGUAGE = click.Choice(["nl", "en"])
SCENARIOS = ("pilot", "enschede", "twente", "region", "nation")


@click.command()
@click.argument("directory", type=FOLDER)
@click.option(
    "--scenario", type=click.Choice(SCENARIOS), default="enschede", show_default=True, help="What it is about."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Same seed, same bytes.")
@click.option("--people", type=click.IntRange(min=0), help="Another number of people than the scenario's.")
@click.option("--vacancies", type=click.IntRange(min=0), help="Another number of vacancies than the scenario's.")
@click.option("--limits", is_flag=True, help="Also coaches, resources, caps and jobs offered twice.")
@click.option("--esco", type=FOLDER, help="Folder with the ESCO tables: real skills and occupations.")
@click.option("--places", type=FOLDER, help="Table of postcodes with lat and lon: real places.")
@shared()
def sample(  # noqa: PLR0917 - click fills them in by name
    directory: Path,
    scenario: str,
    seed: int,
    people: int | None,
    vacancies: int | None,
    limits: bool,
    esco: Path | None,
    places: Path | None,
    as_json: bool,
    no_color: bool,
) -> int:
    """Write a believable bundle of people who do not exist to DIRECTORY.

    \b
    Example:
      matcher sample demo/bundle --scenario twente --seed 7
    """
    from matcher.errors import InputError
    from matcher.sample import write_sample

    try:
        made = write_sample(
            directory,
            scenario=scenario,
            seed=seed,
            people=people,
            vacancies=vacancies,
            limits=limits,
            esco=esco,
            places=places,
        )
    except ValueError as error:
        raise InputError(str(error)) from None
    out = console(as_json, no_color)
    if as_json:
        facts = {"directory": made.directory, "scenario": made.scenario, "seed": made.seed, "run_date": made.run_date}
        out.document({**facts, "rows": dict(made.rows), "openings": dict(made.openings)})
        return 0
    rows = [(f"{name}.parquet", f"{count:,} rows") for name, count in made.rows.items()]
    rows.append(("openings", ", ".join(f"{lane} {count:,}" for lane, count in made.openings.items())))
    rows.append(("next", f"matcher run {directory} --out {directory.parent / 'out'} --run-date {made.run_date}"))
    out.facts(f"Sample {made.scenario}, seed {made.seed}, in {directory}", rows)
    return 0


@click.command(short_help="Look at a bundle: is the data good enough?")
@click.argument("directory", type=FOLDER)
@click.option("--policy", type=FOLDER, help="Policy file; else policy.toml of DIRECTORY, else the defaults.")
@click.option("--run-date", type=DAY, help="The day the run is for; else the policy's, else today.")
@click.option("--strict", is_flag=True, help="Refuse the input as soon as one row is bad (exit 3).")
@click.option("--quick", is_flag=True, help="Rows and funnel only: leave out what the gaps in the data cost.")
@click.option("--write", type=FOLDER, help="Also write data_quality.parquet here: a file, or a folder to put it in.")
@click.option("--lang", type=LANGUAGE, default="nl", show_default=True, help="Language of the report; --json has none.")
@shared(quiet=True)
def validate(  # noqa: PLR0917
    directory: Path,
    policy: Path | None,
    run_date: dt.datetime | None,
    strict: bool,
    quick: bool,
    write: Path | None,
    lang: Literal["nl", "en"],
    as_json: bool,
    no_color: bool,
    quiet: bool,
) -> int:
    """Look at the bundle in DIRECTORY: which rows count, what every rule takes away, and what the gaps in the data cost.

    Nothing is written unless --write asks for it.

    \b
    Example:
      matcher validate demo/bundle --run-date 2026-11-21
    """
    from matcher.cli.quality_view import QualityView
    from matcher.data_quality import quality_path, write_quality
    from matcher.inputs import InputRequest
    from matcher.inspection import inspect

    if quick and write is not None:
        raise click.UsageError("--write writes what --quick leaves out. Give one of them.")
    target = quality_path(write, directory) if write is not None else None
    out = console(as_json, no_color, quiet)
    request = InputRequest(bundle=directory, policy=policy, run_date=run_date.date() if run_date else None)
    with out.progress() as watch:
        facts = inspect(request, strict=strict, quick=quick, watch=watch)
    if target is not None:
        write_quality(facts["quality"], target)
    if as_json:
        out.document(facts)
        return 0
    QualityView(out, lang).show(facts)
    return 0


@click.command(short_help="Show the columns of a table or the keys of the policy, or write a template.")
@click.argument("table", required=False)
@click.option("--template", type=FOLDER, help="Write an empty bundle into this folder, to be filled.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "xlsx"]),
    default="parquet",
    show_default=True,
    help="Of the template: a file per table, or one workbook with a sheet per table.",
)
@shared()
def schema(table: str | None, template: Path | None, form: Any, as_json: bool, no_color: bool) -> int:
    """Show the columns of an input TABLE, or the keys of the policy; without TABLE, list the tables. --json gives JSON Schema.

    \b
    Example:
      matcher schema candidates
      matcher schema policy --json > policy.schema.json
      matcher schema --template my-bundle --format xlsx
    """
    from matcher import json_schema, schema_view

    out = console(as_json, no_color)
    if template is not None:
        if table is not None:
            raise click.UsageError("A template has every table; leave TABLE out.")
        return _template(out, template, form)
    known = [one["table"] for one in schema_view.tables()]
    name = table.removesuffix(".parquet") if table else None
    if name not in (None, "policy", *known):
        raise click.BadParameter(f"{table!r} is not one of {', '.join([*known, 'policy'])}.", param_hint="TABLE")
    if as_json and name is None:
        out.document(json_schema.bundle_schema())
    elif as_json:
        out.document(json_schema.policy_schema() if name == "policy" else json_schema.table_schema(str(name)))
    elif name is None:
        rows = [(one["file"], "yes" if one["required"] else "no", one["meaning"]) for one in schema_view.tables()]
        out.table("Tables of a bundle", ("file", "required", "one row per"), rows)
    elif name == "policy":
        out.table("Keys of policy.toml", ("key", "default", "meaning"), schema_view.policy_keys())
    else:
        keys = ("name", "kind", "values", "null", "meaning")
        shown = [tuple(one[key] for key in keys) for one in schema_view.columns(name)]
        out.table(f"{name}.parquet", ("column", "kind", "values", "null is", "meaning"), shown)
    return 0


def _template(out: Any, folder: Path, form: Any) -> int:
    from matcher.template import write_template

    files = write_template(folder, form)
    if out.as_json:
        out.document({"folder": str(folder), "files": [path.name for path in files]})
        return 0
    then = f"matcher import {folder} BUNDLE" if form == "xlsx" else f"matcher validate {folder}"
    out.facts(
        f"Template in {folder}",
        [("files", "\n".join(path.name for path in files)), ("fill it, then", then)],
    )
    return 0


COMMANDS = (sample, validate, schema)
