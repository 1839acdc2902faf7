"""Time may run out at any look: the plan is one, the bound holds, and what is settled afterwards is exact."""

from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import SolverError
from matcher.model.edges import CLOSED_SEAT, NO_GAIN
from matcher.model.solution import PriceKind, SolveResult, Status
from matcher.progress import SILENT
from matcher.solvers import (
    GREEDY,
    SOLVERS,
    Feature,
    SolveParams,
    Solver,
    auction,
    master,
    min_cost_flow,
    settled,
    solve,
)
from matcher.solvers.auction import Halted
from matcher.solvers.greedy import topped_up
from matcher.solvers.guards import exact_sum, points_of
from matcher.stop import Deadline
from tests.solvers.models import (
    Countdown,
    ListedSource,
    Model,
    StingySource,
    brute_force,
    random_model,
    small_models,
)

LOOKS = 60


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auction, "_AT_ONCE", 1)


def require_plan(model: Model, result: SolveResult) -> None:
    seat_of = result.require_seats()
    taken = np.bincount(seat_of[seat_of >= 0], minlength=model.seats.size)
    assert (taken <= model.seats).all()
    assert exact_sum(points_of(model.edges, seat_of)) == result.objective


def contract_bound(model: Model, price: np.ndarray) -> int:  # type: ignore[type-arg]
    """The bound that anybody gets from the prices who looks at all pairs."""
    best = np.full(len(model.points), NO_GAIN, dtype=np.int64)
    charged = np.where(model.seats > 0, price, CLOSED_SEAT)
    np.maximum.at(best, model.edges.row_of(), model.edges.points - charged[model.edges.seat])
    paid = sum(int(p) * int(b) for p, b in zip(price, model.seats, strict=True))
    return paid + int(np.maximum(best, 0).sum())


def require_settled(model: Model, source: ListedSource, result: SolveResult, params: SolveParams) -> SolveResult:
    done = settled(source, model.seats, result, params, SILENT)
    require_plan(model, done)
    assert done.pending is None
    assert done.objective >= result.objective and done.upper_bound <= result.upper_bound
    prices = done.require_prices()
    assert ((prices.low <= prices.high) | (model.seats == 0)).all() and (prices.low >= 0).all()
    assert contract_bound(model, prices.high) == done.upper_bound
    return done


def require_status(result: SolveResult, optimum: int, params: SolveParams) -> None:
    assert result.objective <= optimum <= result.upper_bound
    proven = result.objective == result.upper_bound
    near = result.gap <= params.gap
    assert result.status is (Status.OPTIMAL if proven else Status.WITHIN_GAP if near else Status.FEASIBLE)


@pytest.mark.usefixtures("small_steps")
@settings(max_examples=150, deadline=None)
@given(small_models(), st.integers(1, 3), st.sampled_from([0.0, 0.3]), st.booleans())
def test_at_every_look(model: Model, few: int, gap: float, warm: bool) -> None:
    optimum = brute_force(model)
    start = np.arange(model.seats.size, dtype=np.int64) * 3 if warm else None
    params = SolveParams(gap=gap, start_prices=start)
    bounds = []
    for looks in range(LOOKS):
        source = StingySource(model.edges, model.seats.size, few)
        result = solve(source, model.seats, params, SILENT, Countdown(looks))
        require_plan(model, result)
        require_status(result, optimum, params)
        require_status(require_settled(model, source, result, params), optimum, params)
        bounds.append(result.upper_bound)
    # More time never gives a worse bound; where a gap is good enough, the run ends before it looks for a better one.
    assert gap > 0 or bounds == sorted(bounds, reverse=True)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("seed", range(6))
