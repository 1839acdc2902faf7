"""The linear relaxation over all edges: solved on few, priced on all, until no edge is left that would improve it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.model.limits import PRICE_BITS
from matcher.solvers.limited.ascent import ascend
from matcher.solvers.limited.bound import Proven, proven
from matcher.solvers.limited.engine import Effort, Ending, Engine, Floats, run
from matcher.solvers.limited.program import build
from matcher.solvers.limited.reduced import Ints, Reduced

_SMALL = 4_000
"""Edges that one linear program takes without any search for good ones."""
_FIRST = 8
_LATER = 8
_ROUNDS = 40
_NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What the relaxation says.

    Attributes
    ----------
    proven
        The best bound so far, with its prices.
    tight
        Edges that the last linear solution uses.
    broken
        Even the relaxation cannot keep the hard limits: True is a finding of floats, not yet a proof.
    rounds
        Looks at all edges.
    """

    proven: Proven
    tight: Ints
    broken: bool
    rounds: int


def relax(problem: Reduced, stop: Callable[[], bool], seconds: Callable[[], float | None]) -> Relaxed:
    """Solve the relaxation; whenever it stops, what it has is a true bound."""
    useful = np.flatnonzero(problem.useful)
    nothing = proven(problem, np.zeros(problem.openings.size), np.zeros(len(problem.rows)))
    best, held, ransom = nothing, useful, _ransom(problem)
    if useful.size > _SMALL:
        start = ascend(problem, stop)
        best = _better(best, proven(problem, start.price, start.charge))
        held = first_edges(problem, best, useful)
    tight, broken = np.zeros(0, dtype=np.int64), False
    rounds = 0
    while rounds < _ROUNDS and not stop():
        rounds += 1
        built = build(problem, held, whole=False, ransom=ransom)
        answer = run(built.program, Engine.GLOP, Effort(seconds=seconds(), stop=stop))
        if answer.ending is not Ending.OPTIMAL or answer.x is None or answer.dual is None:
            break
        broken = _is_broken(problem, built.breakable, answer.x[held.size :])
        tight = held[answer.x[: held.size] > 1e-7]
        found = proven(problem, built.seat_prices(answer.dual), built.charges(answer.dual))
        best = _better(best, found)
        worth = built.points(answer.worth) + problem.pinned_points
        if best.bound - worth <= _NEAR * abs(worth) and not broken:
            break
        more = _improving(problem, found, held, useful, built.row_gains(answer.dual))
        if not more.size:
            break
        held = np.union1d(held, more)
    return Relaxed(best, tight, broken, rounds)


def _better(one: Proven, other: Proven) -> Proven:
    return other if other.bound < one.bound else one


def _ransom(problem: Reduced) -> float:
    """Points for breaking a hard limit by its largest weight: more than any placement is worth."""
    return 64.0 * max(1, int(problem.points.max(initial=1)))


def _is_broken(problem: Reduced, breakable: Ints, units: Floats) -> bool:
    hard = np.array([problem.rows[k].soft is None for k in breakable.tolist()], dtype=np.bool_)
    return bool((units[: breakable.size][hard] > 1e-6).any())


def first_edges(problem: Reduced, at: Proven, useful: Ints) -> Ints:
    """Of every person the edges that gain most at some prices, and those that bring most."""
    by_gain = best_of_each(problem.owner[useful], at.gain[useful], _FIRST)
    by_points = best_of_each(problem.owner[useful], problem.points[useful], 2)
    near = losses(problem, at)[useful] <= _near_loss(problem)
    return useful[np.union1d(np.union1d(by_gain, by_points), np.flatnonzero(near))]


def _near_loss(problem: Reduced) -> int:
    return int(problem.points.max(initial=0)) // 20 << PRICE_BITS


def losses(problem: Reduced, at: Proven) -> NDArray[np.int64]:
    """By how much, in 2^-20 points, the bound falls for a plan that uses an edge."""
    return np.asarray(at.best[problem.owner] - at.gain)


def best_of_each(owner: Ints, score: NDArray[np.int64], most: int) -> Ints:
    """Places of the largest scores of every owner, ties to the earlier; owners ascend."""
    order = np.lexsort((-score, owner))
    rank = np.arange(owner.size) - np.searchsorted(owner, owner)
    return np.sort(order[rank < most])


def _improving(problem: Reduced, found: Proven, held: Ints, useful: Ints, gains: Floats) -> Ints:
    """Edges that are not held and gain more than their person keeps."""
    kept = np.rint(gains * 2.0**PRICE_BITS).astype(np.int64)
    more = found.gain[useful] > np.maximum(kept, 0)[problem.owner[useful]] + (1 << PRICE_BITS) // 2
    more &= ~np.isin(useful, held, assume_unique=True)
    extra = useful[more]
    return extra[best_of_each(problem.owner[extra], found.gain[extra], _LATER)]
