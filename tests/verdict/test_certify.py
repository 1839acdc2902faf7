"""The certificate holds for what is true, and for nothing else."""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matcher.domain.codes import RULE_INDEX, Rule
from matcher.domain.policy import Policy
from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import loonkostensubsidie, wage_table
from matcher.errors import CertificateError
from matcher.model.edges import Edges
from matcher.model.solution import PriceKind, Prices, Proof, SolveResult, Status
from matcher.rules.context import rule_context
from matcher.rules.scan import scan
from matcher.stop import Deadline
from matcher.verdict.certify import certify
from matcher.verdict.checks import evidence
from matcher.verdict.checks.check import require_equal
from matcher.verdict.checks.plan import subsidy_of
from matcher.verdict.checks.prices import reached
from matcher.verdict.claims import claims_of_manifest
from matcher.verdict.sweep.findings import Findings
from matcher.verdict.sweep.look import look_at_all
from tests.problems import random_problem, with_vacancies
from tests.verdict.support import Run, assembled, codebook_of, run, stopped_early


def _rich_problem() -> Problem:
    return random_problem(3, 150, 40, unknown=0.1, demand=0.15, facts=0.05, places=20)


@pytest.fixture(scope="module")
def plan() -> Run:
    return run(_rich_problem())


def _set(table: pa.Table, column: str, row: int, value: Any) -> pa.Table:
    values = table[column].to_pylist()
    values[row] = value
    at = table.column_names.index(column)
    return table.set_column(at, table.schema.field(column), pa.array(values, type=table.schema.field(column).type))


def _first(plan: Run, table: str, wanted: Callable[[dict[str, Any]], bool]) -> int:
    return next(at for at, row in enumerate(plan.outcome.tables[table].to_pylist()) if wanted(row))


@pytest.mark.parametrize("seed", range(25))
def test_holds_for_random_problems(seed: int) -> None:
    problem = random_problem(
        seed, 40, 15, demand=0.15, facts=0.15, small_values=seed % 3 == 0, listed_only=seed % 5 == 4
    )
    if seed % 7 == 6:
        problem = replace(problem, distance_on=False)
    certificate = run(problem).certify()
    assert certificate.objective == certificate.upper_bound
    assert certificate.figures > 100
    assert {check.file for check in certificate.checks} >= {"assignments", "unassigned", "vacancies_report", "manifest"}


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0), (1, 1)])
def test_holds_for_empty_problems(shape: tuple[int, int]) -> None:
    certificate = run(random_problem(1, *shape, unknown=0.0, demand=0.0)).certify()
    assert certificate.objective >= 0


def test_holds_where_everything_ties() -> None:
    problem = random_problem(5, 60, 12, unknown=0.05, demand=0.05, facts=1.0, small_values=True)
    everything = np.ones(len(problem.facts), dtype=np.bool_)
    run(replace(problem, facts=replace(problem.facts, has_value=everything))).certify()


def test_holds_at_the_ends_of_int64() -> None:
    problem = random_problem(2, 80, 20, unknown=0.05, demand=0.05, facts=0.3)
    value = np.where(np.arange(len(problem.facts)) % 2 == 0, np.iinfo(np.int64).min, problem.facts.value)
    run(replace(problem, facts=replace(problem.facts, value=value))).certify()


def test_holds_without_any_opening() -> None:
    problem = with_vacancies(_rich_problem(), openings=np.zeros(40, dtype=np.int64))
    certificate = run(problem).certify()
    assert certificate.objective == 0


