"""The engine under limits and pins against brute force: random dirty bundles, every figure of every output.

``MATCHER_LIMIT_BUNDLES=20000 pytest tests/test_limits_against_oracle.py`` looks at more of them.
"""

import os
from typing import Any

import pyarrow as pa
import pytest

from matcher.domain.policy_file import parse_policy
from matcher.domain.raw import RawTables
from matcher.errors import InfeasibleError, InputError
from matcher.pipeline import MatchReport, check, claims_of, match_tables
from tests.oracle.bundles import Bundle
from tests.oracle.check_limits import check_limited, refusal_faults
from tests.oracle.limit_bundles import random_limit_bundle
from tests.oracle.limits import limited
from tests.oracle.milp import Milp
from tests.oracle.puzzle import best_by_trying

BUNDLES = int(os.environ.get("MATCHER_LIMIT_BUNDLES", "60"))
PER_TEST = 12
NOBODY = pa.table({"candidate_id": pa.array([], pa.string())})
NOTHING = pa.table({"vacancy_id": pa.array([], pa.string()), "openings": pa.array([], pa.int32())})


def outputs(report: MatchReport) -> dict[str, Any]:
    """What a run would publish, as the oracle wants to see it."""
    result = report.result
    solver = {
        "status": result.status.value,
        "objective": result.objective,
        "points_total": result.points_total,
        "penalties": result.penalties,
        "upper_bound": result.upper_bound,
        "search_bound": result.search_bound,
        "gap": result.gap,
        "proof": result.proof.value,
        "prices": result.require_prices().kind.value,
    }
    return {
        **{name: table.to_pylist() for name, table in report.tables.items()},
        "manifest": {**report.claims, "solver": solver},
    }


def mismatches(bundle: Bundle, milp: Milp | None = None, cuts: list[int] | None = None) -> list[str]:
    """Run, check, and compare; where nothing is possible the engine has to say so. Counts cuts where asked to."""
    bundle.tables.setdefault("candidates", NOBODY)
    bundle.tables.setdefault("vacancies", NOTHING)
    answer = limited(bundle)
    optimum = (milp.best(answer.puzzle) if milp else best_by_trying(answer.puzzle)).value
    try:
        report = match_tables(RawTables(bundle.tables), parse_policy(bundle.policy or ""), run_date=bundle.run_date)
    except InputError as refused:
        return refusal_faults(answer, refused)
    except InfeasibleError:
        return [] if optimum is None else [f"INFEASIBLE, the optimum is {optimum}"]
    if optimum is None:
        return ["a plan where there is none"]
    found = check_limited(answer, outputs(report), optimum)
    if cuts is not None:
        cuts[0] += len(report.result.cuts)
    check(report.case, report.tables, claims_of(report))
    return found


@pytest.mark.parametrize("block", range(-(-BUNDLES // PER_TEST)))
def test_every_figure_is_what_brute_force_says(block: int) -> None:
    found = []
    for seed in range(block * PER_TEST, (block + 1) * PER_TEST):
        found += [f"seed {seed}: {line}" for line in mismatches(random_limit_bundle(seed, 6, 5))]
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("seed", range(20_000, 20_006))
def test_the_order_of_rows_decides_nothing(seed: int) -> None:
    bundle = random_limit_bundle(seed, 12, 8, rich=False)
    upside_down = {name: table.take(list(range(len(table)))[::-1]) for name, table in bundle.tables.items()}
    plans = []
    for tables in (bundle.tables, upside_down):
        try:
            report = match_tables(RawTables(tables), parse_policy(bundle.policy or ""), run_date=bundle.run_date)
        except (InfeasibleError, InputError) as refused:
            plans.append(type(refused))
        else:
            plans.append({name: table.to_pylist() for name, table in report.tables.items() if name != "rejected"})
    assert plans[0] == plans[1]


def test_larger_bundles_too() -> None:
    found = []
    with Milp("scip") as milp:
        for seed in range(10_000, 10_000 + max(4, BUNDLES // 10)):
            found += [f"seed {seed}: {line}" for line in mismatches(random_limit_bundle(seed, 30, 20), milp)]
    assert not found, "\n".join(found[:20])


def test_bundles_that_rest_on_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if nothing were small enough to do without; hours and resources do not divide what there is."""
    for module in ("search", "solve"):
        monkeypatch.setattr(f"matcher.solvers.limited.{module}.SMALL", 0)
    cuts, found = [0], []
    with Milp("scip") as milp:
        for seed in range(30_006, 30_006 + max(6, BUNDLES // 10)):
            found += [f"seed {seed}: {line}" for line in mismatches(random_limit_bundle(seed, 25, 15), milp, cuts)]
    assert not found, "\n".join(found[:20])
    assert cuts[0] > 0


def test_lies_about_cuts_are_differences(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oracle looks at cuts, too."""
    for module in ("search", "solve"):
        monkeypatch.setattr(f"matcher.solvers.limited.{module}.SMALL", 0)
    bundle = random_limit_bundle(30_009, 25, 15)
    answer = limited(bundle)
    report = match_tables(RawTables(bundle.tables), parse_policy(bundle.policy or ""), run_date=bundle.run_date)
    told = outputs(report)
    assert not check_limited(answer, told, None)
    cuts, rows = told["cuts"], told["limits_report"]
    for lie in (
        {"cuts": [{**cuts[0], "weight": 10**9}, *cuts[1:]]},
        {"cuts": [{**cuts[0], "weight": 0}, *cuts[1:]]},
        {"cuts": [{**row, "source": row["source"] % answer_rows(rows) + 1} for row in cuts]},
        {"cuts": [{**row, "source": 0} for row in cuts]},
        {"cuts": cuts[1:]},
        {"cuts": []},
        {"limits_report": rows[:-1]},
        {"limits_report": [*rows[:-1], {**rows[-1], "bound": rows[-1]["bound"] - 1}]},
        {"limits_report": [*rows[:-1], {**rows[-1], "price_scaled": 2 * rows[-1]["price_scaled"]}]},
        {"limits_report": [*rows[:-1], {**rows[-1], "used": rows[-1]["used"] + 1}]},
        {"limits_report": [{**row, "one_more": (row["one_more"] or 0.0) + 1} for row in rows]},
    ):
        assert check_limited(answer, {**told, **lie}, None), lie


def answer_rows(rows: list[dict[str, Any]]) -> int:
    """Rows that somebody stated."""
    return sum(row["kind"] not in {"cut", "distinct"} for row in rows)
