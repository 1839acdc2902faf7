"""A look at a bundle without a plan: which rows count, and what every rule takes away."""

from collections import defaultdict
from typing import Any

import numpy as np

from matcher.case import Case, encoded
from matcher.data_quality import data_quality
from matcher.inputs import InputRequest, Inputs, read_inputs
from matcher.intake.validate import validate
from matcher.memory import forecast
from matcher.pairing.source import rule_source
from matcher.progress import SILENT, Observer
from matcher.room import available_bytes, resident_bytes
from matcher.verdict.headlines import survey_headlines
from matcher.verdict.metrics import funnel

_FIRST = 5


def inspect(
    request: InputRequest, *, strict: bool = False, quick: bool = False, watch: Observer = SILENT
) -> dict[str, Any]:
    """Return what there is to know about a bundle before anything is solved, ready for JSON.

    Parameters
    ----------
    quick
        Leave out ``quality``, which takes a second look at every pair.

    Returns
    -------
    dict
        ``run_date``; ``tables`` (file, rows, accepted); ``rejected`` (lines per file, column and code, with the first rows); ``warnings``;
        ``memory_bytes``, the largest memory that a run is predicted to take, and ``memory_available_bytes``, what a run could have now
        (None where nobody says); ``funnel``; ``people_without_eligible``, and ``people_missing_data``: those of them for whom one vacancy
        would be eligible if every unknown passed; ``quality`` as `data_quality` says (None where ``quick``).

    Raises
    ------
    FileError, InputError, PolicyError
        The bundle cannot be used.
    """
    watch.phase("read")
    inputs = read_inputs(request)
    watch.phase("validate")
    accepted, rejected = validate(inputs.bundle.raw, strict=strict)
    case = encoded(accepted, rejected, inputs.policy, inputs.run_date)
    watch.phase("pair")
    survey = rule_source(case.problem, inputs.policy, threads=inputs.policy.solve.threads).survey()
    found = funnel(survey)
    headlines = [*case.warnings, *survey_headlines(case.problem, survey, found)]
    nobody, left = survey.row_eligible == 0, available_bytes()
    return {
        "run_date": inputs.run_date.isoformat(),
        "policy_sha256": inputs.policy.sha256(),
        "tables": _tables(inputs, case),
        "rejected": _rejected(case),
        "warnings": [*inputs.stranger_warnings, *(headline.facts() for headline in headlines)],
        "memory_bytes": forecast(inputs.bundle.raw, case.problem, threads=inputs.policy.solve.threads).whole,
        "memory_available_bytes": None if left is None else left + resident_bytes(),
        "funnel": found.facts(),
        "people_without_eligible": int(nobody.sum()),
        "people_missing_data": int(np.count_nonzero(nobody & (survey.row_missing != 0))),
        "quality": None if quick else data_quality(case, accepted, survey, watch),
    }


def _tables(inputs: Inputs, case: Case) -> list[dict[str, Any]]:
    return [
        {
            "file": file.name,
            "rows": file.rows,
            "accepted": case.rows.get(file.name.removesuffix(".parquet")),
        }
        for file in inputs.files
        if file.rows is not None
    ]


def _rejected(case: Case) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str, str, str], list[int | None]] = defaultdict(list)
    for line in case.rejected.select(["file", "column", "code", "severity", "row"]).to_pylist():
        groups[line["file"], line["column"] or "", line["code"], line["severity"]].append(line["row"])
    return [
        {
            "file": file,
            "column": column or None,
            "code": code,
            "severity": severity,
            "lines": len(rows),
            "rows": sorted(row for row in rows if row is not None)[:_FIRST],
        }
        for (file, column, code, severity), rows in sorted(groups.items(), key=lambda item: (item[0][3], item[0]))
    ]