ASSIGNMENTS: dict[str, Any] = {
    "employer_id": "somebody else",
    "agency_id": "a-elsewhere",
    "lane": "beschut",
    "p_durable": 0.123456,
    "p_start": 0.5,
    "points": 1,
    "travel_km": 3.25,
    "hours_week": 11.0,
    "loonwaarde_pct": 12.5,
    "lks_eur_month": Decimal("123.45"),
    "lks_basis": "guess",
    "rank": 99,
    "vacancy_price": 3,
    "pinned": True,
    "kept": True,
    "to_check": ["SKILLS", "LANE"],
    "to_arrange": ["Vliegbrevet"],
    "alternatives": [],
}
UNASSIGNED: dict[str, Any] = {
    "reason": "LIMITED_BY_POLICY",
    "rule": "EDUCATION",
    "missing": ["EDUCATION"],
    "n_eligible": 10_000,
    "best_points": 7,
    "shortfall": -7,
}
VACANCIES: dict[str, Any] = {
    "openings": 5_000,
    "filled": 4_000,
    "price_next": 10**9,
    "n_eligible": 10_000,
    "rule": "EDUCATION",
}
CELLS = [
    *(("assignments", column, value) for column, value in ASSIGNMENTS.items()),
    *(("unassigned", column, value) for column, value in UNASSIGNED.items()),
    *(("vacancies_report", column, value) for column, value in VACANCIES.items()),
]


@pytest.mark.parametrize(("table", "column", "value"), CELLS, ids=[f"{table}.{column}" for table, column, _ in CELLS])
@pytest.mark.parametrize("nulled", [False, True])
def test_one_wrong_cell_is_found(plan: Run, table: str, column: str, value: Any, nulled: bool) -> None:
    def usable(row: dict[str, Any]) -> bool:
        if nulled or column == "alternatives":
            return row[column] is not None and row[column] != []
        return True

    at = _first(plan, table, usable)
    broken = _set(plan.outcome.tables[table], column, at, None if nulled else value)
    with pytest.raises(CertificateError, match=rf"{table}\.{column}"):
        plan.certify(tables={table: broken})


def test_every_unsaid_doubt_is_found(plan: Run) -> None:
    at = _first(plan, "unassigned", lambda row: row["rule_unknown"])
    with pytest.raises(CertificateError, match=r"unassigned\.rule_unknown"):
        plan.certify(tables={"unassigned": _set(plan.outcome.unassigned, "rule_unknown", at, False)})


@pytest.mark.parametrize("which", ["next", "none", "unknown", "own", "swapped", "closed"])
def test_wrong_alternatives_are_found(plan: Run, which: str) -> None:
    table = plan.outcome.assignments
    at = _first(plan, "assignments", lambda row: len(row["alternatives"]) == 3)
    row = table.to_pylist()[at]
    first, second, third = row["alternatives"]
    openings = plan.outcome.vacancies.to_pylist()
    closed = next(vacancy["vacancy_id"] for vacancy in openings if vacancy["openings"] == 0)
    wrong = {
        "next": [first, third, second],
        "none": [first, second],
        "unknown": [first, second, "v-?"],
        "own": [row["vacancy_id"], first, second],
        "swapped": [second, first, third],
        "closed": [first, second, closed],
    }[which]
    with pytest.raises(CertificateError, match=r"assignments\.alternatives"):
        plan.certify(tables={"assignments": _set(table, "alternatives", at, wrong)})


