"""Writes docs/reference/ from the code, so that it cannot say anything else: ``python docs/generate.py``."""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import get_args

import click
import pyarrow as pa

from matcher import errors
from matcher.cli.app import EXIT_CODES, app
from matcher.data_quality import DATA_QUALITY
from matcher.domain import codes
from matcher.domain.arrow import arrow_type
from matcher.domain.codes import ALWAYS_ON, FAILS_ON_UNKNOWN, Rule
from matcher.domain.filters import PAIR_COLUMNS, Operator
from matcher.domain.meanings import FAULTS, REASONS, WARNINGS
from matcher.domain.schema import TABLES, TableSchema
from matcher.domain.shipped import shipped
from matcher.domain.uses import USES, Use
from matcher.handover.allowed import FIELDS, WITHHELD, Sheet, Stage
from matcher.importing.catalogue import FILE_NAMES
from matcher.importing.headings import BSN_NAMES, IDENTITY, NOTES, known_headings
from matcher.intake.rejections import REJECTED
from matcher.rules.eligibility import HARD_RULES
from matcher.rules.scorecard import TERMS
from matcher.schema_view import columns, policy_keys
from matcher.verdict.schemas import MEANINGS, OUTPUTS, SOMETIMES

REFERENCE = Path(__file__).parent / "reference"
MADE = "<!-- made by docs/generate.py from the code; do not edit -->\n\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(
        f"| {' | '.join(str(cell).replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in line)} |\n"
        for line in lines
    )


def code(text: object) -> str:
    """Text as code, nothing where there is none."""
    return f"`{text}`" if str(text) else ""


def first_line(thing: object) -> str:
    """The first sentence of a docstring."""
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")


def use_of(schema: TableSchema, column: str) -> Use | None:
    """What reads a column; lat and lon are read as pc4 is, sensitive's columns as those of candidates."""
    name = "pc4" if column in ("lat", "lon") else column
    home = "candidates" if schema.name == "sensitive" else schema.name
    return next((use for use in USES if (use.table, use.column) == (home, name)), None)


def read_by(use: Use | None) -> str:
    """Rules, terms and factors that read a column, and what an empty cell says to each."""
    if use is None:
        return ""
    rules = [f"[{rule.value}](rules.md#{rule.value.lower()}): {null.value}" for rule, null in use.rules.items()]
    return "; ".join([*rules, *(f"term {term}" for term in use.terms), *(f"value: {one}" for one in use.factors)])


def columns_page() -> str:
    """Every column of every input table."""
    parts = [
        "# Columns\n\nA bundle is a folder of Parquet files. An absent optional column is all empty. Text is compared without case and "
        "outer white space; ids exactly. *Empty means*: refused (the row is rejected), unknown (no rule takes it as passed or failed by "
        "itself), or free (nothing asked). *Read by* says which rules and terms use a column, and what an empty cell is to each.\n"
    ]
    for schema in TABLES.values():
        needed = "Required." if schema.required else "Optional."
        parts.append(
            f"\n## {schema.file}\n\n{schema.meaning[0].upper()}{schema.meaning[1:]}. {needed} Key: {', '.join(map(code, schema.key))}.\n\n"
        )
        rows = [
            (
                code(column.name),
                code(arrow_type(column)),
                facts["kind"],
                facts["values"],
                facts["null"],
                facts["meaning"],
                "a limit" if column.is_limit else read_by(use_of(schema, column.name)),
            )
            for column, facts in zip(schema.columns, columns(schema.name), strict=True)
        ]
        parts.append(table(("column", "type", "kind", "values", "empty means", "meaning", "read by"), rows))
    return "".join(parts)


