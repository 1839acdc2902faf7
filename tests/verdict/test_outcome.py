"""The tables against a slow twin: plain loops over plain lists, straight from the contract."""

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from matcher.domain.codes import RULES
from matcher.model.edges import Edges
from matcher.model.solution import Status
from matcher.model.standing import Market
from matcher.rules.block import pair_block
from matcher.rules.eligibility import judge
from matcher.rules.scorecard import score
from matcher.verdict.outcome import outcome
from matcher.verdict.schemas import OUTPUTS
from tests.problems import random_problem
from tests.verdict.plain_standing import standing
from tests.verdict.support import Run, run

SEEDS = range(12)


def _plan(seed: int, **knobs: Any) -> Run:
    return run(random_problem(seed, 40, 18, unknown=0.12, demand=0.12, facts=0.15, **knobs))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_way_around_a_person(seed: int) -> None:
    plan = _plan(seed, small_values=seed % 2 == 0, listed_only=seed % 4 == 3)
    price = plan.result.require_prices().high.tolist()
    openings = plan.problem.vacancies.openings.tolist()
    book = plan.codebook
    assigned = {row["candidate_id"]: row for row in plan.outcome.assignments.to_pylist()}
    idle = {row["candidate_id"]: row for row in plan.outcome.unassigned.to_pylist()}
    assert not assigned.keys() & idle.keys()
    assert sorted([*assigned, *idle]) == list(book.candidate_ids)
    for person, name in enumerate(book.candidate_ids):
        at = slice(plan.edges.start[person], plan.edges.start[person + 1])
        mine = dict(zip(plan.edges.seat[at].tolist(), plan.edges.points[at].tolist(), strict=True))
        if name in assigned:
            row = assigned[name]
            own = list(book.vacancy_ids).index(row["vacancy_id"])
            others = sorted((price[j] - w, j) for j, w in mine.items() if j != own and openings[j])
            assert row["points"] == mine[own]
            assert row["rank"] == 1 + sum(w > mine[own] for w in mine.values())
            assert row["alternatives"] == [book.vacancy_ids[j] for _, j in others[:3]]
            assert row["vacancy_price"] == price[own]
            continue
        row = idle[name]
        assert row["n_eligible"] == len(mine)
        best = min(((price[j] - w, j) for j, w in mine.items() if openings[j] and w > 0), default=None)
        if best is None:
            assert (row["best_vacancy_id"], row["best_points"], row["shortfall"]) == (None, None, None)
        else:
            assert row["best_vacancy_id"] == book.vacancy_ids[best[1]]
            assert (row["best_points"], row["shortfall"]) == (mine[best[1]], best[0])
        if plan.problem.candidates.control[person]:
            assert row["reason"] == "CONTROL_ARM"
        elif not mine:
            assert row["reason"] == ("MISSING_DATA" if row["missing"] else "NO_ELIGIBLE_VACANCY")
        else:
            assert row["reason"] == ("OUTCOMPETED" if any(w > 0 for w in mine.values()) else "NO_VALUE")


