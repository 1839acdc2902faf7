"""At most so many different values, in the bound: rent for seats that is owed only where their value is in use.

Whoever may use five instruments of seven opens the seats of five. Seats whose value is not in use hold nobody, so their rent need not be
counted; which values those are nobody knows beforehand, so the bound counts the dearest. (The Lagrangian of ``use of a seat <= openings x
value in use``; the prices are those of the linear program in which values may be in use in part.)
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matcher.model.limits import CUT, PRICE_BITS, Limits, Row, Sense, ValueCut
from matcher.solvers.limited.bound import Proven, proven
from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.cuts import at_prices
from matcher.solvers.limited.engine import Effort, Ending, Engine, Floats, run
from matcher.solvers.limited.knapsack import knapsacks
from matcher.solvers.limited.program import build
from matcher.solvers.limited.reduced import Ints, Reduced, Weights
from matcher.solvers.limited.relaxation import Relaxed, best_of, improving, ransom
from matcher.solvers.limited.tighten import Tight

_EACH = 2
_ROUNDS = 12
_NEAR = 1e-6


def rented(problem: Reduced, relaxed: Relaxed, time: Time) -> Tight | None:
    """Rest the bound on the numbers of distinct values too; None where that brings nothing, or time was up before it did."""
    useful = np.flatnonzero(problem.useful)
    held, best = np.union1d(relaxed.held, _of_each_value(problem, relaxed.proven, useful)), _at_once(problem, relaxed)
    while not time.up():
        built = build(problem, held, whole=False, ransom=ransom(problem), values=True)
        answer = run(built.program, Engine.GLOP, Effort(seconds=time.left(), stop=time.up))
        if answer.ending is not Ending.OPTIMAL or answer.x is None or answer.dual is None:
            break
        price, charge = built.seat_prices(answer.dual), built.charges(answer.dual)
        cuts = [cut for d, rent in enumerate(built.rents(answer.dual)) if (cut := _cut(problem, d, *rent)) is not None]
        found = _with(problem, relaxed, cuts, price, charge)
        if best is None or found.proven.bound < best.proven.bound:
            best = found
        more = improving(problem, found.proven, held, useful, built.row_gains(answer.dual))
        worth = built.points(answer.worth) + problem.pinned_points
        if not more.size or best.proven.bound - worth <= _NEAR * abs(worth):
            break
        held = np.union1d(held, more)
    if best is None or best.proven.bound >= relaxed.proven.bound:
        return None
    return _with_knapsacks(problem, best)


def _at_once(problem: Reduced, relaxed: Relaxed) -> Tight | None:
    """The prices that there are, as rent for the values of one column: nothing has to be solved for that."""
    proof, found = relaxed.proven, list[Tight]()
    pinned = problem.model.pinned[problem.model.pinned >= 0]
    for d, one in enumerate(problem.model.limits.distinct):
        seat = np.flatnonzero((one.code >= 0) & ~np.isin(one.code, one.code[pinned]))
        price = proof.price.astype(np.float64)
        cut = _cut(problem, d, seat, price[seat])
        if cut is not None:
            price[seat] = 0.0
            found.append(_with(problem, relaxed, [cut], price, proof.charge / 2.0**PRICE_BITS))
    return min(found, key=lambda one: one.proven.bound, default=None)


def _with(problem: Reduced, relaxed: Relaxed, cuts: Sequence[ValueCut], price: Floats, charge: Floats) -> Tight:
    """What prices and cuts prove together."""
    charge = np.concatenate([charge, np.ones(len(cuts))])
    found = proven(charged(problem, cuts), price, charge)
    return Tight(replace(relaxed, price=price, charge=charge), found, (), tuple(cuts))


def charged(problem: Reduced, cuts: Sequence[ValueCut]) -> Reduced:
    """The same problem with a row more per cut."""
    limits, w = problem.model.limits, problem.weights
    rows, size = list(limits.rows), problem.points.size
    heaps = [(np.repeat(np.arange(size), np.diff(w.start)), w.row.astype(np.int64), w.weight)]
    for cut in cuts:
        own = np.zeros(problem.openings.size, dtype=np.int64)
        own[cut.seat] = cut.weight
        weight = own[problem.seat]
        there = np.flatnonzero(weight)
        heaps.append((there, np.full(there.size, len(rows), dtype=np.int64), weight[there]))
        name = limits.distinct[cut.distinct].name
        rows.append(Row(name=name, kind=CUT, id="", sense=Sense.AT_MOST, bound=cut.bound))
    edge, row, weight = (np.concatenate(parts) for parts in zip(*heaps, strict=True))
    order = np.lexsort((row, edge))
    start = np.concatenate([[0], np.cumsum(np.bincount(edge, minlength=size))]).astype(np.int64)
    return replace(
        problem,
        model=replace(problem.model, limits=Limits(tuple(rows), limits.products, limits.distinct)),
        weights=Weights(start, row[order].astype(np.int32), weight[order]),
        bound=problem.bound + tuple(cut.bound for cut in cuts),
        pinned_used=problem.pinned_used + (0,) * len(cuts),
    )


def _cut(problem: Reduced, distinct: int, seat: Ints, rent: Floats) -> ValueCut | None:
    weight = np.rint(rent).astype(np.int64)
    seat, weight = seat[weight > 0], weight[weight > 0]
    if not seat.size:
        return None
    one, pinned = problem.model.limits.distinct[distinct], problem.model.pinned
    taken = one.code[pinned[pinned >= 0]]
    of_value = np.zeros(int(one.code.max()) + 1, dtype=np.int64)
    np.add.at(of_value, one.code[seat], weight * problem.model.openings[seat])
    left = max(0, one.most - np.unique(taken[taken >= 0]).size)
    return ValueCut(distinct=distinct, seat=seat, weight=weight, bound=sum(np.sort(of_value)[::-1][:left].tolist()))


def _of_each_value(problem: Reduced, proof: Proven, useful: Ints) -> Ints:
    """Of every person the edges that gain most with every value."""
    found = [useful[:0]]
    for one in problem.model.limits.distinct:
        code = one.code[problem.seat[useful]]
        for value in np.unique(code).tolist():
            mine = useful[code == value]
            found.append(mine[best_of(problem.owner[mine], proof.gain[mine], _EACH)])
    return np.unique(np.concatenate(found))


def _with_knapsacks(problem: Reduced, tight: Tight) -> Tight:
    """Cuts of other limits besides, where they prove more at the same prices."""
    sacks = list(knapsacks(problem))
    if not sacks:
        return tight
    found, used = at_prices(charged(problem, tight.values), sacks, tight.relaxed.price, tight.relaxed.charge)
    if found.bound >= tight.proven.bound:
        return tight
    return replace(tight, proven=found, cuts=tuple(cut for _, cut in used))
