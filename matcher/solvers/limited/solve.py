"""The best plan under limits: prices over all pairs, a bound that they prove, and whole plans that come close to it."""

import time
from dataclasses import replace

import numpy as np

from matcher.errors import SolverError
from matcher.model.limits import Cut, LimitedModel
from matcher.model.solution import PriceKind, Prices, Proof, SolveResult, Status
from matcher.progress import Observer
from matcher.solvers.limited.bound import Proven
from matcher.solvers.limited.reduced import Reduced, reduced
from matcher.solvers.limited.relaxation import Time, relax
from matcher.solvers.limited.search import Found, Plan, Terms, appraised, search
from matcher.solvers.limited.tighten import tighten
from matcher.solvers.protocol import SolveParams

NAME = "prices over all pairs (GLOP), plans (HiGHS)"


def solve_limited(model: LimitedModel, params: SolveParams, watch: Observer) -> SolveResult:
    """Find the plan of the largest sum of points less penalties that keeps all limits.

    Parameters
    ----------
    model
        All eligible edges.
    params
        `time_limit_s` ends the search; `gap` is good enough, 0 goes on to a proven optimum.

    Returns
    -------
    SolveResult
        OPTIMAL where the bound that the prices prove equals the objective. `search_bound` is what the integer solvers claim beyond that.
        INFEASIBLE, without a plan, where they find that no plan keeps the hard limits.

    Raises
    ------
    InputError
        Points or amounts too large to reckon with exactly.
    SolverError
        A solver fails.
    """
    clock = _Clock(params.time_limit_s)
    watch.phase("limits", total=len(model.edges))
    problem = reduced(model)
    if (problem.openings < 0).any():
        return _infeasible(problem)
    until = Time(up=clock.late, left=clock.left)
    watch.phase("prices")
    relaxed = relax(problem, until)
    watch.phase("plans")
    terms = Terms(gap=params.gap, seed=params.seed, time=until, quick=True)
    proof, cuts = relaxed.proven, tuple[Cut, ...]()
    found = search(problem, proof, relaxed.tight, terms)
    if not _is_good(found, proof, params.gap):
        watch.phase("cuts")
        tight = tighten(problem, relaxed, until)
        proof, cuts = tight.proven, tight.cuts
        watch.phase("plans")
        found = search(problem, proof, tight.relaxed.tight, replace(terms, quick=False), first=found)
    if found.hopeless:
        return _infeasible(problem)
    plan = found.plan or appraised(problem, np.zeros(0, dtype=np.int64))
    if plan is None:
        raise SolverError("Time ran out before any plan was found that keeps all limits. Hint: give it more time.")
    return _result(problem, proof, found, plan, cuts, gap=params.gap, rounds=relaxed.rounds, stopped=clock.late())


def _is_good(found: Found, proof: Proven, gap: float) -> bool:
    """Nothing is left to look for: no better plan, or the prices prove that this one is good enough."""
    if found.plan is None or found.hopeless:
        return found.hopeless
    worth = found.plan.worth
    return found.bound <= worth or (gap > 0 and proof.bound - worth <= gap * max(1, abs(worth)))


class _Clock:
    """Time since the start, from a clock that never jumps."""

    def __init__(self, limit: float | None) -> None:
        self._limit = limit
        self._began = time.monotonic()

    def left(self) -> float | None:
        return None if self._limit is None else max(0.0, self._limit - (time.monotonic() - self._began))

    def late(self) -> bool:
        return self.left() == 0.0


def _result(
    problem: Reduced,
    proof: Proven,
    found: Found,
    plan: Plan,
    cuts: tuple[Cut, ...],
    *,
    gap: float,
    rounds: int,
    stopped: bool,
) -> SolveResult:
    seat_of = problem.model.pinned.copy()
    seat_of[problem.owner[plan.chosen]] = problem.seat[plan.chosen]
    worth = plan.worth
    status = Status.FEASIBLE
    if proof.bound == worth:
        status = Status.OPTIMAL
    elif proof.bound - worth <= gap * max(1, abs(worth)):
        status = Status.WITHIN_GAP
    return SolveResult(
        status=status,
        seat_of=seat_of,
        prices=Prices(high=proof.price, low=proof.price.copy(), kind=PriceKind.SOME_OPTIMAL),
        objective=worth,
        upper_bound=proof.bound,
        proof=Proof.ALL_PAIRS,
        rounds=rounds,
        edges_stored=len(problem.model.edges),
        solver=NAME,
        penalties=plan.penalties,
        row_prices=proof.charge[: len(problem.rows)],
        cuts=cuts,
        search_bound=max(found.bound, worth),
        stopped=stopped and found.bound > worth and status is Status.FEASIBLE,
    )


def _infeasible(problem: Reduced) -> SolveResult:
    return SolveResult(
        status=Status.INFEASIBLE,
        seat_of=None,
        prices=None,
        objective=0,
        upper_bound=0,
        proof=Proof.ALL_PAIRS,
        rounds=0,
        edges_stored=len(problem.model.edges),
        solver=NAME,
    )
