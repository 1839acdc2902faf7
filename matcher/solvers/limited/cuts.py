"""Cuts: what whole people cannot do under one limit, though halves of people could.

A cut gives every person under a limit a weight, and as its bound the most that those who fit together weigh: a whole-number knapsack,
which anybody can work out again. The linear relaxation with such cuts is worth less, and its prices prove a lower bound. (Separation by
linear programs over the sets found so far: Boyd, Oper. Res. 1994; the cut at given prices: the Lagrangian of the knapsack.)
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.model.limits import CUT, PRICE_BITS, Cut, Limits, Row, Sense
from matcher.solvers.limited.bound import Proven, proven
from matcher.solvers.limited.engine import Effort, Ending, Engine, Floats, Program, run
from matcher.solvers.limited.knapsack import Knapsack, all_worths, best_set, most_worth
from matcher.solvers.limited.reduced import Ints, Reduced, Weights

_GRAIN = 10_000
_SETS = 60
_VIOLATED = 1.0 + 1e-4


def with_cuts(problem: Reduced, cuts: Sequence[tuple[Knapsack, Cut]]) -> Reduced:
    """The same problem with a row more per cut."""
    limits = problem.model.limits
    rows = list(limits.rows)
    w = problem.weights
    heaps = [(np.repeat(np.arange(problem.points.size), np.diff(w.start)), w.row.astype(np.int64), w.weight)]
    for sack, cut in cuts:
        own = np.zeros(problem.start.size - 1, dtype=np.int64)
        own[cut.person] = cut.weight
        weight = own[problem.owner[sack.edges]]
        there = np.flatnonzero(weight)
        heaps.append((sack.edges[there], np.full(there.size, len(rows), dtype=np.int64), weight[there]))
        source = limits.rows[cut.row]
        rows.append(Row(name=source.name, kind=CUT, id=source.id, sense=Sense.AT_MOST, bound=cut.bound))
    edge, row, weight = (np.concatenate(parts) for parts in zip(*heaps, strict=True))
    order = np.lexsort((row, edge))
    start = np.concatenate([[0], np.cumsum(np.bincount(edge, minlength=problem.points.size))]).astype(np.int64)
    more = tuple(cut.bound for _, cut in cuts)
    return replace(
        problem,
        model=replace(problem.model, limits=Limits(tuple(rows), limits.products, limits.distinct)),
        weights=Weights(start, row[order].astype(np.int32), weight[order]),
        bound=problem.bound + more,
        pinned_used=problem.pinned_used + (0,) * len(more),
    )


def violated(
    problem: Reduced, sacks: Sequence[Knapsack], share: Floats, stop: Callable[[], bool]
) -> list[tuple[Knapsack, Cut]]:
    """Cuts that a fractional plan breaks.

    Parameters
    ----------
    share
        Per edge of the problem how much of it the plan uses.
    """
    found = []
    for sack in sacks:
        if stop():
            break
        used = np.bincount(problem.owner[sack.edges], weights=share[sack.edges], minlength=problem.start.size - 1)
        cut = _separated(sack, np.asarray(used[sack.person], dtype=np.float64))
        if cut is not None:
            found.append((sack, cut))
    return found


def at_prices(
    problem: Reduced, sacks: Sequence[Knapsack], price: Floats, charge: Floats
) -> tuple[Proven, list[tuple[Knapsack, Cut]]]:
    """One cut per limit, in place of its price: everybody weighs what they gain under it, so that nobody gains more elsewhere.

    The bound is what the knapsacks prove at these prices of seats and of the other limits.
    """
    free = charge.copy()
    free[[sack.row for sack in sacks]] = 0.0
    first = proven(problem, price, free)
    gain, cuts = first.gain.copy(), []
    for sack in sacks:
        cut = _cut_at(problem, sack, gain)
        if cut is not None:
            cuts.append((sack, cut))
            own = np.zeros(problem.start.size - 1, dtype=np.int64)
            own[cut.person] = cut.weight
            gain[sack.edges] -= own[problem.owner[sack.edges]] << PRICE_BITS
    tightened = with_cuts(problem, cuts)
    return proven(tightened, price, np.concatenate([free, np.ones(len(cuts))])), cuts


def _cut_at(problem: Reduced, sack: Knapsack, gain: Ints) -> Cut | None:
    people = problem.start.size - 1
    under = np.zeros(people, dtype=np.int64)
    np.maximum.at(under, problem.owner[sack.edges], gain[sack.edges])
    outside = np.zeros(people, dtype=np.int64)
    others = np.ones(problem.points.size, dtype=np.bool_)
    others[sack.edges] = False
    there = others & np.isin(problem.owner, sack.person)
    np.maximum.at(outside, problem.owner[there], gain[there])
    more = np.maximum(0, under - outside)[sack.person]
    weight = -((-more) >> PRICE_BITS)  # rounded up to whole points, so that nothing is left over
    return _cut(sack, weight)


def _cut(sack: Knapsack, weight: Ints) -> Cut | None:
    there = np.flatnonzero(weight > 0)
    if not there.size:
        return None
    most = all_worths(weight[there], sack.size[there], sack.wider)
    return Cut(
        row=sack.row,
        person=sack.person[there],
        weight=weight[there],
        bound=int(most[sack.room]),
        bound_next=int(most[sack.wider]),
    )


def _separated(sack: Knapsack, held: Floats) -> Cut | None:
    """A cut that the shares of these people break: weights for which no set that fits weighs more than 1, but they do."""
    some = np.flatnonzero(held > 1e-6)
    if not (held[some] < 1 - 1e-6).any():
        return None
    weight = _weights(held[some], sack.size[some], sack.room)
    if weight is None:
        return None
    whole = np.zeros(held.size, dtype=np.int64)
    whole[some] = np.floor(weight * _GRAIN + 1e-6).astype(np.int64)
    bound = most_worth(whole[some], sack.size[some], sack.room)
    if float(whole @ held) <= bound * _VIOLATED:
        return None
    for i in np.flatnonzero(held <= 1e-6).tolist():
        # Whoever is not in the plan may weigh as much as still lets nobody in too many.
        left = sack.room - int(sack.size[i])
        whole[i] = bound if left < 0 else bound - most_worth(whole, sack.size, left)
    return _cut(sack, whole)


def _weights(held: Floats, size: Ints, room: int) -> Floats | None:
    """The weights at which these shares weigh most, while every set that fits weighs at most 1."""
    sets: list[NDArray[np.bool_]] = list(np.eye(held.size, dtype=np.bool_)[size <= room])
    sets.append(best_set(held, size, room)[1])
    for _ in range(_SETS):
        weight = _lightest(held, np.array(sets))
        if weight is None or float(weight @ held) <= _VIOLATED:
            return None
        top, inside = best_set(weight, size, room)
        if top <= 1 + 1e-7:
            return weight
        sets.append(inside)
    return None


def _lightest(held: Floats, sets: NDArray[np.bool_]) -> Floats | None:
    row, column = np.nonzero(sets)
    program = Program(
        cost=held,
        most=np.ones(held.size),
        whole=np.zeros(held.size, dtype=np.bool_),
        low=np.full(len(sets), -np.inf),
        high=np.ones(len(sets)),
        row=row.astype(np.int64),
        column=column.astype(np.int64),
        value=np.ones(row.size),
    )
    answer = run(program, Engine.GLOP, Effort())
    return answer.x if answer.ending is Ending.OPTIMAL else None
