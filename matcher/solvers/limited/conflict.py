"""Which lines are at odds: sets without a line too many, by leaving out one line at a time.

What prices show impossible comes first, for it is quick and names few lines (the phase-one linear program, Gleeson and Ryan, ORSA J.
Comput. 2 (1990) 61-63). Where only whole people are impossible, lines are taken in as plans break them. Then every line that can be left
out is left out (deletion filter, Chinneck and Dravnieks, ORSA J. Comput. 3 (1991) 157-168). No set rests on what a solver calls a core.
"""

from collections.abc import Set as AbstractSet

import numpy as np

from matcher.errors import SolverError
from matcher.model.conflict import Conflict, Conflicts, Dispute, LineSort, Party
from matcher.progress import Observer
from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.ground import Ground, ground_of, helpful, used_of_row, values
from matcher.solvers.limited.possible import judged, part_of, refuted, wanted


def conflicts_of(dispute: Dispute, time: Time, watch: Observer) -> Conflicts:
    """Find sets of lines that cannot hold together, no two with a line in common, until the rest can.

    Parameters
    ----------
    time
        When it is up, sets may be larger than they need be, and some may be missing; both is told.

    Raises
    ------
    SolverError
        All lines can hold together.
    """
    watch.phase("conflicts")
    ground = ground_of(dispute)
    left = frozenset(range(len(ground.lines)))
    sets: list[Conflict] = []
    while not time.up():
        core = _core(ground, left, time)
        if core is None:
            break
        if not core:
            if not sets:
                raise SolverError("One solver found no plan that keeps all pins and limits, another one did.")
            return Conflicts(tuple(sets), complete=True)
        core, irreducible = _filtered(ground, core, time)
        sets.append(_told(ground, core, irreducible, time))
        left -= core
    return Conflicts(tuple(sets), complete=False)


def _core(ground: Ground, lines: frozenset[int], time: Time) -> frozenset[int] | None:
    """Some of these lines that cannot hold together; empty where all can, None where time ran out."""
    hopeless = _alone(ground, lines)
    if hopeless is not None:
        return frozenset([hopeless])
    core = refuted(ground, lines, time)
    if core is not None:
        return core
    taken: frozenset[int] = frozenset()
    while True:
        found = judged(ground, taken, time)
        if found.core is not None:
            return found.core
        if found.plan is None:
            return None
        broken = ground.broken(found.plan) & lines
        if not broken:
            return frozenset()
        taken |= broken


def _alone(ground: Ground, lines: AbstractSet[int]) -> int | None:
    """A line that asks for something no edge brings: a pin of a pair that cannot be, for one."""
    problem = ground.problem
    w = problem.weights
    sign = np.array([row.sign for row in problem.rows], dtype=np.int64)
    helped = np.zeros(sign.size, dtype=np.bool_)
    helped[w.row[sign[w.row] * w.weight < 0]] = True
    asks = [row.sign * bound < 0 for row, bound in zip(problem.rows, problem.bound, strict=True)]
    return min(
        (k for k in np.flatnonzero(np.array(asks, dtype=np.bool_) & ~helped).tolist() if k in lines), default=None
    )


def _filtered(ground: Ground, core: frozenset[int], time: Time) -> tuple[frozenset[int], bool]:
    """Leave out whatever can be left out; also whether everything that is left has been tried."""
    sure = True
    for line in sorted(core, reverse=True):
        if line not in core or len(core) == 1:
            continue
        found = judged(ground, core - {line}, time)
        if found.core is not None:
            core = found.core
        elif found.plan is None:
            sure = False
    return core, sure


def _told(ground: Ground, core: frozenset[int], irreducible: bool, time: Time) -> Conflict:
    places = sorted(core, key=lambda one: (list(LineSort).index(ground.lines[one].sort), ground.lines[one].number))
    return Conflict(tuple(Party(ground.lines[one], _reached(ground, core, one, time)) for one in places), irreducible)


def _reached(ground: Ground, core: frozenset[int], line: int, time: Time) -> int | None:
    """How near a line comes to holding while all others of its set hold; None for a pin, and where time is up."""
    others = core - {line}
    problem, rows = ground.problem, sorted(one for one in others if one < ground.rows)
    if time.up() or ground.lines[line].sort is LineSort.PIN:
        return None
    if line >= ground.rows:
        return _fewest_values(ground, others, line, time)
    edges = helpful(problem, [*rows, line])
    part = part_of(ground, others, edges)
    w, sign = problem.weights, problem.rows[line].sign
    edge = np.repeat(np.arange(problem.points.size), np.diff(w.start))
    own = w.row == line
    weight = np.zeros(problem.points.size)
    weight[edge[own]] = -sign * w.weight[own]
    plan, _ = wanted(ground, part, others, weight[edges], time)
    return None if plan is None else used_of_row(problem, plan, line)


def _fewest_values(ground: Ground, others: frozenset[int], line: int, time: Time) -> int | None:
    """One value more at a time: there are never many."""
    number = line - ground.rows
    one = ground.problem.model.limits.distinct[number]
    for most in range(one.most + 1, int(np.unique(one.code[one.code >= 0]).size) + 1):
        found = judged(ground.allowing(number, most), others | {line}, time)
        if found.plan is not None:
            return values(one.code, ground.problem.seat[found.plan])
        if found.core is None:
            return None
    return None
