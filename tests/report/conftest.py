"""A small plan with limits, and what a page is made from."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from matcher.domain.policy_file import parse_policy
from matcher.io.bundle import read_bundle
from matcher.pipeline import MatchReport, match_tables
from matcher.report import Earlier, Planned, Proven
from matcher.sample import write_sample

DAY = dt.date(2026, 11, 21)
POLICY = """
[solve]
gap = 1
[[quota]]
name = "lang in de bijstand"
candidates = [["months_on_benefit", ">=", 24]]
max = 20
[[quota]]
name = "jongeren"
candidates = [["age", "<", 27]]
min = 140
soft = true
weight = 1000
"""


@pytest.fixture(scope="session")
def made_plan(tmp_path_factory: pytest.TempPathFactory) -> tuple[MatchReport, dict[str, pa.Table]]:
    folder = Path(tmp_path_factory.mktemp("report")) / "bundle"
    write_sample(folder, people=150, vacancies=60)
    raw = read_bundle(folder).raw
    return match_tables(raw, parse_policy(POLICY), run_date=DAY), dict(raw.tables)


@pytest.fixture(scope="session")
def plan(made_plan: tuple[MatchReport, dict[str, pa.Table]]) -> Planned:
    """What a page is made from; limits have a price and one person less was placed before."""
    report, raw = made_plan
    result = report.result
    return Planned(
        run_id="2026-11-21-000000-abcdef01",
        run_date=DAY,
        problem=report.case.problem,
        codebook=report.case.codebook,
        policy=report.case.policy,
        proven=Proven(result.status, result.proof, result.objective, result.upper_bound, result.gap),
        claims=report.claims,
        tables=report.tables,
        vacancies=raw["vacancies"],
        audit=raw["audit"],
        earlier=Earlier("2026-11-20-000000-abcdef01", report.tables["assignments"].slice(1)),
    )


def changed(plan: Planned, **parts: object) -> Planned:
    """The same plan with other parts."""
    return replace(plan, **parts)  # type: ignore[arg-type]
