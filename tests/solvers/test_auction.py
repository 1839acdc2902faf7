"""The auction finds the optimum from anywhere, and says so when it would take too long."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.errors import SolverError
from matcher.model.edges import Edges
from matcher.model.solution import PriceKind, Status
from matcher.progress import SILENT
from matcher.solvers import SolveParams, auction, bids, kernels, labels, master, solve
from matcher.solvers.asking import united
from matcher.solvers.auction import Auctioned, Start
from matcher.solvers.duals import extreme_duals, largest_prices, require_optimal
from matcher.solvers.guards import exact_sum, points_of
from matcher.solvers.min_cost_flow import flow
from tests.solvers.models import ListedSource, Model, StingySource, brute_force, random_model, small_models

Problem = tuple[Edges, NDArray[np.int64]]


def won(edges: Edges, openings: NDArray[np.int64], start: Start = auction.COLD) -> Auctioned:
    """An auction that must not give up, checked from all sides."""
    found = auction.auction(edges, openings, start)
    assert isinstance(found, Auctioned)
    used = np.bincount(found.seat_of[found.seat_of >= 0], minlength=openings.size)
    assert (used <= openings).all()
    assert np.array_equal(found.own, points_of(edges, found.seat_of))
    useful = edges.keep((edges.points > 0) & (openings[edges.seat] > 0))
    require_optimal(useful, openings, found.seat_of, found.own, found.high)
    assert found.prices.min(initial=0) >= 0
    return found


def of(row: NDArray[np.int64], seat: NDArray[np.int64], points: NDArray[np.int64], seats: int) -> Edges:
    """Edges from columns in any order; of a pair named twice the first counts."""
    _, first = np.unique(row * seats + seat, return_index=True)
    start = np.concatenate([[0], np.cumsum(np.bincount(row[first], minlength=int(row.max()) + 1))]).astype(np.int64)
    return Edges(start, seat[first].astype(np.int32), points[first].astype(np.int64))


@st.composite
def starts(draw: Callable[..., int], model: Model) -> Start:
    price = st.one_of(st.integers(0, 10), st.integers(0, 2_000_000), st.integers(0, 2**63 - 1))
    prices = [draw(price) for _ in model.openings]
    seats = [draw(st.integers(-2, len(model.openings) + 1)) for _ in model.points]
    return Start(
        np.array(prices, dtype=np.int64) if draw(st.booleans()) else None,
        np.array(seats, dtype=np.int32) if draw(st.booleans()) else None,
    )


@settings(max_examples=2500, deadline=None)
@given(st.data(), small_models())
def test_any_start_leads_to_the_optimum(data: st.DataObject, model: Model) -> None:
    found = won(model.edges, model.seats, data.draw(starts(model)))
    assert exact_sum(found.own) == brute_force(model)
    assert found.high.tolist() == extreme_duals(model.edges, model.seats, found.seat_of).high.tolist()


@settings(max_examples=400, deadline=None)
@given(st.data(), small_models())
def test_starting_prices_change_nothing_but_the_way(data: st.DataObject, model: Model) -> None:
    plain = solve(ListedSource(model.edges, len(model.openings)), model.seats, SolveParams(), SILENT)
    prices = data.draw(starts(model)).prices
    for few in (1, 3):
        source = StingySource(model.edges, len(model.openings), few)
        result = solve(source, model.seats, SolveParams(start_prices=prices), SILENT)
        assert (result.status, result.objective) == (Status.OPTIMAL, plain.objective)
        assert result.upper_bound == result.objective
        assert result.require_prices().kind is PriceKind.EXTREME
        assert np.array_equal(result.require_prices().high, plain.require_prices().high)
        assert np.array_equal(result.require_prices().low, plain.require_prices().low)


def test_same_as_the_flow_on_middling_models_cold_warm_and_from_noise() -> None:
    rng = np.random.default_rng(21)
    for _ in range(150):
        model = random_model(rng, int(rng.integers(20, 120)), int(rng.integers(5, 60)))
        edges, openings = model.edges, model.seats
        best = flow(edges, openings)
        high = extreme_duals(edges, openings, best).high
        noise = rng.integers(0, 10_000, openings.size)
        nonsense = rng.integers(-1, openings.size, edges.rows).astype(np.int32)
        cold = won(edges, openings)
        for start in (
            Start(high),
            Start(high, best),
            Start(cold.prices, cold.seat_of),
            Start(noise, nonsense),
            Start(None, best),
        ):
            found = won(edges, openings, start)
            assert exact_sum(found.own) == exact_sum(points_of(edges, best))
            assert np.array_equal(found.high, high)


def test_a_good_start_saves_work() -> None:
    rng = np.random.default_rng(6)
    row, seat = np.repeat(np.arange(5_000), 20), rng.integers(0, 2_000, 100_000)
    edges = of(row, seat, rng.integers(1, 1_000_000, row.size), 2_000)
    openings = rng.integers(1, 4, 2_000)
    cold = won(edges, openings)
    points = edges.points.copy()
    changed = rng.choice(points.size, points.size // 100, replace=False)
    points[changed] = rng.integers(1, 1_000_000, changed.size)
    later = Edges(edges.start, edges.seat, points)
    warm, again = won(later, openings, Start(cold.prices, cold.seat_of)), won(later, openings)
    assert exact_sum(warm.own) == exact_sum(again.own)
    assert 2 * warm.looked < again.looked


def ring(rng: np.random.Generator, size: int, slope: int) -> Problem:
    """Every row fits two seats in a circle of all; what is best comes from one end only."""
    place = rng.permutation(size)
    row = np.repeat(np.arange(size), 2)
    seat = place[(row + np.tile([0, 1], size)) % size]
    points = 10_000_000 - slope * row - np.tile([0, 1], size) * (row + 1)
    return of(row, seat, points, size), np.ones(size, dtype=np.int64)


def one_big_seat(rng: np.random.Generator, *, tied: bool) -> Problem:
    """A seat with 100,000 openings that 120,000 rows like best, beside 300 small ones."""
    rows = 120_000
    row = np.repeat(np.arange(rows), 3)
    seat = np.where(np.tile([True, False, False], rows), 0, rng.integers(1, 301, row.size))
    points = (
        np.where(seat == 0, 700_000, 600_000) if tied else rng.integers(1, 1_000_000, row.size) + 500_000 * (seat == 0)
    )
    openings = np.full(301, 20, dtype=np.int64)
    openings[0] = 100_000
    return of(row, seat, points, 301), openings


def everybody_everywhere(values: NDArray[np.int64], openings: int) -> Problem:
    rows, seats = values.shape
    row, seat = np.divmod(np.arange(rows * seats), seats)
    return of(row, seat, values.reshape(-1), seats), np.full(seats, openings, dtype=np.int64)


def checkered(rng: np.random.Generator, side: int, top: int) -> Problem:
    """A square of rows and seats, each row fitting its own seat and the four around it."""
    x, y = np.divmod(np.arange(side * side), side)
    steps = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))
    seat = np.concatenate([(x + a) % side * side + (y + b) % side for a, b in steps])
    row = np.tile(np.arange(side * side), 5)
    return of(row, seat, rng.integers(1, top, row.size), side * side), np.ones(side * side, dtype=np.int64)


RNG = np.random.default_rng(12)
TO_300 = np.arange(1, 301)
HARD: dict[str, Problem] = {
    "ring": ring(RNG, 20_000, 0),
    "ring that slopes": ring(RNG, 20_000, 3),
    "big seat": one_big_seat(RNG, tied=False),
    "big seat, ties": one_big_seat(RNG, tied=True),
    "total ties, too many": everybody_everywhere(np.full((301, 300), 700_000), 1),
    "total ties, even": everybody_everywhere(np.full((300, 300), 700_000), 1),
    "total ties, too few": everybody_everywhere(np.full((500, 300), 700_000), 2),
    "two values": everybody_everywhere(RNG.integers(0, 2, (400, 300)) * 300_000 + 600_000, 1),
    "products": everybody_everywhere(np.outer(TO_300, TO_300), 1),
    "products upside down": everybody_everywhere(10**6 - np.outer(TO_300, TO_300), 1),
    "on a line": everybody_everywhere(10**6 - np.abs(np.sort(RNG.integers(0, 10**5, 300))[:, None] - TO_300 * 333), 1),
    "almost the same for all": everybody_everywhere(
        10**6 + RNG.integers(0, 3, (300, 300)) + TO_300[:, None] * 1_000, 1
    ),
    "one place": everybody_everywhere(RNG.integers(1, 10**6, (5_000, 1)), 2_000),
    "one person": everybody_everywhere(RNG.integers(1, 10**6, (1, 5_000)), 2),
    "checkered": checkered(RNG, 60, 10**6),
    "checkered, ties": checkered(RNG, 60, 3),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_structures(name: str) -> None:
    edges, openings = HARD[name]
    rng = np.random.default_rng(1)
    best = flow(edges, openings)
    optimum = exact_sum(points_of(edges, best))
    high = largest_prices(edges, openings, best, points_of(edges, best))
    noise = Start(rng.integers(0, int(edges.points.max()), openings.size))
    for start in (auction.COLD, noise, Start(high), Start(high, best)):
        found = won(edges, openings, start)
        assert exact_sum(found.own) == optimum
        assert np.array_equal(found.high, high)
        assert found.looked < (auction.EFFORT / 2) * len(edges) + 10 * edges.rows


def test_equal_start_equal_answer() -> None:
    edges, openings = HARD["checkered, ties"]
    first, second = won(edges, openings), won(edges, openings)
    assert np.array_equal(first.seat_of, second.seat_of)
    third, fourth = (won(edges, openings, Start(first.prices, first.seat_of)) for _ in range(2))
    assert np.array_equal(third.seat_of, fourth.seat_of)
    assert np.array_equal(third.prices, fourth.prices)


@pytest.mark.parametrize("effort", [0, 1, 2, 4, 8, 16])
def test_an_auction_that_may_not_work_gives_up_or_is_right(effort: int) -> None:
    edges, openings = HARD["products"]
    found = auction.auction(edges, openings, effort=effort)
    best = exact_sum(won(edges, openings).own)
    assert exact_sum(found.own) <= best
    if isinstance(found, Auctioned):
        assert exact_sum(found.own) == best
    assert effort or not isinstance(found, Auctioned)


def test_the_flow_takes_over_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(31)
    for _ in range(20):
        model = random_model(rng, 30, 12)
        model = Model(model.points, tuple(max(1, count) for count in model.openings))
        plain = solve(StingySource(model.edges, 12, 2), model.seats, SolveParams(), SILENT)
        with monkeypatch.context() as patch:
            patch.setattr(auction, "EFFORT", 0)
            fallen = solve(StingySource(model.edges, 12, 2), model.seats, SolveParams(), SILENT)
        assert (plain.solver, fallen.solver) == ("auction", "auction, min_cost_flow")
        assert (fallen.status, fallen.objective) == (Status.OPTIMAL, plain.objective)
        assert np.array_equal(fallen.require_prices().high, plain.require_prices().high)
        assert np.array_equal(fallen.require_prices().low, plain.require_prices().low)


def test_an_auction_that_lies_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model(((5, 4), (4, 1)), (1, 1))
    true = won(model.edges, model.seats)
    nothing = np.zeros(2, dtype=np.int64)
    straight = np.array([0, 1], dtype=np.int32)
    for lie in (
        Auctioned(straight, np.array([5, 1]), true.high, true.prices, 0),
        Auctioned(true.seat_of, true.own + 1, true.high, true.prices, 0),
        Auctioned(true.seat_of, true.own, nothing, true.prices, 0),
        Auctioned(np.array([0, 0], dtype=np.int32), np.array([5, 4]), true.high, true.prices, 0),
    ):
        monkeypatch.setattr(auction, "auction", lambda *_, lie=lie, **__: lie)
        with pytest.raises(SolverError):
            master.optimum(model.edges, model.seats, auction.COLD)


def test_loops_that_give_up_can_be_continued() -> None:
    edges, openings = HARD["checkered"]
    market = auction._Market(edges, openings, edges.rows + 1, auction.COLD)
    step = 10 * (edges.rows + 1)
    assert not market._phase(step, 100)
    assert market._looked < 3 * len(edges)
    while not market._phase(step, 50_000):
        pass
    found = market.run(openings, auction.EFFORT)
    assert isinstance(found, Auctioned)
    assert exact_sum(found.own) == exact_sum(won(edges, openings).own)


def test_impatient_labels_are_undecided() -> None:
    edges, openings = HARD["products"]
    found = won(edges, openings)
    arcs = labels.residual_arcs(edges.start, edges.seat, edges.points, found.seat_of, found.own, openings.size)
    far, floor = np.full(openings.size, 2**40), np.zeros(openings.size, dtype=np.int64)
    assert labels.lower_labels(*arcs, far.copy(), floor, 0) == labels.UNDECIDED
    passes = labels.lower_labels(*arcs, far.copy(), floor, -1)
    assert passes >= 0
    assert labels.lower_labels(*arcs, far.copy(), floor, passes) == passes
    assert labels.lower_labels(*arcs, far.copy(), far + 1, -1) == labels.NOT_OPTIMAL
    assert largest_prices(edges, openings, found.seat_of, found.own, 0) is None


def test_edges_by_seat_are_the_same_edges() -> None:
    model = random_model(np.random.default_rng(4), 40, 15)
    edges = model.edges
    start, rows, worth = bids.by_seat(edges.start, edges.seat, edges.points, 15)
    order = np.lexsort((edges.row_of(), edges.seat))
    assert np.array_equal(np.repeat(np.arange(15), np.diff(start)), edges.seat[order])
    assert np.array_equal(rows, edges.row_of()[order])
    assert np.array_equal(worth, edges.points[order])


def test_the_store_unites_and_refuses_two_values() -> None:
    rng = np.random.default_rng(17)
    for _ in range(200):
        model = random_model(rng, 12, 6)
        edges = model.edges
        left, right = edges.keep(rng.random(len(edges)) < 0.5), edges.keep(rng.random(len(edges)) < 0.5)
        both = united(left, right)
        pairs = {*zip(left.row_of().tolist(), left.seat.tolist(), strict=True)}
        pairs |= {*zip(right.row_of().tolist(), right.seat.tolist(), strict=True)}
        assert sorted(pairs) == [*zip(both.row_of().tolist(), both.seat.tolist(), strict=True)]
        assert all(model.points[r][s] == p for r, s, p in zip(both.row_of(), both.seat, both.points, strict=True))
        if len(right):
            worthless = Edges(right.start, right.seat, np.zeros(len(right), np.int64))
            assert np.array_equal(united(left, worthless).seat, left.seat)
            assert len(united(right, right)) == len(right)
            with pytest.raises(SolverError, match="two different values"):
                united(right, Edges(right.start, right.seat, right.points + 1))
    assert kernels.merged.__doc__