@pytest.mark.parametrize("seed", SEEDS)
def test_reasons_of_people_and_vacancies(seed: int) -> None:
    plan = _plan(seed)
    n, m = plan.problem.shape
    block = pair_block(plan.problem, np.repeat(np.arange(n), m), np.tile(np.arange(m), n))
    verdicts = judge(plan.ctx, block)
    first = verdicts.first_fail.reshape(n, m).tolist()
    unknown = verdicts.first_fail_unknown.reshape(n, m).tolist()
    only = verdicts.only_unknown.reshape(n, m)
    bits = verdicts.failed_unknown_bits.reshape(n, m)

    def most(fails: list[int], doubts: list[bool]) -> tuple[str | None, bool]:
        pool = [k for k, rule in enumerate(fails) if rule < 0 or rule >= 4] or list(range(len(fails)))
        removed = [sum(fails[k] == rule for k in pool) for rule in range(22)]
        if not any(removed):
            return None, False
        rule = removed.index(max(removed))
        return RULES[rule].value, 2 * sum(doubts[k] for k in pool if fails[k] == rule) > removed[rule]

    for row in plan.outcome.unassigned.to_pylist():
        person = list(plan.codebook.candidate_ids).index(row["candidate_id"])
        expected = (None, False) if row["reason"] == "CONTROL_ARM" else most(first[person], unknown[person])
        assert (row["rule"], row["rule_unknown"]) == expected
        together = np.bitwise_or.reduce(bits[person][only[person]], initial=np.uint32(0))
        assert row["missing"] == [rule.value for k, rule in enumerate(RULES) if together >> np.uint32(k) & 1]
    for seat, row in enumerate(plan.outcome.vacancies.to_pylist()):
        column = [line[seat] for line in first]
        assert row["rule"] == most(column, [line[seat] for line in unknown])[0]
        assert row["n_eligible"] == column.count(-1)
        assert (row["price"] is None) == (row["openings"] == 0)
        assert row["filled"] <= row["openings"]


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_of_a_pair(seed: int) -> None:
    plan = _plan(seed)
    book, jobs = plan.codebook, plan.problem.vacancies
    for row in plan.outcome.assignments.to_pylist():
        person, seat = (
            list(book.candidate_ids).index(row["candidate_id"]),
            list(book.vacancy_ids).index(row["vacancy_id"]),
        )
        block = pair_block(plan.problem, person, seat)
        value, verdicts = score(plan.ctx, block), judge(plan.ctx, block)
        assert verdicts.eligible[0]
        assert row["points"] == value.points[0]
        assert row["p_durable"] == value.p_micro[0] / 1e6
        assert row["travel_km"] == (block.road_m[0] / 1000 if block.road_m[0] >= 0 else None)
        assert row["hours_week"] == (value.hours_c[0] / 100 if value.hours_c[0] >= 0 else None)
        assert row["loonwaarde_pct"] == (block.loonwaarde_bp[0] / 100 if block.loonwaarde_bp[0] >= 0 else None)
        assert row["to_check"] == [
            rule.value for k, rule in enumerate(RULES) if verdicts.checked_bits[0] >> np.uint32(k) & 1
        ]
        held = {book.certificates[code] for code in plan.problem.candidates.certificates.row(person)}
        assert row["to_arrange"] == [word for word in book.certificate_words[seat] if word.lower() not in held]
        assert row["agency_id"] == (book.agency_ids[jobs.agency[seat]] if jobs.agency[seat] >= 0 else None)
        assert not row["pinned"]
        assert not row["kept"]


def test_schemas_and_order() -> None:
    plan = _plan(1)
    for name, table in plan.outcome.tables.items():
        assert table.schema.equals(OUTPUTS[name])
    for name, column in (
        ("assignments", "candidate_id"),
        ("unassigned", "candidate_id"),
        ("vacancies_report", "vacancy_id"),
    ):
        ids = plan.outcome.tables[name][column].to_pylist()
        assert ids == sorted(ids)
    assert plan.outcome.limits.num_rows == 0


@pytest.mark.parametrize("cut", [[0, 40], [0, 13, 13, 39, 40], list(range(41))])
def test_blocks_of_people_give_the_same_tables(cut: list[int]) -> None:
    plan = _plan(3)
    edges = plan.edges
    shards = []
    for begin, end in pairwise(cut):
        some = slice(edges.start[begin], edges.start[end])
        shards.append(
            Edges(edges.start[begin : end + 1] - edges.start[begin], edges.seat[some].copy(), edges.points[some].copy())
        )
    made = outcome(
        problem=plan.problem,
        codebook=plan.codebook,
        ctx=plan.ctx,
        survey=plan.survey,
        compare=partial(standing, iter(shards)),
        result=plan.result,
        wage=plan.wage,
    )
    assert made.tables == plan.outcome.tables


def test_blocks_that_leave_somebody_out_are_refused() -> None:
    plan = _plan(3)
    nobody = np.zeros(5, dtype=np.int32) - 1
    market = Market(openings=np.zeros(18, np.int64), filled=np.zeros(18, np.int64), price=np.zeros(18, np.int64))
    with pytest.raises(ValueError, match="cover 0 rows"):
        standing((), nobody, np.zeros(5, np.int64), market)
    with pytest.raises(ValueError, match="cover 40 rows"):
        standing((plan.edges,), nobody, np.zeros(5, np.int64), market)
    assert standing((), nobody[:0], np.zeros(0, np.int64), market).rank.size == 0


def test_a_pure_flow_is_never_limited_by_policy() -> None:
    for seed in SEEDS:
        plan = _plan(seed)
        assert plan.result.status is Status.OPTIMAL
        assert "LIMITED_BY_POLICY" not in plan.outcome.unassigned["reason"].to_pylist()
