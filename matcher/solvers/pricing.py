"""Solve on the edges at hand, ask the source for better ones, stop when none is left: a proof over all pairs.

The source is asked with prices and with what every row gains at those prices. Where no eligible edge of a row beats its gain, prices
and gains are a dual solution over **all** pairs, listed or not, and by weak duality no plan over them is worth more.

From scratch it is asked at the largest prices of the edges at hand first, and at the smallest ones in the end. From given prices it is the
other way round: they are best the smallest ones of an earlier solve, because an edge that gains little at low prices gains no more
at higher ones, so that a source need not look at it again.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SolverError
from matcher.model.edges import CLOSED_SEAT, Edges, EdgeSource
from matcher.model.solution import Pending, PriceKind, Prices, Proof, SolveResult, Status
from matcher.progress import Observer
from matcher.solvers import master
from matcher.solvers.asking import Answer, ask, closed, no_edges
from matcher.solvers.auction import Halted, Start
from matcher.solvers.duals import extreme_duals, largest_prices, row_gains, useful_edges
from matcher.solvers.guards import require_openings
from matcher.solvers.master import Optimum, optimum
from matcher.solvers.protocol import Feature, NamedSolver, SolveParams
from matcher.solvers.settle import Seated, filled, gap, some_prices, status_of
from matcher.stop import NEVER, Stop


def solve(
    source: EdgeSource, openings: NDArray[np.int64], params: SolveParams, watch: Observer, stop: Stop = NEVER
) -> SolveResult:
    """Find an assignment of the largest sum of points over all eligible pairs, with its prices and its proof.

    Parameters
    ----------
    source
        May hold edges back as long as it offers some edge that beats the prices while there is one.
    openings
        int64, shape ``(source.seats,)``, at least 0.
    params
        `gap` above 0 may end the search early. With `start_prices` the first question is asked at them, and about the best edges of each
        row whatever they gain: of these the optimum is made, where the prices are near the optimal ones.
    stop
        Reaches all that takes long: the looks at the edges, and the search between them.

    Returns
    -------
    SolveResult
        OPTIMAL with extreme prices over all pairs, where the bound at the largest **and** at the smallest prices equals the objective.
        Otherwise the best plan so far, with the smallest bound so far and the prices that prove it. Where time was up, free seats are
        filled greedily, and the prices may be `pending`: `matcher.solvers.settled` finds them.

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
    return _Search(source, openings, params, watch, stop).run()