def test_a_further_vacancy_is_not_the_best(plan: Run) -> None:
    edges, price = plan.edges, plan.result.require_prices().high
    for at, row in enumerate(plan.outcome.unassigned.to_pylist()):
        person = list(plan.codebook.candidate_ids).index(row["candidate_id"])
        mine = slice(edges.start[person], edges.start[person + 1])
        good = (edges.points[mine] > 0) & (plan.problem.vacancies.openings[edges.seat[mine]] > 0)
        if good.sum() < 2:
            continue
        short = price[edges.seat[mine][good]] - edges.points[mine][good]
        worst = int(np.argmax(short))
        broken = _set(
            plan.outcome.unassigned, "best_vacancy_id", at, plan.codebook.vacancy_ids[edges.seat[mine][good][worst]]
        )
        broken = _set(broken, "best_points", at, int(edges.points[mine][good][worst]))
        broken = _set(broken, "shortfall", at, int(short[worst]))
        with pytest.raises(CertificateError, match=r"unassigned\.best_vacancy_id: least shortfall"):
            plan.certify(tables={"unassigned": broken})
        with pytest.raises(CertificateError, match=r"unassigned\.best_vacancy_id: eligible"):
            plan.certify(tables={"unassigned": _set(plan.outcome.unassigned, "best_vacancy_id", at, None)})
        return
    raise AssertionError("no case in this plan")


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("objective", 1),
        ("upper_bound", 10**12),
        ("status", "FEASIBLE"),
        ("gap", 0.5),
        ("prices", "guessed"),
        ("proof", "listed_pairs"),
        ("expected_durable", 1.5),
    ],
)
def test_one_wrong_claim_is_found(plan: Run, claim: str, value: Any) -> None:
    with pytest.raises(CertificateError, match=f"manifest.{claim}"):
        plan.certify(**{claim: value})


def test_a_claim_of_another_kind_is_found(plan: Run) -> None:
    with pytest.raises(CertificateError, match=r"manifest\.objective"):
        plan.certify(objective=float(plan.claims.objective))


def test_wrong_counts_are_found(plan: Run) -> None:
    for key, value in plan.claims.counts.items():
        wrong = {**value, "NO_VALUE": -1} if isinstance(value, dict) else value + 1
        with pytest.raises(CertificateError, match=rf"manifest\.counts\.{key}"):
            plan.certify(counts={**plan.claims.counts, key: wrong})


def test_wrong_selection_is_found(plan: Run) -> None:
    said = plan.claims.selection_by
    for dimension, rows in said.items():
        for key in ("group", "people", "eligible", "assigned", "mean_p"):
            broken = [{**rows[0], key: "x"}, *rows[1:]]
            with pytest.raises(CertificateError, match=rf"manifest\.selection_by\.{dimension}"):
                plan.certify(selection_by={**said, dimension: broken})
    with pytest.raises(CertificateError, match=r"manifest\.selection_by:"):
        plan.certify(selection_by={})


def test_wrong_form_is_found(plan: Run) -> None:
    tables = plan.outcome.tables
    assignments = tables["assignments"]
    unassigned = tables["unassigned"]
    report = tables["vacancies_report"]
    cases = {
        "assignments: columns": {"assignments": assignments.drop_columns(["rank"])},
        "assignments.candidate_id: known id": {"assignments": _set(assignments, "candidate_id", 0, "c-?")},
        "assignments.vacancy_id: known id": {"assignments": _set(assignments, "vacancy_id", 0, "v-?")},
        "unassigned.candidate_id: known id": {"unassigned": _set(unassigned, "candidate_id", 0, None)},
        "assignments.candidate_id: rows in order": {
            "assignments": assignments.take(list(range(assignments.num_rows))[::-1])
        },
        "candidates: each accepted person": {"unassigned": unassigned.slice(1)},
        "vacancies: each accepted vacancy": {"vacancies_report": report.slice(1)},
        r"limits_report\.name: value": {
            "limits_report": pa.Table.from_pylist([{"name": "x"}], schema=tables["limits_report"].schema)
        },
    }
    for message, broken in cases.items():
        with pytest.raises(CertificateError, match=message):
            plan.certify(tables=broken)


def test_a_missing_table_is_found(plan: Run) -> None:
    kept = {name: table for name, table in plan.outcome.tables.items() if name != "unassigned"}
    with pytest.raises(CertificateError, match="unassigned: the table is missing"):
        certify(
            problem=plan.problem, codebook=plan.codebook, ctx=plan.ctx, wage=plan.wage, tables=kept, claims=plan.claims
        )


def _result(plan: Run, **changed: Any) -> SolveResult:
    return replace(plan.result, **changed)


