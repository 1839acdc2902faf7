"""The best plan under limits: prices over all pairs, a bound that they prove, and whole plans that come close to it."""

from dataclasses import replace

import numpy as np

from matcher.errors import SolverError
from matcher.model.limits import LimitedModel
from matcher.model.solution import PriceKind, Prices, Proof, SolveResult, Status
from matcher.progress import Observer
from matcher.solvers.limited.clock import Time, part, until
from matcher.solvers.limited.ease import eased
from matcher.solvers.limited.improve import Pieces, improved
from matcher.solvers.limited.plan import Plan, appraised
from matcher.solvers.limited.possible import impossible
from matcher.solvers.limited.reduced import Reduced, reduced
from matcher.solvers.limited.relaxation import Relaxed, relax
from matcher.solvers.limited.rents import rented
from matcher.solvers.limited.search import SMALL, Found, Terms, search, search_all
from matcher.solvers.limited.tighten import Tight, first_cuts, tighten
from matcher.solvers.limited.values import narrowed
from matcher.solvers.protocol import SolveParams
from matcher.stop import NEVER, Deadline, Stop

_GRACE_S = 30.0
_PIECES_SHARE, _PIECES_S = 0.3, 120.0
_PLANS_SHARE, _FOR_EVER_S = 0.75, 1e7
"""Where there are few values, so much of the time goes to plans; the rest is for the bound."""
NAME = "prices over all pairs (GLOP), plans (SCIP, HiGHS)"


def solve_limited(model: LimitedModel, params: SolveParams, watch: Observer, stop: Stop = NEVER) -> SolveResult:
    """Find the plan of the largest sum of points less penalties that keeps all limits.

    Parameters
    ----------
    model
        All eligible edges.
    params
        `gap` is good enough; 0, and few edges, go on to the end.
    stop
        Ends the search; what there is then comes back.

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
    watch.phase("limits", total=len(model.edges))
    problem = reduced(model)
    if (problem.openings < 0).any():
        return _infeasible(problem)
    time = until(stop)
    watch.phase("prices")
    if impossible(problem, time):
        return _infeasible(problem)
    relaxed = relax(problem, time)
    watch.phase("plans")
    terms = Terms(gap=params.gap, seed=params.seed, time=time, quick=True)
    if int(problem.useful.sum()) <= SMALL:
        tight = _with_rents(problem, Tight(relaxed, relaxed.proven, ()), relaxed, time)
        found = search_all(problem, relaxed, terms)
    elif model.limits.distinct:
        tight, found = _of_few_values(problem, relaxed, terms, watch)
    else:
        tight, found = _of_many(problem, relaxed, terms, watch)
    # What the prices of the limits prove by themselves is easier to read.
    plain = found.plan is not None and _is_near(found.plan.worth, relaxed.proven.bound, params.gap)
    rests = tight.proven is not relaxed.proven and not plain
    proof = tight.proven if rests else eased(problem, relaxed.proven)
    if found.hopeless:
        return _infeasible(problem)
    if found.plan is None:
        # Without a plan nobody is helped: a first one may take a little longer than there is time.
        later = replace(terms, time=until(Deadline.after(_GRACE_S)))
        found = search(problem, proof, relaxed.tight, later, first=found)
    plan = found.plan or appraised(problem, np.zeros(0, dtype=np.int64))
    if plan is None:
        raise SolverError("Time ran out before any plan was found that keeps all limits. Hint: give it more time.")
    resting = tight if rests else Tight(relaxed, proof, ())
    return _result(problem, resting, found, plan, gap=params.gap, rounds=relaxed.rounds, stopped=stop())


def _of_few_values(problem: Reduced, relaxed: Relaxed, terms: Terms, watch: Observer) -> tuple[Tight, Found]:
    """Choose the values first; where those leave no plan, or nothing was found in time, leave the choice to the integer solver."""
    left, some = narrowed(problem, relaxed.proven), replace(terms, time=part(terms.time, _PLANS_SHARE, _FOR_EVER_S))
    _, found = _of_many(left.problem, relax(left.problem, some.time), some, watch)
    if found.plan is None:
        tight, found = _of_many(problem, relaxed, terms, watch)
        return _with_rents(problem, tight, relaxed, terms.time), found
    tight = _with_rents(problem, first_cuts(problem, relaxed), relaxed, terms.time)
    return tight, Found(left.back(found.plan), tight.proven.bound)


def _with_rents(problem: Reduced, tight: Tight, relaxed: Relaxed, time: Time) -> Tight:
    """Let the bound know of numbers of distinct values, where that lowers it."""
    found = rented(problem, relaxed, time) if problem.model.limits.distinct else None
    return tight if found is None or found.proven.bound >= tight.proven.bound else found


def _of_many(problem: Reduced, relaxed: Relaxed, terms: Terms, watch: Observer) -> tuple[Tight, Found]:
    """A quick search first, and a long one only where the prices do not prove its plan good enough."""
    tight = first_cuts(problem, relaxed)
    found = search(problem, tight.proven, relaxed.tight, terms)
    worth = None if found.plan is None else found.plan.worth
    if found.hopeless or (worth is not None and _is_near(worth, tight.proven.bound, terms.gap)):
        return tight, found
    watch.phase("cuts")
    enough = 0 if worth is None else worth + int(terms.gap * abs(worth))
    tight = tighten(problem, tight, terms.time, enough=enough)
    watch.phase("plans")
    if found.plan is not None and not _is_near(found.plan.worth, tight.proven.bound, terms.gap):
        pieces = Pieces(until=part(terms.time, _PIECES_SHARE, _PIECES_S), seed=terms.seed)
        found = replace(found, plan=improved(problem, tight.proven, found.plan, pieces))
    if found.plan is not None and _is_near(found.plan.worth, tight.proven.bound, terms.gap):
        return tight, found
    return tight, search(problem, tight.proven, tight.relaxed.tight, replace(terms, quick=False), first=found)


def _is_near(worth: int, bound: int, gap: float) -> bool:
    return bound - worth <= gap * max(1, abs(worth))


def _result(
    problem: Reduced,
    tight: Tight,
    found: Found,
    plan: Plan,
    *,
    gap: float,
    rounds: int,
    stopped: bool,
) -> SolveResult:
    proof, seat_of = tight.proven, problem.model.pinned.copy()
    seat_of[problem.owner[plan.chosen]] = problem.seat[plan.chosen]
    worth = plan.worth
    status = Status.FEASIBLE
    if proof.bound == worth:
        status = Status.OPTIMAL
    elif _is_near(worth, proof.bound, gap):
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
        cuts=tight.cuts,
        value_cuts=tight.values,
        search_bound=max(min(found.bound, proof.bound), worth),
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