def test_until_it_is_proven(seed: int) -> None:
    model = random_model(np.random.default_rng(seed), 40, 15)
    optimum = solve(ListedSource(model.edges, 15), model.seats, SolveParams(), SILENT).objective
    seen = set()
    for looks in count(step=1 + seed):
        source = StingySource(model.edges, 15, 2)
        result = solve(source, model.seats, SolveParams(), SILENT, Countdown(looks))
        require_plan(model, result)
        require_status(result, optimum, SolveParams())
        require_settled(model, source, result, SolveParams())
        seen.add((result.pending is None, result.status))
        if result.pending is None and result.require_prices().kind is PriceKind.EXTREME:
            break
    assert (False, Status.FEASIBLE) in seen
    whole = solve(StingySource(model.edges, 15, 2), model.seats, SolveParams(), SILENT, Deadline.after(3600))
    assert (whole.status, whole.objective) == (Status.OPTIMAL, optimum)


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda solver: solver.name)
def test_no_time_at_all(solver: Solver) -> None:
    assert Feature.ANY_TIME in solver.handles
    model = random_model(np.random.default_rng(1), 30, 12)
    result = solver(ListedSource(model.edges, 12), model.seats, SolveParams(), SILENT, Deadline.after(0))
    require_plan(model, result)
    assert (result.status, result.objective) == (Status.FEASIBLE, 0)
    assert result.upper_bound >= solve(ListedSource(model.edges, 12), model.seats, SolveParams(), SILENT).objective


def test_pending_prices_are_not_handed_out() -> None:
    model = random_model(np.random.default_rng(1), 30, 12)
    source = ListedSource(model.edges, 12)
    result = solve(source, model.seats, SolveParams(), SILENT, Countdown(31))
    assert result.pending is not None
    with pytest.raises(SolverError):
        result.require_prices()
    assert settled(source, model.seats, result, SolveParams(), SILENT).require_prices()


def test_what_is_settled_comes_back_as_it_is() -> None:
    model = random_model(np.random.default_rng(1), 30, 12)
    source = ListedSource(model.edges, 12)
    result = solve(source, model.seats, SolveParams(), SILENT)
    assert settled(source, model.seats, result, SolveParams(), SILENT) is result


def test_after_no_time_the_looks_still_find_a_plan() -> None:
    for seed in range(20):
        model = random_model(np.random.default_rng(seed), 60, 25)
        source = StingySource(model.edges, 25, 3)
        done = settled(
            source,
            model.seats,
            solve(source, model.seats, SolveParams(), SILENT, Deadline.after(0)),
            SolveParams(),
            SILENT,
        )
        greedy = GREEDY(StingySource(model.edges, 25, 3), model.seats, SolveParams(), SILENT)
        assert done.objective >= greedy.objective > 0


@pytest.mark.parametrize("steps", [1, 7, 1000])
def test_pauses_change_nothing(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    for seed in range(60):
        rng = np.random.default_rng(seed)
        model = random_model(rng, int(rng.integers(1, 80)), int(rng.integers(1, 40)))
        start = auction.Start(rng.integers(0, 100, model.seats.size)) if seed % 2 else auction.COLD
        effort = [None, 3, 30][seed % 3]
        plain = auction.auction(model.edges, model.seats, start, effort=effort)
        with monkeypatch.context() as patch:
            patch.setattr(auction, "_AT_ONCE", steps)
            paused = auction.auction(model.edges, model.seats, start, effort=effort)
        assert type(plain) is type(paused)
        assert np.array_equal(plain.seat_of, paused.seat_of)
        assert np.array_equal(plain.prices, paused.prices)
        assert plain.looked == paused.looked


def test_a_flow_that_would_come_too_late_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_model(np.random.default_rng(3), 30, 12)
    monkeypatch.setattr(auction, "EFFORT", 1)
    monkeypatch.setattr(auction, "_SLACK", 0)
    monkeypatch.setattr(master, "_FLOW_S", 1e6)
    monkeypatch.setattr(min_cost_flow, "SimpleMinCostFlow", None)
    found = master.optimum(model.edges, model.seats, auction.COLD, Deadline.after(3600))
    assert isinstance(found, Halted) and found.looked
    result = solve(ListedSource(model.edges, 12), model.seats, SolveParams(), SILENT, Deadline.after(3600))
    assert result.status is not Status.OPTIMAL or result.objective == result.upper_bound
    require_plan(model, result)


def test_nobody_loses_a_seat_when_the_others_are_filled() -> None:
    rng = np.random.default_rng(8)
    for _ in range(50):
        model = random_model(rng, 20, 8)
        edges = model.edges
        half = topped_up(edges.keep(rng.random(len(edges)) < 0.3), model.seats, np.full(20, -1, dtype=np.int32))
        full = topped_up(edges, model.seats, half)
        assert (full[half >= 0] == half[half >= 0]).all()
        left = model.seats - np.bincount(full[full >= 0], minlength=8)
        assert not ((full[edges.row_of()] < 0) & (left[edges.seat] > 0) & (edges.points > 0)).any()
