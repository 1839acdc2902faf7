"""Is the data good enough? What a bundle lacks and what that costs, as plain data for JSON and as one Parquet table."""

import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from matcher.case import Case
from matcher.domain.schema import TABLES
from matcher.domain.uses import USES
from matcher.errors import FileError
from matcher.intake.rows import Accepted
from matcher.intake.stock import SkillCount, known_counts, lost_postcodes, skill_stock
from matcher.intake.twins import employer_twins
from matcher.model.survey import Survey
from matcher.pairing.source import rule_source
from matcher.progress import SILENT, Observer
from matcher.verdict.quality import Gaps, Look, by_column, effects, gaps

FILE = "data_quality.parquet"
_TOP = 10

DATA_QUALITY = pa.schema(
    [
        pa.field(
            "topic", pa.string(), False, {"meaning": "column, rule, employer, postcode, skill_unasked or skill_unheld"}
        ),
        pa.field("name", pa.string(), False, {"meaning": "table.column, rule code, employer id, pc4 or skill"}),
        pa.field("rows", pa.int64(), True, {"meaning": "accepted rows; rows with this postcode or skill"}),
        pa.field("known", pa.int64(), True, {"meaning": "rows that fill the column"}),
        pa.field(
            "used_by", pa.list_(pa.string()), True, {"meaning": "rules and terms of the scorecard that read the column"}
        ),
        pa.field("unknown", pa.list_(pa.string()), True, {"meaning": "what an empty cell does there"}),
        pa.field(
            "opens_pairs", pa.int64(), True, {"meaning": "pairs that would be eligible if its unknowns all passed"}
        ),
        pa.field("opens_people", pa.int64(), True, {"meaning": "people with at least one eligible vacancy more then"}),
        pa.field("opens_people_first", pa.int64(), True, {"meaning": "those of them who have none now"}),
        pa.field("removed", pa.int64(), True, {"meaning": "pairs whose first failing rule it is"}),
        pa.field("removed_unknown", pa.int64(), True, {"meaning": "those where it failed on an unknown"}),
        pa.field(
            "removed_if_known", pa.int64(), True, {"meaning": "pairs it would remove first if every unknown passed"}
        ),
        pa.field("resting", pa.int64(), True, {"meaning": "eligible pairs that pass it on an unknown"}),
        pa.field("group", pa.int64(), True, {"meaning": "employers with one number have nearly the same name"}),
        pa.field("same_name", pa.bool_(), True, {"meaning": "false: some names of the group differ by one letter"}),
    ]
)
"""One line per finding; a column that says nothing about a topic is null there."""


def look_twice(case: Case, found: Survey) -> Look:
    """Look at all pairs once more as if every unknown passed; ``found`` is what the policy itself gave."""
    policy = case.policy.with_unknowns_passed()
    source = rule_source(case.problem, policy, threads=policy.solve.threads)
    return Look(found, source.survey(), source.heaps())


def data_quality(case: Case, accepted: Accepted, survey: Survey, watch: Observer = SILENT) -> dict[str, Any]:
    """Return everything there is to say about the data, ready for JSON.

    Parameters
    ----------
    survey
        Counts over all pairs under the policy.

    Returns
    -------
    dict
        ``columns`` (known share, what reads it, what an empty cell does as ``unknown`` and in
        parts as ``empty``, what filling it would open at most), ``rules`` (the funnel
        with and without unknowns), ``people`` and ``pairs`` (now, and if every unknown passed), ``employer_twins`` (ids only),
        ``postcodes_without_place``, ``skills`` (counts, and the most common of either kind).
    """
    found = gaps(case.context(), look_twice(case, survey), watch)
    watch.phase("stock")
    stock = skill_stock(accepted)
    return {
        "pairs": {"all": found.pairs, "eligible": found.eligible, "if_known": found.eligible_if_known},
        "people": {"all": found.people, "eligible": found.people_eligible, "if_known": found.people_if_known},
        "columns": _columns(case, accepted, found),
        "rules": _rules(found),
        "employer_twins": [
            {"employer_ids": list(one.employer_ids), "same_name": one.same_name}
            for one in employer_twins(accepted["employers"])
        ],
        "postcodes_without_place": [asdict(one) for one in lost_postcodes(accepted)],
        "skills": {
            "held": stock.held,
            "asked": stock.asked,
            "both": stock.both,
            "unasked": _counted(stock.unasked),
            "unheld": _counted(stock.unheld),
        },
    }


