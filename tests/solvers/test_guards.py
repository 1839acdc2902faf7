"""What must never be read, overflow or slip through."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import InputError, NotSupportedError, SolverError
from matcher.model.edges import Edges, Offer
from matcher.model.solution import PriceKind, Status
from matcher.progress import SILENT
from matcher.solvers import (
    GREEDY,
    PRICED_FLOW,
    SOLVERS,
    Feature,
    SolveParams,
    auction,
    choose,
    min_cost_flow,
    settled,
    solve,
)
from matcher.solvers.duals import extreme_duals
from matcher.solvers.guards import exact_dot, exact_sum, require_edges, require_range
from matcher.solvers.min_cost_flow import SimpleMinCostFlow, flow
from matcher.stop import NEVER
from tests.solvers.models import Countdown, ListedSource, Model, StingySource, random_model

SQUARE = Model(((5, 4), (4, 1)), (1, 1))

BAD_STATUSES = [status for status in SimpleMinCostFlow.Status.__members__.values() if status.name != "OPTIMAL"]


def stub(status: object, flows: list[int] | None = None) -> type:
    class Stub:
        OPTIMAL = SimpleMinCostFlow.OPTIMAL

        def add_arcs_with_capacity_and_unit_cost(self, tail, head, capacity, cost):  # type: ignore[no-untyped-def]
            return np.arange(len(tail))

        def set_nodes_supplies(self, nodes, supplies):  # type: ignore[no-untyped-def]
            pass

        def solve(self) -> object:
            return status

        def flows(self, arcs):  # type: ignore[no-untyped-def]
            assert flows is not None, "a flow was read although there is none"
            return np.array(flows)

        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"{name} was read although there is no answer")

    return Stub


@pytest.fixture
def no_auction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave everything to the flow."""
    monkeypatch.setattr(auction, "EFFORT", 0)


@pytest.mark.usefixtures("no_auction")
@pytest.mark.parametrize("status", BAD_STATUSES, ids=lambda status: status.name)
def test_no_flow_is_read_without_an_optimum(monkeypatch: pytest.MonkeyPatch, status: object) -> None:
    monkeypatch.setattr(min_cost_flow, "SimpleMinCostFlow", stub(status))
    with pytest.raises(SolverError, match=status.name):  # type: ignore[attr-defined]
        flow(SQUARE.edges, SQUARE.seats)
    with pytest.raises(SolverError):
        solve(ListedSource(SQUARE.edges, 2), SQUARE.seats, SolveParams(), SILENT)


# Edges (0,0) (0,1) (1,0) (1,1), then two ways out, then two seats.
@pytest.mark.parametrize(
    "flows",
    [
        [1, 0, 1, 0, 0, 0, 2, 0],
        [1, 1, 0, 0, 0, 0, 1, 1],
        [0, 2, 0, 0, 0, 0, 1, 1],
        [0, -1, 1, 0, 2, 0, 1, -1],
        [1, 0, 0, 0, 0, 0, 1, 0],
        [1, 0, 0, 0, 0, 1],
        [0, 1, 1, 0, 0, 0, 1, 0],
    ],
    ids=["seat twice", "row twice", "two units", "negative", "row lost", "too short", "stuck in a seat"],
)
def test_a_flow_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, flows: list[int]) -> None:
    monkeypatch.setattr(min_cost_flow, "SimpleMinCostFlow", stub(SimpleMinCostFlow.OPTIMAL, flows))
    with pytest.raises(SolverError):
        flow(SQUARE.edges, SQUARE.seats)


@pytest.mark.usefixtures("no_auction")
def test_an_optimum_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    worse = [1, 0, 0, 1, 0, 0, 1, 1]
    monkeypatch.setattr(min_cost_flow, "SimpleMinCostFlow", stub(SimpleMinCostFlow.OPTIMAL, worse))
    assert flow(SQUARE.edges, SQUARE.seats).tolist() == [0, 1]
    with pytest.raises(SolverError, match="not optimal"):
        solve(ListedSource(SQUARE.edges, 2), SQUARE.seats, SolveParams(), SILENT)


