"""Whole plans: integer programs over the edges that the prices say matter, more of them each time.

The prices give every edge a loss: a plan that uses it is worth at most the bound less that loss. So the best plan among edges of small
loss is the best of all as soon as it is worth as much as the bound less the smallest loss left out (reduced-cost fixing).
"""

from dataclasses import dataclass, replace

import numpy as np

from matcher.errors import SolverError
from matcher.model.limits import PRICE_BITS
from matcher.solvers.limited.bound import Proven
from matcher.solvers.limited.clock import Time, part
from matcher.solvers.limited.engine import Effort, Ending, Engine, run
from matcher.solvers.limited.exchange import Moves, exchanged
from matcher.solvers.limited.improve import Pieces, improved
from matcher.solvers.limited.plan import Plan, appraised
from matcher.solvers.limited.program import build
from matcher.solvers.limited.reduced import Ints, Reduced
from matcher.solvers.limited.relaxation import Relaxed, losses

_FRACTIONS = (400, 30, 10, 3, 1)
"""The losses looked at, as parts of the largest points: edges that lose no more take part."""
_QUICK = 2
"""How many of those losses a quick search looks at."""
SMALL = 20_000
"""Edges up to which a search always goes on until the integer solver says that nothing is better."""
_LEAST = 2_000
"""Fewer edges than this are not worth a program of their own."""
_MOST = 250_000
"""More edges than this are more than an integer solver does anything useful with; fewer are all looked at, once it is worth it."""
_LIGHT = 4_000
"""Edges up to which a solver is asked that needs no process of its own."""
_LARGE = Engine.HIGHS
_EACH = 6
"""Edges per person with which a hard problem is begun."""
_FIRST_SHARE, _FIRST_S, _SOME_S, _PIECES_S = 0.1, 10.0, 60.0, 120.0
_FEW_SHARE, _MOVES, _MOVES_SHARE, _PIECES_SHARE = 0.2, 4_000, 0.2, 0.85
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to.

    Attributes
    ----------
    plan
        The best one; None where there is none.
    bound
        No plan is worth more, as far as the integer solvers can be believed.
    hopeless
        They say that no plan keeps the hard limits.
    """

    plan: Plan | None
    bound: int
    hopeless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a search is to be made.

    Attributes
    ----------
    gap
        Relative gap at which a plan is good enough; 0, and few edges, go on to the end.
    quick
        Only among edges of small loss.
    """

    gap: float
    seed: int
    time: Time
    quick: bool = False


def search(problem: Reduced, proof: Proven, tight: Ints, terms: Terms, *, first: Found | None = None) -> Found:
    """Look for the best plan, among few edges first.

    Parameters
    ----------
    proof
        Prices, with the gains of all edges at them.
    tight
        Edges that a linear solution uses.
    first
        What an earlier search came to.
    """
    useful = np.flatnonzero(problem.useful)
    loss, ceiling = losses(problem, proof)[useful], proof.bound
    found = Found(None, ceiling) if first is None else Found(first.plan, min(first.bound, ceiling))
    before = 0
    for step in _steps(problem, useful.size, terms):
        # A plan that uses an edge which loses more than this is worth less than the one at hand.
        enough = 2**62 if found.plan is None else (ceiling - found.plan.worth) << PRICE_BITS
        most = min(step, enough)
        inside = np.union1d(useful[loss <= most], tight)
        whole = inside.size == useful.size
        if terms.time.up() or (inside.size > _MOST and found.plan is not None):
            break
        if not whole and most < enough and inside.size < max(min(_LEAST, useful.size), 1.2 * before):
            continue
        before = inside.size
        found = _joined(found, _solved(problem, inside, found.plan, terms, _LARGE), _outside(ceiling, most, whole))
        if found.hopeless or whole or most == enough or _is_done(found, ceiling, terms.gap):
            break
    return found


