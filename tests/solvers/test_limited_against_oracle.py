"""The solver under limits against brute force, and against a general integer programme where trying takes too long.

``MATCHER_LIMIT_MODELS=20000 pytest tests/solvers/test_limited_against_oracle.py`` looks at more small models, ``MATCHER_LIMIT_MIDDLE=2000``
at more of the larger ones.
"""

import os
from collections.abc import Iterator

import numpy as np
import pytest

from matcher.model.limits import PRICE_BITS, LimitedModel
from matcher.model.solution import SolveResult, Status
from matcher.progress import SILENT
from matcher.solvers import SolveParams
from matcher.solvers.limited import solve_limited
from matcher.solvers.limited.bound import proven
from matcher.solvers.limited.reduced import reduced
from tests.oracle.milp import Milp
from tests.oracle.puzzle import Puzzle, best_by_trying
from tests.solvers.limited_models import bound_of, middle_model, puzzle_of, random_limited_model

MODELS = int(os.environ.get("MATCHER_LIMIT_MODELS", "400"))
MIDDLE = int(os.environ.get("MATCHER_LIMIT_MIDDLE", "12"))
PER_TEST = 50
EXACT = SolveParams(gap=0.0)


def faults(model: LimitedModel, puzzle: Puzzle, optimum: int | None, result: SolveResult) -> Iterator[str]:
    """Everything that a result claims and that is not so; nothing where it is right."""
    if optimum is None or result.status is Status.INFEASIBLE:
        if (optimum is None) is not (result.status is Status.INFEASIBLE):
            yield f"{result.status}, the optimum is {optimum}"
        if result.seat_of is not None and result.status is Status.INFEASIBLE:
            yield "infeasible, and yet a plan"
        return
    plan = {row: seat for row, seat in enumerate(result.require_seats().tolist()) if seat >= 0}
    value = puzzle.value(plan)
    if value is None:
        yield f"the plan {plan} is not allowed"
        return
    points = sum(option.points for row, seat in plan.items() for option in puzzle.options[row] if option.seat == seat)
    claimed = (result.objective, result.points_total, result.penalties)
    if claimed != (value, points, points - value):
        yield f"objective, points, penalties {claimed}, the plan has {(value, points, points - value)}"
    if value != optimum:
        yield f"worth {value}, the optimum is {optimum}"
    if result.upper_bound < optimum:
        yield f"upper bound {result.upper_bound} below the optimum {optimum}"
    if result.search_bound is not None and result.search_bound < optimum:
        yield f"search bound {result.search_bound} below the optimum {optimum}"
    if (result.status is Status.OPTIMAL) is not (result.upper_bound == result.objective):
        yield f"{result.status} with bound {result.upper_bound} and objective {result.objective}"
    yield from price_faults(model, result)


def price_faults(model: LimitedModel, result: SolveResult) -> Iterator[str]:
    """Prices on their side of 0, within the weights of soft rows, and giving the bound to the point."""
    prices = result.require_prices()
    assert result.row_prices is not None
    if prices.high.dtype != np.int64 or result.row_prices.dtype != np.int64:
        yield "prices are not int64"
    rows = result.row_prices.tolist()
    high = [
        price if openings else 0 for price, openings in zip(prices.high.tolist(), model.openings.tolist(), strict=True)
    ]
    if any(price < 0 for price in high):
        yield f"seat prices {high}"
    for row, price in zip(model.limits.rows, rows, strict=True):
        if row.sign * price < 0:
            yield f"price {price} of {row}"
        if row.soft is not None and abs(price) * row.soft.unit > row.soft.weight << PRICE_BITS:
            yield f"price {price} above the weight of {row}"
    if (found := bound_of(model, high, rows, result.cuts, result.value_cuts)) != result.upper_bound:
        yield f"prices prove {found}, the result says {result.upper_bound}"


@pytest.mark.parametrize("block", range(-(-MODELS // PER_TEST)))
def test_small_models_are_solved_as_by_trying(block: int) -> None:
    found = []
    for seed in range(block * PER_TEST, (block + 1) * PER_TEST):
        model = random_limited_model(seed, 6, 5)
        puzzle = puzzle_of(model)
        result = solve_limited(model, EXACT, SILENT)
        found += [f"seed {seed}: {line}" for line in faults(model, puzzle, best_by_trying(puzzle).value, result)]
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("most", [0.0, 5.0, 1e6, 1e13, 1e18])
def test_any_prices_prove_a_bound(most: float) -> None:
    rng = np.random.default_rng(3)
    for seed in range(60):
        model = random_limited_model(seed, 6, 5)
        optimum = best_by_trying(puzzle_of(model)).value
        if optimum is None:
            continue
        problem = reduced(model)
        price = rng.uniform(0, min(most, 1e6), model.openings.size)
        charge = rng.uniform(-most, most, len(model.limits.rows))
        found = proven(problem, price, charge)
        high = np.where(model.openings > 0, found.price, 0).tolist()
        assert found.bound == bound_of(model, high, found.charge.tolist()) >= optimum, seed


def test_middle_models_are_solved_as_by_a_general_programme() -> None:
    found = []
    with Milp("scip") as milp:
        for seed in range(MIDDLE):
            model = middle_model(seed)
            puzzle = puzzle_of(model)
            result = solve_limited(model, EXACT, SILENT)
            found += [f"seed {seed}: {line}" for line in faults(model, puzzle, milp.best(puzzle).value, result)]
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("seed", range(0, 40, 8))
def test_the_same_model_gives_the_same_plan(seed: int) -> None:
    model = middle_model(seed)
    one, two = (solve_limited(model, SolveParams(threads=threads), SILENT) for threads in (1, 2))
    assert (one.seat_of is None) is (two.seat_of is None)
    if one.seat_of is not None and two.seat_of is not None:
        assert one.seat_of.tolist() == two.seat_of.tolist()
        assert (one.objective, one.upper_bound) == (two.objective, two.upper_bound)
