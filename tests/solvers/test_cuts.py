"""Cuts against trying everything: what they say of a limit is so, and no plan is worth more than what they prove.

``MATCHER_CUT_MODELS=5000 pytest tests/solvers/test_cuts.py`` looks at more models.
"""

import os
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matcher.model.limits import Cut, LimitedModel
from matcher.model.solution import Status
from matcher.progress import SILENT
from matcher.solvers import SolveParams
from matcher.solvers.limited import solve_limited
from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.reduced import reduced
from matcher.solvers.limited.relaxation import relax
from matcher.solvers.limited.tighten import first_cuts, tighten
from tests.oracle.puzzle import best_by_trying
from tests.solvers.limited_models import bound_of, coached_model, puzzle_of, weights_of
from tests.solvers.test_limited_against_oracle import faults

MODELS = int(os.environ.get("MATCHER_CUT_MODELS", "60"))
NEVER = Time(up=lambda: False, left=lambda: None)


def most_that_fits(model: LimitedModel, cut: Cut, more: int) -> int:
    """By trying every set of people, each with the least that an edge takes; ``more`` whole numbers of room besides."""
    size, used = dict.fromkeys(cut.person.tolist(), 2**60), 0
    held = np.bincount(model.pinned[model.pinned >= 0], minlength=model.openings.size)
    for at, (person, weight) in enumerate(zip(model.edges.row_of().tolist(), weights_of(model), strict=True)):
        seat, taken = int(model.edges.seat[at]), weight.get(cut.row, 0)
        used += taken if model.pinned[person] == seat else 0
        if person in size and taken and model.openings[seat] > held[seat]:
            size[person] = min(size[person], taken)
    room = model.limits.rows[cut.row].bound - used + more
    sets = np.array(list(product([0, 1], repeat=len(size))))
    fits = sets @ np.array(list(size.values())) <= room
    return int((sets @ cut.weight)[fits].max())


@settings(max_examples=MODELS, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_plan_is_worth_more_than_cuts_prove(seed: int) -> None:
    model = coached_model(seed, 7, 4)
    optimum = best_by_trying(puzzle_of(model)).value
    problem = reduced(model)
    assume(optimum is not None)
    assert optimum is not None
    first = first_cuts(problem, relax(problem, NEVER))
    for tight in (first, tighten(problem, first, NEVER, enough=0)):
        assert optimum <= tight.proven.bound <= first.relaxed.proven.bound
        charge = tight.proven.charge.tolist()
        prices, rates = tight.proven.price.tolist(), charge[: len(model.limits.rows)]
        assert bound_of(model, prices, rates, tight.cuts) == tight.proven.bound
        assert charge[len(model.limits.rows) :] == [cut.price for cut in tight.cuts]
        for cut in tight.cuts:
            assert (model.pinned[cut.person] < 0).all()
            assert (np.diff(cut.person) > 0).all()
            assert (cut.weight >= 1).all()
            assert cut.bound == most_that_fits(model, cut, 0)
            assert cut.bound_next == most_that_fits(model, cut, model.limits.rows[cut.row].scale)


def test_a_result_that_rests_on_cuts_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("search", "solve"):
        monkeypatch.setattr(f"matcher.solvers.limited.{module}.SMALL", 0)
    found, cuts = [], 0
    for seed in range(MODELS):
        model = coached_model(seed, 7, 4)
        puzzle = puzzle_of(model)
        result = solve_limited(model, SolveParams(gap=0.0), SILENT)
        cuts += len(result.cuts)
        found += [f"seed {seed}: {line}" for line in faults(model, puzzle, best_by_trying(puzzle).value, result)]
        if result.status is Status.INFEASIBLE:
            assert not result.cuts
    assert not found, "\n".join(found[:20])
    assert cuts
