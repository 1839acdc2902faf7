"""The `EdgeSource` over all pairs of a problem, by compiled rules, and the survey that comes out of the same scan."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from queue import SimpleQueue
from typing import TypeVar

import numpy as np

from matcher.domain.policy import Policy
from matcher.domain.tables import Problem
from matcher.model.edges import NO_GAIN, Edges, Offer
from matcher.model.survey import Survey
from matcher.pairing.columns import Columns, columns
from matcher.pairing.kernels import beat, scan_rows
from matcher.pairing.layout import RULE_COUNT, Ints32, Ints64, Marks, Room, Rows, Seats
from matcher.pairing.roads import Roads, roads

_SHARD_PAIRS = 1_000_000
_SHARD_ROWS = 64
_ROOM = 1 << 20
_Shard = tuple[int, int]
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Scan:
    """What one look at all pairs brings.

    Attributes
    ----------
    offer
        The edges above the floors and the best gains.
    survey
        The counts; they do not depend on prices or floors.
    """

    offer: Offer
    survey: Survey


class RuleSource:
    """All eligible pairs of a problem under a policy; made by `rule_source`.

    The first call of `offer` or `survey` scans all pairs and keeps the eligible ones; later offers read that list. Answers do not depend
    on the number of threads.
    """

    def __init__(self, problem: Problem, policy: Policy, threads: int) -> None:
        self._problem = problem
        self._policy = policy
        self._threads = threads or _processors()

    @property
    def rows(self) -> int:
        """Number of people."""
        return self._problem.shape[0]

    @property
    def seats(self) -> int:
        """Number of vacancies."""
        return self._problem.shape[1]

    def offer(self, seat_prices: Ints64, row_prices: Ints64, floors: Ints64) -> Offer:
        """Offer the edges that beat the prices; see `matcher.model.edges.EdgeSource`.

        Floors of `NO_GAIN` bring every eligible edge. A gain below `NO_GAIN` counts as ``NO_GAIN + 1``.

        Raises
        ------
        ValueError
            An array has the wrong length, a seat price is negative, or there are row prices: this source knows no limits.
        """
        self._require(seat_prices, row_prices, floors)
        if not seat_prices.any() and (floors == NO_GAIN).all():
            return self._all.offer
        listed = self._all.offer.edges
        shards = _shards(self.rows, max(1, len(listed) // max(1, self.rows)))
        best, count = np.empty(self.rows, dtype=np.int64), np.empty(self.rows, dtype=np.int64)
        prices, lowest = _fresh(seat_prices), _fresh(floors)
        start = _fresh(listed.start)

        def beat_shard(shard: _Shard) -> Room:
            size = int(start[shard[1]] - start[shard[0]])
            room = Room(np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int64))
            written = beat(start, listed.seat, listed.points, prices, lowest, *shard, best, count, room)
            return Room(room.seat[:written], room.points[:written])

        rooms = list(self._spread(beat_shard, shards))
        best.setflags(write=False)
        return Offer(_edges(count, rooms), best, exact=True)

    def survey(self) -> Survey:
        """Count over all pairs that exist; from the same scan as the edges."""
        return self._all.survey

    def scan(self, seat_prices: Ints64, floors: Ints64) -> Scan:
        """Look at all pairs once more and keep only the edges that beat the prices; nothing is remembered."""
        self._require(seat_prices, np.zeros(0, dtype=np.int64), floors)
        prepared, n, m = self._columns, self.rows, self.seats
        prices, lowest, rows = _fresh(seat_prices), _fresh(floors), _empty_rows(n)
        shards, ways = _shards(n, m), self._roads
        used = [
            (_marks(prepared), _empty_seats(m), _room(max(_ROOM, m))) for _ in range(min(self._threads, len(shards)))
        ]
        tools: SimpleQueue[tuple[Marks, Seats, Room]] = SimpleQueue()
        for one in used:
            tools.put(one)

        def scan_shard(shard: _Shard) -> list[Room]:
            begin, end = shard
            metres, home = ways.of(begin, end)
            marks, seats, room = tools.get()
            found = []
            try:
                at = begin
                while at < end:
                    stop = scan_rows(
                        prepared.given, metres, home, begin, at, end, prices, lowest, marks, rows, seats, room
                    )
                    written = int(rows.listed[at:stop].sum())
                    found.append(Room(room.seat[:written].copy(), room.points[:written].copy()))
                    at = stop
            finally:
                tools.put((marks, seats, room))
            return found

        rooms = [room for found in self._spread(scan_shard, shards) for room in found]
        # Both are kept and handed out more than once.
        for column in rows:
            column.setflags(write=False)
        offer = Offer(_edges(rows.listed, rooms), rows.best, exact=True)
        return Scan(offer, _survey(rows, [seats for _, seats, _ in used], m))

    @cached_property
    def _columns(self) -> Columns:
        return columns(self._problem, self._policy)

    @cached_property
    def _all(self) -> Scan:
        return self.scan(np.zeros(self.seats, dtype=np.int64), np.full(self.rows, NO_GAIN, dtype=np.int64))

    @cached_property
    def _roads(self) -> Roads:
        prepared = self._columns
        places = (self._problem.places, prepared.home, prepared.home_places, prepared.work_places)
        return roads(*places, lambda work, rows, per_row: self._spread(work, _shards(rows, per_row)))

    def _spread(self, work: Callable[[_Shard], _Result], shards: list[_Shard]) -> Iterator[_Result]:
        """Results in the order of the shards, whoever works on them."""
        if self._threads == 1 or len(shards) <= 1:
            yield from map(work, shards)
            return
        pool = ThreadPoolExecutor(max_workers=self._threads, thread_name_prefix="pairing")
        try:
            yield from pool.map(work, shards)
        finally:
            pool.shutdown(cancel_futures=True)

    def _require(self, seat_prices: Ints64, row_prices: Ints64, floors: Ints64) -> None:
        if seat_prices.shape != (self.seats,) or floors.shape != (self.rows,):
            raise ValueError(f"Expected {self.seats} seat prices and {self.rows} floors.")
        if row_prices.size:
            raise ValueError("Expected no row prices: the limits of this source are its seats.")
        if seat_prices.size and int(seat_prices.min()) < 0:
            raise ValueError("Expected seat prices of at least 0.")


def rule_source(problem: Problem, policy: Policy, *, threads: int = 0) -> RuleSource:
    """Offer the eligible pairs of a problem.

    Parameters
    ----------
    threads
        How many may work at once; 0 is one per processor this process may use. Never changes an answer.

    Raises
    ------
    ValueError
        ``threads`` is negative.
    """
    if threads < 0:
        raise ValueError(f"Expected a number of threads of at least 0, got {threads}.")
    return RuleSource(problem, policy, threads)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _shards(rows: int, per_row: int) -> list[_Shard]:
    step = max(_SHARD_ROWS, _SHARD_PAIRS // max(1, per_row))
    return [(begin, min(begin + step, rows)) for begin in range(0, rows, step)]


def _fresh(column: Ints64) -> Ints64:
    # Kernels are compiled for writable, contiguous arrays only.
    return np.array(column, dtype=np.int64, order="C", copy=True)


def _marks(prepared: Columns) -> Marks:
    return Marks(*(np.zeros(size, dtype=np.int8) for size in prepared.vocabulary))


def _empty_rows(n: int) -> Rows:
    return Rows(
        first=np.zeros((n, RULE_COUNT), dtype=np.int64),
        first_unknown=np.zeros((n, RULE_COUNT), dtype=np.int64),
        missing=np.zeros(n, dtype=np.int64),
        eligible=np.zeros(n, dtype=np.int64),
        positive=np.zeros(n, dtype=np.bool_),
        best=np.full(n, NO_GAIN, dtype=np.int64),
        listed=np.zeros(n, dtype=np.int64),
    )


def _empty_seats(m: int) -> Seats:
    return Seats(
        first=np.zeros((RULE_COUNT, m), dtype=np.int32),
        first_unknown=np.zeros((RULE_COUNT, m), dtype=np.int32),
        eligible=np.zeros(m, dtype=np.int32),
    )


def _room(size: int) -> Room:
    return Room(np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int64))


def _edges(count: Ints64, rooms: list[Room]) -> Edges:
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    seat = np.concatenate([np.zeros(0, dtype=np.int32), *(room.seat for room in rooms)])
    points = np.concatenate([np.zeros(0, dtype=np.int64), *(room.points for room in rooms)])
    return Edges(start, seat, points)


def _survey(rows: Rows, parts: list[Seats], seats: int) -> Survey:
    return Survey(
        row_eligible=rows.eligible,
        seat_eligible=_added([part.eligible for part in parts], (seats,)),
        row_first=rows.first,
        seat_first=_added([part.first for part in parts], (RULE_COUNT, seats)),
        row_first_unknown=rows.first_unknown,
        seat_first_unknown=_added([part.first_unknown for part in parts], (RULE_COUNT, seats)),
        row_missing=rows.missing.astype(np.uint32),
        row_positive=rows.positive,
    )


def _added(parts: list[Ints32], shape: tuple[int, ...]) -> Ints64:
    """Sum of what the workers counted, seats first."""
    total = np.zeros(shape, dtype=np.int64)
    for one in parts:
        total += one
    return np.ascontiguousarray(total.T)