def _again(plan: Run, result: SolveResult) -> Run:
    """The tables a wrong result would give, true to it in every cell."""
    return assembled(plan.problem, plan.codebook, plan.ctx, plan.survey, plan.edges, result)


def test_an_overfilled_vacancy_is_found(plan: Run) -> None:
    seat_of = plan.result.require_seats().copy()
    free = np.flatnonzero(seat_of < 0)
    full = np.bincount(seat_of[seat_of >= 0], minlength=40) >= plan.problem.vacancies.openings
    row = plan.edges.row_of()
    at = next(
        k for k in range(len(plan.edges)) if row[k] in free and full[plan.edges.seat[k]] and plan.edges.points[k] > 0
    )
    seat_of[row[at]] = plan.edges.seat[at]
    with pytest.raises(CertificateError, match=r"vacancies_report\.openings: seats"):
        _again(plan, _result(plan, seat_of=seat_of)).certify()


def test_an_ineligible_pair_is_found(plan: Run) -> None:
    seat_of = plan.result.require_seats().copy()
    person = int(np.flatnonzero(plan.problem.candidates.control)[0])
    seat_of[person] = int(np.flatnonzero(plan.problem.vacancies.openings > 0)[0])
    with pytest.raises(CertificateError, match="eligible pair"):
        _again(plan, _result(plan, seat_of=seat_of)).certify()


def test_a_worthless_pair_is_found(plan: Run) -> None:
    seat_of = plan.result.require_seats().copy()
    row = plan.edges.row_of()
    left = plan.problem.vacancies.openings - np.bincount(seat_of[seat_of >= 0], minlength=40)
    fits = (plan.edges.points <= 0) & (seat_of[row] < 0) & (left[plan.edges.seat] > 0)
    at = int(np.flatnonzero(fits)[0])
    seat_of[row[at]] = plan.edges.seat[at]
    with pytest.raises(CertificateError, match="worth more than nothing"):
        _again(plan, _result(plan, seat_of=seat_of)).certify()


def test_a_worse_plan_cannot_say_it_is_optimal(plan: Run) -> None:
    seat_of = plan.result.require_seats().copy()
    seat_of[int(np.flatnonzero(seat_of >= 0)[0])] = -1
    with pytest.raises(CertificateError, match=r"manifest\.points_total"):
        _again(plan, _result(plan, seat_of=seat_of)).certify()


def test_one_person_less_is_honest_only_as_feasible(plan: Run) -> None:
    """A plan that stopped early passes as long as it says so, and shows who could still have won."""
    stopped, out, lost = stopped_early(plan)
    assert stopped.codebook.candidate_ids[out] in stopped.outcome.unassigned["candidate_id"].to_pylist()
    assert "LIMITED_BY_POLICY" in stopped.outcome.unassigned["reason"].to_pylist()
    certificate = stopped.certify()
    assert certificate.upper_bound - certificate.objective == lost
    with pytest.raises(CertificateError, match=r"manifest\.status"):
        stopped.certify(status="OPTIMAL")
    with pytest.raises(CertificateError, match="extreme only at an optimum"):
        stopped.certify(prices="extreme")


def test_within_gap_is_a_word_of_the_policy() -> None:
    problem = _rich_problem()
    policy = Policy.model_validate({"solve": {"gap": Decimal("0.9")}})
    ctx = rule_context(problem, policy)
    survey, edges = scan(ctx)
    full = run(problem, policy)
    prices = full.result.require_prices()
    seat_of = full.result.require_seats().copy()
    at = int(np.flatnonzero(seat_of >= 0)[0])
    row = edges.row_of()
    lost = int(edges.points[(row == at) & (edges.seat == seat_of[at])][0])
    seat_of[at] = -1
    result = replace(
        full.result,
        seat_of=seat_of,
        objective=full.result.objective - lost,
        status=Status.WITHIN_GAP,
        prices=Prices(high=prices.high.copy(), low=prices.low.copy(), kind=PriceKind.SOME_OPTIMAL),
    )
    made = assembled(problem, full.codebook, ctx, survey, edges, result)
    made.certify()
    with pytest.raises(CertificateError, match=r"manifest\.status"):
        made.certify(status="FEASIBLE")


