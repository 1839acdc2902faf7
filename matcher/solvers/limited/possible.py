"""Can these lines hold together? Proven by prices in exact numbers where prices can, else asked of an integer solver."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from matcher.solvers.limited.bound import proven
from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.engine import Answer, Effort, Ending, Engine, Floats, Program, run
from matcher.solvers.limited.ground import Ground, Part, helpful, narrowed
from matcher.solvers.limited.program import build
from matcher.solvers.limited.reduced import Ints

_KEPT = 1e-7
"""A relaxation that breaks its lines by less is taken to keep them."""
_NOISE = 1e-9
_RANGE = 2.0**38
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
    core = refuted(ground, lines, time)
    return Verdict(core=core) if core is not None else _searched(ground, lines, time)


def part_of(ground: Ground, lines: AbstractSet[int], chosen: Ints | None = None) -> Part:
    """Some lines as a problem, over the edges that help them unless others are given."""
    rows = sorted(one for one in lines if one < ground.rows)
    distinct = sorted(one - ground.rows for one in lines if one >= ground.rows)
    edges = helpful(ground.problem, rows) if chosen is None else chosen
    return narrowed(ground.problem, edges, rows, distinct)


def refuted(ground: Ground, lines: AbstractSet[int], time: Time) -> frozenset[int] | None:
    """Lines that prices prove impossible, in exact numbers over all edges; None where they prove nothing.

    The linear program breaks rows as little as it can (Farkas). Rows without a price take no part in the proof, so the others stand
    alone. An edge that helps no row gains nothing at any such prices: it cannot spoil a proof.
    """
    rows = sorted(one for one in lines if one < ground.rows)
    problem = part_of(ground, frozenset(rows)).problem
    if not rows:
        return None
    built = build(problem, np.arange(problem.points.size), whole=False, ransom=1.0)
    cost = np.where(np.arange(built.program.cost.size) < problem.points.size, 0.0, -1.0)
    answer = run(replace(built.program, cost=cost), Engine.GLOP, Effort(seconds=time.left(), stop=time.up))
    if answer.ending is not Ending.OPTIMAL or answer.dual is None or answer.worth > -_KEPT:
        return None
    unit = replace(built, point=1.0)
    price, charge = unit.seat_prices(answer.dual), unit.charges(answer.dual)
    charge = np.where(np.abs(charge) * built.scale > _NOISE, charge, 0.0)
    factor = _RANGE / (1.0 + float(price.max(initial=0.0)) + float(np.abs(charge * built.scale).sum()))
    nothing = replace(problem, points=np.zeros_like(problem.points))
    found = proven(nothing, price * factor, charge * factor)
    if found.bound >= 0:
        return None
    return frozenset(rows[k] for k in np.flatnonzero(found.charge).tolist())


def _searched(ground: Ground, lines: AbstractSet[int], time: Time) -> Verdict:
    part = part_of(ground, lines)
    nobody = np.zeros(0, dtype=np.int64)
    if not ground.broken(nobody) & lines:
        return Verdict(plan=nobody)
    if not part.chosen.size:
        return Verdict(core=frozenset(lines))
    plan, impossible = wanted(ground, part, lines, np.zeros(part.chosen.size), time)
    return Verdict(plan=plan, core=frozenset(lines) if impossible else None)


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