def headings_page() -> str:
    """Every heading that matcher import knows, table by table."""
    parts = [
        "# Headings\n\nWhat `matcher import` takes for which column. Case, accents, spaces, hyphens and other signs do not count: "
        "`Uren (min.)` is `uren_min`. Any other heading can be mapped under `[columns]` of [import.toml](../import.md).\n"
    ]
    for name, called in FILE_NAMES.items():
        files = ", ".join(map(code, called))
        parts.append(f"\n## {name}\n\nFiles and sheets called {files}.\n\n")
        known = known_headings(name).items()
        parts.append(table(("column", "headings"), [(code(one), ", ".join(map(code, names))) for one, names in known]))
    parts.append("\n## Not used\n\nNever taken over by themselves:\n\n")
    parts.append(table(("heading", "why"), [(code(heading), why) for heading, why in sorted(NOTES.items())]))
    parts.append(f"\nNor what says who somebody is: {', '.join(map(code, sorted(IDENTITY - NOTES.keys())))}.\n")
    parts.append(f"\nA filled column of BSNs stops the import: {', '.join(map(code, sorted(BSN_NAMES)))}.\n")
    return "".join(parts)


def amounts(section: dict[str, object], prefix: str = "") -> list[tuple[str, object]]:
    """The amounts of a section of a shipped table, by dotted key."""
    rows: list[tuple[str, object]] = []
    for key, value in section.items():
        if isinstance(value, dict):
            fixed = " (fixed)" if value.get("fixed") and not section.get("fixed") else ""
            rows += [(f"{name}{fixed}", amount) for name, amount in amounts(value, f"{prefix}{key}.")]
        elif key not in ("grade", "source", "unit", "fixed"):
            rows.append((f"{prefix}{key}", value))
    return rows


def evidence(section: dict[str, object]) -> str:
    """Where an amount comes from, and how sure it is."""
    return f"Grade {section['grade']}: {section['source']}.\n" if "grade" in section else ""


def rules_page() -> str:
    """Every hard rule, in the order in which a pair's code is decided."""
    parts = [
        "# Rules\n\nIn this order; the first that fails is the pair's code. Each answers *passes*, *fails* or *unknown*. What an unknown "
        'counts as can be set per rule: `[rules.CODE] unknown = "pass"` or `"fail"`. `enabled = false` switches a rule off, unless it says '
        "always on.\n"
    ]
    for number, (rule, function) in enumerate(HARD_RULES.items(), start=1):
        default = "fails" if rule in FAILS_ON_UNKNOWN else "passes"
        if rule is Rule.ADMISSION:
            default = f"passes; for starts from {shipped('rules')['ADMISSION']['enforced_from']} it fails"
        kept = "always on" if rule in ALWAYS_ON else "can be switched off"
        section = shipped("rules").get(rule.value, {})
        if section.get("enabled") is False:
            kept = "off unless the policy switches it on"
        users = [f"`{use.table}.{use.column}`" for use in USES if rule in use.rules]
        parts.append(f"\n## {rule.value}\n\nRule {number}. {first_line(function)} Unknown {default}; {kept}.\n\n")
        parts.append(f"Reads {', '.join(users)}.\n" if users else "Reads pairs.parquet.\n")
        if rows := amounts(section):
            fixed = " (fixed)" if section.get("fixed") else f", `[rules.{rule.value}]`"
            parts.append(
                f"\nAmounts{fixed}: {', '.join(f'{key} = {value}' for key, value in rows)}. {evidence(section)}"
            )
    return "".join(parts)


def scorecard_page() -> str:
    """Every term of the scorecard with its weights and their evidence."""
    card = shipped("scorecard")
    parts = [
        f"# Scorecard\n\nChance of durable work: the terms are added up to `z`, in {card['unit']}; `p = 1 / (1 + exp(-z / 1000))`. "
        f"Version {card['version']}, from {card['valid_from']}. Grades: A = size from published figures; B = direction published, size "
        "assumed; C = assumption. Any weight can be set under `[scorecard]` of the policy.\n"
    ]
    for name, function in TERMS.items():
        section = card[name]
        users = [f"`{use.table}.{use.column}`" for use in USES if name in use.terms]
        reads = f"Reads {', '.join(users)}.\n\n" if users else ""
        parts.append(f"\n## {name}\n\n{first_line(function)} {evidence(section)}\n{reads}")
        parts.append(table(("weight", "milli-log-odds"), [(code(key), value) for key, value in amounts(section)]))
    parts.append("\n## From chance to points\n\n")
    parts.append(
        "Minus `p_alone`, times `p_start`, times `priority`, times the value of the lane, and under "
        f"{shipped('rules')['value']['small_job']['hours']} hours a week in proportion. `pairs.value` replaces it all.\n\n"
    )
    lane = shipped("rules")["value"]["lane"]
    parts.append(table(("lane", "value"), [(code(name), lane[name]) for name in codes.LANES]) + f"\n{evidence(lane)}")
    return "".join(parts)


