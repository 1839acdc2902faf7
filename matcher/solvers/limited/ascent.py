"""Good prices, fast: subgradient ascent on the prices of seats and limits together.

Prices p and y are moved towards what is asked too much of, and away from what is asked too little of; every step is one look at all
edges. After some hundred looks the bound is within a fraction of a percent of the linear program's, and the edges that matter stand
out, so that the linear program itself needs few of them. (Held, Wolfe and Crowder, Math. Program. 6 (1974) 62-88.)
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matcher.solvers.limited.engine import Floats
from matcher.solvers.limited.kernels import best_edges
from matcher.solvers.limited.reduced import Reduced, slices

_LOOKS = 300
_MEMORY = 0.7
_FIRST_STEP = 0.1
_SHRINK = 0.7
_PATIENCE = 8
_ENOUGH = 1e-4


@dataclass(frozen=True, slots=True)
class Start:
    """Prices of seats and of whole numbers of weight, in points, and the bound they give."""

    price: Floats
    charge: Floats
    bound: float


def ascend(problem: Reduced, stop: Callable[[], bool], looks: int = _LOOKS) -> Start:
    """Look for prices that give a low bound.

    Parameters
    ----------
    stop
        Asked before every look.
    """
    people, limits = problem.start.size - 1, len(problem.rows)
    scale = np.ones(limits)
    np.maximum.at(scale, problem.weights.row, np.abs(problem.weights.weight))
    w, weight = problem.weights, problem.weights.weight / scale[problem.weights.row]
    worth = np.where(problem.useful, problem.points, -1.0).astype(np.float64)
    openings, bound = problem.openings.astype(np.float64), np.array(problem.bound, dtype=np.float64) / scale
    sign = np.array([row.sign for row in problem.rows], dtype=np.float64)
    most = np.array([row.soft.weight / row.soft.unit if row.soft else np.inf for row in problem.rows], dtype=np.float64)
    most = most * scale
    price, charge = np.zeros(openings.size), np.zeros(limits)
    best, arg = np.empty(people), np.empty(people, dtype=np.int64)
    found = Start(price, charge, np.inf)
    too_few, spare, step, stalled = np.zeros(openings.size), np.zeros(limits), _FIRST_STEP, 0
    for _ in range(looks):
        if stop():
            break
        best_edges(problem.start, problem.seat, worth, w.start, w.row, weight, price, charge, best, arg)
        value = float(openings @ price + bound @ charge + best.sum())
        if value < found.bound:
            stalled = 0 if value < found.bound - _ENOUGH * abs(found.bound) or found.bound == np.inf else stalled + 1
            found = Start(price, charge, value)
        else:
            stalled += 1
        if stalled >= _PATIENCE:
            step, stalled, price, charge = step * _SHRINK, 0, found.price, found.charge
        chosen = arg[arg >= 0]
        filled = np.bincount(problem.seat[chosen], minlength=openings.size)
        own = slices(w.start, chosen)
        used = np.bincount(w.row[own], weights=weight[own], minlength=limits)
        too_few = _MEMORY * too_few + (1 - _MEMORY) * (openings - filled)
        spare = _MEMORY * spare + (1 - _MEMORY) * (bound - used)
        down = np.where((price <= 0) & (too_few > 0), 0.0, too_few)
        ease = np.where((charge * sign <= 0) & (spare * sign > 0), 0.0, spare)
        length = float(down @ down + ease @ ease)
        if length <= 0 or value <= 0:
            break
        move = step * abs(value) / length
        price = np.maximum(0.0, price - move * down)
        charge = sign * np.clip(sign * (charge - move * ease), 0.0, most)
    return Start(found.price, found.charge / scale, found.bound)
