"""Optimal means optimal, and a price is what one opening more or less is worth."""

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from matcher.model.edges import CLOSED_SEAT, Offer
from matcher.model.solution import PriceKind, Proof, SolveResult, Status
from matcher.progress import SILENT
from matcher.solvers import SOLVERS, SolveParams, Solver, solve
from matcher.stop import NEVER, Stop
from tests.solvers.models import ListedSource, Model, StingySource, brute_force, random_model, small_models

Column = NDArray[np.int64]


def solved(model: Model, few: int | None = None) -> SolveResult:
    source = (
        ListedSource(model.edges, len(model.openings))
        if few is None
        else StingySource(model.edges, len(model.openings), few)
    )
    return solve(source, model.seats, SolveParams(), SILENT)


def require_assignment(model: Model, result: SolveResult) -> None:
    seat_of = result.require_seats()
    assert seat_of.dtype == np.int32 and seat_of.shape == (len(model.points),)
    taken = np.bincount(seat_of[seat_of >= 0], minlength=len(model.openings))
    assert (taken <= model.seats).all()
    values = [model.points[row][seat] for row, seat in enumerate(seat_of.tolist()) if seat >= 0]
    assert None not in values
    assert sum(value or 0 for value in values) == result.objective


def require_bound(model: Model, result: SolveResult) -> None:
    """Re-derive the upper bound from the published prices, over all pairs of seats with openings."""
    price = result.require_prices().high.tolist()
    bound = sum(count * p for count, p in zip(model.openings, price, strict=True))
    for row in model.points:
        gains = [v - p for v, p, count in zip(row, price, model.openings, strict=True) if v is not None and count]
        bound += max(0, *gains, 0)
    assert bound == result.upper_bound


@settings(max_examples=1500, deadline=None)
@given(small_models())
def test_optimum_bound_and_prices(model: Model) -> None:
    result = solved(model)
    optimum = brute_force(model)
    assert (result.status, result.objective, result.upper_bound) == (Status.OPTIMAL, optimum, optimum)
    assert result.proof is Proof.ALL_PAIRS
    assert result.gap == 0
    require_assignment(model, result)
    require_bound(model, result)
    prices = result.require_prices()
    assert prices.kind is PriceKind.EXTREME
    for seat, count in enumerate(model.openings):
        less = optimum - brute_force(model.with_openings(seat, -1)) if count else 0
        more = brute_force(model.with_openings(seat, 1)) - optimum
        assert (int(prices.high[seat]), int(prices.low[seat])) == (less, more), seat


@pytest.mark.parametrize("seed", range(8))
def test_thousands_of_random_models(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(250):
        model = random_model(rng, int(rng.integers(1, 8)), int(rng.integers(1, 6)))
        optimum = brute_force(model)
        result = solved(model)
        assert (result.objective, result.upper_bound, result.status) == (optimum, optimum, Status.OPTIMAL)
        prices = result.require_prices()
        for seat, count in enumerate(model.openings):
            if count:
                assert prices.high[seat] == optimum - brute_force(model.with_openings(seat, -1))
            assert prices.low[seat] == brute_force(model.with_openings(seat, 1)) - optimum


@settings(max_examples=500, deadline=None)
@given(small_models())
def test_a_stingy_source_equals_listing_everything(model: Model) -> None:
    everything = solved(model)
    for few in (1, 2):
        held_back = solved(model, few)
        assert held_back.status is Status.OPTIMAL
        assert held_back.objective == held_back.upper_bound == everything.objective
        assert held_back.require_prices().kind is PriceKind.EXTREME
        assert np.array_equal(held_back.require_prices().high, everything.require_prices().high)
        assert np.array_equal(held_back.require_prices().low, everything.require_prices().low)
        assert held_back.edges_stored <= everything.edges_stored
        require_assignment(model, held_back)


def test_a_stingy_source_over_a_larger_model() -> None:
    rng = np.random.default_rng(5)
    for _ in range(10):
        model = random_model(rng, 150, 60)
        everything, held_back = solved(model), solved(model, 2)
        assert held_back.status is everything.status is Status.OPTIMAL
        assert held_back.objective == everything.objective
        assert np.array_equal(held_back.require_prices().high, everything.require_prices().high)
        assert np.array_equal(held_back.require_prices().low, everything.require_prices().low)
        assert held_back.rounds > everything.rounds == 3
        assert held_back.edges_stored < everything.edges_stored


@settings(max_examples=300, deadline=None)
@given(small_models())
@pytest.mark.parametrize("solver", SOLVERS, ids=lambda solver: solver.name)
def test_every_solver_tells_the_truth(solver: Solver, model: Model) -> None:
    result = solver(ListedSource(model.edges, len(model.openings)), model.seats, SolveParams(), SILENT)
    optimum = brute_force(model)
    require_assignment(model, result)
    assert result.objective <= optimum <= result.upper_bound
    assert 2 * result.objective >= optimum
    assert result.status is not Status.OPTIMAL or result.objective == optimum
    assert result.solver == solver.name


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda solver: solver.name)
@pytest.mark.parametrize(
    "model",
    [
        Model((), ()),
        Model((), (3, 0)),
        Model(((), ()), ()),
        Model(((None, None),), (1, 1)),
        Model(((0, -4),), (1, 1)),
        Model(((5, 5),), (0, 0)),
    ],
    ids=["nothing", "no rows", "no seats", "no edges", "no value", "no openings"],
)
def test_nothing_to_assign_is_a_result(solver: Solver, model: Model) -> None:
    result = solver(ListedSource(model.edges, len(model.openings)), model.seats, SolveParams(), SILENT)
    assert result.require_seats().tolist() == [-1] * len(model.points)
    assert (result.objective, result.upper_bound) == (0, 0)
    if result.status is Status.OPTIMAL:
        assert result.require_prices().high.tolist() == [0] * len(model.openings)
        wanted = [max([0, *(row[seat] or 0 for row in model.points)]) for seat in range(len(model.openings))]
        assert result.require_prices().low.tolist() == [
            0 if count else gain for gain, count in zip(wanted, model.openings, strict=True)
        ]


def test_equal_input_equal_answer() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        model = random_model(rng, 60, 12)
        first, second = solved(model), solved(model)
        assert np.array_equal(first.require_seats(), second.require_seats())
        assert np.array_equal(first.require_prices().high, second.require_prices().high)


def test_seats_without_openings_are_closed_or_priced() -> None:
    model = Model(((9, 4), (8, 3)), (0, 1))

    heard: list[list[int]] = []

    class Listening(ListedSource):
        def offer(self, seat_prices: Column, row_prices: Column, floors: Column, stop: Stop = NEVER) -> Offer:
            heard.append(seat_prices.tolist())
            return super().offer(seat_prices, row_prices, floors, stop)

    result = solve(Listening(model.edges, 2), model.seats, SolveParams(), SILENT)
    assert result.objective == 4
    assert result.require_prices().high.tolist() == [0, 4]
    assert result.require_prices().low.tolist() == [8, 3]
    assert heard == [[0, 0], [CLOSED_SEAT, 4], [8, 3]]