def test_every_worse_assignment_is_found_out() -> None:
    rng = np.random.default_rng(11)
    caught = 0
    for _ in range(1000):
        model = random_model(rng, 7, 4)
        edges, openings = model.edges, model.seats
        best = flow(edges, openings)
        seat_of = best.copy()
        row = int(rng.integers(7))
        held = edges.seat[edges.start[row] : edges.start[row + 1]]
        seat_of[row] = rng.choice([-1, *held.tolist()])
        other = int(rng.integers(7))
        if rng.random() < 0.5:
            seat_of[row], seat_of[other] = best[other], best[row]
        worth = [
            sum((model.points[r][s] or -(10**9)) for r, s in enumerate(x.tolist()) if s >= 0) for x in (best, seat_of)
        ]
        fits = (np.bincount(seat_of[seat_of >= 0], minlength=4) <= openings).all()
        if worth[0] == worth[1] and fits:
            extreme_duals(edges, openings, seat_of)
        else:
            caught += 1
            with pytest.raises(SolverError):
                extreme_duals(edges, openings, seat_of)
    assert caught > 300


@pytest.mark.parametrize("power", range(40, 64))
def test_values_that_could_overflow_never_reach_the_solver(monkeypatch: pytest.MonkeyPatch, power: int) -> None:
    value = min(2**power, 2**63 - 1)
    model = Model(((value, value - 1), (value, 1)), (1, 1))
    nodes = 5
    if (nodes + 1) * value < 2**60 and 3 * value < 2**62:
        result = solve(ListedSource(model.edges, 2), model.seats, SolveParams(), SILENT)
        assert (result.status, result.objective) == (Status.OPTIMAL, 2 * value - 1)
        assert result.upper_bound == 2 * value - 1
    else:
        monkeypatch.setattr(min_cost_flow, "SimpleMinCostFlow", None)
        with pytest.raises(InputError, match="too large"):
            solve(ListedSource(model.edges, 2), model.seats, SolveParams(), SILENT)


@given(st.integers(1, 2**31), st.lists(st.integers(-(2**62) + 1, 0), min_size=1, max_size=5))
def test_range_proof(nodes: int, cost: list[int]) -> None:
    safe = (nodes + 1) * max(-value for value in cost) < 2**60 and -sum(cost) < 2**62
    if safe:
        require_range(nodes, np.array(cost))
    else:
        with pytest.raises(InputError):
            require_range(nodes, np.array(cost))


@given(st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1)), max_size=20))
def test_sums_are_exact(pairs: list[tuple[int, int]]) -> None:
    left = np.array([a for a, _ in pairs], dtype=np.int64)
    right = np.array([b for _, b in pairs], dtype=np.int64)
    assert exact_sum(left) == sum(a for a, _ in pairs)
    assert exact_dot(left, right) == sum(a * b for a, b in pairs)


def test_huge_openings_are_no_overflow() -> None:
    model = Model(((2**50, 2**50 - 7), (2**50, 3)), (2**31 - 1, 2**62))
    result = solve(ListedSource(model.edges, 2), model.seats, SolveParams(), SILENT)
    assert result.objective == result.upper_bound == 2**51
    assert result.require_prices().high.tolist() == [0, 0]


def broken(**change: object) -> Edges:
    good = SQUARE.edges
    columns = {"start": good.start, "seat": good.seat, "points": good.points, **change}
    return Edges(*(np.array(columns[name]) for name in ("start", "seat", "points")))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "edges",
    [
        broken(seat=np.array([0, 1, 0, 2], dtype=np.int32)),
        broken(seat=np.array([0, 1, -1, 1], dtype=np.int32)),
        broken(seat=np.array([1, 0, 0, 1], dtype=np.int32)),
        broken(seat=np.array([0, 0, 0, 1], dtype=np.int32)),
        broken(seat=np.array([0, 1, 0, 1], dtype=np.int64)),
        broken(points=np.array([5.0, 4.0, 4.0, 1.0])),
        broken(points=np.array([5, 4, 4], dtype=np.int64)),
        broken(start=np.array([0, 3, 2, 4], dtype=np.int64)),
        broken(start=np.array([0, 2, 5], dtype=np.int64)),
        broken(start=np.array([1, 2, 4], dtype=np.int64)),
        broken(start=np.array([], dtype=np.int64)),
    ],
)
def test_edges_that_a_compiled_loop_could_not_walk(edges: Edges) -> None:
    with pytest.raises(SolverError):
        require_edges(edges, 2)


