"""Solve on the edges at hand, ask the source for better ones, stop when none is left: a proof over all pairs.

The source is asked with prices and with what every row gains at those prices. Where no eligible edge of a row beats its gain, prices
and gains are a dual solution over **all** pairs, listed or not, and by weak duality no plan over them is worth more.
"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SolverError
from matcher.model.edges import CLOSED_SEAT, Edges, EdgeSource, Offer
from matcher.model.solution import PriceKind, Prices, Proof, SolveResult, Status
from matcher.progress import Observer
from matcher.solvers import master
from matcher.solvers.auction import Start
from matcher.solvers.duals import extreme_duals, row_gains
from matcher.solvers.guards import exact_dot, exact_sum, require_edges, require_openings
from matcher.solvers.kernels import merged
from matcher.solvers.master import Optimum, optimum
from matcher.solvers.protocol import Feature, NamedSolver, SolveParams

_NO_LIMITS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What all pairs say to a price: the edges with those that beat it, and the bound it proves."""

    edges: Edges
    price: NDArray[np.int64]
    bound: int


def solve(source: EdgeSource, openings: NDArray[np.int64], params: SolveParams, watch: Observer) -> SolveResult:
    """Find an assignment of the largest sum of points over all eligible pairs, with its prices and its proof.

    Parameters
    ----------
    source
        May hold edges back as long as it offers some edge that beats the prices while there is one.
    openings
        int64, shape ``(source.seats,)``, at least 0.
    params
        `time_limit_s` is looked at between rounds: a round cannot be stopped. `gap` above 0 may end the search early. With
        `start_prices` the first question is asked at them.

    Returns
    -------
    SolveResult
        OPTIMAL with extreme prices over all pairs, where the bound at the largest **and** at the smallest prices equals the objective.
        Otherwise the best plan so far, with the smallest bound so far and the prices that prove it.

    Raises
    ------
    InputError
        When points are too large to add up exactly.
    SolverError
        When solvers or prices fail, or the source breaks its promises.
    """
    require_openings(openings)
    if openings.size != source.seats:
        raise SolverError("There must be one number of openings per seat.")
    if params.start_prices is not None and params.start_prices.shape != openings.shape:
        raise SolverError("There must be one starting price per seat.")
    return _Search(source, openings, params, watch).run()


