"""Every lie about a limit is found: in limits_report, in the manifest, and in the plan itself."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from matcher.domain.policy import Policy
from matcher.domain.tables import Problem
from matcher.domain.wage import wage_table
from matcher.errors import CertificateError, SolverError
from matcher.model.limits import PRICE_BITS
from matcher.model.solution import PriceKind, SolveResult, Status
from matcher.progress import SILENT
from matcher.rules.block import pair_block
from matcher.rules.context import rule_context
from matcher.rules.limits import limited_model, limits_of, pair_weights
from matcher.rules.scan import scan
from matcher.solvers import SolveParams
from matcher.solvers.limited import solve_limited
from matcher.solvers.pinned import Pins, solve_pinned
from matcher.verdict.checks.rest import Rest
from matcher.verdict.limits_table import limits_table
from tests.limited import QUOTAS, with_limits
from tests.problems import RUN_DATE, facts_from, plain_problem, random_problem
from tests.verdict.support import Listed, Run, assembled, codebook_of

ONE = 2**PRICE_BITS


def limited_run(problem: Problem, policy: Policy, params: SolveParams | None = None) -> Run:
    codebook, ctx = codebook_of(problem), rule_context(problem, policy)
    survey, edges = scan(ctx)
    model = limited_model(problem, policy, codebook, ctx, wage_table(RUN_DATE), edges)
    result = solve_limited(model, params or SolveParams(gap=0.0005), SILENT)
    return assembled(problem, codebook, ctx, survey, edges, result)


SOFT = {"name": "rather more", "min": 200, "soft": True, "weight": 30_000}


def a_limited_problem(seed: int) -> tuple[Problem, Policy]:
    made = random_problem(seed, 60, 30, demand=0.02, unknown=0.05, facts=0.1)
    stated, policy = with_limits(made, seed, quotas=(*QUOTAS[:1], *QUOTAS[4:], SOFT), durable="0.55")
    loose = np.where(stated.stated.minimum > 0, 0, stated.stated.minimum)
    return replace(stated, stated=replace(stated.stated, minimum=loose)), policy


@cache
def a_plan() -> Run:
    return limited_run(*a_limited_problem(3))


@pytest.fixture(name="plan")
def _plan() -> Run:
    return a_plan()


def report(plan: Run, at: int, **cells: Any) -> dict[str, pa.Table]:
    """The report with some cells of one row changed."""
    rows = plan.outcome.limits.to_pylist()
    rows[at] |= cells
    return {"limits_report": pa.Table.from_pylist(rows, schema=plan.outcome.limits.schema)}


def rows_where(plan: Run, holds: Callable[[dict[str, Any]], bool]) -> list[int]:
    return [at for at, row in enumerate(plan.outcome.limits.to_pylist()) if holds(row)]


def priced(plan: Run) -> list[int]:
    return rows_where(plan, lambda row: row["price_scaled"] != 0 and row["kind"] != "cut")


@pytest.mark.parametrize("seed", range(6))
def test_a_true_plan_passes(seed: int) -> None:
    plan = limited_run(*a_limited_problem(seed))
    plan.certify()
    assert plan.claims.prices == "some_optimal"
    assert plan.outcome.limits.num_rows > 20


def test_there_is_something_to_lie_about(plan: Run) -> None:
    assert len(priced(plan)) >= 2
    assert plan.claims.penalties > 0
    assert {row["kind"] for row in plan.outcome.limits.to_pylist()} >= {"quota", "budget", "employers", "distinct"}
    assert "LIMITED_BY_POLICY" in plan.outcome.unassigned["reason"].to_pylist()


@pytest.mark.parametrize("column", ["name", "kind", "id", "sense", "bound", "used", "price"])
def test_a_wrong_cell_is_found(plan: Run, column: str) -> None:
    wrong: dict[str, Any] = {"sense": ">=", "bound": 12345.0, "used": 12345.0, "price": 12345.0}
    for at in range(plan.outcome.limits.num_rows):
        now = plan.outcome.limits[column][at].as_py()
        lie = {">=": "<=", "<=": ">="}[now] if column == "sense" else wrong.get(column, f"{now}x")
        with pytest.raises(
            CertificateError, match=rf"limits_report\.{column}: (value|the most that (fits|so many values weigh))"
        ):
            plan.certify(tables=report(plan, at, **{column: lie}))
        with pytest.raises(CertificateError, match=rf"limits_report\.{column}"):
            plan.certify(tables=report(plan, at, **{column: None}))


def test_a_row_too_few_or_too_many_is_found(plan: Run) -> None:
    table = plan.outcome.limits
    for rows in (table.slice(1), table.slice(0, table.num_rows - 1), pa.concat_tables([table, table.slice(0, 1)])):
        with pytest.raises(CertificateError, match=r"limits_report\.name"):
            plan.certify(tables={"limits_report": rows})


def test_rows_in_another_order_are_found(plan: Run) -> None:
    order = [1, 0, *range(2, plan.outcome.limits.num_rows)]
    with pytest.raises(CertificateError, match=r"limits_report\."):
        plan.certify(tables={"limits_report": plan.outcome.limits.take(order)})


def with_price(plan: Run, at: int, scaled: int) -> dict[str, pa.Table]:
    more = None if plan.outcome.limits["kind"][at].as_py() == "distinct" else scaled / ONE
    return report(plan, at, price_scaled=scaled, price=scaled / ONE, one_more=more)


def test_a_price_of_the_wrong_sign_is_found(plan: Run) -> None:
    for at in range(plan.outcome.limits.num_rows):
        row = plan.outcome.limits.slice(at, 1).to_pylist()[0]
        sign = {"<=": -1, ">=": 1}[row["sense"]]
        with pytest.raises(CertificateError, match=r"price_scaled: (never the wrong way|none on a number)"):
            plan.certify(tables=with_price(plan, at, sign * 10**8))


def test_a_price_that_is_not_whole_per_whole_number_is_found(plan: Run) -> None:
    at = rows_where(plan, lambda row: row["kind"] == "coaches")[0]
    with pytest.raises(CertificateError, match="whole per whole number"):
        plan.certify(tables=with_price(plan, at, int(plan.outcome.limits["price_scaled"][at].as_py()) + 1))


def test_a_soft_row_costs_no_more_than_breaking_it(plan: Run) -> None:
    for name, too_much in (("rather more", 30_001), ("rather a share", 203_125)):  # whole per whole number
        at = rows_where(plan, lambda row, name=name: row["name"] == name)[0]  # type: ignore[misc]
        with pytest.raises(CertificateError, match="not above what breaking costs"):
            plan.certify(tables=with_price(plan, at, -too_much * ONE))


def test_a_price_on_distinct_values_is_found(plan: Run) -> None:
    at = rows_where(plan, lambda row: row["kind"] == "distinct")[0]
    with pytest.raises(CertificateError, match="none on a number of values"):
        plan.certify(tables=with_price(plan, at, ONE))


def test_no_price_at_all_is_found(plan: Run) -> None:
    with pytest.raises(CertificateError, match="price_scaled: given"):
        plan.certify(tables=report(plan, 0, price_scaled=None))


def test_other_prices_prove_another_bound(plan: Run) -> None:
    """Twice the price proves no better bound than the best one; where it proves the same, it is as true."""
    rows, caught = limits_of(plan.problem, plan.ctx.policy, plan.codebook).rows, 0
    for at in (at for at in priced(plan) if rows[at].soft is None):
        lie = with_price(plan, at, 2 * plan.outcome.limits["price_scaled"][at].as_py())
        try:
            plan.certify(tables=lie)
        except CertificateError as error:
            assert "upper_bound, as the prices prove it" in str(error) or "manifest.limits" in str(error)
            caught += 1
    assert caught


@pytest.mark.parametrize("claim", ["upper_bound", "penalties", "points_total", "objective", "gap"])
def test_a_wrong_figure_of_the_manifest_is_found(plan: Run, claim: str) -> None:
    now = getattr(plan.claims, claim)
    with pytest.raises(CertificateError, match=rf"manifest\.{claim}"):
        plan.certify(**{claim: now + 1})


def test_a_search_bound_proves_nothing(plan: Run) -> None:
    """Even where the search claims a smaller bound, only the one that prices prove is the plan's."""
    assert plan.result.search_bound is not None
    if plan.result.search_bound < plan.result.upper_bound:
        with pytest.raises(CertificateError, match="upper_bound"):
            plan.certify(upper_bound=plan.result.search_bound)


