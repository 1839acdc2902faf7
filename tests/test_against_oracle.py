"""The engine against brute force: random dirty bundles, every figure of every output.

``MATCHER_BUNDLES=300 pytest tests/test_against_oracle.py`` looks at more of them.
"""

import os
from typing import Any

import pyarrow as pa
import pytest

from matcher.domain.policy_file import parse_policy
from matcher.domain.raw import RawTables
from matcher.pipeline import MatchReport, check, claims_of, match_tables
from tests.oracle.bundles import random_bundle
from tests.oracle.oracle import check_outputs, expected

BUNDLES = int(os.environ.get("MATCHER_BUNDLES", "48"))
PER_TEST = 4
NOBODY = pa.table({"candidate_id": pa.array([], pa.string())})
NOTHING = pa.table({"vacancy_id": pa.array([], pa.string()), "openings": pa.array([], pa.int32())})


def outputs(report: MatchReport) -> dict[str, Any]:
    """What a run would publish, as the oracle wants to see it."""
    solver = {
        "status": report.result.status.value,
        "objective": report.result.objective,
        "upper_bound": report.result.upper_bound,
        "gap": report.result.gap,
        "proof": report.result.proof.value,
        "prices": report.result.require_prices().kind.value,
    }
    return {
        **{name: table.to_pylist() for name, table in report.tables.items()},
        "manifest": {**report.claims, "solver": solver},
    }


def mismatches(seed: int, people: int, vacancies: int) -> list[str]:
    bundle = random_bundle(seed, people, vacancies)
    bundle.tables.setdefault("candidates", NOBODY)
    bundle.tables.setdefault("vacancies", NOTHING)
    policy = parse_policy(bundle.policy or "")
    report = match_tables(RawTables(bundle.tables), policy, run_date=bundle.run_date)
    check(report.case, report.tables, claims_of(report))
    return [f"seed {seed}: {line}" for line in check_outputs(expected(bundle), outputs(report))]


@pytest.mark.parametrize("block", range(-(-BUNDLES // PER_TEST)))
def test_every_figure_is_what_brute_force_says(block: int) -> None:
    found = [line for seed in range(block * PER_TEST, (block + 1) * PER_TEST) for line in mismatches(seed, 60, 80)]
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0), (1, 1), (1, 30), (30, 1), (8, 8)])
def test_small_shapes_too(shape: tuple[int, int]) -> None:
    found = [line for seed in range(1000, 1006) for line in mismatches(seed, *shape)]
    assert not found, "\n".join(found[:20])