@pytest.mark.parametrize("seed", range(12))
def test_no_other_price_is_extreme(seed: int) -> None:
    """Move each price by a point, or to its other end: the bound breaks, or the price is found not to be the outermost."""
    plan = run(random_problem(seed, 12, 6, unknown=0.1, demand=0.1, facts=0.3, small_values=True))
    prices = plan.result.require_prices()
    openings = plan.problem.vacancies.openings
    for seat in range(6):
        for end, steps in (("high", (-1, 1)), ("low", (-1, 1))):
            for step in steps:
                if end == "high" and not openings[seat]:
                    continue
                moved = {"high": prices.high.copy(), "low": prices.low.copy()}
                moved[end][seat] += step
                with pytest.raises(CertificateError, match=r"price|upper_bound"):
                    _again(plan, _result(plan, prices=Prices(**moved, kind=PriceKind.EXTREME))).certify()


def test_optimal_prices_that_are_not_extreme_are_found() -> None:
    found = set()
    for seed in range(12):
        plan = run(random_problem(seed, 12, 6, unknown=0.1, demand=0.1, facts=0.3))
        prices = plan.result.require_prices()
        is_open = plan.problem.vacancies.openings > 0
        if not (prices.low < prices.high)[is_open].any():
            continue
        low_as_high = Prices(high=np.where(is_open, prices.low, 0), low=prices.low.copy(), kind=PriceKind.EXTREME)
        # The smallest prices prove the optimum too, so only their not being the largest gives them away.
        with pytest.raises(CertificateError, match=r"vacancies_report\.price: largest optimal price"):
            _again(plan, _result(plan, prices=low_as_high)).certify()
        honest = replace(low_as_high, kind=PriceKind.SOME_OPTIMAL)
        _again(plan, _result(plan, prices=honest)).certify()
        if is_open.all() or (prices.low[~is_open] == 0).all():
            high_as_low = Prices(high=prices.high.copy(), low=prices.high.copy(), kind=PriceKind.EXTREME)
            with pytest.raises(CertificateError, match=r"vacancies_report\.price_next: smallest optimal price"):
                _again(plan, _result(plan, prices=high_as_low)).certify()
            found.add("low")
        found.add("high")
    assert found == {"high", "low"}


def test_a_seat_without_openings_needs_the_smallest_price_too() -> None:
    for seed in range(20):
        plan = run(random_problem(seed, 15, 6, unknown=0.1, demand=0.05, facts=0.2))
        prices = plan.result.require_prices()
        closed = np.flatnonzero((plan.problem.vacancies.openings == 0) & (prices.low > 0))
        if closed.size:
            low = prices.low.copy()
            low[closed[0]] += 1
            with pytest.raises(CertificateError, match=r"price_next: smallest optimal price"):
                _again(
                    plan, _result(plan, prices=Prices(high=prices.high.copy(), low=low, kind=PriceKind.EXTREME))
                ).certify()
            low = prices.low.copy()
            low[closed[0]] -= 1
            with pytest.raises(CertificateError, match=r"price_next: proves the optimum"):
                _again(
                    plan, _result(plan, prices=Prices(high=prices.high.copy(), low=low, kind=PriceKind.EXTREME))
                ).certify()
            return
    raise AssertionError("no case among these seeds")


def test_a_price_where_there_is_no_opening_is_found(plan: Run) -> None:
    at = _first(plan, "vacancies_report", lambda row: row["openings"] == 0)
    with pytest.raises(CertificateError, match=r"vacancies_report\.price: null only without openings"):
        plan.certify(tables={"vacancies_report": _set(plan.outcome.vacancies, "price", at, 0)})


