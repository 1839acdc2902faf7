"""Which pins to keep where not all can be: as many as can be, then those worth most."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.model.conflict import Pin
from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.engine import Ending, Floats, Program
from matcher.solvers.limited.ground import place
from matcher.solvers.limited.possible import solved
from matcher.solvers.limited.reduced import Ints, Reduced


@dataclass(frozen=True, slots=True)
class Kept:
    """Numbers of the pins that are kept, and whether it is certain that no choice is better."""

    kept: frozenset[int]
    sure: bool


def kept_pins(problem: Reduced, pins: Sequence[Pin], time: Time) -> Kept | None:
    """Choose pins so that nobody has two, no seat has more than it has openings, and values are added only where that costs fewer pins.

    Parameters
    ----------
    problem
        With nobody pinned.

    Returns
    -------
    Kept | None
        None where time was up before anything was found.
    """
    edge = np.array([place(problem, pin.row, pin.seat) for pin in pins], dtype=np.int64)
    there = np.flatnonzero(edge >= 0)
    if not there.size:
        return Kept(frozenset(), sure=True)
    program = _choice(problem, edge[there])
    first = solved(program, time)
    if first.x is None:
        return None
    kept = np.rint(first.x)
    worth = np.zeros(kept.size)
    worth[: there.size] = problem.points[edge[there]]
    sure = first.ending is Ending.OPTIMAL
    if sure:
        again = solved(_no_worse(program, worth, float(program.cost @ kept)), time)
        sure = again.ending is Ending.OPTIMAL and again.x is not None
        kept = np.rint(again.x) if sure and again.x is not None else kept
    return Kept(frozenset(there[kept[: there.size] > 0].tolist()), sure=sure)


def _no_worse(program: Program, worth: Floats, least: float) -> Program:
    """The most worth where as few pins are dropped and values added."""
    counted = np.flatnonzero(program.cost)
    return replace(
        program,
        cost=worth,
        low=np.append(program.low, least - 0.5),
        high=np.append(program.high, np.inf),
        row=np.concatenate([program.row, np.full(counted.size, program.low.size)]),
        column=np.concatenate([program.column, counted]),
        value=np.concatenate([program.value, program.cost[counted]]),
    )


def _choice(problem: Reduced, edge: Ints) -> Program:
    """Columns: the pins that could be; then, per number of distinct values, the values in use, and how many are added."""
    count, at = edge.size, np.arange(edge.size)
    people, seats = problem.start.size - 1, problem.openings.size
    cost, most = [np.ones(count)], [np.ones(count)]
    high = [np.ones(people), problem.openings.astype(np.float64)]
    row, column = [problem.owner[edge], people + problem.seat[edge]], [at, at]
    value = [np.ones(count), np.ones(count)]
    columns, rows = count, people + seats
    for one in problem.model.limits.distinct:
        code = one.code[problem.seat[edge]]
        needs = np.flatnonzero(code >= 0)
        kinds, number = np.unique(code[needs], return_inverse=True)
        # A pin needs its value; of those so many are free, and each one more is added.
        row += [rows + np.arange(needs.size)] * 2 + [np.full(kinds.size + 1, rows + needs.size)]
        column += [needs, columns + number, columns + np.arange(kinds.size + 1)]
        value += [np.ones(needs.size), -np.ones(needs.size), np.append(np.ones(kinds.size), -1.0)]
        high += [np.zeros(needs.size), np.array([float(one.most)])]
        cost += [np.zeros(kinds.size), -np.ones(1)]
        most += [np.ones(kinds.size), np.array([float(kinds.size)])]
        columns, rows = columns + kinds.size + 1, rows + needs.size + 1
    return Program(
        cost=np.concatenate(cost),
        most=np.concatenate(most),
        whole=np.ones(columns, dtype=np.bool_),
        low=np.full(rows, -np.inf),
        high=np.concatenate(high),
        row=np.concatenate(row),
        column=np.concatenate(column),
        value=np.concatenate(value),
    )
