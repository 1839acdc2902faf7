"""Prices on models too large to try everything: slow twins, re-solving, long chains, total ties, and known optima."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.errors import SolverError
from matcher.model.edges import Edges
from matcher.model.solution import Prices, Status
from matcher.progress import SILENT
from matcher.solvers import SolveParams, labels, solve
from matcher.solvers.duals import extreme_duals
from matcher.solvers.guards import exact_sum, points_of
from matcher.solvers.min_cost_flow import flow
from tests.solvers.models import ListedSource, StingySource, random_model

LAP = Path(__file__).resolve().parents[3] / "shared" / "data" / "lap-orlib"


def table(points: NDArray[np.int64]) -> Edges:
    """Every pair of a matrix of points."""
    rows, seats = points.shape
    return Edges(
        np.arange(0, rows * seats + 1, max(seats, 1), dtype=np.int64),
        np.tile(np.arange(seats, dtype=np.int32), rows),
        points.reshape(-1).astype(np.int64),
    )


def listed(rows: int, row: list[int], seat: list[int], points: list[int]) -> Edges:
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows))]).astype(np.int64)
    return Edges(start, np.array(seat, dtype=np.int32), np.array(points, dtype=np.int64))


def slow_duals(edges: Edges, openings: NDArray[np.int64], seat_of: NDArray[np.int32]) -> tuple[list[int], list[int]]:
    """Bellman and Ford over a table of distances between all seats and "nobody" (the last place)."""
    seats = openings.size
    far = 10**15
    own = points_of(edges, seat_of)
    length = np.full((seats + 1, seats + 1), far)
    np.fill_diagonal(length, 0)
    taken = np.bincount(seat_of[seat_of >= 0], minlength=seats)
    length[:seats, seats] = 0
    length[seats, :seats][(taken < openings) | (openings == 0)] = 0
    for edge, (row, seat) in enumerate(zip(edges.row_of().tolist(), edges.seat.tolist(), strict=True)):
        mine = int(seat_of[row])
        gain = int(edges.points[edge])
        if mine < 0:
            length[seat, seats] = min(length[seat, seats], -gain)
        else:
            length[seat, mine] = min(length[seat, mine], int(own[row]) - gain)
            length[seats, mine] = min(length[seats, mine], int(own[row]))
    closed = np.flatnonzero(openings == 0)
    length[:, closed] = np.where(np.arange(seats + 1)[:, None] == closed, 0, far)
    for _ in range(seats + 1):
        length = np.minimum(length, (length[:, :, None] + length[None, :, :]).min(axis=1))
    high = np.where(openings > 0, length[seats, :seats], 0)
    return high.tolist(), (-length[:seats, seats]).tolist()


def test_twin_of_the_compiled_loops() -> None:
    rng = np.random.default_rng(8)
    for _ in range(150):
        model = random_model(rng, int(rng.integers(1, 30)), int(rng.integers(1, 12)))
        edges, openings = model.edges, model.seats
        seat_of = flow(edges, openings)
        prices = extreme_duals(edges, openings, seat_of)
        assert (prices.high.tolist(), prices.low.tolist()) == slow_duals(edges, openings, seat_of)


def test_prices_do_not_depend_on_which_optimum_is_given() -> None:
    rng = np.random.default_rng(9)
    for _ in range(200):
        model = random_model(rng, 12, 5)
        edges, openings = model.edges, model.seats
        seat_of = flow(edges, openings)
        order = rng.permutation(12)
        shuffled = [model.points[row] for row in order]
        other = np.empty(12, dtype=np.int32)
        other[order] = flow(type(model)(tuple(shuffled), model.openings).edges, openings)
        first, second = (extreme_duals(edges, openings, plan) for plan in (seat_of, other))
        assert np.array_equal(first.high, second.high) and np.array_equal(first.low, second.low)


def worth(edges: Edges, openings: NDArray[np.int64]) -> int:
    return exact_sum(points_of(edges, flow(edges, openings)))


def require_by_solving_again(edges: Edges, openings: NDArray[np.int64], prices: Prices, seats: list[int]) -> None:
    optimum = worth(edges, openings)
    for seat in seats:
        step = np.zeros_like(openings)
        step[seat] = 1
        if openings[seat]:
            assert int(prices.high[seat]) == optimum - worth(edges, openings - step)
        assert int(prices.low[seat]) == worth(edges, openings + step) - optimum


@pytest.mark.parametrize("top", [1, 2, 30, 1_000_000])
def test_prices_of_middling_models_by_solving_again(top: int) -> None:
    rng = np.random.default_rng(top)
    points = rng.integers(1, top + 1, size=(120, 40))
    points[rng.random(points.shape) < 0.8] = 0
    openings = rng.integers(0, 5, size=40)
    prices = extreme_duals(table(points), openings, flow(table(points), openings))
    require_by_solving_again(table(points), openings, prices, list(range(40)))


def test_long_chain() -> None:
    # Row i fits seats i and i + 1, one point better on its right; row 0 is worth little, and seat 0 is closed.
    size = 2_000
    row = [i for i in range(size) for _ in range(2)]
    seat = [i + k for i in range(size) for k in range(2)]
    points = [10, 10] + [1_000 + k for _ in range(size - 1) for k in range(2)]
    edges = listed(size, row, seat, points)
    openings = np.ones(size + 1, dtype=np.int64)
    openings[0] = 0
    result = solve(ListedSource(edges, size + 1), openings, SolveParams(), SILENT)
    assert (result.status, result.objective) == (Status.OPTIMAL, 10 + 1_001 * (size - 1))
    # With a seat less everybody before it moves one to the left, until that costs more than leaving one of them out.
    assert result.require_prices().high.tolist() == [0, *(min(10 + i, 1_001) for i in range(size))]
    assert not result.require_prices().low.any()


def test_long_chain_that_unravels_link_by_link() -> None:
    # Labels start far off and the right ones come from one end only.
    size = 2_000
    rng = np.random.default_rng(4)
    place = rng.permutation(size)
    row = [i for i in range(size) for _ in range(2)]
    pairs = [
        sorted([(int(place[i]), 10_000_000 - i), (int(place[(i + 1) % size]), 9_999_999 - 2 * i)]) for i in range(size)
    ]
    edges = listed(size, row, [s for pair in pairs for s, _ in pair], [p for pair in pairs for _, p in pair])
    openings = np.ones(size, dtype=np.int64)
    prices = extreme_duals(edges, openings, flow(edges, openings))
    require_by_solving_again(edges, openings, prices, place[[0, 1, 2, 999, 1_998, 1_999]].tolist())


@pytest.mark.parametrize("openings", [1, 2, 3])
def test_total_ties(openings: int) -> None:
    points = np.full((1_000, 500), 7)
    count = np.full(500, openings, dtype=np.int64)
    result = solve(ListedSource(table(points), 500), count, SolveParams(), SILENT)
    assert result.objective == result.upper_bound == 7 * min(1_000, 500 * openings)
    low, high = {1: (7, 7), 2: (0, 7), 3: (0, 0)}[openings]
    assert set(result.require_prices().high.tolist()) == {high}
    assert set(result.require_prices().low.tolist()) == {low}


def test_labels_that_never_settle_are_no_optimum() -> None:
    # Two rows that both want to swap: a circle of negative length, far above 0.
    edges = listed(2, [0, 0, 1, 1], [0, 1, 0, 1], [1_000_000, 1_000_001, 1_000_001, 1_000_000])
    with pytest.raises(SolverError, match="not optimal"):
        extreme_duals(edges, np.array([1, 1]), np.array([0, 1], dtype=np.int32))
    far = np.full(2, 2**60)
    seat_of = np.array([0, 1], dtype=np.int32)
    arcs = labels.residual_arcs(edges.start, edges.seat, edges.points, seat_of, np.array([10**6, 10**6]), 2)
    assert labels.lower_labels(*arcs, far, np.zeros(2, np.int64), -1) == labels.NOT_OPTIMAL


@pytest.mark.parametrize("size", [100, 300, 500, 700])
def test_known_optimum(size: int) -> None:
    if not LAP.is_dir():
        pytest.skip(f"The OR-Library instances are not at {LAP}.")
    with (LAP / "optima.csv").open(newline="") as file:
        optimum = {line["file"]: int(line["optimum"]) for line in csv.DictReader(file)}[f"assign{size}.csv.gz"]
    with gzip.open(LAP / f"assign{size}.csv.gz", "rt") as file:
        cost = np.loadtxt(file, delimiter=",", dtype=np.int64)
    constant = 1_000  # everybody is worth placing, however dear
    openings = np.ones(size, dtype=np.int64)
    listing, stingy = ListedSource(table(constant - cost), size), StingySource(table(constant - cost), size, 5)
    everything, held_back = (solve(source, openings, SolveParams(), SILENT) for source in (listing, stingy))
    for result in (everything, held_back):
        assert result.status is Status.OPTIMAL
        assert constant * size - result.objective == optimum
        assert result.upper_bound == result.objective
    assert held_back.edges_stored < everything.edges_stored
    assert np.array_equal(everything.require_prices().high, held_back.require_prices().high)
    assert np.array_equal(everything.require_prices().low, held_back.require_prices().low)