def test_a_negative_price_is_found(plan: Run) -> None:
    at = _first(plan, "vacancies_report", lambda row: row["price"] == 0)
    with pytest.raises(CertificateError, match=r"vacancies_report\.price: at least 0"):
        plan.certify(tables={"vacancies_report": _set(plan.outcome.vacancies, "price", at, -1)})


def _altered(field: str, *moved: tuple[int, str, int]) -> Callable[..., Findings]:
    """A look at all pairs that miscounts: by so many, for some row and rule."""

    def look(*args: Any, **knobs: Any) -> Findings:
        found = look_at_all(*args, **knobs)
        counts = getattr(found.survey, field).copy()
        for row, rule, more in moved:
            counts[row, RULE_INDEX[Rule(rule)]] += more
        return replace(found, survey=replace(found.survey, **{field: counts}))

    return look


LOST = "a fresh look counts what it found"
UNEQUAL = "people and vacancies were asked the same"


@pytest.mark.parametrize(
    ("look", "message"),
    [
        (_altered("row_first", (0, "LANE", 1), (1, "LANE", -1)), rf"unassigned\.n_eligible: {LOST}"),
        (_altered("seat_first", (0, "LANE", 1), (1, "LANE", -1)), rf"vacancies_report\.n_eligible: {LOST}"),
        (_altered("seat_first", (0, "LANE", 1), (0, "HOURS", -1)), rf"vacancies_report\.rule: {UNEQUAL}"),
        (_altered("row_first_unknown", (0, "SKILLS", 1)), rf"vacancies_report\.rule: {UNEQUAL}"),
    ],
    ids=["a person's pair", "a vacancy's pair", "a rule", "an unknown"],
)
def test_a_look_that_miscounts_is_found(
    plan: Run, look: Callable[..., Findings], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "look_at_all", look)
    with pytest.raises(CertificateError, match=message):
        plan.certify()