class _Search:
    """The loop with its counters; the values it passes on are never changed."""

    def __init__(
        self, source: EdgeSource, openings: NDArray[np.int64], params: SolveParams, watch: Observer, stop: Stop
    ) -> None:
        self._source = source
        self._openings = openings
        self._params = params
        self._watch = watch
        self._stop = stop
        self._rounds = 0
        self._solver = master.AUCTION_ONLY
        # Answers with the smallest bounds: of those at prices that prove their bound exactly, and of all.
        self._best: Answer | None = None
        self._least: Answer | None = None

    def run(self) -> SolveResult:
        first = self._first(self._params.start_prices)
        if not first.whole:
            return self._halted(first.edges, ())
        edges, start = first.edges, Start(self._params.start_prices)
        plans: tuple[Optimum, ...] = ()
        while True:
            found = self._solve(edges, start)
            if isinstance(found, Halted):
                return self._halted(edges, (*plans, found), found.prices)
            plan, plans = found, (found,)
            answer = self._ask_low(plan) if self._low_first else self._ask_high(plan.edges, plan, plan.high)
            if self._least is not None and self._least.bound < plan.objective:
                raise SolverError("The source says that no pair is worth what a pair it offered is worth.")
            if answer.bound == plan.objective:
                return self._highest(plan, answer) if self._low_first else self._lower(plan, answer.bound)
            if not answer.whole:
                return self._halted(answer.edges, plans, plan.high)
            if len(answer.edges) == len(plan.edges) or self._near(plan):
                return self._stopped(plan)
            if self._stop():
                return self._halted(answer.edges, plans)
            edges, start = answer.edges, Start(plan.prices, plan.seat_of)

    @property
    def _low_first(self) -> bool:
        # A gap may be reached long before the optimum, and then the prices asked about last are published: they must be the largest.
        return self._params.start_prices is not None and self._params.gap == 0

    def _first(self, given: NDArray[np.int64] | None) -> Answer:
        """Ask what there is to gain at the starting prices, or at none."""
        nobody = no_edges(self._source.rows)
        floors = np.zeros(nobody.rows, dtype=np.int64)
        if given is None:
            # Without prices the question is also about seats without openings: they prove less than they should.
            return self._ask(nobody, np.zeros(self._openings.size, np.int64), floors, exact=False)
        # The smallest prices of seats without openings are worth knowing too.
        price = np.minimum(given, CLOSED_SEAT - 1)
        asked = np.where((self._openings > 0) | (price > 0), price, CLOSED_SEAT)
        return self._ask(nobody, asked, floors - int(price.max(initial=0)), exact=False)

    def _ask_high(self, edges: Edges, plan: Optimum, high: NDArray[np.int64]) -> Answer:
        return self._ask(edges, closed(self._openings, high), row_gains(plan.seat_of, plan.own, high))

    def _ask_low(self, plan: Optimum) -> Answer:
        """Ask at the smallest prices, those of seats without openings too; by the latter the bound is not one to publish."""
        low = extreme_duals(plan.edges, self._openings, plan.seat_of, high=plan.high).low
        return self._ask(plan.edges, low, row_gains(plan.seat_of, plan.own, low), exact=False)

    def _highest(self, plan: Optimum, proven: Answer) -> SolveResult:
        """Ask again at the largest prices. Edges that turn up cannot change the plan or the smallest prices, only lower the largest."""
        edges, high = plan.edges, plan.high
        while True:
            self._watch.phase("prices")
            answer = self._ask_high(edges, plan, high)
            if len(answer.edges) == len(edges) or self._stop():
                break
            edges = answer.edges
            largest = largest_prices(useful_edges(edges, self._openings), self._openings, plan.seat_of, plan.own)
            if largest is None:
                raise SolverError("The source offers a pair that it had nothing to gain from.")
            high = largest
        both = len(answer.edges) == len(edges) and answer.bound == plan.objective
        prices = (
            Prices(high=high, low=proven.price, kind=PriceKind.EXTREME)
            if both
            else some_prices(self._openings, proven.price)
        )
        return self._result(Status.OPTIMAL, plan, prices, bound=proven.bound, stored=len(answer.edges))

    def _lower(self, plan: Optimum, bound: int) -> SolveResult:
        """Ask again at the smallest prices. Edges that turn up cannot change the plan or the largest prices, only raise the smallest."""
        edges = plan.edges
        while True:
            self._watch.phase("prices")
            prices = extreme_duals(edges, self._openings, plan.seat_of, high=plan.high)
            answer = self._ask(edges, prices.low, row_gains(plan.seat_of, plan.own, prices.low), exact=False)
            if len(answer.edges) == len(edges) or self._stop():
                break
            edges = answer.edges
        both = len(answer.edges) == len(edges) and answer.bound == plan.objective
        kind = PriceKind.EXTREME if both else PriceKind.SOME_OPTIMAL
        return self._result(
            Status.OPTIMAL, plan, Prices(high=prices.high, low=prices.low, kind=kind), bound=bound, stored=len(edges)
        )

    def _stopped(self, plan: Optimum) -> SolveResult:
        """Nothing better can be had, or it is near enough."""
        assert self._best is not None
        bound, prices = self._best.bound, some_prices(self._openings, self._best.price)
        return self._result(
            status_of(plan.objective, bound, self._params), plan, prices, bound=bound, stored=len(plan.edges)
        )

    def _halted(
        self, edges: Edges, plans: tuple[Optimum | Halted, ...], hint: NDArray[np.int64] | None = None
    ) -> SolveResult:
        """Time is up: the best of the plans, or of none, with the free seats filled."""
        best, least = self._best, self._least
        assert least is not None
        self._watch.phase("greedy", total=len(edges))
        nobody = np.full(edges.rows, -1, dtype=np.int32)
        plan = filled(edges, self._openings, [one.seat_of for one in plans] or [nobody])
        proven = None if best is None else best.bound
        price = np.zeros(self._openings.size, np.int64) if best is None else best.price
        done = proven == least.bound and (hint is None or proven == plan.objective)
        return self._result(
            status_of(plan.objective, least.bound, self._params),
            plan,
            some_prices(self._openings, price),
            bound=least.bound,
            stored=len(edges),
            pending=None if done else Pending(edges, closed(self._openings, least.price), proven, hint),
        )

    def _solve(self, edges: Edges, start: Start) -> Optimum | Halted:
        self._watch.phase("flow", total=len(edges))
        plan = optimum(edges, self._openings, start, self._stop)
        if isinstance(plan, Optimum) and plan.fell_back:
            self._solver = master.FALLEN_BACK
        return plan

    def _ask(self, edges: Edges, price: NDArray[np.int64], floors: NDArray[np.int64], *, exact: bool = True) -> Answer:
        self._watch.phase("pairs", total=self._source.rows)
        self._rounds += 1
        answer = ask(self._source, self._openings, edges, price=price, floors=floors, stop=self._stop)
        if self._least is None or answer.bound < self._least.bound:
            self._least = answer
        if exact and answer.whole and (self._best is None or answer.bound < self._best.bound):
            self._best = answer
        return answer

    def _near(self, plan: Optimum) -> bool:
        # A gap of 0 asks for extreme prices too, and those come only with a bound at the largest ones.
        accepted, best = self._params.gap, self._best
        return accepted > 0 and best is not None and gap(plan.objective, best.bound) <= accepted

    def _result(
        self,
        status: Status,
        plan: Optimum | Seated,
        prices: Prices,
        *,
        bound: int,
        stored: int,
        pending: Pending | None = None,
    ) -> SolveResult:
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
            pending=pending,
        )


PRICED_FLOW = NamedSolver(
    name=master.AUCTION_ONLY,
    handles=frozenset({Feature.SEATS, Feature.ANY_TIME, Feature.OPTIMUM, Feature.EXTREME_PRICES}),
    run=solve,
)
"""The exact solver of a pure flow."""