def test_optimal_only_where_bound_and_objective_meet(plan: Run) -> None:
    if plan.claims.upper_bound > plan.claims.objective:
        with pytest.raises(CertificateError, match=r"manifest\.status"):
            plan.certify(status="OPTIMAL")
    with pytest.raises(CertificateError, match="prices, some where there are limits"):
        plan.certify(prices="extreme")


def test_a_plan_that_breaks_a_limit_is_found(plan: Run) -> None:
    """True in every cell, but for a limit that is tighter than the one it was made for."""
    for name in ("employer_most", "agency_most", "capacity"):
        bounds = getattr(plan.problem.stated, name)
        tight = replace(plan.problem.stated, **{name: np.where(bounds > 0, 0, bounds)})
        problem = replace(plan.problem, stated=tight)
        ctx = rule_context(problem, plan.ctx.policy)
        broken = assembled(problem, plan.codebook, ctx, plan.survey, plan.edges, plan.result)
        with pytest.raises(CertificateError, match=r"limits_report\.used: kept"):
            broken.certify()


def test_too_many_values_in_use_are_found(plan: Run) -> None:
    policy = plan.ctx.policy.model_copy(
        update={"distinct": tuple(one.model_copy(update={"max": 1}) for one in plan.ctx.policy.distinct)}
    )
    ctx = rule_context(plan.problem, policy)
    broken = assembled(plan.problem, plan.codebook, ctx, plan.survey, plan.edges, plan.result)
    with pytest.raises(CertificateError, match="few enough values"):
        broken.certify()


