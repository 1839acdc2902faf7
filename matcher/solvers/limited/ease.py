"""Prices no higher than they need be: where a limit leaves no room at all, any price above some level proves the same bound.

A linear solver gives such a limit whatever price it ends with, and people would read it as what one unit more would bring.
"""

import numpy as np

from matcher.model.limits import PRICE_BITS, Sense
from matcher.solvers.limited.bound import Proven, proven
from matcher.solvers.limited.reduced import Reduced


def eased(problem: Reduced, proof: Proven) -> Proven:
    """Lower the prices of limits of which nothing is left to the least that proves as much; the bound never rises."""
    w, charge, gain = problem.weights, proof.charge.copy(), proof.gain.copy()
    edge = np.repeat(np.arange(problem.points.size), np.diff(w.start))
    people = problem.start.size - 1
    for k, row in enumerate(problem.rows):
        if problem.bound[k] != 0 or row.sense is not Sense.AT_MOST or charge[k] <= 0:
            continue
        at = np.flatnonzero(w.row == k)
        own, weight = edge[at], w.weight[at]
        if not at.size or int(weight.min()) <= 0:
            continue
        free = gain[own] + charge[k] * weight
        others = np.ones(gain.size, dtype=np.bool_)
        others[own] = False
        best = np.zeros(people, dtype=np.int64)
        np.maximum.at(best, problem.owner[others], gain[others])
        needed = -((best[problem.owner[own]] - free) // weight)
        least = max(0, int(needed.max()))
        if least < charge[k]:
            gain[own] += (charge[k] - least) * weight
            charge[k] = least
    if np.array_equal(charge, proof.charge):
        return proof
    found = proven(problem, proof.price.astype(np.float64), charge / 2.0**PRICE_BITS)
    return found if found.bound <= proof.bound else proof
