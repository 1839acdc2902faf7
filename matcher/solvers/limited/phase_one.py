"""Proof by prices that lines cannot hold together: the linear program that breaks them as little as it can (phase one).

It is solved on few edges, all edges are priced, and those that would help are added, until the prices prove in exact numbers that
something must be broken (Farkas), or nothing is.
"""

from dataclasses import dataclass, replace

import numpy as np

from matcher.model.limits import PRICE_BITS
from matcher.solvers.limited.bound import Proven, proven
from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.engine import Effort, Ending, Engine, Floats, run
from matcher.solvers.limited.program import Built, build
from matcher.solvers.limited.reduced import Ints, Reduced

_KEPT = 1e-7
"""A linear program that breaks its rows by less is taken to keep them, and one that uses less of an edge not to use it."""
_NOISE = 1e-9
_RANGE = 2.0**38
_SMALL = 4_000
_FIRST = 4
_LATER = 4
_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class PhaseOne:
    """What came out.

    Attributes
    ----------
    held, used
        Edges of the problem that the last program was solved on, and those of them that its solution uses, fractions among them.
    broken
        What breaking the rows costs at least; None where time was up before that was known.
    core
        Rows that cannot hold together, proven; None where nothing is, or nobody asked.
    """

    held: Ints
    used: Ints
    broken: float | None = None
    core: tuple[int, ...] | None = None


def phase_one(problem: Reduced, time: Time, price: Floats | None = None) -> PhaseOne:
    """Break the rows of a problem as little as can be.

    Parameters
    ----------
    problem
        All its rows count as hard, and edges as worth nothing. Edges that help no row may be missing: with a price on the right side none
        of them gains anything.
    price
        Of breaking each row by a whole number. None: the largest weight of a row counts 1, and the first proof that something must be
        broken is enough.
    """
    bare = replace(problem, points=np.zeros_like(problem.points))
    held, used, least = _first(bare), np.zeros(0, dtype=np.int64), None
    for _ in range(_ROUNDS):
        built = build(bare, held, whole=False, ransom=1.0)
        cost = np.zeros(built.program.cost.size)
        cost[held.size :] = -1.0 if price is None else -(price * built.scale)[built.breakable]
        answer = run(replace(built.program, cost=cost), Engine.GLOP, Effort(seconds=time.left(), stop=time.up))
        if answer.ending is not Ending.OPTIMAL or answer.dual is None or answer.x is None:
            break
        used = held[answer.x[: held.size] > _KEPT]
        if answer.worth > -_KEPT:
            return PhaseOne(held, used, 0.0)
        found, factor = _priced(bare, replace(built, point=1.0), answer.dual)
        if found.bound < 0 and price is None:
            return PhaseOne(held, used, core=tuple(np.flatnonzero(found.charge).tolist()))
        more = _helping(bare, found, held, answer.dual[: built.people] * factor)
        if not more.size:
            least = -answer.worth
        if not more.size or time.up():
            break
        held = np.union1d(held, more)
    return PhaseOne(held, used, least)


def _priced(problem: Reduced, built: Built, dual: Floats) -> tuple[Proven, float]:
    """What the prices prove, and by what they were multiplied so that rounding them to whole numbers loses nothing."""
    price, charge = built.seat_prices(dual), built.charges(dual)
    charge = np.where(np.abs(charge) * built.scale > _NOISE, charge, 0.0)
    factor = _RANGE / (1.0 + float(price.max(initial=0.0)) + float(np.abs(charge * built.scale).sum()))
    return proven(problem, price * factor, charge * factor), factor


def _first(problem: Reduced) -> Ints:
    """Some edges of everybody, each person beginning at another place: what helps must not all lie at the same seats."""
    every = np.arange(problem.points.size)
    if every.size <= _SMALL:
        return every
    count = np.diff(problem.start)[problem.owner]
    turn = (every - problem.start[problem.owner] + problem.owner) % count
    return np.flatnonzero(turn < _FIRST)


def _helping(problem: Reduced, found: Proven, held: Ints, kept: Floats) -> Ints:
    """Edges that are not held and gain more than their person keeps, the best few of everybody."""
    floor = np.maximum(np.rint(kept * 2.0**PRICE_BITS), 0).astype(np.int64)
    more = found.gain > floor[problem.owner] + (1 << PRICE_BITS)
    more[held] = False
    extra = np.flatnonzero(more)
    order = np.lexsort((-found.gain[extra], problem.owner[extra]))
    owner = problem.owner[extra][order]
    rank = np.arange(owner.size) - np.searchsorted(owner, owner)
    return np.asarray(extra[order][rank < _LATER])
