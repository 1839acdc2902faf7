"""Rent for values in use: a bound that is true, that anybody can work out, and that is lower than the one without."""

from dataclasses import replace

import numpy as np

from matcher.model.edges import Edges
from matcher.model.limits import Distinct, LimitedModel, Limits, no_weights
from matcher.progress import SILENT
from matcher.solvers import SolveParams
from matcher.solvers.limited import solve_limited
from matcher.solvers.limited.clock import until
from matcher.solvers.limited.reduced import reduced
from matcher.solvers.limited.relaxation import relax
from matcher.solvers.limited.rents import rented
from matcher.stop import NEVER
from tests.oracle.puzzle import best_by_trying
from tests.solvers.limited_models import bound_of, middle_model, puzzle_of, random_limited_model


def scarce() -> LimitedModel:
    """Six people, each with a seat of their own value worth 10; one value may be in use, so that nobody can have more than 10."""
    return LimitedModel(
        edges=Edges(np.arange(7, dtype=np.int64), np.arange(6, dtype=np.int32), np.full(6, 10, dtype=np.int64)),
        weights=no_weights(6),
        openings=np.ones(6, dtype=np.int64),
        pinned=np.full(6, -1, dtype=np.int32),
        limits=Limits(distinct=(Distinct("value", np.arange(6, dtype=np.int32), 1),)),
    )


def test_the_bound_counts_the_dearest_value_only() -> None:
    result = solve_limited(scarce(), SolveParams(gap=0.0), SILENT)
    assert (result.objective, result.upper_bound) == (10, 10)
    assert [cut.bound for cut in result.value_cuts] == [10]


def test_any_model_with_few_values() -> None:
    lower = tried = 0
    for seed in range(400):
        model = random_limited_model(seed, 6, 5) if seed % 2 else middle_model(seed)
        if not model.limits.distinct:
            continue
        problem = reduced(model)
        if (problem.openings < 0).any():
            continue
        relaxed = relax(problem, until(NEVER))
        found = rented(problem, relaxed, until(NEVER))
        tried += 1
        if found is None:
            continue
        lower += 1
        proven, rows = found.proven, len(model.limits.rows)
        assert proven.bound < relaxed.proven.bound
        prices = np.where(model.openings > 0, proven.price, 0).tolist()
        charge = proven.charge.tolist()
        assert charge[rows:] == [cut.price for cut in (*found.values, *found.cuts)]
        assert bound_of(model, prices, charge[:rows], found.cuts, found.values) == proven.bound, seed
        if seed % 2:
            best = best_by_trying(puzzle_of(model)).value
            assert best is None or best <= proven.bound, seed
    assert lower >= 3
    assert tried > lower


def test_with_as_many_values_as_there_are_nothing_is_gained() -> None:
    model = scarce()
    loose = replace(model, limits=Limits(distinct=(replace(model.limits.distinct[0], most=6),)))
    problem = reduced(loose)
    assert rented(problem, relax(problem, until(NEVER)), until(NEVER)) is None