def test_a_look_that_scores_otherwise_is_found(plan: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def look(*args: Any, **knobs: Any) -> Findings:
        found = look_at_all(*args, **knobs)
        return replace(found, own_points=found.own_points + 1)

    monkeypatch.setattr(evidence, "look_at_all", look)
    with pytest.raises(CertificateError, match=r"assignments\.points: scorecard and search agree"):
        plan.certify()


def test_a_stopped_run_passes_and_says_so() -> None:
    stopped = run(_rich_problem(), stop=Deadline.after(0))
    assert stopped.result.status is Status.FEASIBLE
    stopped.certify()


def test_listed_pairs_are_the_whole_world_there() -> None:
    plan = run(random_problem(9, 60, 20, demand=0.1, facts=0.3, listed_only=True))
    assert plan.claims.proof == Proof.LISTED_PAIRS
    plan.certify()
    with pytest.raises(CertificateError, match=r"manifest\.proof"):
        plan.certify(proof="all_pairs")


def test_no_message_holds_an_id(plan: Run) -> None:
    wrong = _set(plan.outcome.assignments, "rank", 4, 99)
    with pytest.raises(CertificateError) as caught:
        plan.certify(tables={"assignments": wrong})
    assert str(caught.value) == (f"assignments.rank: value fails in 1 of {wrong.num_rows} rows; the first is row 5.")


def test_claims_come_back_from_a_manifest(plan: Run) -> None:
    said = plan.claims
    manifest = {
        "solver": {
            key: getattr(said, key)
            for key in ("objective", "points_total", "penalties", "upper_bound", "status", "gap", "prices", "proof")
        },
        "expected_durable": said.expected_durable,
        "counts": said.counts,
        "selection_by": said.selection_by,
        "goals": said.goals,
        "limits": said.limits,
    }
    assert claims_of_manifest(json.loads(json.dumps(manifest))) == said
    plan.certify(**asdict(said))
    for broken in ({}, {**manifest, "solver": None}, {**manifest, "solver": []}):
        with pytest.raises(CertificateError, match="manifest"):
            claims_of_manifest(broken)


@pytest.mark.parametrize(
    "claim",
    [
        "objective",
        "points_total",
        "penalties",
        "upper_bound",
        "status",
        "gap",
        "prices",
        "proof",
        "expected_durable",
        "counts",
        "selection_by",
    ],
)
@pytest.mark.parametrize("value", [None, [], "x", True])
def test_a_claim_that_is_no_figure_at_all_is_found(plan: Run, claim: str, value: Any) -> None:
    with pytest.raises(CertificateError, match="manifest"):
        plan.certify(**{claim: value})


def test_columns_of_unequal_length_are_not_equal() -> None:
    with pytest.raises(CertificateError, match="2 rows, expected 1"):
        require_equal("file", "column", [1, 2], [1])


def test_walks_go_along_the_arcs_only() -> None:
    begin = np.array([True, False, False, False, False])
    seen = reached(begin, np.array([0, 1, 3, 2, 1]), np.array([1, 2, 4, 0, 1]))
    assert seen.tolist() == [True, True, True, False, False]
    assert begin.tolist() == [True, False, False, False, False]


def test_the_run_date_decides_the_wage(plan: Run) -> None:
    with pytest.raises(CertificateError, match="lks_eur_month"):
        certify(
            problem=plan.problem,
            codebook=plan.codebook,
            ctx=plan.ctx,
            wage=wage_table(dt.date(2025, 8, 1)),
            tables=plan.outcome.tables,
            claims=plan.claims,
        )


def test_ids_are_told_apart_by_code_point() -> None:
    problem = random_problem(4, 4, 3, unknown=0.0, demand=0.0)
    made = run(problem)
    book: Codebook = codebook_of(problem, ["A", "a", "ä", "💼"])
    again = assembled(problem, book, made.ctx, made.survey, made.edges, made.result)
    again.certify()
    assert isinstance(again.edges, Edges)


@given(
    age=st.sampled_from([-1, 12, 15, 16, 17, 18, 19, 20, 21, 60]),
    loonwaarde_bp=st.integers(-1, 10_000),
    eligible=st.sampled_from([-1, 0, 1]),
    hours_c=st.integers(-1, 16_800),
    unpaid=st.booleans(),
)
@example(age=30, loonwaarde_bp=-1, eligible=-1, hours_c=2400, unpaid=False)
@example(age=17, loonwaarde_bp=4_000, eligible=-1, hours_c=-1, unpaid=False)
@example(age=20, loonwaarde_bp=-1, eligible=1, hours_c=3_200, unpaid=False)
def test_both_ways_to_the_subsidy_agree(
    age: int, loonwaarde_bp: int, eligible: int, hours_c: int, unpaid: bool
) -> None:
    wage = wage_table(dt.date(2026, 11, 21))
    amount, basis = loonkostensubsidie(
        wage,
        age=None if age < 0 else age,
        loonwaarde_bp=None if loonwaarde_bp < 0 else loonwaarde_bp,
        lks_eligible=None if eligible < 0 else bool(eligible),
        hours_c=None if hours_c < 0 else hours_c,
        unpaid=unpaid,
    )
    other = subsidy_of(wage, age=age, loonwaarde_bp=loonwaarde_bp, eligible=eligible, hours_c=hours_c, unpaid=unpaid)
    assert other == (amount, basis.value)


def test_the_certificate_knows_nothing_of_how_the_plan_was_made() -> None:
    code = "import matcher.verdict.certify, sys; print(*sorted(name for name in sys.modules if name.startswith('matcher.')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    makers = (
        "matcher.pairing",
        "matcher.solvers",
        "matcher.intake",
        "matcher.io",
        "matcher.pipeline",
        "matcher.solving",
    )
    tables = tuple(f"matcher.verdict.{name}" for name in ("outcome", "reasons", "metrics"))
    assert not [name for name in loaded if name.startswith((*makers, *tables))]