class _Search:
    """The loop with its counters; the values it passes on are never changed."""

    def __init__(self, source: EdgeSource, openings: NDArray[np.int64], params: SolveParams, watch: Observer) -> None:
        self._source = source
        self._openings = openings
        self._params = params
        self._watch = watch
        self._rounds = 0
        self._solver = master.AUCTION_ONLY
        self._began = time.monotonic()

    def run(self) -> SolveResult:
        given = self._params.start_prices
        first = self._first(given)
        # Without prices the first question is also about seats without openings: its bound says nothing.
        best = None if given is None else first
        edges, start = first.edges, Start(given)
        while True:
            plan = self._solve(edges, start)
            answer = self._ask(plan.edges, self._closed(plan.high), row_gains(plan.seat_of, plan.own, plan.high))
            best = answer if best is None or answer.bound < best.bound else best
            if best.bound < plan.objective:
                raise SolverError("The source says that no pair is worth what a pair it offered is worth.")
            if answer.bound == plan.objective:
                return self._lower(plan, answer.bound)
            if len(answer.edges) == len(plan.edges) or self._late() or self._near(plan, best.bound):
                return self._stopped(plan, best)
            edges, start = answer.edges, Start(plan.prices, plan.seat_of)

    def _first(self, given: NDArray[np.int64] | None) -> _Answer:
        """Ask what there is to gain at the starting prices, or at none."""
        rows, seats = self._source.rows, self._openings.size
        none = Edges(np.zeros(rows + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64))
        price = np.zeros(seats, np.int64) if given is None else self._closed(np.minimum(given, CLOSED_SEAT))
        return self._ask(none, price, np.zeros(rows, np.int64))

    def _lower(self, plan: Optimum, bound: int) -> SolveResult:
        """Ask again at the smallest prices. Edges that turn up cannot change the plan or the largest prices, only raise the smallest."""
        edges = plan.edges
        while True:
            self._watch.phase("prices")
            prices = extreme_duals(edges, self._openings, plan.seat_of, high=plan.high)
            answer = self._ask(edges, prices.low, row_gains(plan.seat_of, plan.own, prices.low))
            if len(answer.edges) == len(edges) or self._late():
                break
            edges = answer.edges
        both = len(answer.edges) == len(edges) and answer.bound == plan.objective
        kind = PriceKind.EXTREME if both else PriceKind.SOME_OPTIMAL
        return self._result(
            Status.OPTIMAL, plan, Prices(high=prices.high, low=prices.low, kind=kind), bound, len(edges)
        )

    def _stopped(self, plan: Optimum, best: _Answer) -> SolveResult:
        price = np.where(self._openings > 0, best.price, 0)
        prices = Prices(high=price, low=price, kind=PriceKind.SOME_OPTIMAL)
        status = Status.WITHIN_GAP if _gap(plan, best.bound) <= self._params.gap else Status.FEASIBLE
        status = Status.OPTIMAL if best.bound == plan.objective else status
        return self._result(status, plan, prices, best.bound, len(plan.edges))

    def _solve(self, edges: Edges, start: Start) -> Optimum:
        self._watch.phase("flow", total=len(edges))
        plan = optimum(edges, self._openings, start)
        if plan.fell_back:
            self._solver = master.FALLEN_BACK
        return plan

    def _ask(self, edges: Edges, price: NDArray[np.int64], floors: NDArray[np.int64]) -> _Answer:
        self._watch.phase("pairs", total=self._source.rows)
        self._rounds += 1
        offer = self._source.offer(price, _NO_LIMITS, floors)
        _require_offer(offer, self._source)
        charged = np.where(self._openings > 0, price, 0)
        bound = exact_dot(self._openings, charged) + exact_sum(np.maximum(offer.best, 0))
        return _Answer(_united(edges, offer.edges), price, bound)

    def _closed(self, price: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.where(self._openings > 0, price, CLOSED_SEAT)

    def _late(self) -> bool:
        limit = self._params.time_limit_s
        return limit is not None and time.monotonic() - self._began >= limit

    def _near(self, plan: Optimum, bound: int) -> bool:
        # A gap of 0 asks for extreme prices too, and those come only with a bound at the largest ones.
        return self._params.gap > 0 and _gap(plan, bound) <= self._params.gap

    def _result(self, status: Status, plan: Optimum, prices: Prices, bound: int, stored: int) -> SolveResult:
        return SolveResult(
            status=status,
            seat_of=plan.seat_of,
            prices=prices,
            objective=plan.objective,
            upper_bound=bound,
            proof=Proof.ALL_PAIRS,
            rounds=self._rounds,
            edges_stored=stored,
            solver=self._solver,
        )


def _gap(plan: Optimum, bound: int) -> float:
    return (bound - plan.objective) / max(1, abs(plan.objective))


def _require_offer(offer: Offer, source: EdgeSource) -> None:
    if offer.edges.rows != source.rows or offer.best.shape != (source.rows,) or offer.best.dtype != np.int64:
        raise SolverError("The source answered for other rows than it has.")
    require_edges(offer.edges, source.seats)


def _united(old: Edges, new: Edges) -> Edges:
    """Both, without new edges that are worth nothing."""
    if not len(new):
        return old
    start = np.zeros(old.rows + 1, dtype=np.int64)
    seat = np.empty(len(old) + len(new), dtype=np.int32)
    points = np.empty(seat.size, dtype=np.int64)
    size = merged(old.start, old.seat, old.points, new.start, new.seat, new.points, start, seat, points)
    if size < 0:
        raise SolverError("The source offered one pair with two different values.")
    return Edges(start, seat[:size].copy(), points[:size].copy())


PRICED_FLOW = NamedSolver(
    name=master.AUCTION_ONLY,
    handles=frozenset({Feature.SEATS, Feature.OPTIMUM, Feature.EXTREME_PRICES}),
    run=solve,
)
"""The exact solver of a pure flow."""
