"""Few different values in use: which ones, and the problem that is left when the others are closed.

At most so many values of a column is no limit that prices can carry. But at given prices it is plain what each set of values is worth, and
once the set is chosen the rest is a problem like any other.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.model.limits import Limits
from matcher.solvers.limited.bound import Proven
from matcher.solvers.limited.plan import Plan
from matcher.solvers.limited.reduced import Ints, Reduced, Weights, slices


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A problem without the seats whose values are closed.

    Attributes
    ----------
    kept
        Its edges, as numbers in the problem it comes from.
    """

    problem: Reduced
    kept: Ints

    def back(self, plan: Plan) -> Plan:
        """The same plan in the problem it comes from."""
        return replace(plan, chosen=self.kept[plan.chosen])


def narrowed(problem: Reduced, proof: Proven) -> Narrowed:
    """Close values one by one, each time the one that costs least at the prices, until few enough are left.

    Ties go to the larger number. Values that pins use stay.
    """
    open_edges = np.ones(problem.points.size, dtype=np.bool_)
    for one in problem.model.limits.distinct:
        code = one.code[problem.seat]
        pinned = np.unique(one.code[problem.model.pinned[problem.model.pinned >= 0]])
        values = [int(value) for value in np.unique(code[open_edges]) if value >= 0]
        while len(values) > max(one.most, 0) and (free := [value for value in values if value not in pinned]):
            worth = {value: _worth(problem, proof, open_edges & (code != value)) for value in free}
            closed = max(free, key=lambda value: (worth[value], value))
            open_edges &= code != closed
            values.remove(closed)
    return _without(problem, np.flatnonzero(open_edges))


def _worth(problem: Reduced, proof: Proven, open_edges: NDArray[np.bool_]) -> int:
    """What people keep together at the prices where only some edges are open."""
    best = np.zeros(problem.start.size - 1, dtype=np.int64)
    at = np.flatnonzero(open_edges & (proof.gain > 0))
    np.maximum.at(best, problem.owner[at], proof.gain[at])
    return int(best.sum())


def _without(problem: Reduced, kept: Ints) -> Narrowed:
    people, w = problem.start.size - 1, problem.weights
    own = slices(w.start, kept)
    count = w.start[kept + 1] - w.start[kept]
    limits = problem.model.limits
    return Narrowed(
        replace(
            problem,
            model=replace(problem.model, limits=Limits(limits.rows, limits.products, ())),
            owner=problem.owner[kept],
            seat=problem.seat[kept],
            points=problem.points[kept],
            number=problem.number[kept],
            start=np.concatenate([[0], np.cumsum(np.bincount(problem.owner[kept], minlength=people))]).astype(np.int64),
            weights=Weights(np.concatenate([[0], np.cumsum(count)]).astype(np.int64), w.row[own], w.weight[own]),
        ),
        kept,
    )
