"""A whole plan, and what it is worth."""

from dataclasses import dataclass

import numpy as np

from matcher.solvers.limited.reduced import Ints, Reduced, penalties_of, points_of_plan


@dataclass(frozen=True, slots=True)
class Plan:
    """Some edges, at most one per row, with what they are worth, pins included."""

    chosen: Ints
    points: int
    penalties: int

    @property
    def worth(self) -> int:
        """Points less penalties."""
        return self.points - self.penalties


def appraised(problem: Reduced, chosen: Ints) -> Plan | None:
    """What some edges are worth as a plan, in whole numbers; None where they break a hard limit."""
    lost, holds = penalties_of(problem, problem.used(chosen))
    return Plan(chosen, points_of_plan(problem, chosen), lost) if holds and _fits(problem, chosen) else None


def _fits(problem: Reduced, chosen: Ints) -> bool:
    rows, seats = problem.owner[chosen], problem.seat[chosen]
    taken = np.bincount(seats, minlength=problem.openings.size)
    alone = np.unique(rows).size == rows.size
    return bool(alone and (taken <= problem.openings).all() and _few_values(problem, seats))


def _few_values(problem: Reduced, seats: Ints) -> bool:
    pinned = problem.model.pinned[problem.model.pinned >= 0]
    for one in problem.model.limits.distinct:
        codes = np.concatenate([one.code[seats], one.code[pinned]])
        if np.unique(codes[codes >= 0]).size > one.most:
            return False
    return True