def test_prices_are_asked_for_every_limit(plan: Run) -> None:
    limits = limits_of(plan.problem, plan.ctx.policy, plan.codebook)
    for prices in (None, np.zeros(1, dtype=np.int64)):
        with pytest.raises(SolverError, match="price for each limit"):
            limits_table(limits, [0] * len(limits.rows), np.zeros(0, dtype=np.int64), prices)
    huge = np.full(len(limits.rows), 2**62)
    with pytest.raises(SolverError, match="no table can hold"):
        limits_table(limits, [0] * len(limits.rows), np.zeros(0, dtype=np.int64), huge)


@pytest.mark.parametrize("safe", [0, 2**61])
def test_bounds_are_the_same_in_64_bits_and_in_whole_numbers_of_any_size(
    plan: Run, safe: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.verdict.checks.rest.SAFE", safe)
    plan.certify()
    with pytest.raises(CertificateError, match="upper_bound"):
        plan.certify(upper_bound=plan.claims.upper_bound - 1)


def test_worth_beyond_64_bits_is_counted_exactly() -> None:
    """Points that 64 bits do not hold once they are multiplied by 2^20."""
    problem, policy = a_limited_problem(5)
    large = np.where(np.arange(len(problem.facts)) % 2 == 0, 2**60, -(2**60))
    facts = replace(problem.facts, value=large, has_value=np.ones(large.size, dtype=np.bool_))
    problem = replace(problem, facts=facts)
    ctx, codebook = rule_context(problem, policy), codebook_of(problem)
    limits, edges = limits_of(problem, policy, codebook), scan(ctx)[1]
    seats = np.ones(len(problem.vacancies), dtype=np.bool_)
    price = np.arange(seats.size, dtype=np.int64)
    row_price = np.array([row.sign * 12_345 for row in limits.rows])
    rest = Rest(ctx, wage_table(RUN_DATE), limits, price=price, is_open=seats, row_price=row_price)
    assert rest.exact
    person, vacancy = edges.row_of().astype(np.int64), edges.seat.astype(np.int64)
    rest(person, vacancy, edges.points)
    weights = pair_weights(ctx, wage_table(RUN_DATE), limits, pair_block(problem, person, vacancy))
    best = [0] * len(problem.candidates)
    for at, (i, j, points) in enumerate(zip(person.tolist(), vacancy.tolist(), edges.points.tolist(), strict=True)):
        toll = sum(int(a) * int(y) for a, y in zip(weights[:, at], row_price, strict=True))
        best[i] = max(best[i], (points - j) * ONE - toll)
    assert rest.best.tolist() == best
    assert max(best) > 2**70


def pinned_problem(seed: int, pins: int = 4) -> Problem:
    """A problem in which some pairs must be assigned, also worthless ones, and seats can hold them."""
    problem = random_problem(seed, 25, 10, unknown=0.1, demand=0.1, facts=0.3, small_values=True)
    ctx = rule_context(problem, Policy())
    edges = scan(ctx)[1]
    row = edges.row_of()
    rng = np.random.default_rng(seed)
    facts, free = problem.facts, problem.vacancies.openings.copy()
    pinned = np.zeros(len(facts), dtype=np.bool_)
    for at in rng.permutation(len(facts)).tolist():
        person, seat = int(facts.candidate[at]), int(facts.vacancy[at])
        fits = bool(((row == person) & (edges.seat == seat)).any())
        taken = person in facts.candidate[pinned].tolist()
        if fits and not taken and free[seat] > 0 and pinned.sum() < pins:
            pinned[at] = True
            free[seat] -= 1
    return replace(problem, facts=replace(facts, pinned=pinned))


def pinned_run(problem: Problem) -> Run:
    codebook, ctx = codebook_of(problem), rule_context(problem, Policy())
    survey, edges = scan(ctx)
    facts, row = problem.facts, edges.row_of()
    seat_of = np.full(edges.rows, -1, dtype=np.int32)
    seat_of[facts.candidate[facts.pinned]] = facts.vacancy[facts.pinned]
    points = np.zeros(edges.rows, dtype=np.int64)
    own = edges.seat == seat_of[row]
    points[row[own]] = edges.points[own]
    source = Listed(edges, len(problem.vacancies))
    result = solve_pinned(source, problem.vacancies.openings, Pins(seat_of, points), SolveParams(), SILENT)
    return assembled(problem, codebook, ctx, survey, edges, result)


@pytest.mark.parametrize("seed", range(12))
def test_pins_alone_keep_extreme_prices(seed: int) -> None:
    problem = pinned_problem(seed)
    plan = pinned_run(problem)
    assert plan.result.status is Status.OPTIMAL
    assert plan.claims.prices == "extreme"
    plan.certify()
    kept = plan.outcome.assignments["pinned"].to_pylist().count(True)
    assert kept == np.count_nonzero(problem.facts.pinned) > 0
    for row in plan.outcome.vacancies.to_pylist():
        at = int(row["vacancy_id"][2:])
        held = np.count_nonzero(problem.facts.pinned & (problem.facts.vacancy == at))
        assert (row["price"] is None) == (row["openings"] == held)


@pytest.mark.parametrize("seed", range(12))
def test_prices_under_pins_are_what_an_opening_is_worth(seed: int) -> None:
    problem = pinned_problem(seed)
    plan = pinned_run(problem)
    openings = problem.vacancies.openings

    def worth(openings: Any) -> int:
        return pinned_run(replace(problem, vacancies=replace(problem.vacancies, openings=openings))).result.objective

    for at, row in enumerate(plan.outcome.vacancies.to_pylist()):
        one = np.zeros_like(openings)
        one[at] = 1
        assert worth(openings + one) - plan.result.objective == row["price_next"]
        if row["price"] is not None:
            assert plan.result.objective - worth(openings - one) == row["price"]


@pytest.mark.parametrize("seed", range(6))
def test_no_other_price_is_extreme_under_pins(seed: int) -> None:
    plan = pinned_run(pinned_problem(seed))
    for column in ("price", "price_next"):
        for at, row in enumerate(plan.outcome.vacancies.to_pylist()):
            for step in (-1, 1):
                if row[column] is None:
                    continue
                rows = plan.outcome.vacancies.to_pylist()
                rows[at][column] += step
                table = pa.Table.from_pylist(rows, schema=plan.outcome.vacancies.schema)
                with pytest.raises(CertificateError):
                    plan.certify(tables={"vacancies_report": table})


def test_a_pin_that_is_not_kept_is_found() -> None:
    plan = pinned_run(pinned_problem(1))
    facts = plan.problem.facts
    held = set(zip(facts.candidate.tolist(), plan.result.require_seats()[facts.candidate].tolist(), strict=True))
    other = next(
        at
        for at, pair in enumerate(zip(facts.candidate.tolist(), facts.vacancy.tolist(), strict=True))
        if pair not in held
    )
    pinned = facts.pinned.copy()
    pinned[other] = True
    problem = replace(plan.problem, facts=replace(facts, pinned=pinned))
    broken = replace(plan, problem=problem, ctx=rule_context(problem, Policy()))
    with pytest.raises(CertificateError, match='every pin "must" is kept'):
        broken.certify()


def test_pinned_is_said_of_the_pinned_alone() -> None:
    plan = pinned_run(pinned_problem(2))
    for at, row in enumerate(plan.outcome.assignments.to_pylist()):
        rows = plan.outcome.assignments.to_pylist()
        rows[at]["pinned"] = not row["pinned"]
        table = pa.Table.from_pylist(rows, schema=plan.outcome.assignments.schema)
        with pytest.raises(CertificateError, match=r"assignments\.pinned"):
            plan.certify(tables={"assignments": table})


def test_more_pins_than_openings_is_no_plan() -> None:
    problem = plain_problem(3, 1)
    facts = facts_from(*({"candidate": i, "vacancy": 0, "pinned": True, "eligible": 1} for i in range(2)))
    edges = scan(rule_context(problem, Policy()))[1]
    pins = Pins(np.array([0, 0, -1], dtype=np.int32), np.zeros(3, dtype=np.int64))
    result: SolveResult = solve_pinned(Listed(edges, 1), problem.vacancies.openings, pins, SolveParams(), SILENT)
    assert result.status is Status.INFEASIBLE
    assert len(facts) == 2


def test_pins_and_limits_together() -> None:
    """A pin may use up a limit; the others see what is left."""
    problem = pinned_problem(4)
    stated, policy = with_limits(
        problem, 4, quotas=(), budgets=({"name": "places", "unit": "placements", "max": 9},), distinct=0, durable=None
    )
    none = {name: np.full_like(getattr(stated.stated, name), -1) for name in ("minimum", "capacity", "coach_hours_c")}
    caps = {"employer_most": np.full(5, 6), "employer_supported_most": np.full(5, 5), "agency_most": np.full(3, 9)}
    stated = replace(stated, stated=replace(stated.stated, **none, **caps, job=np.full(10, -1, dtype=np.int32)))
    plan = limited_run(stated, policy)
    plan.certify()
    assert plan.outcome.assignments["pinned"].to_pylist().count(True) == np.count_nonzero(problem.facts.pinned)
    assert plan.result.require_prices().kind is PriceKind.SOME_OPTIMAL