@pytest.mark.parametrize(
    "openings", [np.array([1.0, 2.0]), np.array([1, -1]), np.array([[1, 1]]), np.array([1], dtype=np.int32)]
)
def test_openings_that_are_no_counts(openings: np.ndarray) -> None:  # type: ignore[type-arg]
    with pytest.raises(SolverError):
        flow(SQUARE.edges, openings)


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda solver: solver.name)
def test_openings_of_other_seats(solver) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SolverError):
        solver(ListedSource(SQUARE.edges, 2), np.array([1], dtype=np.int64), SolveParams(), SILENT)


@pytest.mark.parametrize(
    "seat_of",
    [
        np.array([0, 0], dtype=np.int32),
        np.array([0, 2], dtype=np.int32),
        np.array([-2, 0], dtype=np.int32),
        np.array([0], dtype=np.int32),
        np.array([0, 1], dtype=np.int64),
    ],
)
def test_prices_of_no_assignment(seat_of: np.ndarray) -> None:  # type: ignore[type-arg]
    with pytest.raises(SolverError):
        extreme_duals(SQUARE.edges, SQUARE.seats, seat_of)


def test_an_assignment_to_a_worthless_pair_is_not_optimal() -> None:
    model = Model(((0, 3),), (1, 1))
    with pytest.raises(SolverError, match="worth nothing"):
        extreme_duals(model.edges, model.seats, np.array([0], dtype=np.int32))


class Changed(ListedSource):
    """A source whose answers are tampered with."""

    def __init__(self, edges: Edges, seats: int, change) -> None:  # type: ignore[no-untyped-def]
        super().__init__(edges, seats)
        self.change = change

    def offer(self, seat_prices, row_prices, floors, stop=NEVER):  # type: ignore[no-untyped-def]
        return self.change(super().offer(seat_prices, row_prices, floors, stop), self.asked)


def test_a_source_that_only_knows_a_bound_gets_no_optimum() -> None:
    source = Changed(SQUARE.edges, 2, lambda offer, _: Offer(offer.edges, offer.best + 1, False))
    result = solve(source, SQUARE.seats, SolveParams(), SILENT)
    assert (result.status, result.objective, result.upper_bound) == (Status.FEASIBLE, 8, 10)
    assert result.require_prices().kind is PriceKind.SOME_OPTIMAL
    accepted = solve(source, SQUARE.seats, SolveParams(gap=0.5), SILENT)
    assert accepted.status is Status.WITHIN_GAP


def test_a_source_whose_bound_is_loose_only_at_the_smallest_prices() -> None:
    source = Changed(SQUARE.edges, 2, lambda offer, asked: Offer(offer.edges, offer.best + 9 * (asked == 3), False))
    result = solve(source, SQUARE.seats, SolveParams(), SILENT)
    assert (result.status, result.objective, result.upper_bound) == (Status.OPTIMAL, 8, 8)
    assert result.require_prices().kind is PriceKind.SOME_OPTIMAL


@pytest.mark.parametrize(
    "change",
    [
        lambda offer, asked: Offer(offer.edges, offer.best - 1, True),
        lambda offer, asked: Offer(offer.edges, offer.best[1:], True),
        lambda offer, asked: Offer(offer.edges, offer.best.astype(np.float64), True),
        lambda offer, asked: offer if asked < 2 else Offer(broken(points=SQUARE.edges.points + 1), offer.best, True),
        lambda offer, asked: Offer(broken(seat=np.array([0, 1, 0, 7], dtype=np.int32)), offer.best, True),
    ],
    ids=["bound too low", "too few rows", "floats", "two values", "unknown seat"],
)
def test_a_source_that_breaks_its_promises(change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SolverError):
        solve(Changed(SQUARE.edges, 2, change), SQUARE.seats, SolveParams(), SILENT)


