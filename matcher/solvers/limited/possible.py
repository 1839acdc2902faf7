"""Can these lines hold together? Proven by prices in exact numbers where prices can, else asked of an integer solver."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.engine import Answer, Effort, Ending, Engine, Floats, Program, run
from matcher.solvers.limited.ground import Ground, Part, helpful, narrowed
from matcher.solvers.limited.phase_one import phase_one
from matcher.solvers.limited.program import build
from matcher.solvers.limited.reduced import Ints, Reduced

_TRIES = 3
_LIGHT = 4_000
"""Columns up to which a program is not worth a process of its own."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of some lines.

    Attributes
    ----------
    plan
        Edges of the ground that keep them all; None where there is no such plan, or none was found.
    core
        Lines among them that cannot hold together; None where they can, or nothing is known.
    """

    plan: Ints | None = None
    core: frozenset[int] | None = None


UNKNOWN = Verdict()


def judged(ground: Ground, lines: AbstractSet[int], time: Time) -> Verdict:
    """Find a plan that keeps some lines, or show that there is none."""
    if time.up():
        return UNKNOWN
    nobody = np.zeros(0, dtype=np.int64)
    if not ground.broken(nobody) & lines:
        return Verdict(plan=nobody)
    found, core = _looked(ground, lines, time)
    return Verdict(core=core) if core is not None else _searched(ground, lines, found, time)


def impossible(problem: Reduced, time: Time) -> bool:
    """Whether prices prove, in exact numbers, that no plan keeps the hard limits beside the pins."""
    hard = [k for k, row in enumerate(problem.rows) if row.soft is None]
    part = narrowed(problem, np.flatnonzero(problem.useful), hard, ())
    return refuted(Ground(part.problem, ()), frozenset(range(len(hard))), time) is not None


def part_of(ground: Ground, lines: AbstractSet[int], chosen: Ints | None = None) -> Part:
    """Some lines as a problem, over the edges that help them unless others are given."""
    rows = sorted(one for one in lines if one < ground.rows)
    distinct = sorted(one - ground.rows for one in lines if one >= ground.rows)
    edges = helpful(ground.problem, rows) if chosen is None else chosen
    return narrowed(ground.problem, edges, rows, distinct)


def refuted(ground: Ground, lines: AbstractSet[int], time: Time) -> frozenset[int] | None:
    """Lines that prices prove impossible, in exact numbers over all edges; None where they prove nothing.

    Rows without a price take no part in such a proof, so the others stand alone.
    """
    return _looked(ground, lines, time)[1]


def _looked(ground: Ground, lines: AbstractSet[int], time: Time) -> tuple[tuple[Ints, Ints], frozenset[int] | None]:
    """Edges of the ground that a linear program used, and those it got by with; and what `refuted` says."""
    rows = sorted(one for one in lines if one < ground.rows)
    part = part_of(ground, frozenset(rows))
    found = phase_one(part.problem, time)
    core = None if found.core is None else frozenset(rows[k] for k in found.core)
    return (part.chosen[found.used], part.chosen[found.held]), core


def _searched(ground: Ground, lines: AbstractSet[int], few: Sequence[Ints], time: Time) -> Verdict:
    """Ask an integer solver, first with few edges: a plan is a plan."""
    part = part_of(ground, lines)
    if not part.chosen.size:
        return Verdict(core=frozenset(lines))
    for some in few:
        if 0 < some.size < part.chosen.size:
            plan, _ = wanted(ground, part_of(ground, lines, some), lines, np.zeros(some.size), time)
            if plan is not None:
                return Verdict(plan=plan)
    plan, hopeless = wanted(ground, part, lines, np.zeros(part.chosen.size), time)
    return Verdict(plan=plan, core=frozenset(lines) if hopeless else None)


def wanted(
    ground: Ground,
    part: Part,
    lines: AbstractSet[int],
    cost: Floats,
    time: Time,
) -> tuple[Ints | None, bool]:
    """The plan of the largest cost among those that keep some lines, checked in exact numbers; and whether there is none at all.

    Parameters
    ----------
    part
        Those lines.
    cost
        Per edge of the part, or longer: then also per value in use.
    """
    built = build(part.problem, np.arange(part.chosen.size), whole=True, ransom=None)
    built = replace(built, program=_costing(built.program, cost))
    for attempt in range(_TRIES):
        answer = solved(built.program, time)
        if answer.ending is Ending.INFEASIBLE:
            return None, attempt == 0
        if answer.x is None or (cost.any() and answer.ending is not Ending.OPTIMAL):
            return None, False
        plan = part.chosen[built.picked(answer.x)]
        if ground.fits(plan) and not ground.broken(plan) & lines:
            return plan, False
        built = built.drawn_in(answer.x)
    return None, False


def solved(program: Program, time: Time) -> Answer:
    """Ask the integer solver that fits the size, to the very end."""
    engine = Engine.SCIP if program.cost.size <= _LIGHT else Engine.HIGHS
    return run(program, engine, Effort(seconds=time.left(), stop=time.up))


def _costing(program: Program, cost: Floats) -> Program:
    whole = np.zeros(program.cost.size)
    whole[: cost.size] = cost
    return replace(program, cost=whole)
