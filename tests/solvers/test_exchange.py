"""Plans by exchange and piece by piece: they keep every hard row, are worth what they say, and never more than the best there is."""

import numpy as np
import pytest

from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.engine import Effort, Ending, Engine, Program, run
from matcher.solvers.limited.exchange import Moves, exchanged
from matcher.solvers.limited.improve import Pieces, improved
from matcher.solvers.limited.plan import Plan, appraised
from matcher.solvers.limited.reduced import Reduced, reduced
from matcher.solvers.limited.relaxation import relax
from tests.oracle.puzzle import Puzzle, best_by_trying
from tests.solvers.limited_models import middle_model, puzzle_of, random_limited_model

ENDLESS = Time(up=lambda: False, left=lambda: None)
FEW = Moves(until=ENDLESS, seed=0, per_person=200)


def _held(puzzle: Puzzle, problem: Reduced, plan: Plan) -> int | None:
    """What the oracle says that a plan is worth, pins included."""
    seats = {row: seat for row, seat in enumerate(problem.model.pinned.tolist()) if seat >= 0}
    seats.update(zip(problem.owner[plan.chosen].tolist(), problem.seat[plan.chosen].tolist(), strict=True))
    return puzzle.value(seats)


@pytest.mark.parametrize("block", range(4))
def test_exchange_keeps_hard_rows_and_counts_exactly(block: int) -> None:
    met = 0
    for seed in range(block * 40, block * 40 + 40):
        model = random_limited_model(seed, 6, 5)
        puzzle, problem = puzzle_of(model), reduced(model)
        if (problem.openings < 0).any():
            continue
        relaxed = relax(problem, ENDLESS)
        plan = exchanged(problem, relaxed.proven, relaxed, FEW)
        if plan is None:
            continue
        optimum = best_by_trying(puzzle).value
        assert optimum is not None and plan.worth <= optimum, seed
        assert _held(puzzle, problem, plan) == plan.worth, seed
        met += plan.worth == optimum
    assert met > 15, "small models are usually solved by a few hundred moves"


@pytest.mark.parametrize("seed", range(6))
def test_neither_makes_a_plan_worse_and_both_repeat(seed: int) -> None:
    model = middle_model(seed)
    puzzle, problem = puzzle_of(model), reduced(model)
    relaxed = relax(problem, ENDLESS)
    first = exchanged(problem, relaxed.proven, relaxed, FEW)
    again = exchanged(problem, relaxed.proven, relaxed, FEW)
    assert (first is None) is (again is None)
    if first is None or again is None:
        return
    assert np.array_equal(first.chosen, again.chosen)
    pieces = Pieces(until=ENDLESS, seed=seed, in_vain=3)
    better, same = (improved(problem, relaxed.proven, first, pieces) for _ in range(2))
    assert np.array_equal(better.chosen, same.chosen)
    assert relaxed.proven.bound >= better.worth >= first.worth
    assert _held(puzzle, problem, better) == better.worth
    more = exchanged(problem, relaxed.proven, relaxed, FEW, first=better)
    assert more is not None and more.worth >= better.worth


def test_no_time_means_no_moves() -> None:
    model = random_limited_model(3, 6, 5)
    problem = reduced(model)
    relaxed = relax(problem, ENDLESS)
    up = Moves(until=Time(up=lambda: True, left=lambda: 0.0), seed=0)
    plan = exchanged(problem, relaxed.proven, relaxed, up)
    assert plan is None or appraised(problem, plan.chosen) is not None


def test_nothing_above_the_floor_counts_as_infeasible() -> None:
    program = Program(
        cost=np.array([3.0, 4.0]),
        most=np.ones(2),
        whole=np.ones(2, dtype=np.bool_),
        low=np.array([-np.inf]),
        high=np.array([1.0]),
        row=np.array([0, 0]),
        column=np.array([0, 1]),
        value=np.ones(2),
    )
    found = run(program, Engine.SCIP, Effort(seconds=5, floor=3.5, nodes=100))
    assert found.ending is Ending.OPTIMAL and found.worth == 4
    nothing = run(program, Engine.SCIP, Effort(seconds=5, floor=4.5, nodes=100))
    assert nothing.ending is Ending.INFEASIBLE and nothing.x is None