def policy_page() -> str:
    """Every key of the policy."""
    rows = [(code(key), code(default), meaning) for key, default, meaning in policy_keys()]
    head = (
        "# Policy\n\n`policy.toml` in the bundle, or `--policy FILE`. Every key has a default; an unknown key is refused (exit code 4) "
        "with the nearest known one. `matcher schema policy --json` gives a JSON Schema for editors. A weight without a meaning here is "
        "explained in [the scorecard](scorecard.md).\n\n"
    )
    filters = (
        "\n## Filters\n\nA filter is a list `[column, operator, value]`; all filters of a quota or budget must hold. `candidates` asks "
        "any column of candidates.parquet; `vacancies` any of vacancies.parquet, and `employer.` or `agency.` columns through its ids; "
        "`pairs` what stands below. Text is compared without case, ids exactly, numbers as the decimals they are written as. An empty "
        "cell matches nothing, also not `!=` and `not_in`; only `is_null` sees it. A list takes `contains`, with one element.\n\n"
        f"Operators: {' '.join(map(code, get_args(Operator)))}.\n\n"
    )
    asked = [(code(one.name), one.kind.value, one.meaning) for one in PAIR_COLUMNS]
    return head + table(("key", "default", "meaning"), rows) + filters + table(("pairs", "kind", "meaning"), asked)


def codes_page() -> str:
    """Closed code lists, reasons, faults and warnings."""
    lists = {
        "transport": codes.TRANSPORT,
        "shifts": codes.SHIFTS,
        "contract": codes.CONTRACTS,
        "lane": codes.LANES,
        "arm": codes.ARMS,
        "pin": codes.PINS,
        "status": codes.STATUSES,
        "CEFR level": tuple(level.upper() for level in codes.CEFR),
    }
    parts = [
        "# Codes\n\n## Closed lists\n\n",
        table(("list", "codes"), [(name, " ".join(map(code, held))) for name, held in lists.items()]),
    ]
    for title, intro, meanings in (
        ("Reasons", "Why a person got nothing: `reason` in unassigned.parquet.", REASONS),
        ("Faults", "What is wrong with a row, cell or column: `code` in rejected.parquet.", FAULTS),
        ("Warnings", "Headlines of the manifest and of `matcher validate`.", WARNINGS),
    ):
        rows = [(code(getattr(one, "value", one)), meaning) for one, meaning in meanings.items()]
        parts += [f"\n## {title}\n\n{intro}\n\n", table(("code", "meaning"), rows)]
    return "".join(parts)


def outputs_page() -> str:
    """Columns of what a run and validate write."""
    parts = [
        "# Outputs\n\nA run publishes a folder `OUT/<run_id>/`; `OUT/latest` points at the newest complete one. Beside these tables it "
        "holds `report.html` ([one page for people](../howto/report.md)), `manifest.json` (what ran, on what, with what result), "
        "`SHA256SUMS`, and in `agencies/` and `direct/` [what each agency may see](handover.md).\n"
    ]
    for name, schema in {**OUTPUTS, **SOMETIMES, "rejected": REJECTED}.items():
        only = "Only where it holds rows.\n\n" if name in SOMETIMES else ""
        parts.append(f"\n## {name}.parquet\n\n{only}" + _fields(schema, MEANINGS.get(name, {})))
    parts.append(
        "\n## data_quality.parquet\n\nWritten by `matcher validate DIR --write FILE`, one line per finding.\n\n"
        + _fields(DATA_QUALITY)
    )
    return "".join(parts)


