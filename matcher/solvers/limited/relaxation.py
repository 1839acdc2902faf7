"""The linear relaxation over all edges: solved on few, priced on all, until no edge is left that would improve it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.model.limits import PRICE_BITS
from matcher.solvers.limited.ascent import ascend
from matcher.solvers.limited.bound import Proven, proven
from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.engine import Effort, Ending, Engine, Floats, run
from matcher.solvers.limited.program import build
from matcher.solvers.limited.reduced import Ints, Reduced

_SMALL = 4_000
"""Edges that one linear program takes without any search for good ones."""
_FIRST = 8
_LATER = 8
_ROUNDS = 40
_NEAR = 1e-9
_NEAR_ENOUGH = 1e-7
_USED = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """What the relaxation says.

    Attributes
    ----------
    proven
        The best bound, with its prices in whole numbers.
    price, charge, worth
        Prices of seats and limits, and the value, of the last linear program; in points.
    tight, share
        Edges that its solution uses, and how much of each.
    held
        Edges that it was solved on.
    broken
        Even the relaxation cannot keep the hard limits: a finding of floats, not yet a proof.
    rounds
        Looks at all edges.
    """

    proven: Proven
    price: Floats
    charge: Floats
    worth: float
    tight: Ints
    share: Floats
    held: Ints
    broken: bool = False
    rounds: int = 0


def relax(problem: Reduced, time: Time) -> Relaxed:
    """Solve the relaxation; whenever it stops, what it has is a true bound."""
    useful = np.flatnonzero(problem.useful)
    best = proven(problem, np.zeros(problem.openings.size), np.zeros(len(problem.rows)))
    held = useful
    if useful.size > _SMALL:
        start = ascend(problem, time.up)
        best = lower(best, proven(problem, start.price, start.charge))
        held = _first_edges(problem, best, useful)
    return generated(problem, held, best, time)


def generated(problem: Reduced, held: Ints, best: Proven, time: Time) -> Relaxed:
    """Solve on some edges, and add those that would improve it, until there are none."""
    useful = np.flatnonzero(problem.useful)
    at = Relaxed(
        proven=best,
        price=best.price.astype(np.float64),
        charge=best.charge / 2.0**PRICE_BITS,
        worth=float(best.bound),
        tight=useful[:0],
        share=np.zeros(0),
        held=held,
    )
    while at.rounds < _ROUNDS and not time.up():
        built = build(problem, at.held, whole=False, ransom=ransom(problem))
        answer = run(built.program, Engine.GLOP, Effort(seconds=time.left(), stop=time.up))
        if answer.ending is not Ending.OPTIMAL or answer.x is None or answer.dual is None:
            break
        used = np.flatnonzero(answer.x[: at.held.size] > _USED)
        price, charge = built.seat_prices(answer.dual), built.charges(answer.dual)
        found = proven(problem, price, charge)
        before, best = at, lower(at.proven, found)
        at = Relaxed(
            proven=best,
            price=price,
            charge=charge,
            worth=built.points(answer.worth) + problem.pinned_points,
            tight=at.held[used],
            share=answer.x[used],
            held=at.held,
            broken=_is_broken(problem, built.breakable, answer.x[at.held.size :]),
            rounds=at.rounds + 1,
        )
        gap, size = best.bound - at.worth, abs(at.worth)
        stalled = before.rounds > 0 and at.worth - before.worth <= _NEAR * size
        if not at.broken and (gap <= _NEAR_ENOUGH * size or (stalled and gap <= 100 * _NEAR_ENOUGH * size)):
            break
        more = improving(problem, found, at.held, useful, built.row_gains(answer.dual))
        if not more.size:
            break
        at = replace(at, held=np.union1d(at.held, more))
    return at


def lower(one: Proven, other: Proven) -> Proven:
    """The one with the lower bound; the first if both are the same."""
    return other if other.bound < one.bound else one


def losses(problem: Reduced, at: Proven) -> NDArray[np.int64]:
    """By how much, in 2^-20 points, the bound falls for a plan that uses an edge."""
    return np.asarray(at.best[problem.owner] - at.gain)


def ransom(problem: Reduced) -> float:
    """Points for breaking a hard limit by its largest weight: more than any placement is worth."""
    return 64.0 * max(1, int(problem.points.max(initial=1)))


def _is_broken(problem: Reduced, breakable: Ints, units: Floats) -> bool:
    hard = np.array([problem.rows[k].soft is None for k in breakable.tolist()], dtype=np.bool_)
    return bool((units[: breakable.size][hard] > 1e-6).any())


def _first_edges(problem: Reduced, at: Proven, useful: Ints) -> Ints:
    """Of every person the edges that gain most at some prices, and those that bring most."""
    owner = problem.owner[useful]
    by_gain, by_points = best_of(owner, at.gain[useful], _FIRST), best_of(owner, problem.points[useful], 2)
    near = int(problem.points.max(initial=0)) // 20 << PRICE_BITS
    close = np.flatnonzero(losses(problem, at)[useful] <= near)
    return np.asarray(useful[np.union1d(np.union1d(by_gain, by_points), close)])


def best_of(owner: Ints, score: NDArray[np.int64], most: int) -> Ints:
    """Places of the largest scores of every owner, ties to the earlier; owners ascend."""
    order = np.lexsort((-score, owner))
    rank = np.arange(owner.size) - np.searchsorted(owner, owner)
    return np.sort(order[rank < most])


def improving(problem: Reduced, found: Proven, held: Ints, useful: Ints, gains: Floats) -> Ints:
    """Edges that are not held and gain more than their person keeps."""
    kept = np.rint(gains * 2.0**PRICE_BITS).astype(np.int64)
    more = found.gain[useful] > np.maximum(kept, 0)[problem.owner[useful]] + (1 << PRICE_BITS) // 2
    more &= ~np.isin(useful, held, assume_unique=True)
    extra = useful[more]
    return np.asarray(extra[best_of(problem.owner[extra], found.gain[extra], _LATER)])
