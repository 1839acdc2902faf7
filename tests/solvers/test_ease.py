"""Prices of limits that leave no room are as low as they can be, and prove as much."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.model.limits import PRICE_BITS, Limits
from matcher.solvers.limited.bound import proven
from matcher.solvers.limited.ease import eased
from matcher.solvers.limited.reduced import reduced
from tests.solvers.limited_models import random_limited_model


@pytest.mark.parametrize("block", range(4))
def test_bounds_never_rise_and_prices_never_do(block: int) -> None:
    lowered = 0
    for seed in range(50 * block, 50 * block + 50):
        model = random_limited_model(seed, 6, 5)
        rows = tuple(replace(row, bound=0) for row in model.limits.rows)
        closed = replace(model, limits=Limits(rows, model.limits.products, model.limits.distinct))
        problem, rng = reduced(closed), np.random.default_rng(seed)
        price, charge = rng.uniform(0, 5, model.openings.size), np.array([row.sign * 1e7 for row in rows])
        before = proven(problem, price, charge)
        after = eased(problem, before)
        assert after.bound <= before.bound
        assert (np.abs(after.charge) <= np.abs(before.charge)).all()
        lowered += int((after.charge != before.charge).sum())
        again = proven(problem, after.price.astype(float), after.charge / 2.0**PRICE_BITS)
        assert again.bound == after.bound
    assert lowered
