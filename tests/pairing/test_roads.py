"""The compiled metres are the readable ones, to the bit, wherever somebody could go."""

import numpy as np
import pytest

from matcher.domain.places import road_m
from matcher.domain.tables import NO_LIMIT, Places
from matcher.pairing import reach
from matcher.pairing.roads import roads
from matcher.pairing.stage import FAR_AWAY
from matcher.pairing.words import BLOCK


def some_places(seed: int, spread: float, size: int = 400) -> Places:
    rng = np.random.default_rng(seed)
    lat, lon = 52 + spread * (rng.random(size) - 0.5), 6 + spread * (rng.random(size) - 0.5)
    lat[:3], lon[:3] = lat[3], lon[3]
    return Places(np.clip(lat, -90, 90), lon)


@pytest.mark.parametrize("spread", [1e-7, 1e-3, 0.5, 5.0, 40.0, 170.0])
@pytest.mark.parametrize("limit", [0, 30_000, NO_LIMIT])
def test_metres_are_the_readable_ones(spread: float, limit: int) -> None:
    places = some_places(1, spread)
    homes, works = np.arange(0, 150), np.arange(100, 400)
    work = np.sort(np.random.default_rng(2).integers(0, works.size, size=3 * BLOCK)).astype(np.int32)
    measured = roads(places, homes, works, np.concatenate([work, np.full(5, -1, dtype=np.int32)]))
    ways = measured.of(20, np.full(90, limit, dtype=np.int64))
    there = works[work]
    right = road_m(places.lat[20:110, None], places.lon[20:110, None], places.lat[there], places.lon[there])
    for number in range(4):
        block = slice(number * BLOCK, min((number + 1) * BLOCK, work.size))
        if block.start >= work.size:
            assert (ways.near[:, number] == FAR_AWAY).all()
            continue
        looked = ways.near[:, number] != FAR_AWAY
        assert (right[~looked, block] > limit).all()
        np.testing.assert_array_equal(ways.metres[:, work[block]][looked], right[looked, block])
        np.testing.assert_array_equal(ways.near[looked, number], right[looked, block].min(axis=1))
        np.testing.assert_array_equal(ways.far[looked, number], right[looked, block].max(axis=1))


def test_a_limit_that_is_met_to_the_metre() -> None:
    places = some_places(4, 0.4)
    work = np.zeros(1, dtype=np.int32)
    for home in range(1, 200):
        metres = int(road_m(places.lat[home], places.lon[home], places.lat[0], places.lon[0]))
        for limit in (metres - 1, metres, metres + 1):
            ways = roads(places, np.array([home]), np.array([0]), work).of(0, np.array([limit]))
            assert ways.near[0, 0] == FAR_AWAY or ways.metres[0, 0] == metres
            assert limit < metres or ways.near[0, 0] == metres


def test_half_way_between_two_metres_is_measured_again() -> None:
    """Where rounding could go either way, the readable formula decides: here it always could."""
    places = some_places(6, 0.3)
    homes, works, work = np.arange(20), np.arange(20, 400), np.arange(380, dtype=np.int32)
    ways = roads(places, homes, works, work).of(0, np.full(20, NO_LIMIT))
    assert reach.DOUBT_M > 1e-6
    x = 1300 * 2 * 6371.0088 * np.arcsin(np.sqrt(0.5))
    assert abs(reach.M_PER_RADIAN * 2 * np.arcsin(np.sqrt(0.5)) - x) < 1e-6
    assert ways.metres.min() >= 0