def handover_page() -> str:
    """What leaves the house: the allow-list as it stands in the code, and everything that is not on it."""
    kinds = {field.source: field for field in FIELDS}
    parts = [
        "# Hand-over\n\nThe columns of `agencies/<name>/` (recipient: agency) and `direct/` (recipient: municipality), from the stage on "
        f"that is named: {', '.join(code(stage.value) for stage in Stage)}, each with what the earlier ones give. This version hands over "
        "at the stage `offer` only. A column that is not listed never leaves. See [the how-to](../howto/agencies.md).\n"
    ]
    for sheet in Sheet:
        rows = [
            (code(field.name), field.heading, field.agency or "never", field.municipality or "never", field.meaning)
            for field in FIELDS
            if sheet in field.sheets
        ]
        headings = ("Parquet, JSON", "workbook, CSV", "agency", "municipality", "meaning")
        parts.append(f"\n## {sheet}\n\n" + table(headings, rows))
    sources = {name: [column.name for column in TABLES[name].columns] for name in ("candidates", "sensitive", "pairs")}
    held = [f"{name}.{column}" for name, columns in sources.items() for column in columns]
    held += [f"assignments.{field.name}" for field in OUTPUTS["assignments"]]
    told = {one.replace("plan.", "assignments.") for one in kinds} | {
        "assignments.employer_id",
        "assignments.agency_id",
    }
    never = [
        (code(one), WITHHELD.get(one, ""))
        for one in held
        if one not in told and not one.endswith(("candidate_id", "vacancy_id"))
    ]
    parts.append(
        "\n## Never\n\nColumns about people, and about people at vacancies, that leave at no stage; without a reason: nobody needs them to "
        "propose somebody. Nothing of audit.parquet, places, coaches, resources or policy leaves either.\n\n"
        + table(("column", "why"), never)
    )
    return "".join(parts)


def _fields(schema: pa.Schema, meanings: Mapping[str, str] = MappingProxyType({})) -> str:
    """Columns and types, with what they mean where schema or ``meanings`` say that of all of them."""
    told = {field.name: field.metadata[b"meaning"].decode() for field in schema if field.metadata} | dict(meanings)
    rows = [(code(field.name), code(field.type), *([told[field.name]] if told else [])) for field in schema]
    return table(("column", "type", *(["meaning"] if told else [])), rows)


def exit_codes_page() -> str:
    """Exit codes, and the error classes behind them."""
    rows = [line.split(maxsplit=1) for line in EXIT_CODES.splitlines() if line[:1] == " "]
    classes = [
        (code(name), code(thing.code), thing.exit_code, first_line(thing))
        for name, thing in vars(errors).items()
        if inspect.isclass(thing) and issubclass(thing, errors.MatcherError)
    ]
    return (
        "# Exit codes\n\nThe command line never ends with 1.\n\n"
        + table(("code", "meaning"), rows)
        + "\n## Errors\n\nOf the library; the command line prints their text, or with `--json` their code too.\n\n"
        + table(("class", "code", "exit code", "meaning"), classes)
    )


def commands_page() -> str:
    """The help text of every command."""
    root = click.Context(app, info_name="matcher", terminal_width=100, max_content_width=100)
    parts = ["# Commands\n\n", f"```text\n{app.get_help(root)}\n```\n"]
    for name in app.list_commands(root):
        command = app.get_command(root, name)
        assert command is not None
        parts.append(f"\n## {name}\n\n```text\n{command.get_help(click.Context(command, root, name))}\n```\n")
    return "".join(parts)


def index_page() -> str:
    """The pages of the reference."""
    names = "\n".join(name.removesuffix(".md") for name in PAGES if name != "index.md")
    return f"# Reference\n\nMade from the code at every build.\n\n```{{toctree}}\n{names}\n```\n"


PAGES = (
    "commands.md",
    "columns.md",
    "headings.md",
    "rules.md",
    "scorecard.md",
    "policy.md",
    "outputs.md",
    "handover.md",
    "codes.md",
    "exit-codes.md",
    "index.md",
)


def pages() -> dict[str, str]:
    """Every page by the name of its file."""
    makers = (
        commands_page,
        columns_page,
        headings_page,
        rules_page,
        scorecard_page,
        policy_page,
        outputs_page,
        handover_page,
        codes_page,
        exit_codes_page,
        index_page,
    )
    return {name: MADE + make() for name, make in zip(PAGES, makers, strict=True)}


def write(folder: Path = REFERENCE) -> None:
    """Write the pages; a page that is right already is left alone, so that a build can tell what changed."""
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
