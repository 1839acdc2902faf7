"""The best assignment over listed edges by auction: exact, from any prices, and quicker the better they are.

Rows bid for seats at prices that rise by steps (Bertsekas and Castanon, Math. Program. 43 (1989)), seats left with room and a price lower
it until somebody comes (Bertsekas, Castanon and Tsaknakis, SIAM J. Optim. 3 (1993) 268-297). What comes out is at most one step per row
away from the optimum; so the step shrinks from phase to phase, the prices stay, and only rows that could now gain a step elsewhere bid
again. Points are multiplied by the number of rows plus one: at a step of 1 nothing better can be left.

That is the theory. Here the assignment is shown to be optimal as soon as it is, mostly many phases earlier, by the search for the largest
prices that has to run anyway. A phase whose bids go up in too small steps is given up and continued with larger ones. If even that
takes too much work, or time is up, the caller gets what there is, without a proof.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.model.edges import Edges
from matcher.solvers import bids, bids_down
from matcher.solvers.duals import largest_prices, useful_edges
from matcher.solvers.guards import require_edges, require_openings, require_range
from matcher.stop import NEVER, Stop

NAME = "auction"
EFFORT = 600
"""How often each edge may be looked at before the auction gives up: some twice the time of a flow by OR-Tools."""

_FIRST_STEP = 20  # without prices: the largest value by this
_FIRST_STEP_WARM = 2**14  # with prices
_SHRINK = 6
_GROW = 32  # after a phase that went on too long
_PHASE = 12  # how often a phase may look at each edge before its steps grow
_PHASE_WARM = 4
_SLACK = 10_000  # edges that may be looked at besides, so that small models never run out
_TRY = 4  # an optimum is looked for once all steps together are below the largest value by this
_PATIENCE = 64  # passes of such a try
_AT_ONCE = 2**22  # edges that are looked at before anybody asks whether time is up: some hundredths of a second


@dataclass(frozen=True, slots=True)
class Start:
    """Where to start from; nothing of it has to fit.

    Attributes
    ----------
    prices
        int64, shape ``(seats,)``: prices near the optimal ones, None for nothing known.
    seat_of
        int32, shape ``(rows,)``: seats to keep where they suit these prices, -1 for none.
    """

    prices: NDArray[np.int64] | None = None
    seat_of: NDArray[np.int32] | None = None


@dataclass(frozen=True, slots=True)
class Auctioned:
    """A proven optimum.

    Attributes
    ----------
    seat_of, own
        Seat of every row, -1 for none, and its points.
    high
        The largest optimal prices.
    prices
        Prices to start from next time, somewhere in the middle of the optimal ones.
    looked
        Edges looked at.
    """

    seat_of: NDArray[np.int32]
    own: NDArray[np.int64]
    high: NDArray[np.int64]
    prices: NDArray[np.int64]
    looked: int


@dataclass(frozen=True, slots=True)
class Halted:
    """Where an auction stood when time was up or effort spent: everybody sits where there is room, and nothing is proven.

    Attributes
    ----------
    seat_of, own
        Seat of every row, -1 for none, and its points.
    prices
        Prices on the way to optimal ones.
    looked
        Edges looked at.
    """

    seat_of: NDArray[np.int32]
    own: NDArray[np.int64]
    prices: NDArray[np.int64]
    looked: int


COLD = Start()
_Turn = Callable[[int, NDArray[np.int64]], bool]


def auction(
    edges: Edges,
    openings: NDArray[np.int64],
    start: Start = COLD,
    *,
    effort: int | None = None,
    stop: Stop = NEVER,
) -> Auctioned | Halted:
    """Assign rows to seats for the largest sum of points.

    Parameters
    ----------
    edges
        Only edges with points above 0, to seats with openings, are used.
    openings
        int64, shape ``(seats,)``, at least 0.
    effort
        How often each edge may be looked at; None for `EFFORT`.
    stop
        Asked between phases, and within them every few million edges.

    Returns
    -------
    A proven optimum, or what there is when time is up or an optimum would take more effort. Equal input, start included, gives an equal
    answer, also among ties, unless time is up.

    Raises
    ------
    InputError
        When points are so large that the arithmetic could overflow.
    """
    require_openings(openings)
    require_edges(edges, openings.size)
    used = useful_edges(edges, openings)
    if not len(used):
        nobody = np.full(edges.rows, -1, dtype=np.int32)
        nothing = np.zeros(openings.size, dtype=np.int64)
        return Auctioned(nobody, np.zeros(edges.rows, np.int64), nothing, nothing, 0)
    capacity = np.minimum(openings, np.bincount(used.seat, minlength=openings.size))
    rows = int(np.count_nonzero(np.diff(used.start)))
    require_range(rows + int(np.count_nonzero(capacity)) + 1, used.points)
    return _Market(used, capacity, rows + 1, start, stop).run(openings, EFFORT if effort is None else effort)


class _Market:
    """Rows, seats and prices of one auction; its arrays change while it runs."""

    def __init__(self, edges: Edges, capacity: NDArray[np.int64], scale: int, start: Start, stop: Stop = NEVER) -> None:
        # Everything stays below 2**61: require_range has shown it for points times scale, and no price passes that by more than a step.
        self._edges = edges
        self._scale = scale
        self._stop = stop
        self._late = False
        self._capacity = capacity
        self._first = np.concatenate([[0], np.cumsum(capacity)]).astype(np.int64)
        self._top = int(edges.points.max())
        self._seat_start, self._rows, self._worth = bids.by_seat(edges.start, edges.seat, edges.points, capacity.size)
        self._count = np.zeros(capacity.size, dtype=np.int64)
        self._holder = np.empty(self._first[-1], dtype=np.int32)
        self._bid = np.empty(self._first[-1], dtype=np.int64)
        self._seat_of = np.full(edges.rows, -1, dtype=np.int32)
        self._own = np.zeros(edges.rows, dtype=np.int64)
        self._price = np.zeros(capacity.size, dtype=np.int64)
        self._looked = 0
        self._warm = start.prices is not None
        if start.prices is not None:
            self._price[:] = np.where(capacity > 0, np.clip(start.prices, 0, self._top), 0) * scale
        if start.seat_of is not None:
            bids.seat_again(edges.start, edges.seat, edges.points, capacity, start.seat_of, self._seat_of, self._own)

    def run(self, openings: NDArray[np.int64], effort: int) -> Auctioned | Halted:
        top = self._top * self._scale
        step = max(1, top // (_FIRST_STEP_WARM if self._warm else _FIRST_STEP))
        size = len(self._edges)
        left = effort * size + _SLACK * bool(effort)
        phase = (_PHASE_WARM if self._warm else _PHASE) * size + _SLACK
        while left > self._looked:
            ended = self._phase(step, min(phase, left - self._looked))
            if self._late:
                break
            if not ended:
                step = min(step * _GROW, top)
                phase *= 2  # so that no two steps take turns for ever
                continue
            if step * self._edges.rows <= top // _TRY or step <= self._scale:
                patience = _PATIENCE if step > 1 else -1
                largest = largest_prices(self._edges, openings, self._seat_of, self._own, patience)
                if largest is not None:
                    return Auctioned(self._seat_of, self._own, largest, self._price // self._scale, self._looked)
                if step == 1:
                    break
            step = max(1, step // _SHRINK)
        return Halted(self._seat_of, self._own, self._price // self._scale, self._looked)

    def _phase(self, step: int, limit: int) -> bool:
        """Rows bid up, then seats bid down, until all suit each other up to a step; False where the limit, or time, came first."""
        edges, price, count = self._edges, self._price, self._count
        by_row = (edges.start, edges.seat, edges.points, self._scale)
        state = (price, self._seat_of, self._own)
        if self._is_late():
            return False
        self._looked += len(edges)
        bids.let_go(*by_row, *state, step)
        bids.take_stock(self._first, price, self._seat_of, count, self._holder, self._bid)
        first, holder, bid = self._first, self._holder, self._bid

        def bid_up(most: int, at: NDArray[np.int64]) -> bool:
            return bids.bid_up(*by_row, step, most, self._capacity, first, count, holder, bid, *state, at)

        up = self._in_turns(limit, bid_up, (0, -1))
        if up is None:
            return False
        gain, queue = np.empty(edges.rows, dtype=np.int64), np.empty(count.size, dtype=np.int32)
        waits = np.zeros(count.size, dtype=np.bool_)
        by_seat = (self._seat_start, self._rows, self._worth, self._scale)

        def bid_down(most: int, at: NDArray[np.int64]) -> bool:
            price, seat_of, own = state
            market = (self._capacity, count, price)
            return bids_down.bid_down(*by_seat, step, most, *market, seat_of, own, gain, queue, waits, at)

        tail = bids_down.queue_up(self._scale, self._capacity, count, *state, gain, queue, waits)
        return self._in_turns(limit - up, bid_down, (0, tail)) is not None

    def _in_turns(self, limit: int, turn: _Turn, begin: tuple[int, int]) -> int | None:
        """Let a loop run to its end, a while at a time; edges it looked at, or None where it passed the limit or time was up."""
        at, looked = np.array([0, *begin], dtype=np.int64), 0
        while True:
            ended = turn(min(_AT_ONCE, limit - looked), at)
            looked += int(at[bids.LOOKED])
            if ended:
                self._looked += looked
                return looked
            if looked > limit:
                self._looked += limit
                return None
            if self._is_late():
                return None

    def _is_late(self) -> bool:
        self._late = self._late or self._stop()
        return self._late
