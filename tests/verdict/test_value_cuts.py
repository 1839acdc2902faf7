"""Cuts of distinct values: published, right by definition, and every lie about one is found."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from matcher.domain.stated import NO_BOUND
from matcher.errors import CertificateError, SolverError
from matcher.model.limits import ValueCut
from matcher.rules.limits import limits_of
from matcher.verdict.cuts_table import value_cut_rows
from matcher.verdict.schemas import CUTS
from tests.limited import with_limits
from tests.problems import random_problem
from tests.verdict.support import Run
from tests.verdict.test_cuts import cut_at, pinned, refused, with_cells, with_rows
from tests.verdict.test_limits import limited_run

SEEDS = (0, 1, 2)


@cache
def a_plan(seed: int = 0, *, rows: bool = True, pins: bool = False) -> Run:
    """Two numbers of values, quotas and budgets where asked for, and nothing else."""
    made, policy = with_limits(
        random_problem(seed, 40, 30, demand=0.02, unknown=0.05, facts=0.3),
        seed,
        quotas=({"name": "not too many", "max": 20},) if rows else (),
        budgets=(),
        durable=None,
        distinct=2,
    )
    free = {"job": np.full_like(made.stated.job, -1)}
    free |= {
        name: np.full_like(getattr(made.stated, name), NO_BOUND)
        for name in ("minimum", "capacity", "employer_most", "employer_supported_most", "agency_most", "coach_hours_c")
    }
    problem = replace(made, stated=replace(made.stated, **free))
    plan = limited_run(problem, policy)
    return limited_run(pinned(problem, plan), policy) if pins else plan


@pytest.mark.parametrize("pins", [False, True])
@pytest.mark.parametrize("rows", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_true_plan_passes(seed: int, rows: bool, pins: bool) -> None:
    plan = a_plan(seed, rows=rows, pins=pins)
    plan.certify()
    assert len(cut_at(plan)) == len(plan.result.value_cuts) + len(plan.result.cuts)


def test_there_are_some() -> None:
    made = [a_plan(seed, rows=rows, pins=pins) for seed in SEEDS for rows in (False, True) for pins in (False, True)]
    assert sum(bool(plan.result.value_cuts) for plan in made) >= 4
    assert any(
        plan.result.value_cuts and not plan.result.row_prices.size
        for plan in made
        if plan.result.row_prices is not None
    )


@pytest.fixture(name="plan")
def _plan() -> Run:
    return next(plan for seed in SEEDS if (plan := a_plan(seed)).result.value_cuts)


@pytest.mark.parametrize(
    "lie",
    [
        lambda row: row.update(weight=row["weight"] + 10**6),
        lambda row: row.update(weight=0),
        lambda row: row.update(weight=None),
        lambda row: row.update(vacancy_id=None),
        lambda row: row.update(vacancy_id="nowhere"),
        lambda row: row.update(candidate_id="somebody"),
        lambda row: row.update(source=1),
        lambda row: row.update(source=999),
        lambda row: row.update(row=row["row"] + 5),
    ],
)
def test_a_lie_about_an_entry_is_found(plan: Run, lie: Callable[[dict[str, Any]], None]) -> None:
    for at in range(0, plan.outcome.cuts.num_rows, 5):
        refused(plan, with_rows(plan, lambda rows, at=at: lie(rows[at])))  # type: ignore[misc]


def test_an_entry_left_out_is_found(plan: Run) -> None:
    for at in range(plan.outcome.cuts.num_rows):
        refused(plan, with_rows(plan, lambda rows, at=at: rows.pop(at)))  # type: ignore[misc]


def test_a_vacancy_without_a_value_is_found(plan: Run) -> None:
    cut = plan.result.value_cuts[0]
    code = plan.problem.stated.distinct[cut.distinct]
    bare = [word for word, own in zip(plan.codebook.vacancy_ids, code.tolist(), strict=True) if own < 0]
    assert bare

    def add(rows: list[dict[str, Any]]) -> None:
        rows.append(rows[0] | {"vacancy_id": bare[0]})
        rows.sort(key=lambda row: (row["row"], row["vacancy_id"]))

    refused(plan, with_rows(plan, add), "a value that no pin uses")


def test_a_value_of_a_pin_is_found() -> None:
    for seed in SEEDS:
        plan = a_plan(seed, pins=True)
        facts = plan.problem.facts
        for cut in plan.result.value_cuts:
            code = plan.problem.stated.distinct[cut.distinct]
            taken = set(code[facts.vacancy[facts.pinned]].tolist()) - {-1}
            assert not taken & set(code[cut.seat].tolist())


def test_other_cells_are_found(plan: Run) -> None:
    wrong: dict[str, Any] = {"bound": 1.0, "used": 12345.0, "price": 0.5, "price_scaled": 5, "one_more": 1.0}
    for at in cut_at(plan):
        for column in ("name", "kind", "id", "sense", *wrong):
            refused(plan, with_cells(plan, at, **{column: wrong.get(column, "x")}))
        scaled = 2 * plan.outcome.limits["price_scaled"][at].as_py()
        refused(plan, with_cells(plan, at, price_scaled=scaled, price=scaled / 2**20), "upper_bound")


def test_cuts_that_are_missing_are_found(plan: Run) -> None:
    refused(replace(plan, outcome=replace(plan.outcome, cuts=CUTS.empty_table())), {})
    refused(plan, {"limits_report": plan.outcome.limits.slice(0, cut_at(plan)[0])})


@pytest.mark.parametrize("rows", [False, True])
def test_bounds_are_the_same_in_whole_numbers_of_any_size(rows: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = a_plan(rows=rows)
    monkeypatch.setattr("matcher.verdict.checks.rest.SAFE", 0)
    plan.certify()
    with pytest.raises(CertificateError, match="upper_bound"):
        plan.certify(upper_bound=plan.claims.upper_bound - 1)


def test_a_cut_that_no_table_can_hold(plan: Run) -> None:
    limits, one = limits_of(plan.problem, plan.ctx.policy, plan.codebook), np.ones(1, dtype=np.int64)
    with pytest.raises(SolverError, match="no table can hold"):
        value_cut_rows(limits, [ValueCut(distinct=0, seat=one, weight=one, bound=2**53)], one)


def test_the_table_has_the_columns_that_it_says() -> None:
    assert isinstance(CUTS, pa.Schema)
    assert CUTS.names == ["row", "source", "candidate_id", "vacancy_id", "weight"]
