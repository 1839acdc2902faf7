"""Road metres between places, as the reference measures them, where that can matter."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.places import EARTH_RADIUS_KM, ROAD_M_PER_KM, road_m
from matcher.domain.tables import Places
from matcher.verdict.sweep.layout import Ints32, Ints64

BEYOND_REACH = 2**31 - 1
"""Stands for metres that nobody needs to know: more than anybody there would go."""
_AT_ONCE = 1 << 15
_MARGIN = 0.999
"""What is certain to be too far is so by more than a thousandth: no rounding is that large."""

Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""Runs a function over tasks, on several threads if there are some; results come in the order of the tasks."""


def road_table(places: Places, homes: Ints64, works: Ints64, farthest: Ints64, spread_over: Spread) -> Ints32:
    """Metres from some places to others.

    Parameters
    ----------
    farthest
        Shape ``(homes,)``: where all of ``works`` are certain to be farther away than that, they are not measured one by one.

    Returns
    -------
    int32, shape ``(homes, works)``; BEYOND_REACH where not measured.
    """
    out = np.full((homes.size, works.size), BEYOND_REACH, dtype=np.int32)
    near = np.flatnonzero(at_least_m(places, homes, works) <= farthest)
    lat, lon = places.lat, places.lon
    step = max(1, _AT_ONCE // max(1, works.size))

    def measure(begin: int) -> None:
        some = near[begin : begin + step]
        home = homes[some, None]
        out[some] = road_m(lat[home], lon[home], lat[works], lon[works])

    for _ in spread_over(measure, range(0, near.size, step)):
        pass
    return out


def at_least_m(places: Places, homes: Ints64, works: Ints64) -> NDArray[np.float64]:
    """Road metres that each home lies at least away from the box around all of ``works``; too low rather than too high.

    The haversine grows with both the gap in latitude and the gap in longitude, and shrinks with the cosines of the latitudes.
    """
    if not works.size:
        return np.zeros(homes.size)
    lat, lon = places.lat[homes], places.lon[homes]
    north_south, east_west = places.lat[works], places.lon[works]
    gap_lat = np.maximum(0.0, np.maximum(north_south.min() - lat, lat - north_south.max()))
    gap_lon = np.maximum(0.0, np.maximum(east_west.min() - lon, lon - east_west.max()))
    # Beyond half the globe the way round the other side is shorter.
    half_round = np.maximum(lon, east_west.max()) - np.minimum(lon, east_west.min()) <= 180.0
    cosine = np.cos(np.radians(lat)) * np.cos(np.radians(np.abs(north_south).max()))
    h = np.sin(np.radians(gap_lat) / 2.0) ** 2 + half_round * cosine * np.sin(np.radians(gap_lon) / 2.0) ** 2
    return np.asarray(_MARGIN * ROAD_M_PER_KM * 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(h, 1.0))) - 1.0)