def _columns(case: Case, accepted: Accepted, found: Gaps) -> list[dict[str, Any]]:
    ctx, known, opens = case.context(), known_counts(accepted, case.problem), by_column(found)
    lines = []
    for use in USES:
        rows = len(accepted[use.table])
        gap = opens.get((use.table, use.column))
        empty = effects(ctx, use)
        lines.append(
            {
                "table": use.table,
                "column": use.column,
                "rows": rows,
                "known": known[use.table, use.column],
                "rules": [rule.value for rule in use.rules],
                "terms": list(use.terms),
                "unknown": [str(one) for one in empty],
                "empty": [asdict(one) for one in empty],
                "opens": asdict(gap, dict_factory=_numbers) if gap else None,
            }
        )
    return lines


def _numbers(items: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in items if name not in ("table", "column")}


def _rules(found: Gaps) -> list[dict[str, Any]]:
    """The funnel twice: as the policy treats unknowns, and as if every unknown passed."""
    left = left_if_known = found.pairs
    lines = []
    for one in found.rules:
        left -= one.removed
        left_if_known -= one.removed_if_known
        lines.append({**asdict(one), "rule": one.rule.value, "left": left, "left_if_known": left_if_known})
    return lines


def _counted(skills: Sequence[SkillCount]) -> dict[str, Any]:
    return {"number": len(skills), "most": [asdict(one) for one in skills[:_TOP]]}


def quality_table(facts: Mapping[str, Any]) -> pa.Table:
    """Return the findings of `data_quality` as one table, `DATA_QUALITY`."""
    lines: list[dict[str, Any]] = []
    for one in facts["columns"]:
        opens = one["opens"] or {}
        lines.append(
            {
                "topic": "column",
                "name": f"{one['table']}.{one['column']}",
                "rows": one["rows"],
                "known": one["known"],
                "used_by": [*one["rules"], *one["terms"]],
                "unknown": one["unknown"],
                "opens_pairs": opens.get("pairs"),
                "opens_people": opens.get("people_more"),
                "opens_people_first": opens.get("people_first"),
            }
        )
    for one in facts["rules"]:
        numbers = {key: one[key] for key in ("removed", "removed_unknown", "removed_if_known", "resting")}
        lines.append({"topic": "rule", "name": one["rule"], "opens_pairs": one["opened_alone"], **numbers})
    for group, one in enumerate(facts["employer_twins"], start=1):
        for employer in one["employer_ids"]:
            lines.append({"topic": "employer", "name": employer, "group": group, "same_name": one["same_name"]})
    for one in facts["postcodes_without_place"]:
        lines.append({"topic": "postcode", "name": one["pc4"], "rows": one["people"] + one["vacancies"]})
    for kind in ("unasked", "unheld"):
        for one in facts["skills"][kind]["most"]:
            lines.append({"topic": f"skill_{kind}", "name": one["skill"], "rows": one["count"]})
    return pa.Table.from_pylist(lines, schema=DATA_QUALITY)


def quality_path(target: Path, bundle: Path) -> Path:
    """Return the file that ``--write`` names: itself, or data_quality.parquet in a folder.

    Raises
    ------
    FileError
        It would land in the bundle, or on a table of a bundle.
    """
    path = target if target.suffix == ".parquet" and not target.is_dir() else target / FILE
    if path.name in {f"{name}.parquet" for name in TABLES}:
        raise FileError(f"{path.name} is the name of a table of a bundle. Write to another file.")
    if path.parent.resolve() == bundle.resolve():
        raise FileError("A bundle holds input only. Write data_quality.parquet to another folder.")
    return path


def write_quality(facts: Mapping[str, Any], path: Path) -> None:
    """Write the table whole or not at all; raises `FileError`."""
    held = io.BytesIO()
    pq.write_table(quality_table(facts), held, compression="zstd")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(held.getvalue())
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.") from None
