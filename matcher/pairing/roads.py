"""Road metres between where people live and where the work is, only where somebody could go."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.domain.places import EARTH_RADIUS_KM, ROAD_M_PER_KM, road_m
from matcher.domain.tables import Facts, Places
from matcher.pairing.layout import Ints32, Ints64
from matcher.pairing.reach import measure, nearest_and_farthest
from matcher.pairing.stage import FAR_AWAY, Ways
from matcher.pairing.words import BLOCK

_ROAD_M_PER_RADIAN = ROAD_M_PER_KM * EARTH_RADIUS_KM
_MARGIN_M = 10.0
"""Far more than rounding can make of a distance."""
_AT_ONCE = 1 << 16
_DOUBTS = 1 << 12


@dataclass(frozen=True, slots=True)
class Roads:
    """Where everybody lives and works; made by `roads`.

    Attributes
    ----------
    home_places, work_places
        Indices into ``places``, ascending.
    work
        int32: the place of work of every vacancy with a known place, ascending.
    vectors
        x, y and z of every place of work on the unit sphere.
    centre, radius
        Of every block's places on the unit sphere, shape ``(blocks, 3)``, and in radians.
    """

    places: Places
    home_places: Ints64
    work_places: Ints64
    work: Ints32
    vectors: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
    centre: NDArray[np.float64]
    radius: NDArray[np.float64]

    def of(self, first_home: int, reach: Ints64) -> Ways:
        """Measure from some homes side by side to everything within a reach.

        Parameters
        ----------
        first_home
            Number of the first of them.
        reach
            int64, road metres, one per home: the farthest that anybody goes who lives there.
        """
        homes, blocks = self.home_places[first_home : first_home + reach.size], self.radius.size
        # Rows of pages that are never touched take no memory.
        metres = np.empty((homes.size, self.work_places.size), dtype=np.int32)
        near = np.full((homes.size, blocks), FAR_AWAY, dtype=np.int32)
        far = np.zeros((homes.size, blocks), dtype=np.int32)
        vectors, doubtful = _vectors(self.places, homes), np.empty(_DOUBTS, dtype=np.int32)
        near[self._within(vectors, reach)] = 0
        x, y, z = self.vectors
        for row in range(homes.size):
            doubts = measure(x, y, z, vectors[row], self.work, row, metres, near, doubtful)
            if doubts:
                there = doubtful[:doubts] if doubts <= _DOUBTS else self._all_of(near[row])
                metres[row, there] = self._exactly(int(homes[row]), there)
            nearest_and_farthest(metres, row, self.work, near, far)
        return Ways(metres, near, far)

    def blocks_within(self, first_home: int, reach: Ints64) -> NDArray[np.bool_]:
        """Blocks that may hold a place within reach of one of some homes side by side."""
        homes = self.home_places[first_home : first_home + reach.size]
        return np.asarray(self._within(_vectors(self.places, homes), reach).any(axis=0))

    def _within(self, homes: NDArray[np.float64], reach: Ints64) -> NDArray[np.bool_]:
        """Which blocks may hold a place within reach of each home."""
        chord = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * homes @ self.centre.T))
        least = 2.0 * np.arcsin(np.minimum(1.0, chord / 2.0)) - self.radius
        return np.asarray(least * _ROAD_M_PER_RADIAN - _MARGIN_M <= reach[:, None])

    def _all_of(self, near: Ints32) -> Ints32:
        """The places of work in the blocks that matter."""
        return np.unique(self.work[np.repeat(near != FAR_AWAY, BLOCK)[: self.work.size]])

    def _exactly(self, home: int, there: Ints32) -> Ints64:
        work = self.work_places[there]
        return road_m(self.places.lat[home], self.places.lon[home], self.places.lat[work], self.places.lon[work])


def roads(places: Places, home_places: Ints64, work_places: Ints64, work: Ints32) -> Roads:
    """Describe the blocks of vacancies; ``work`` may end in unknown places, -1."""
    placed = work[work >= 0]
    blocks = -(-work.size // BLOCK)
    centre, radius = np.zeros((blocks, 3)), np.full(blocks, -np.inf)
    vectors = _vectors(places, work_places)
    for number in range(-(-placed.size // BLOCK)):
        among = vectors[np.unique(placed[number * BLOCK : (number + 1) * BLOCK])]
        middle = among.mean(axis=0)
        centre[number] = middle / max(float(np.linalg.norm(middle)), 1e-9)
        chord = float(np.linalg.norm(among - centre[number], axis=1).max())
        radius[number] = 2.0 * np.arcsin(min(1.0, chord / 2.0)) + 1e-7
    x, y, z = (np.ascontiguousarray(column) for column in vectors.T)
    return Roads(places, home_places, work_places, placed, (x, y, z), centre, radius)


def known_roads(places: Places, home: Ints32, work: Ints32, facts: Facts) -> Ints32:
    """Road metres by the places for every known pair, -1 where a place is unknown."""
    out = np.full(len(facts), -1, dtype=np.int32)
    if not places.lat.size:
        return out
    for begin in range(0, len(facts), _AT_ONCE):
        rows = slice(begin, begin + _AT_ONCE)
        a, b = home[facts.candidate[rows]], work[facts.vacancy[rows]]
        metres = road_m(places.lat[a], places.lon[a], places.lat[b], places.lon[b])
        out[rows] = np.where((a < 0) | (b < 0), -1, metres)
    return out


def _vectors(places: Places, which: Ints64) -> NDArray[np.float64]:
    phi, lam = np.radians(places.lat[which]), np.radians(places.lon[which])
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=1)
