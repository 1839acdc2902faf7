"""Small models, sources that list or hold back, and an optimum by trying everything."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.model.edges import NO_GAIN, Edges, Offer
from matcher.stop import NEVER, Stop


@dataclass(frozen=True)
class Model:
    """points[row][seat], None where the pair is not eligible."""

    points: tuple[tuple[int | None, ...], ...]
    openings: tuple[int, ...]

    @property
    def edges(self) -> Edges:
        kept = [(r, s, p) for r, row in enumerate(self.points) for s, p in enumerate(row) if p is not None]
        counts = [sum(p is not None for p in row) for row in self.points]
        return Edges(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            np.array([s for _, s, _ in kept], dtype=np.int32),
            np.array([p for _, _, p in kept], dtype=np.int64),
        )

    @property
    def seats(self) -> NDArray[np.int64]:
        return np.array(self.openings, dtype=np.int64)

    def with_openings(self, seat: int, change: int) -> "Model":
        openings = list(self.openings)
        openings[seat] += change
        return Model(self.points, tuple(openings))


def brute_force(model: Model) -> int:
    """Largest sum of points over every possible assignment."""
    rows = len(model.points)

    @cache
    def best(row: int, left: tuple[int, ...]) -> int:
        if row == rows:
            return 0
        options = [best(row + 1, left)]
        for seat, points in enumerate(model.points[row]):
            if points is not None and left[seat] > 0:
                options.append(points + best(row + 1, (*left[:seat], left[seat] - 1, *left[seat + 1 :])))
        return max(options)

    return best(0, tuple(min(count, rows) for count in model.openings))


@st.composite
def small_models(draw: Callable[..., int]) -> Model:
    rows = draw(st.integers(0, 6))
    seats = draw(st.integers(0, 4))
    value = draw(
        st.sampled_from(
            [
                st.just(7),  # total ties
                st.integers(1, 3),
                st.integers(-5, 20),
                st.integers(0, 1_000_000),
                st.integers(10**14, 10**14 + 3),
            ]
        )
    )
    cell = st.one_of(value, value, st.none())
    count = st.sampled_from([0, 1, 1, 1, 2, 3, 10**9])
    points = tuple(tuple(draw(cell) for _ in range(seats)) for _ in range(rows))
    return Model(points, tuple(draw(count) for _ in range(seats)))


def random_model(rng: np.random.Generator, rows: int, seats: int) -> Model:
    top = int(rng.choice([1, 2, 5, 50, 10_000]))
    density = rng.uniform(0.2, 1)
    values = rng.integers(1, top + 1, size=(rows, seats)).tolist()
    held = rng.random((rows, seats)) < density
    points = tuple(
        tuple(v if keep else None for v, keep in zip(a, b, strict=True)) for a, b in zip(values, held, strict=True)
    )
    return Model(points, tuple(rng.integers(0, 4, size=seats).tolist()))


class ListedSource:
    """Knows every eligible edge and offers what beats the prices; asks row by row whether time is up."""

    def __init__(self, edges: Edges, seats: int) -> None:
        self.edges = edges
        self._seats = seats
        self.asked = 0

    @property
    def rows(self) -> int:
        return self.edges.rows

    @property
    def seats(self) -> int:
        return self._seats

    def offer(
        self,
        seat_prices: NDArray[np.int64],
        row_prices: NDArray[np.int64],
        floors: NDArray[np.int64],
        stop: Stop = NEVER,
    ) -> Offer:
        self.asked += 1
        assert seat_prices.dtype == np.int64 and seat_prices.shape == (self.seats,)
        assert not seat_prices.size or seat_prices.min() >= 0
        assert floors.dtype == np.int64 and floors.shape == (self.rows,)
        assert row_prices.size == 0
        row = self.edges.row_of()
        gain = self.edges.points - seat_prices[self.edges.seat]
        best = np.full(self.rows, NO_GAIN, dtype=np.int64)
        np.maximum.at(best, row, gain)
        seen = np.array([not stop() for _ in range(self.rows)], dtype=np.bool_)
        # Of the others it only knows what nobody has more of.
        best[~seen] = max(int(self.edges.points.max(initial=0)), 0)
        keep = self.pick(row, gain, floors) & seen[row]
        return Offer(self.edges.keep(keep), best, exact=bool(seen.all()), whole=bool(seen.all()))

    def pick(self, row: NDArray[np.int32], gain: NDArray[np.int64], floors: NDArray[np.int64]) -> NDArray[np.bool_]:
        return gain > floors[row]


class Countdown:
    """A clock that runs out at the k-th look: time is up from then on, whoever asks."""

    def __init__(self, looks: int) -> None:
        self._left = count(looks, -1)

    def __call__(self, ahead_s: float = 0.0) -> bool:
        return next(self._left) <= 0


class StingySource(ListedSource):
    """Offers only the few edges of every row that beat the prices most."""

    def __init__(self, edges: Edges, seats: int, few: int) -> None:
        super().__init__(edges, seats)
        self.few = few

    def pick(self, row: NDArray[np.int32], gain: NDArray[np.int64], floors: NDArray[np.int64]) -> NDArray[np.bool_]:
        order = np.lexsort((self.edges.seat, -gain, row))
        place = np.empty(row.size, dtype=np.int64)
        place[order] = np.arange(row.size) - self.edges.start[row[order]]
        return (place < self.few) & (gain > floors[row])
