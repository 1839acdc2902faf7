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
from matcher.solvers import min_cost_flow
from matcher.solvers.duals import extreme_duals, row_gains
from matcher.solvers.guards import exact_dot, exact_sum, points_of, require_edges, require_openings
from matcher.solvers.protocol import Feature, NamedSolver, SolveParams

_NO_LIMITS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The best assignment over the edges at hand, and its prices over them."""

    edges: Edges
    seat_of: NDArray[np.int32]
    own: NDArray[np.int64]  # points of every row's own edge
    prices: Prices

    @property
    def objective(self) -> int:
        return exact_sum(self.own)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What all pairs say to a price: the edges with those that beat it, and the bound it proves."""

    edges: Edges
    bound: int

    def adds_to(self, plan: _Plan) -> bool:
        return len(self.edges) > len(plan.edges)

    def gap_to(self, plan: _Plan) -> float:
        return (self.bound - plan.objective) / max(1, abs(plan.objective))


def solve(source: EdgeSource, openings: NDArray[np.int64], params: SolveParams, watch: Observer) -> SolveResult:
    """Find an assignment of the largest sum of points over all eligible pairs, with its prices and its proof.

    Parameters
    ----------
    source
        May hold edges back as long as it offers some edge that beats the prices while there is one.
    openings
        int64, shape ``(source.seats,)``, at least 0.
    params
        `time_limit_s` is looked at between rounds: the flow itself cannot be stopped. `gap` above 0 may end the search early.

    Returns
    -------
    SolveResult
        OPTIMAL with extreme prices over all pairs, where the bound at the largest **and** at the smallest prices equals the objective.
        Otherwise the best plan so far with the prices that prove its bound.

    Raises
    ------
    InputError
        When points are too large to add up exactly.
    SolverError
        When the flow or the prices fail, or the source breaks its promises.
    """
    require_openings(openings)
    if openings.size != source.seats:
        raise SolverError("There must be one number of openings per seat.")
    return _Search(source, openings, params, watch).run()


class _Search:
    """The loop with its counters; the values it passes on are never changed."""

    def __init__(self, source: EdgeSource, openings: NDArray[np.int64], params: SolveParams, watch: Observer) -> None:
        self._source = source
        self._openings = openings
        self._params = params
        self._watch = watch
        self._rounds = 0
        self._began = time.monotonic()

    def run(self) -> SolveResult:
        rows, seats = self._source.rows, self._openings.size
        none = Edges(np.zeros(rows + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64))
        edges = self._offered(none, np.zeros(seats, np.int64), np.zeros(rows, np.int64))[0]
        while True:
            plan = self._solve(edges)
            answer = self._ask(plan, self._closed(plan.prices.high))
            if answer.bound == plan.objective:
                return self._lower(plan, answer.bound)
            if not answer.adds_to(plan) or self._enough(plan, answer):
                return self._stopped(plan, answer)
            edges = answer.edges

    def _lower(self, plan: _Plan, bound: int) -> SolveResult:
        """Ask again at the smallest prices. Edges that turn up cannot change the plan or the largest prices, only raise the smallest."""
        while True:
            answer = self._ask(plan, plan.prices.low)
            if not answer.adds_to(plan) or self._late():
                break
            self._watch.phase("prices")
            prices = extreme_duals(answer.edges, self._openings, plan.seat_of)
            plan = _Plan(answer.edges, plan.seat_of, plan.own, prices)
        both = not answer.adds_to(plan) and answer.bound == plan.objective
        kind = PriceKind.EXTREME if both else PriceKind.SOME_OPTIMAL
        return self._result(Status.OPTIMAL, plan, kind, bound)

    def _stopped(self, plan: _Plan, answer: _Answer) -> SolveResult:
        within = answer.gap_to(plan) <= self._params.gap
        return self._result(
            Status.WITHIN_GAP if within else Status.FEASIBLE, plan, PriceKind.SOME_OPTIMAL, answer.bound
        )

    def _solve(self, edges: Edges) -> _Plan:
        self._watch.phase("flow", total=len(edges))
        seat_of = min_cost_flow.flow(edges, self._openings)
        self._watch.phase("prices")
        return _Plan(edges, seat_of, points_of(edges, seat_of), extreme_duals(edges, self._openings, seat_of))

    def _ask(self, plan: _Plan, price: NDArray[np.int64]) -> _Answer:
        edges, offer = self._offered(plan.edges, price, row_gains(plan.seat_of, plan.own, price))
        charged = np.where(self._openings > 0, price, 0)
        bound = exact_dot(self._openings, charged) + exact_sum(np.maximum(offer.best, 0))
        if bound < plan.objective:
            raise SolverError("The source says that no pair is worth what a pair it offered is worth.")
        return _Answer(edges, bound)

    def _offered(self, edges: Edges, price: NDArray[np.int64], floors: NDArray[np.int64]) -> tuple[Edges, Offer]:
        self._watch.phase("pairs", total=self._source.rows)
        self._rounds += 1
        offer = self._source.offer(price, _NO_LIMITS, floors)
        _require_offer(offer, self._source)
        return _united(edges, offer.edges), offer

    def _closed(self, price: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.where(self._openings > 0, price, CLOSED_SEAT)

    def _late(self) -> bool:
        limit = self._params.time_limit_s
        return limit is not None and time.monotonic() - self._began >= limit

    def _enough(self, plan: _Plan, answer: _Answer) -> bool:
        return self._late() or answer.gap_to(plan) <= self._params.gap

    def _result(self, status: Status, plan: _Plan, kind: PriceKind, bound: int) -> SolveResult:
        return SolveResult(
            status=status,
            seat_of=plan.seat_of,
            prices=Prices(high=plan.prices.high, low=plan.prices.low, kind=kind),
            objective=plan.objective,
            upper_bound=bound,
            proof=Proof.ALL_PAIRS,
            rounds=self._rounds,
            edges_stored=len(plan.edges),
            solver=min_cost_flow.NAME,
        )


def _require_offer(offer: Offer, source: EdgeSource) -> None:
    if offer.edges.rows != source.rows or offer.best.shape != (source.rows,) or offer.best.dtype != np.int64:
        raise SolverError("The source answered for other rows than it has.")
    require_edges(offer.edges, source.seats)


def _united(old: Edges, new: Edges) -> Edges:
    """Both, without edges that are worth nothing; an edge known before keeps its place."""
    new = new.keep(new.points > 0)
    if not len(old):
        return new
    if not len(new):
        return old
    row = np.concatenate([old.row_of(), new.row_of()])
    seat = np.concatenate([old.seat, new.seat])
    points = np.concatenate([old.points, new.points])
    order = np.lexsort((seat, row))
    row, seat, points = row[order], seat[order], points[order]
    again = np.zeros(row.size, dtype=np.bool_)
    again[1:] = (row[1:] == row[:-1]) & (seat[1:] == seat[:-1])
    if bool((points[1:] != points[:-1])[again[1:]].any()):
        raise SolverError("The source offered one pair with two different values.")
    start = np.concatenate([[0], np.cumsum(np.bincount(row[~again], minlength=old.rows))]).astype(np.int64)
    return Edges(start, seat[~again], points[~again])


PRICED_FLOW = NamedSolver(
    name=min_cost_flow.NAME,
    handles=frozenset({Feature.SEATS, Feature.OPTIMUM, Feature.EXTREME_PRICES}),
    run=solve,
)
"""The exact solver of a pure flow."""
