"""Cuts are published, told apart from limits that somebody stated, and every lie about one is found."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.policy import Policy
from matcher.domain.stated import NO_BOUND
from matcher.domain.tables import Problem
from matcher.errors import CertificateError, SolverError
from matcher.model.limits import PRICE_BITS, Cut
from matcher.rules.block import pair_block
from matcher.rules.limits import limits_of, pair_weights
from matcher.rules.taken import Taken
from matcher.verdict.checks.cuts import heaviest
from matcher.verdict.cuts_table import cut_rows
from matcher.verdict.limits_table import stated_limits
from matcher.verdict.schemas import CUTS
from tests.limited import with_limits
from tests.problems import random_problem
from tests.verdict.support import Run
from tests.verdict.test_goals import explained
from tests.verdict.test_limits import limited_run

ONE = 2**PRICE_BITS
SHARE = {"name": "a share", "max_share": "0.999999", "candidates": [["age", "<", 40]]}


def coached_problem(seed: int, *, coaches: int = 3, capacity: int | None = None) -> tuple[Problem, Policy]:
    """Nothing but coaches (or one resource) limits; what people take does not divide what there is."""
    rng = np.random.default_rng([seed, 11])
    made, policy = with_limits(
        random_problem(seed, 60, 30, demand=0.02, unknown=0.05, facts=0.3),
        seed,
        quotas=(SHARE,),
        budgets=(),
        durable=None,
        distinct=1,
    )
    stated, people = made.stated, len(made.candidates)
    free = {
        name: np.full_like(getattr(stated, name), NO_BOUND)
        for name in ("minimum", "capacity", "employer_most", "employer_supported_most", "agency_most", "coach_hours_c")
    }
    if capacity is None:
        free["coach_hours_c"] = rng.choice([500, 725, 1000, 1100], coaches).astype(np.int64)
    else:
        free["capacity"][0] = capacity
    stated = replace(
        stated,
        **free,
        job=np.full_like(stated.job, -1),
        coach=rng.integers(0, coaches, people).astype(np.int32),
        hours_c=rng.choice([150, 200, 250, 350, 450], people).astype(np.int64),
    )
    return replace(made, stated=stated), policy


def pinned(problem: Problem, plan: Run) -> Problem:
    """The same problem where two of the pairs that a plan has, and something is known about, must stay."""
    facts, seat_of = problem.facts, plan.result.require_seats()
    mine = np.flatnonzero(seat_of[facts.candidate] == facts.vacancy)[:2]
    assert mine.size
    keep = np.zeros(len(facts), dtype=np.bool_)
    keep[mine] = True
    return replace(problem, facts=replace(facts, pinned=keep))


def nothing_is_small(patch: pytest.MonkeyPatch) -> None:
    """Then a solver does not do without cuts; those of distinct values are looked at elsewhere."""
    for module in ("search", "solve"):
        patch.setattr(f"matcher.solvers.limited.{module}.SMALL", 0)
    patch.setattr("matcher.solvers.limited.solve.rented", lambda *_: None)


@cache
def a_plan(seed: int = 3, *, coaches: int = 3, capacity: int | None = None, pins: bool = False) -> Run:
    """A plan whose bound rests on cuts: no search is small enough to do without."""
    problem, policy = coached_problem(seed, coaches=coaches, capacity=capacity)
    with pytest.MonkeyPatch.context() as patch:
        nothing_is_small(patch)
        plan = limited_run(problem, policy)
        return limited_run(pinned(problem, plan), policy) if pins else plan


@pytest.fixture(name="plan")
def _plan() -> Run:
    return a_plan()


def cut_at(plan: Run) -> list[int]:
    """Rows of limits_report, from 0."""
    return [at for at, kind in enumerate(plan.outcome.limits["kind"].to_pylist()) if kind == "cut"]


def with_rows(plan: Run, change: Callable[[list[dict[str, Any]]], object]) -> dict[str, pa.Table]:
    """cuts.parquet after a change of its rows, in place."""
    rows = plan.outcome.cuts.to_pylist()
    change(rows)
    return {"cuts": pa.Table.from_pylist(rows, schema=CUTS)}


def with_cells(plan: Run, at: int, **cells: Any) -> dict[str, pa.Table]:
    """limits_report with some cells of one row changed."""
    rows = plan.outcome.limits.to_pylist()
    rows[at] |= cells
    return {"limits_report": pa.Table.from_pylist(rows, schema=plan.outcome.limits.schema)}


def refused(plan: Run, tables: dict[str, pa.Table], match: str | None = None) -> None:
    with pytest.raises(CertificateError, match=match):
        plan.certify(tables=tables)


PLANS: list[dict[str, Any]] = [
    *({"seed": seed} for seed in range(4)),
    *({"seed": seed, "coaches": 40} for seed in (0, 2)),
    {"seed": 4, "capacity": 17},
    *({"seed": seed, "pins": True} for seed in (3, 5)),
]


@pytest.mark.parametrize("made", PLANS, ids=str)
def test_a_true_plan_passes(made: dict[str, Any]) -> None:
    plan = a_plan(**made)
    assert plan.result.cuts
    plan.certify()
    rows = plan.outcome.limits.to_pylist()
    assert cut_at(plan) == list(range(len(rows) - len(plan.result.cuts), len(rows)))
    assert stated_limits(plan.outcome.limits).num_rows == len(rows) - len(plan.result.cuts)
    for one in plan.outcome.cuts.to_pylist():
        cut, source = rows[one["row"] - 1], rows[one["source"] - 1]
        assert (cut["name"], cut["id"], cut["kind"]) == (source["name"], source["id"], "cut")
        assert cut["used"] <= cut["bound"]
        assert cut["price_scaled"] == ONE
        assert source["price"] == 0
        assert source["one_more"] >= 0
    assert any(row["one_more"] for row in rows)


def test_a_limit_without_a_cut_brings_its_price() -> None:
    with pytest.MonkeyPatch.context() as patch:
        nothing_is_small(patch)
        patch.setattr("matcher.solvers.limited.tighten.knapsacks", lambda _: [])
        plan = limited_run(*coached_problem(3))
    assert "cuts" not in plan.outcome.tables
    rows = plan.outcome.limits.to_pylist()
    assert any(row["price"] for row in rows)
    for row in rows:
        assert row["one_more"] == (None if row["kind"] == "distinct" else row["price"])
    plan.certify()


def test_a_weight_that_is_too_large_is_found(plan: Run) -> None:
    for at in range(plan.outcome.cuts.num_rows):
        lie = with_rows(plan, lambda rows, at=at: rows[at].update(weight=10**9))  # type: ignore[misc]
        refused(plan, lie, r"limits_report\.bound: the most that fits")


def test_a_weight_that_is_too_small_is_found(plan: Run) -> None:
    for at, weight in enumerate(plan.outcome.cuts["weight"].to_pylist()):
        if weight > 2:
            lie = with_rows(plan, lambda rows, at=at: rows[at].update(weight=1))  # type: ignore[misc]
            refused(plan, lie, "the most that fits|used: value|one_more: value|upper_bound, as the prices prove it")


@pytest.mark.parametrize(
    ("weight", "match"), [(0, "weight: at least 1"), (-5, "weight: at least 1"), (2**62, "too large"), (None, "given")]
)
def test_a_weight_that_is_none_is_found(plan: Run, weight: int | None, match: str) -> None:
    refused(plan, with_rows(plan, lambda rows: rows[0].update(weight=weight)), match)


def test_another_bound_is_found(plan: Run) -> None:
    for at in cut_at(plan):
        bound = plan.outcome.limits["bound"][at].as_py()
        for lie in (bound - 1, bound + 1, bound + 0.5, float("inf"), float("nan"), None, -1.0, 2.0**60):
            refused(plan, with_cells(plan, at, bound=lie), r"limits_report\.bound")


@pytest.mark.parametrize("column", ["name", "kind", "id", "sense", "used", "price", "price_scaled", "one_more"])
def test_another_cell_is_found(plan: Run, column: str) -> None:
    wrong: dict[str, Any] = {"used": 12345.0, "price": 0.5, "price_scaled": 5, "one_more": 1.0}
    for at in cut_at(plan):
        refused(plan, with_cells(plan, at, **{column: wrong.get(column, "x")}), r"limits_report\.price|limits_report\.")
        if column != "one_more":
            refused(plan, with_cells(plan, at, **{column: None}), r"limits_report\.")


def test_another_price_is_found(plan: Run) -> None:
    for at, scaled in product(cut_at(plan), (0, ONE // 2, 2 * ONE)):
        lie = with_cells(plan, at, price_scaled=scaled, price=scaled / ONE)
        refused(plan, lie, "one_more: value|upper_bound, as the prices prove it")
        refused(plan, with_cells(plan, at, price_scaled=-ONE, price=-1.0), "never the wrong way on a cut")


def test_what_one_more_brings_is_found_wrong(plan: Run) -> None:
    for at in range(plan.outcome.limits.num_rows):
        refused(plan, with_cells(plan, at, one_more=-7.25), r"limits_report\.one_more")


def test_another_source_is_found(plan: Run) -> None:
    cuts, report = plan.outcome.cuts.to_pylist(), plan.outcome.limits.to_pylist()
    sources = sorted({row["source"] for row in cuts})
    other = dict(zip(sources, [*sources[1:], sources[0]], strict=True))
    swapped = with_rows(plan, lambda rows: [row.update(source=other[row["source"]]) for row in rows])
    refused(plan, swapped, r"limits_report\.id")
    for at in cut_at(plan):
        old = next(row["source"] for row in cuts if row["row"] == at + 1)
        report[at] |= {name: report[other[old] - 1][name] for name in ("name", "id")}
    agreed = {"limits_report": pa.Table.from_pylist(report, schema=plan.outcome.limits.schema)}
    refused(plan, swapped | agreed, "takes something of the limit")


@pytest.mark.parametrize("source", [0, -1, 999])
def test_a_source_that_is_no_limit_is_found(plan: Run, source: int) -> None:
    refused(plan, with_rows(plan, lambda rows: [row.update(source=source) for row in rows]), "source: a limit")


def test_one_source_per_cut(plan: Run) -> None:
    refused(plan, with_rows(plan, lambda rows: rows[1].update(source=rows[-1]["source"])), "one limit per cut")


def test_a_source_of_which_a_pair_takes_less_than_nothing_is_found(plan: Run) -> None:
    """A share counts whoever is not meant below 0: others may take his room."""
    assert plan.outcome.limits["kind"][0].as_py() == "quota"
    first = plan.outcome.cuts["row"][0].as_py()
    match = plan.problem.stated.quotas[0].candidate
    people = [word for word, mine in zip(plan.codebook.candidate_ids, match.tolist(), strict=True) if mine]
    eligible = set(plan.edges.row_of().tolist())
    people = [word for word in people if int(word[2:]) in eligible]
    rows = [{"row": first, "source": 1, "candidate_id": word, "weight": 1} for word in people]
    cuts = [row for row in plan.outcome.cuts.to_pylist() if row["row"] != first]
    lie = with_cells(plan, first - 1, name="a share", id="")
    refused(
        plan, lie | {"cuts": pa.Table.from_pylist([*rows, *cuts], schema=CUTS)}, "less than nothing|takes something"
    )


def test_a_source_that_may_be_exceeded_is_found() -> None:
    plan = a_plan()
    for quota in ({"name": "q", "min": 0}, {"name": "q", "max": 50, "soft": True, "weight": 1}):
        policy = Policy.model_validate({**plan.ctx.policy.model_dump(mode="json"), "quota": [quota]})
        ctx = replace(plan.ctx, policy=policy)
        lie = with_rows(plan, lambda rows: [row.update(source=1) for row in rows if row["row"] == rows[0]["row"]])
        refused(replace(plan, ctx=ctx), lie, "may not be exceeded")


def test_a_person_added_is_found(plan: Run) -> None:
    cuts = plan.outcome.cuts.to_pylist()
    first, source = cuts[0]["row"], cuts[0]["source"]
    inside = {row["candidate_id"] for row in cuts if row["row"] == first}
    coach = plan.problem.stated.coach
    number = int(plan.outcome.limits["id"][source - 1].as_py()[2:])
    for person, word in enumerate(plan.codebook.candidate_ids):
        if word in inside:
            continue
        weight = 1 if coach[person] != number else 10**7  # who is under the limit may weigh a little, too

        def add(rows: list[dict[str, Any]], word: str = word, weight: int = weight) -> None:
            rows.append({**rows[0], "row": first, "source": source, "candidate_id": word, "weight": weight})
            rows.sort(key=lambda row: (row["row"], row["candidate_id"]))

        refused(plan, with_rows(plan, add), "takes something of the limit|the most that fits")


def test_a_person_left_out_is_found(plan: Run) -> None:
    for at in range(plan.outcome.cuts.num_rows):
        lie = with_rows(plan, lambda rows, at=at: rows.pop(at))  # type: ignore[misc]
        refused(plan, lie)


def test_people_stand_once_and_in_order(plan: Run) -> None:
    refused(plan, with_rows(plan, lambda rows: rows.insert(0, rows[0])), "in order of id, each once")
    refused(plan, with_rows(plan, lambda rows: rows.reverse()), "row after row")
    refused(plan, with_rows(plan, lambda rows: rows.insert(0, rows.pop(1))), "in order of id, each once")
    refused(plan, with_rows(plan, lambda rows: rows[0].update(candidate_id="nobody")), "known id")
    refused(plan, with_rows(plan, lambda rows: rows[0].update(candidate_id=None)), "given")


def test_who_is_pinned_weighs_nothing() -> None:
    plan = a_plan(5, pins=True)
    facts, cuts = plan.problem.facts, plan.outcome.cuts.to_pylist()
    person = int(facts.candidate[facts.pinned][0])
    word = plan.codebook.candidate_ids[person]
    assert word not in {row["candidate_id"] for row in cuts}

    def add(rows: list[dict[str, Any]]) -> None:
        rows.append(rows[0] | {"candidate_id": word})
        rows.sort(key=lambda row: (row["row"], row["candidate_id"]))

    refused(plan, with_rows(plan, add), "nobody who is pinned")


def test_rows_and_files_that_are_missing_are_found(plan: Run) -> None:
    report, cuts = plan.outcome.limits, plan.outcome.cuts
    short = {"limits_report": report.slice(0, report.num_rows - 1)}
    refused(plan, short, r"limits_report\.name: value")
    refused(plan, {"cuts": CUTS.empty_table()}, "cuts: the table holds no rows")
    refused(
        plan, {"cuts": cuts.rename_columns(["row", "source", "person", "vacancy_id", "weight"])}, "columns or types"
    )
    last = max(cuts["row"].to_pylist())
    fewer = with_rows(plan, lambda rows: rows.__setitem__(slice(None), [row for row in rows if row["row"] != last]))
    refused(plan, fewer, r"limits_report\.name: value")
    refused(plan, fewer | short, "one_more|upper_bound")
    without = replace(plan, outcome=replace(plan.outcome, cuts=CUTS.empty_table()))
    refused(without, {}, r"limits_report\.name: value")
    refused(without, {"limits_report": stated_limits(report)}, "one_more|upper_bound")


def test_a_cut_that_asks_for_too_much_work_is_refused(plan: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.verdict.checks.cuts._WORK", 10)
    refused(plan, {}, "too large to be checked")


@pytest.mark.parametrize("made", PLANS[::3], ids=str)
def test_bounds_are_the_same_in_whole_numbers_of_any_size(
    made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = a_plan(**made)
    monkeypatch.setattr("matcher.verdict.checks.rest.SAFE", 0)
    plan.certify()
    with pytest.raises(CertificateError, match="upper_bound"):
        plan.certify(upper_bound=plan.claims.upper_bound - 1)


@pytest.mark.parametrize("made", PLANS[::2], ids=str)
def test_what_pairs_take_is_what_they_weigh(made: dict[str, Any]) -> None:
    plan = a_plan(**made)
    limits = limits_of(plan.problem, plan.ctx.policy, plan.codebook)
    block = pair_block(plan.problem, plan.edges.row_of().astype(np.int64), plan.edges.seat.astype(np.int64))
    weights = pair_weights(plan.ctx, plan.wage, limits, block)
    rows = range(0, len(limits.rows), 2)
    taken = Taken(plan.ctx, plan.wage, limits, rows).of(block)
    found = np.zeros_like(weights)
    found[taken.row, taken.pair] = taken.weight
    meant = weights.copy()
    meant[1::2] = 0
    assert (found == meant).all()
    assert np.unique(np.stack([taken.row, taken.pair]), axis=1).shape[1] == taken.weight.size
    assert (taken.weight != 0).all()


def test_a_cut_that_no_table_can_hold(plan: Run) -> None:
    limits = limits_of(plan.problem, plan.ctx.policy, plan.codebook)
    one = np.ones(1, dtype=np.int64)
    huge = Cut(row=0, person=one, weight=one, bound=2**53, bound_next=2**53)
    with pytest.raises(SolverError, match="no table can hold"):
        cut_rows(plan.ctx, plan.wage, limits, [huge], pair_block(plan.problem, one, one))


@settings(max_examples=200, deadline=None)
@given(
    people=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 9)), min_size=1, max_size=8),
    unit=st.sampled_from([1, 5, 50]),
    room=st.integers(0, 40),
    more=st.integers(0, 12),
)
def test_the_heaviest_set_is_that_of_trying_all(people: list[tuple[int, int]], unit: int, room: int, more: int) -> None:
    weight, size = (np.array(column, dtype=np.int64) for column in zip(*people, strict=True))
    size *= unit
    sets = np.array(list(product([0, 1], repeat=weight.size)))
    meant = tuple(int((sets @ weight)[sets @ size <= one].max()) for one in (room, room + more))
    assert heaviest(weight, size, (room, room + more)) == meant


def test_a_limit_whose_price_stands_in_its_cut_is_told(plan: Run) -> None:
    """To all who would pay it, and in the manifest; the cut itself is no limit of anybody."""
    report = {(row["name"], row["id"]): row for row in stated_limits(plan.outcome.limits).to_pylist()}
    told = {(one["name"], one["id"]): one for one in plan.claims.limits}
    assert set(told) == {key for key, row in report.items() if row["one_more"]}
    assert all(one["placements_per_unit"] == report[key]["one_more"] / 1_000_000 for key, one in told.items())
    weights = {(row["candidate_id"], row["source"]): row["weight"] for row in plan.outcome.cuts.to_pylist()}
    paid = 0
    for person in plan.outcome.unassigned["candidate_id"].to_pylist():
        found = explained(plan, person).no_proposal
        assert found is not None
        for hold in found.held.limits if found.held else ():
            assert hold.kind != "cut"
            if hold.kind == "coaches" and hold.points is not None:
                source = plan.outcome.limits["id"].to_pylist().index(hold.id) + 1
                assert hold.points == weights[person, source]
                paid += 1
    assert paid