def test_stopping_early_is_said_and_still_proven() -> None:
    model = random_model(np.random.default_rng(2), 60, 30)
    optimum = solve(ListedSource(model.edges, 30), model.seats, SolveParams(), SILENT).objective
    source = StingySource(model.edges, 30, 1)
    stopped = solve(source, model.seats, SolveParams(), SILENT, Countdown(64))
    late = settled(source, model.seats, stopped, SolveParams(), SILENT)
    assert late.status is Status.FEASIBLE
    assert late.objective < optimum <= late.upper_bound
    prices = late.require_prices()
    assert prices.kind is PriceKind.SOME_OPTIMAL
    price = np.where(model.seats > 0, prices.high, 2**60)
    best = np.zeros(60, dtype=np.int64)
    np.maximum.at(best, model.edges.row_of(), model.edges.points - price[model.edges.seat])
    assert int((model.seats * prices.high).sum() + best.sum()) == late.upper_bound
    assert np.array_equal(prices.low, prices.high)
    near = solve(StingySource(model.edges, 30, 1), model.seats, SolveParams(gap=late.gap), SILENT)
    assert near.status is Status.WITHIN_GAP and near.gap <= late.gap


@pytest.mark.parametrize(
    "wrong",
    [
        {"gap": -0.1},
        {"gap": float("nan")},
        {"threads": -1},
        {"start_prices": np.array([3, -1])},
        {"start_prices": np.array([3.0])},
        {"start_prices": np.array([[3]])},
    ],
)
def test_params_that_make_no_sense(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SolveParams(**wrong)  # type: ignore[arg-type]


def test_greedy_takes_the_best_pair_first_and_claims_nothing() -> None:
    result = GREEDY(ListedSource(SQUARE.edges, 2), SQUARE.seats, SolveParams(), SILENT)
    assert result.require_seats().tolist() == [0, 1]
    assert (result.status, result.objective, result.upper_bound) == (Status.FEASIBLE, 6, 9)
    with pytest.raises(SolverError):
        result.require_prices()


def test_choice_names_the_cheapest_solver_and_its_reason() -> None:
    assert choose(frozenset({Feature.SEATS}), SOLVERS).solver is GREEDY
    choice = choose(frozenset({Feature.SEATS, Feature.OPTIMUM}), SOLVERS)
    assert choice.solver is PRICED_FLOW
    assert choice.why == "auction is the cheapest solver for seats, optimum; cheaper, but lacking: greedy (optimum)."
    with pytest.raises(NotSupportedError, match="optimum"):
        choose(frozenset({Feature.SEATS, Feature.OPTIMUM}), (GREEDY,))


def test_phases_are_told() -> None:
    class Listener(SimpleNamespace):
        def phase(self, name: str, total: int | None = None) -> None:
            heard.append(name)

        def step(self, done: int) -> None:
            pass

    heard: list[str] = []
    solve(ListedSource(SQUARE.edges, 2), SQUARE.seats, SolveParams(), Listener())
    assert heard == ["pairs", "flow", "pairs", "prices", "pairs"]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32))
def test_rows_given_twice_are_refused_or_equal(seed: int) -> None:
    model = random_model(np.random.default_rng(seed), 5, 3)
    source = Changed(model.edges, 3, lambda offer, _: Offer(model.edges, offer.best, True))
    plain = solve(ListedSource(model.edges, 3), model.seats, SolveParams(), SILENT)
    again = solve(source, model.seats, SolveParams(), SILENT)
    assert np.array_equal(plain.require_seats(), again.require_seats())
    assert plain.edges_stored == again.edges_stored
