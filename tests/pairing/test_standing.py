"""Where everybody stands: the compiled look and the readable one over a list."""

from dataclasses import fields

import numpy as np
import pytest

from matcher.domain.policy import Policy
from matcher.model.standing import Market, Standing
from matcher.pairing import hall
from matcher.pairing.source import rule_source
from tests.problems import random_problem
from tests.verdict.plain_standing import standing


@pytest.mark.parametrize("seed", range(12))
def test_same_as_over_a_list(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(hall, "_CROWD_LEAST", 17)
    rng = np.random.default_rng(seed)
    n, m = 70, [30, 2200][seed % 2]
    problem = random_problem(
        seed, n, m, demand=0.1, facts=0.05, spread_km=10, small_values=seed % 3 == 0, listed_only=seed == 5
    )
    offering = rule_source(problem, Policy(), threads=2)
    edges = offering.everything()
    seat_of, own = np.full(n, -1, dtype=np.int32), np.zeros(n, dtype=np.int64)
    for row in np.flatnonzero(np.diff(edges.start)).tolist()[::2]:
        at = int(rng.integers(edges.start[row], edges.start[row + 1]))
        seat_of[row], own[row] = edges.seat[at], edges.points[at]
    openings = rng.integers(0, 3, size=m)
    openings[seat_of[seat_of >= 0]] += 1
    filled = np.bincount(seat_of[seat_of >= 0], minlength=m)
    price = rng.integers(0, [5, 800_000][seed % 2], size=m)
    price[openings == 0] = rng.integers(0, 2**62, size=int((openings == 0).sum()))
    market = Market(openings=openings, filled=filled, price=price)
    readable, compiled = standing((edges,), seat_of, own, market), offering.standing(seat_of, own, market)
    for field in fields(Standing):
        np.testing.assert_array_equal(
            getattr(readable, field.name), getattr(compiled, field.name), field.name, strict=True
        )
    assert (compiled.rank > 1).any() and (compiled.best_seat >= 0).any()
