"""What a price of a limit promises, held against solving again with one unit more and one unit less.

With V(b) the value of the plan at bound b, y the price per whole number and slack = upper bound - objective, every published price obeys
V(b + 1) - V(b) < y + slack + 1 and V(b) - V(b - 1) > y - slack - 1: the proven bound is a straight line in b that no plan rises above,
and it was rounded down to whole points.
"""

import os
from dataclasses import replace
from fractions import Fraction

import pytest

from matcher.model.limits import PRICE_BITS, LimitedModel, Sense
from matcher.model.solution import SolveResult, Status
from matcher.progress import SILENT
from matcher.solvers import SolveParams
from matcher.solvers.limited import solve_limited
from tests.oracle.puzzle import best_by_trying
from tests.solvers.limited_models import middle_model, puzzle_of, random_limited_model

MODELS = int(os.environ.get("MATCHER_LIMIT_PRICES", "120"))
PER_TEST = 30
EXACT = SolveParams(gap=0.0)


def with_bound(model: LimitedModel, row: int, change: int) -> LimitedModel:
    """The same model with one bound moved."""
    rows = list(model.limits.rows)
    rows[row] = replace(rows[row], bound=rows[row].bound + change)
    return replace(model, limits=replace(model.limits, rows=tuple(rows)))


def price_faults(model: LimitedModel, result: SolveResult) -> list[str]:
    """Prices that promise what does not come true, by trying everything again."""
    assert result.row_prices is not None
    value, slack, found = result.objective, result.upper_bound - result.objective, []
    for k, row in enumerate(model.limits.rows):
        price = Fraction(int(result.row_prices[k]), 2**PRICE_BITS)
        for change in (1, -1):
            moved = best_by_trying(puzzle_of(with_bound(model, k, change))).value
            wider = (change > 0) is (row.sense is Sense.AT_MOST)
            if moved is None:
                if wider:
                    found.append(f"{row}: a wider bound leaves no plan")
                continue
            if moved - value >= change * price + slack + 1:  # the bound itself was rounded down
                found.append(f"{row}: {change:+d} brings {moved - value}, price {float(price)}, slack {slack}")
            if (moved < value) if wider else (moved > value):
                found.append(f"{row}: {change:+d} brings {moved - value}, on the wrong side of 0")
    return found


@pytest.mark.parametrize("block", range(-(-MODELS // PER_TEST)))
def test_prices_keep_their_promise(block: int) -> None:
    found = []
    for seed in range(50_000 + block * PER_TEST, 50_000 + (block + 1) * PER_TEST):
        model = random_limited_model(seed, 5, 4)
        result = solve_limited(model, EXACT, SILENT)
        if result.status is not Status.INFEASIBLE:
            found += [f"seed {seed}: {line}" for line in price_faults(model, result)]
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("seed", [3, 12])
def test_they_keep_it_for_the_engine_itself(seed: int) -> None:
    model = middle_model(seed)
    result = solve_limited(model, EXACT, SILENT)
    assert result.row_prices is not None
    slack = result.upper_bound - result.objective
    for k, row in enumerate(model.limits.rows):
        price = Fraction(int(result.row_prices[k]), 2**PRICE_BITS)
        wider = solve_limited(with_bound(model, k, row.sign), EXACT, SILENT)
        assert 0 <= wider.objective - result.objective < row.sign * price + slack + 1