def search_all(problem: Reduced, relaxed: Relaxed, terms: Terms) -> Found:
    """Look for the best plan of a problem with few edges, to the end: until an integer solver says that nothing is better.

    A light solver has the first word. What it does not finish soon is hard: then a first plan among the edges that lose least, made
    better by exchanging places, and piece by piece, and at last all edges that a better plan could use.
    """
    proof, tight = relaxed.proven, relaxed.tight
    useful = np.flatnonzero(problem.useful)
    loss, ceiling = losses(problem, proof)[useful], proof.bound
    found, time = Found(None, ceiling), terms.time
    if useful.size <= _LIGHT:
        soon = replace(terms, gap=0.0, time=part(time, _FIRST_SHARE, _FIRST_S))
        found = _joined(found, _solved(problem, useful, None, soon, Engine.SCIP), None)
    if found.hopeless or _is_done(found, ceiling, 0.0) or time.up():
        return found
    few = np.sort(loss)[min(useful.size, _EACH * np.unique(problem.owner).size) - 1] if useful.size else 0
    inside = np.union1d(useful[loss <= few], tight)
    if inside.size < useful.size:
        some = replace(terms, gap=0.0, time=part(time, _FEW_SHARE, _SOME_S))
        found = _joined(found, _solved(problem, inside, found.plan, some, _LARGE), ceiling)
    if not _is_done(found, ceiling, 0.0):
        moves = Moves(until=part(time, _MOVES_SHARE, _SOME_S), seed=terms.seed, per_person=_MOVES)
        found = Found(exchanged(problem, proof, relaxed, moves, first=found.plan), found.bound)
    if found.plan is not None and not _is_done(found, ceiling, 0.0):
        pieces = Pieces(until=part(time, _PIECES_SHARE, _PIECES_S), seed=terms.seed)
        found = Found(improved(problem, proof, found.plan, pieces), found.bound)
    if not _is_done(found, ceiling, 0.0) and not time.up():
        found = _finished(problem, proof, found, terms)
    return found


def _finished(problem: Reduced, proof: Proven, found: Found, terms: Terms) -> Found:
    """All edges that a better plan could use, as long as it takes."""
    useful, ceiling = np.flatnonzero(problem.useful), proof.bound
    loss = losses(problem, proof)[useful]
    inside, outside = useful, None
    if found.plan is not None:
        inside, outside = useful[loss <= (ceiling - found.plan.worth) << PRICE_BITS], found.plan.worth
        inside = np.union1d(inside, found.plan.chosen)
    return _joined(found, _solved(problem, inside, found.plan, replace(terms, gap=0.0), _LARGE), outside)


def _steps(problem: Reduced, useful: int, terms: Terms) -> list[int]:
    """The losses to look at, one after the other; the last one is all there is."""
    top = max(1, int(problem.points.max(initial=1)))
    steps = [(top << PRICE_BITS) // part for part in _FRACTIONS]
    if terms.quick:
        return steps[:_QUICK]
    return [2**62] if useful <= _MOST else [*steps, 2**62]


def _outside(ceiling: int, most: int, whole: bool) -> int | None:
    """What a plan with an edge that was left out is worth at most; None where none was."""
    return None if whole else ceiling - (most >> PRICE_BITS)


def _joined(old: Found, new: Found, outside: int | None) -> Found:
    plan = max((one for one in (old.plan, new.plan) if one is not None), key=lambda one: one.worth, default=None)
    if new.hopeless:
        return Found(plan, old.bound, hopeless=outside is None and plan is None)
    bound = max([new.bound, *([] if outside is None else [outside]), *([] if plan is None else [plan.worth])])
    return Found(plan, min(old.bound, bound))


def _is_done(found: Found, ceiling: int, gap: float) -> bool:
    if found.plan is None:
        return False
    worth = found.plan.worth
    return found.bound <= worth or (gap > 0 and ceiling - worth <= gap * max(1, abs(worth)))


def _solved(problem: Reduced, inside: Ints, plan: Plan | None, terms: Terms, engine: Engine) -> Found:
    """The best plan among some edges; bounds of limits are drawn in a little where rounding broke one."""
    keep = None if plan is None else plan.chosen
    built = build(problem, inside, whole=True, ransom=None, keep=keep)
    bound = None
    for _ in range(_TRIES):
        answer = run(
            built.program,
            engine,
            Effort(seconds=terms.time.left(), gap=terms.gap / 16, slack=0.5, seed=terms.seed, stop=terms.time.up),
        )
        if answer.ending is Ending.INFEASIBLE:
            return Found(None, bound or 0, hopeless=bound is None)
        claimed = problem.pinned_points + int(np.floor(built.points(min(answer.bound, 2.0**62)) + 0.5))
        bound = claimed if bound is None else bound
        if answer.x is None:
            return Found(None, bound)
        better = appraised(problem, built.picked(answer.x))
        if better is not None:
            return Found(better, bound)
        built = built.drawn_in(answer.x)
    raise SolverError("An integer solver keeps breaking a limit that it was told to keep.")
