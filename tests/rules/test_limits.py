"""What pairs weigh on limits, against the contract's own words taken pair by pair."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from matcher.domain.policy import Policy
from matcher.domain.stated import NO_BOUND, Uses
from matcher.domain.tables import Problem
from matcher.domain.wage import loonkostensubsidie, wage_table
from matcher.errors import InfeasibleError, InputError, PolicyError
from matcher.model.edges import Edges
from matcher.model.limits import EdgeWeights, LimitedModel, Sense, Soft
from matcher.rules.block import PairBlock, pair_block
from matcher.rules.context import RuleContext, rule_context
from matcher.rules.limits import Charges, edge_weights, in_use, limited_model, limits_of, pair_weights, used_of
from matcher.rules.scan import scan
from matcher.rules.scorecard import score
from matcher.rules.subsidy import subsidy_cents
from tests.limited import BUDGETS, QUOTAS, with_limits
from tests.problems import RUN_DATE, facts_from, plain_problem, random_problem
from tests.verdict.support import codebook_of

WAGE = wage_table(RUN_DATE)


def a_case(seed: int, **knobs: Any) -> tuple[RuleContext, Charges, Edges]:
    problem, policy = with_limits(random_problem(seed, 40, 15, demand=0.05, unknown=0.1, facts=0.3), seed, **knobs)
    ctx = rule_context(problem, policy)
    return ctx, limits_of(problem, policy, codebook_of(problem)), scan(ctx)[1]


def block_of(ctx: RuleContext, edges: Edges) -> PairBlock:
    return pair_block(ctx.problem, edges.row_of(), edges.seat)


def taken(uses: Uses, row: int, resource: int) -> int:
    here = slice(uses.start[row], uses.start[row + 1])
    return sum(
        a for r, a in zip(uses.resource[here].tolist(), uses.amount[here].tolist(), strict=True) if r == resource
    )


class Plain:
    """The contract, read out loud for one pair."""

    def __init__(self, ctx: RuleContext, block: PairBlock, at: int) -> None:
        self.ctx, self.s = ctx, ctx.problem.stated
        self.i, self.j, self.fact = int(block.candidate[at]), int(block.vacancy[at]), int(block.fact[at])
        one = block.keep(np.array([at]))
        value = score(ctx, one)
        self.p, self.points, self.hours = int(value.p_micro[0]), int(value.points[0]), int(value.hours_c[0])
        people = ctx.problem.candidates
        bp, age, eligible = int(one.loonwaarde_bp[0]), int(people.age[self.i]), int(people.lks_eligible[self.i])
        amount, _ = loonkostensubsidie(
            WAGE,
            age=None if age < 0 else age,
            loonwaarde_bp=None if bp < 0 else bp,
            lks_eligible=None if eligible < 0 else bool(eligible),
            hours_c=None if self.hours < 0 else self.hours,
            unpaid=bool(ctx.problem.vacancies.unpaid[self.j]),
        )
        self.cents = int(amount * 100)
        metres = int(one.road_m[0])
        self.columns: dict[str, Decimal | None] = {
            "p_durable": Decimal(self.p) / 10**6,
            "points": Decimal(self.points),
            "travel_km": None if metres < 0 else Decimal(metres) / 1000,
            "hours_week": None if self.hours < 0 else Decimal(self.hours) / 100,
            "loonwaarde_pct": None if bp < 0 else Decimal(bp) / 100,
            "lks_eur_month": amount,
        }

    def holds(self, who: Any, filters: Any) -> bool:
        compare: dict[str, Callable[[Decimal, Any], bool]] = {
            ">=": lambda a, b: a >= b,
            "<=": lambda a, b: a <= b,
            "<": lambda a, b: a < b,
            ">": lambda a, b: a > b,
            "==": lambda a, b: a == b,
            "!=": lambda a, b: a != b,
            "in": lambda a, b: a in b,
            "not_in": lambda a, b: a not in b,
        }
        if not (who.candidate[self.i] and who.vacancy[self.j]):
            return False
        for one in filters:
            value = self.columns[one.column]
            if one.op == "is_null":
                if (value is None) != one.value:
                    return False
            elif value is None or not compare[one.op](value, one.value):
                return False
        return True

    def resource(self, number: int) -> int:
        pair = taken(self.s.pair_uses, self.fact, number) if self.fact >= 0 else 0
        return taken(self.s.person_uses, self.i, number) + taken(self.s.vacancy_uses, self.j, number) + pair

    def weight(self, row: Any) -> int:
        policy, jobs = self.ctx.policy, self.ctx.problem.vacancies
        number = int(row.id[2:]) if row.id[1:2] == "-" else -1
        if row.kind == "quota":
            at = next(k for k, quota in enumerate(policy.quota) if quota.name == row.name)
            quota, held = policy.quota[at], self.holds(self.s.quotas[at], policy.quota[at].pairs)
            share = quota.min_share if row.sense is Sense.AT_LEAST else quota.max_share
            return int(held) if share is None else 1_000_000 * held - int(share * 1_000_000)
        if row.kind == "budget":
            at = next(k for k, budget in enumerate(policy.budget) if budget.name == row.name)
            amount = {
                "lks_eur_month": self.cents,
                "coach_hours": int(self.s.hours_c[self.i]),
                "placements": 1,
            }.get(row.id)
            amount = self.resource(number) if amount is None else amount
            return amount * self.holds(self.s.budgets[at], policy.budget[at].pairs)
        if row.kind == "durable_share":
            assert policy.durable_share is not None
            return 0 if jobs.unpaid[self.j] else self.p - int(policy.durable_share.min * 1_000_000)
        if row.kind == "employers":
            there = jobs.employer[self.j] == number
            support = self.ctx.problem.candidates.needs_support[self.i] == 1
            return int(there and (row.name == "max_placements" or support))
        if row.kind == "agencies":
            return int(jobs.agency[self.j] == number)
        if row.kind == "coaches":
            return int(self.s.hours_c[self.i]) if self.s.coach[self.i] == number else 0
        if row.kind == "resources":
            return self.resource(number)
        assert row.kind == "job"
        return int(self.s.job[self.j] == number)


@pytest.mark.parametrize("many", [1, 3, 32])
@pytest.mark.parametrize("seed", range(4))
def test_every_weight_is_what_the_contract_says(seed: int, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.rules.limits.MANY", many)
    ctx, limits, edges = a_case(seed)
    block = block_of(ctx, edges)
    assert block.size > 30
    plain = [Plain(ctx, block, at) for at in range(block.size)]
    expected = np.array([[pair.weight(row) for pair in plain] for row in limits.rows])
    assert np.array_equal(pair_weights(ctx, WAGE, limits, block), expected)
    assert used_of(ctx, WAGE, limits, block) == expected.sum(axis=1).tolist()
    assert np.array_equal(spelled_out(limits, edge_weights(ctx, WAGE, limits, edges), block), expected)


def spelled_out(limits: Charges, written: EdgeWeights, block: PairBlock) -> Any:
    """What a solver makes of products and edge weights."""
    out = np.zeros((len(limits.rows), block.size), dtype=np.int64)
    for product in limits.products:
        out[product.row] += product.person[block.candidate] * product.seat[block.vacancy]
    edge = np.repeat(np.arange(block.size), np.diff(written.start))
    np.add.at(out, (written.row, edge), written.weight)
    assert (written.weight != 0).all()
    return out


def test_small_heaps_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ctx, limits, edges = a_case(1)
    whole = edge_weights(ctx, WAGE, limits, edges)
    monkeypatch.setattr("matcher.rules.limits._AT_ONCE", 7)
    cut = edge_weights(ctx, WAGE, limits, edges)
    for one, other in zip((whole.start, whole.row, whole.weight), (cut.start, cut.row, cut.weight), strict=True):
        assert np.array_equal(one, other)


def test_rows_stand_in_the_order_of_the_report() -> None:
    _, limits, _ = a_case(0)
    kinds = list(dict.fromkeys(row.kind for row in limits.rows))
    assert kinds == ["quota", "budget", "durable_share", "employers", "agencies", "coaches", "resources", "job"]
    quotas = [(row.name, row.sense, row.bound, row.scale) for row in limits.rows if row.kind == "quota"]
    assert quotas == [
        ("at least some", Sense.AT_LEAST, 2, 1),
        ("at least some", Sense.AT_MOST, 40, 1),
        ("near and likely", Sense.AT_LEAST, 1, 1),
        ("half of them", Sense.AT_LEAST, 0, 1_000_000),
        ("not too many", Sense.AT_MOST, 0, 1_000_000),
        ("rather", Sense.AT_LEAST, 9, 1),
        ("rather a share", Sense.AT_LEAST, 0, 1_000_000),
    ]
    assert [row.soft for row in limits.rows if row.soft] == [Soft(weight=30_000), Soft(weight=200_000, unit=1_000_000)]
    budgets = [(row.name, row.id, row.bound, row.scale) for row in limits.rows if row.kind == "budget"]
    assert budgets[0] == ("subsidy", "lks_eur_month", 900_050, 100)
    assert budgets[2] == ("hours", "coach_hours", 2_050, 100)
    assert budgets[6] == ("second resource", "r-1", 40, 1)
    for kind in ("employers", "agencies", "coaches", "resources", "job"):
        ids = [row.id for row in limits.rows if row.kind == kind]
        assert ids == sorted(ids)


def test_nothing_stated_is_no_limit() -> None:
    problem = random_problem(3, 20, 8)
    limits = limits_of(problem, Policy(), codebook_of(problem))
    assert not limits
    edges = scan(rule_context(problem, Policy()))[1]
    assert edge_weights(rule_context(problem, Policy()), WAGE, limits, edges).start.tolist() == [0] * (len(edges) + 1)


def test_a_limit_that_nobody_can_reach_is_still_a_limit() -> None:
    problem = plain_problem(2, 2)
    stated = replace(problem.stated, employer_most=np.array([NO_BOUND, 3, NO_BOUND, NO_BOUND, NO_BOUND]))
    stated = replace(stated, employer_supported_most=np.full(5, NO_BOUND))
    problem = replace(problem, stated=stated)
    limits = limits_of(problem, Policy(), codebook_of(problem))
    assert [(row.kind, row.id, row.name, row.bound) for row in limits.rows] == [
        ("employers", "e-1", "max_placements", 3)
    ]


def test_a_job_is_as_large_as_its_largest_row() -> None:
    problem = plain_problem(1, 4)
    problem = replace(
        problem,
        stated=replace(problem.stated, job=np.array([0, 1, 0, -1], dtype=np.int32)),
        vacancies=replace(problem.vacancies, openings=np.array([2, 9, 5, 1])),
    )
    limits = limits_of(problem, Policy(), codebook_of(problem))
    assert [(row.name, row.kind, row.id, row.bound) for row in limits.rows] == [("openings", "job", "j-0", 5)]


def test_distinct_counts_the_values_in_use() -> None:
    _, limits, _ = a_case(2, distinct=2)
    one = limits.distinct[0]
    assert one.name == "instrument"
    assert one.most == 3
    seats = np.arange(one.code.size)
    assert in_use(one, seats) == len(set(one.code.tolist()) - {-1})
    assert in_use(one, seats[:0]) == 0


def test_a_budget_on_a_resource_that_is_not_there() -> None:
    problem, policy = with_limits(
        random_problem(1, 5, 5), tables=False, quotas=(), budgets=({**BUDGETS[6], "unit": "r-9"},)
    )
    with pytest.raises(PolicyError, match="r-9"):
        limits_of(problem, policy, codebook_of(problem))


def test_amounts_too_large_to_add_up_are_refused() -> None:
    problem = plain_problem(1, 1)
    huge = Uses(np.array([0, 1]), np.zeros(1, np.int32), np.array([2**62]))
    stated = replace(problem.stated, capacity=np.array([5]), minimum=np.array([NO_BOUND]), person_uses=huge)
    problem = replace(problem, stated=stated)
    with pytest.raises(InputError, match="too large"):
        limits_of(problem, Policy(), codebook_of(problem))


def pinned_model(*rows: dict[str, Any], **knobs: Any) -> LimitedModel:
    problem = replace(plain_problem(2, 2, **knobs), facts=facts_from(*rows))
    ctx = rule_context(problem, Policy())
    return limited_model(problem, Policy(), codebook_of(problem), ctx, WAGE, scan(ctx)[1])


def test_pins_become_seats() -> None:
    model = pinned_model({"candidate": 1, "vacancy": 0, "pinned": True, "eligible": 1})
    assert model.pinned.tolist() == [-1, 0]
    assert len(model.edges) == 4


def test_pins_that_no_plan_can_keep() -> None:
    with pytest.raises(InfeasibleError, match="two vacancies"):
        pinned_model({"candidate": 1, "vacancy": 0, "pinned": True}, {"candidate": 1, "vacancy": 1, "pinned": True})
    with pytest.raises(InfeasibleError, match="does not overrule"):
        pinned_model({"candidate": 1, "vacancy": 0, "pinned": True, "eligible": 0})


@pytest.mark.parametrize("seed", range(3))
def test_subsidies_are_those_of_the_wage_table(seed: int) -> None:
    problem: Problem = random_problem(seed, 120, 60, facts=0.3)
    ctx = rule_context(problem, Policy())
    block = pair_block(problem, np.repeat(np.arange(120), 60), np.tile(np.arange(60), 120))
    hours_c = score(ctx, block).hours_c
    cents = subsidy_cents(ctx, WAGE, block, hours_c)
    people = problem.candidates
    for at in range(0, block.size, 7):
        i, bp, hours = int(block.candidate[at]), int(block.loonwaarde_bp[at]), int(hours_c[at])
        amount, _ = loonkostensubsidie(
            WAGE,
            age=None if people.age[i] < 0 else int(people.age[i]),
            loonwaarde_bp=None if bp < 0 else bp,
            lks_eligible=None if people.lks_eligible[i] < 0 else bool(people.lks_eligible[i]),
            hours_c=None if hours < 0 else hours,
            unpaid=bool(problem.vacancies.unpaid[block.vacancy[at]]),
        )
        assert cents[at] == amount * 100
    assert np.unique(cents).size > 50


OPERATORS = [
    ["p_durable", "<", Decimal("0.75")],
    ["p_durable", "<=", Decimal("0.7512341")],
    ["p_start", ">", Decimal("0.5")],
    ["travel_km", ">=", Decimal("7.5")],
    ["travel_km", "is_null", True],
    ["travel_km", "is_null", False],
    ["hours_week", "==", 24],
    ["hours_week", "!=", Decimal("24.001")],
    ["hours_week", "not_in", [12, 24]],
    ["loonwaarde_pct", "in", [30, 50, Decimal("70.0")]],
    ["lks_eur_month", ">", 0],
    ["points", "<=", -1],
    ["points", "is_null", True],
    ["points", "!=", 10**14],
    ["points", "in", [0, 412_345]],
]


@pytest.mark.parametrize("one", OPERATORS, ids=str)
def test_filters_compare_exactly_and_never_match_null(one: list[Any]) -> None:
    ctx, limits, edges = a_case(5, quotas=({**QUOTAS[1], "pairs": [one]},), budgets=(), tables=False, durable=None)
    block = block_of(ctx, edges)
    p_start = np.where(block.fact >= 0, ctx.problem.facts.p_start_micro[block.fact], 10**6)
    plain = [Plain(ctx, block, at) for at in range(block.size)]
    for pair, start in zip(plain, p_start.tolist(), strict=True):
        pair.columns["p_start"] = Decimal(start) / 10**6
    expected = [pair.weight(limits.rows[0]) for pair in plain]
    assert pair_weights(ctx, WAGE, limits, block).tolist() == [expected]
