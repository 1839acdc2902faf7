"""How little must give way: the cheapest relaxation of pins and limits that cannot all hold.

In this order: as few pins dropped and distinct values added as can be (where all limits may be broken, only pins can need that); of
those the pins worth most; then the limits broken least, each in units of what one pair weighs on it at most; then most points.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from matcher.model.conflict import Dispute, Relaxation
from matcher.model.limits import LimitedModel, Soft
from matcher.progress import Observer
from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.engine import Answer, Ending
from matcher.solvers.limited.ground import helpful, largest_weights, narrowed, values
from matcher.solvers.limited.pins import Kept, kept_pins
from matcher.solvers.limited.possible import solved
from matcher.solvers.limited.program import Built, build
from matcher.solvers.limited.reduced import Ints, Reduced, reduced

_PRICE = 1_000.0
"""What breaking a limit by one unit counts: far above the tolerances of solvers."""
_MOST = 20_000
"""More edges than this are too many to look for the plan of most points among equally cheap relaxations."""


def relaxation_of(dispute: Dispute, time: Time, watch: Observer) -> Relaxation | None:
    """Find the cheapest relaxation.

    Parameters
    ----------
    time
        When it is up, the relaxation may be dearer than need be, which is told.

    Returns
    -------
    Relaxation | None
        None where time was up before any was found.

    Raises
    ------
    SolverError
        A solver fails.
    """
    watch.phase("relaxation")
    whole = reduced(dispute.model)
    pins = kept_pins(whole, dispute.pins, time)
    if pins is None:
        return None
    model = _holding(dispute, pins)
    problem = reduced(model)
    broken = _least_broken(problem, whole, time)
    if broken is None:
        return None
    plan, sure = broken
    plan = _best_of_equals(problem, whole, plan, time) if sure else plan
    used = [a + b for a, b in zip(problem.used(plan), problem.pinned_used, strict=True)]
    bounds = {
        k: used[k] for k, row in enumerate(problem.rows) if row.soft is None and row.sign * (used[k] - row.bound) > 0
    }
    added = {
        d: now.most
        for d, (was, now) in enumerate(zip(dispute.model.limits.distinct, model.limits.distinct, strict=True))
        if now.most > was.most
    }
    dropped = tuple(k for k in range(len(dispute.pins)) if k not in pins.kept)
    return Relaxation(bounds, added, dropped, cheapest=sure and pins.sure)


def _holding(dispute: Dispute, pins: Kept) -> LimitedModel:
    """The model with the pins that are kept, and as many distinct values as those need."""
    model, pinned = dispute.model, dispute.model.pinned.copy()
    for k in pins.kept:
        pinned[dispute.pins[k].row] = dispute.pins[k].seat
    seats = pinned[pinned >= 0].astype(np.int64)
    distinct = tuple(replace(one, most=max(one.most, values(one.code, seats))) for one in model.limits.distinct)
    return replace(model, pinned=pinned, limits=replace(model.limits, distinct=distinct))


def _least_broken(problem: Reduced, whole: Reduced, time: Time) -> tuple[Ints, bool] | None:
    """A plan that breaks the hard limits least, and whether that is certain."""
    hard = [k for k, row in enumerate(problem.rows) if row.soft is None]
    useful = np.flatnonzero(problem.useful)
    if not hard:
        return useful[:0], True
    chosen = useful[np.isin(useful, helpful(problem, hard), assume_unique=True)]
    built = _breaking(problem, whole, chosen, hard)
    count = chosen.size
    cost = np.where(np.arange(built.program.cost.size) < count, 0.0, built.program.cost)
    cost[count : count + built.breakable.size] = -_PRICE
    answer = solved(replace(built.program, cost=cost), time)
    if answer.x is None:
        return None
    return built.picked(answer.x), answer.ending is Ending.OPTIMAL


def _best_of_equals(problem: Reduced, whole: Reduced, plan: Ints, time: Time) -> Ints:
    """Of the plans that break the hard limits no more than this one, that of most points; this one where there is no telling."""
    hard = [k for k, row in enumerate(problem.rows) if row.soft is None]
    soft = [k for k, row in enumerate(problem.rows) if row.soft is not None]
    useful, least = np.flatnonzero(problem.useful), _cost(problem, whole, plan)
    if not least or useful.size > _MOST or time.up():
        return plan
    built = _breaking(problem, whole, useful, sorted(hard + soft))
    free = np.array([problem.rows[k].soft is None for k in built.breakable.tolist()], dtype=np.bool_)
    answer = _most_points(built, np.flatnonzero(free) + useful.size, float(least), time)
    if answer.x is None or answer.ending is not Ending.OPTIMAL:
        return plan
    better = built.picked(answer.x)
    return better if _cost(problem, whole, better) <= least and _fits(problem, better) else plan


def _most_points(built: Built, breaking: Ints, least: float, time: Time) -> Answer:
    """Most points where hard limits are broken by no more units than ``least`` in all."""
    program = built.program
    cost = program.cost.copy()
    cost[breaking] = 0.0
    row = np.full(breaking.size, program.low.size)
    capped = replace(
        program,
        cost=cost,
        low=np.append(program.low, -np.inf),
        high=np.append(program.high, least * (1 + 1e-9)),
        row=np.concatenate([program.row, row]),
        column=np.concatenate([program.column, breaking]),
        value=np.concatenate([program.value, np.ones(breaking.size)]),
    )
    return solved(capped, time)


def _breaking(problem: Reduced, whole: Reduced, chosen: Ints, rows: Sequence[int]) -> Built:
    """A whole program in which every hard limit may be broken by any part of its unit."""
    units = largest_weights(whole)
    given = list(problem.rows)
    hard = {k for k in rows if given[k].soft is None}
    eased = tuple(replace(row, soft=Soft(weight=1, unit=units[k])) if k in hard else row for k, row in enumerate(given))
    limits = replace(problem.model.limits, rows=eased)
    eased_problem = replace(problem, model=replace(problem.model, limits=limits))
    part = narrowed(eased_problem, chosen, rows, range(len(limits.distinct)))
    built = build(part.problem, np.arange(chosen.size), whole=True, ransom=None)
    numbers = np.asarray(list(rows), dtype=np.int64)[built.breakable]
    whole_columns = built.program.whole.copy()
    at = chosen.size + np.flatnonzero([int(k) in hard for k in numbers])
    whole_columns[at] = False
    return replace(built, program=replace(built.program, whole=whole_columns), chosen=chosen, breakable=numbers)


def _cost(problem: Reduced, whole: Reduced, plan: Ints) -> Fraction:
    """Units by which a plan breaks hard limits, exactly."""
    units, used = largest_weights(whole), problem.used(plan)
    return sum(
        (
            Fraction(max(0, row.sign * (use - bound)), unit)
            for row, use, bound, unit in zip(problem.rows, used, problem.bound, units, strict=True)
            if row.soft is None
        ),
        start=Fraction(0),
    )


def _fits(problem: Reduced, plan: Ints) -> bool:
    taken = np.bincount(problem.seat[plan], minlength=problem.openings.size)
    held = problem.model.pinned[problem.model.pinned >= 0]
    seats = np.concatenate([problem.seat[plan], held])
    few = all(values(one.code, seats) <= one.most for one in problem.model.limits.distinct)
    return bool(np.unique(problem.owner[plan]).size == plan.size and (taken <= problem.openings).all() and few)
