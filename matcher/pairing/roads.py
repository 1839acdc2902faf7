"""Road metres between where people live and where the work is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from matcher.domain.places import road_m
from matcher.domain.tables import Places
from matcher.pairing.layout import Ints32, Ints64

TABLE_LIMIT = 60_000_000
"""Entries up to which the metres between all places are kept; beyond, every shard of people works out its own."""
_AT_ONCE = 1 << 17


@dataclass(frozen=True, slots=True)
class Roads:
    """Metres for any shard of people.

    Attributes
    ----------
    home
        int32, shape ``(n,)``: each person's place among `home_places`, -1 unknown.
    home_places, work_places
        Indices into `places`, ascending.
    table
        int32, shape ``(homes, works)``; None where that would be too large.
    """

    places: Places
    home: Ints32
    home_places: Ints64
    work_places: Ints64
    table: Ints32 | None

    def of(self, begin: int, end: int) -> tuple[Ints32, Ints32]:
        """A table that covers people ``begin`` to ``end``, and the row of each of them in it, -1 unknown."""
        home = self.home[begin:end]
        if self.table is not None:
            return self.table, home
        needed = np.unique(home[home >= 0])
        table = np.empty((needed.size, self.work_places.size), dtype=np.int32)
        _measure(self.places, self.home_places[needed], self.work_places, table)
        return table, np.where(home < 0, -1, np.searchsorted(needed, home)).astype(np.int32)


def roads(
    places: Places,
    home: Ints32,
    home_places: Ints64,
    work_places: Ints64,
    spread: Callable[[Callable[[tuple[int, int]], None], int, int], Iterable[None]],
) -> Roads:
    """Measure all roads once where that fits in memory.

    Parameters
    ----------
    spread
        ``spread(work, rows, per_row)`` calls ``work((begin, end))`` on shards of so many rows.
    """
    if home_places.size * work_places.size > TABLE_LIMIT:
        return Roads(places, home, home_places, work_places, None)
    table = np.empty((home_places.size, work_places.size), dtype=np.int32)

    def measure(shard: tuple[int, int]) -> None:
        rows = slice(*shard)
        _measure(places, home_places[rows], work_places, table[rows])

    for _ in spread(measure, home_places.size, work_places.size):
        pass
    return Roads(places, home, home_places, work_places, table)


def _measure(places: Places, homes: Ints64, works: Ints64, out: Ints32) -> None:
    """Fill ``out``, a few rows at a time: what is on the way then fits in a processor's cache."""
    step = max(1, _AT_ONCE // max(1, works.size))
    for begin in range(0, homes.size, step):
        some = homes[begin : begin + step, None]
        out[begin : begin + step] = road_m(places.lat[some], places.lon[some], places.lat[works], places.lon[works])
