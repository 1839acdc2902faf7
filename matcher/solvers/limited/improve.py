"""A plan made better piece by piece: some people are taken out, all others stay, and those few are placed anew as well as possible.

Large neighbourhood search (Shaw, CP 1998). Which people are taken out together is drawn from the seed, rather where the plan falls short of
what the prices promise: where people lose by their places, and where room is left under limits that have a price. A piece is solved
only for what is better than now; pieces grow while they are solved to the end, and shrink where they are not.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.model.limits import PRICE_BITS
from matcher.solvers.limited.bound import Proven
from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.engine import Effort, Ending, Engine, run
from matcher.solvers.limited.plan import Plan, appraised
from matcher.solvers.limited.program import build
from matcher.solvers.limited.reduced import Ints, Reduced, slices
from matcher.solvers.limited.relaxation import losses

_PEOPLE, _FEWEST, _MOST = 40.0, 16.0, 400.0
_LARGER, _SMALLER = 1.05, 0.8
_OTHERS = 6
_EDGES = 16
_SHARES = (0.25, 0.5, 1.0)
"""Parts of what a piece could gain at all: edges that lose more take no part in it."""
_PIECE_S, _NODES = 3.0, 300
_IN_VAIN = 150
_EVEN = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """How long to go on.

    Attributes
    ----------
    until
        Stops at once.
    in_vain
        Stops after so many pieces in a row that brought nothing.
    """

    until: Time
    seed: int
    in_vain: int = _IN_VAIN


@dataclass(frozen=True, slots=True)
class _Now:
    """A plan, what every edge loses, and by how many points everybody falls short of what the prices promise."""

    plan: Plan
    loss: Ints
    waste: NDArray[np.float64]


def improved(problem: Reduced, proof: Proven, plan: Plan, pieces: Pieces) -> Plan:
    """Improve a plan; it never gets worse."""
    rng, loss = np.random.default_rng(pieces.seed), losses(problem, proof)
    if not problem.useful.any():
        return plan
    now, vain, people = _Now(plan, loss, _waste(problem, proof, plan, loss)), 0, _PEOPLE
    while vain < pieces.in_vain and now.plan.worth < proof.bound and not pieces.until.up():
        out = _taken_out(problem, now, int(people), rng)
        share = float(rng.choice(_SHARES)) * float(now.waste[out].sum())
        better, whole = _placed_anew(problem, now, out, min(share, float(proof.bound - now.plan.worth)), pieces)
        people = min(people * _LARGER, _MOST) if whole else max(people * _SMALLER, _FEWEST)
        vain += 1
        if better is not None and better.worth > now.plan.worth:
            now, vain = _Now(better, loss, _waste(problem, proof, better, loss)), 0
    return now.plan


def _placed_anew(
    problem: Reduced, now: _Now, out: NDArray[np.bool_], most: float, pieces: Pieces
) -> tuple[Plan | None, bool]:
    """A better plan, where there is one, and whether the solver came to its end."""
    plan, loss = now.plan, now.loss
    inside = out[problem.owner[plan.chosen]]
    stays, mine = plan.chosen[~inside], plan.chosen[inside]
    rest = _without(problem, stays)
    edges = _promising(rest, np.flatnonzero(out), loss, most)
    built = build(rest, np.union1d(edges, mine), whole=True, ransom=None, keep=mine)
    left = pieces.until.left()
    fined = (plan.worth - rest.pinned_points) - int(problem.points[stays].sum())
    effort = Effort(
        seconds=_PIECE_S if left is None else min(_PIECE_S, left),
        slack=0.9,
        seed=pieces.seed,
        floor=fined + 0.5,
        nodes=_NODES,
    )
    answer = run(built.program, Engine.SCIP, effort)
    whole = answer.ending in {Ending.OPTIMAL, Ending.INFEASIBLE}
    return None if answer.x is None else appraised(problem, np.union1d(stays, built.picked(answer.x))), whole


def _waste(problem: Reduced, proof: Proven, plan: Plan, loss: Ints) -> NDArray[np.float64]:
    """By how many points everybody falls short of what the prices promise.

    What is left under a limit at its price falls to those who are on it, in equal shares.
    """
    people, w = problem.start.size - 1, problem.weights
    waste = np.zeros(people)
    waste[problem.owner[plan.chosen]] = loss[plan.chosen] / 2.0**PRICE_BITS
    alone = np.ones(people, dtype=np.bool_)
    alone[problem.owner[plan.chosen]] = False
    waste[alone] = np.maximum(proof.best[alone], 0) / 2.0**PRICE_BITS
    left = np.abs(np.array(problem.bound, dtype=np.float64) - np.array(problem.used(plan.chosen), dtype=np.float64))
    value = left * np.abs(proof.charge[: left.size]) / 2.0**PRICE_BITS
    own, count = slices(w.start, plan.chosen), np.diff(w.start)[plan.chosen]
    row = w.row[own]
    here = row < left.size
    each = value / np.maximum(np.bincount(row[here], minlength=left.size), 1)
    np.add.at(waste, np.repeat(problem.owner[plan.chosen], count)[here], each[row[here]])
    return waste


def _drawn(problem: Reduced, now: _Now, rng: np.random.Generator) -> Ints:
    """Seats in the order in which they are looked at: the more is wasted at one, the sooner."""
    chosen, seats = now.plan.chosen, np.unique(problem.seat[problem.useful])
    at = np.bincount(problem.seat[chosen], weights=now.waste[problem.owner[chosen]], minlength=problem.openings.size)
    at = at[seats] + _EVEN * at.mean() + 1e-9
    return np.asarray(seats[np.argsort(-np.log(at) - rng.gumbel(size=seats.size), kind="stable")])


def _taken_out(problem: Reduced, now: _Now, size: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Who is taken out: people of seats as they are drawn, or else of the first one and its neighbours; and as many who have none."""
    people, seats, loss = problem.start.size - 1, problem.openings.size, now.loss
    seat_of = np.full(people, -1, dtype=np.int64)
    seat_of[problem.owner[now.plan.chosen]] = problem.seat[now.plan.chosen]
    out, seen = np.zeros(people, dtype=np.bool_), np.zeros(seats, dtype=np.bool_)
    drawn, near_only, place, count = _drawn(problem, now, rng), bool(rng.integers(2)), 0, 0
    line = [int(drawn[0])]
    while count < size:
        while not line and place < drawn.size:
            line = [int(drawn[place])] if not seen[drawn[place]] else []
            place += 1
        if not line:
            break
        seat = line.pop(0)
        if seen[seat]:
            continue
        seen[seat] = True
        here = np.flatnonzero(seat_of == seat)
        out[here] = True
        near = np.flatnonzero((problem.seat == seat) & (seat_of[problem.owner] < 0) & problem.useful)
        out[problem.owner[near[np.argsort(loss[near], kind="stable")[:2]]]] = True
        count = int(out.sum())
        if near_only:
            others = slices(problem.start, here) if here.size else near
            others = others[problem.useful[others]]
            close = problem.seat[others[np.argsort(loss[others], kind="stable")[: 4 * _OTHERS]]]
            line += rng.permutation(np.unique(close[~seen[close]]))[:_OTHERS].tolist()
    return out


def _promising(rest: Reduced, people: Ints, loss: Ints, most: float) -> Ints:
    """Of everybody the edges that lose least, among those that fit and do not lose more than is to be had."""
    own = slices(rest.start, people)
    own = own[rest.useful[own] & (loss[own] <= most * 2.0**PRICE_BITS) & (rest.openings[rest.seat[own]] > 0)]
    own = own[_fitting(rest, own)]
    own = own[np.lexsort((loss[own], rest.owner[own]))]
    rank = np.arange(own.size) - np.searchsorted(rest.owner[own], rest.owner[own])
    return np.sort(own[rank < _EDGES])


def _fitting(rest: Reduced, edges: Ints) -> NDArray[np.bool_]:
    """Which edges do not by themselves take more than is left of a hard limit that nothing else can make room in."""
    w = rest.weights
    own, count = slices(w.start, edges), np.diff(w.start)[edges]
    row = w.row[own]
    # Weights below 0 make room: a row that has any says nothing here.
    only = np.array([one.soft is None and one.sign > 0 for one in rest.rows], dtype=np.bool_)
    only[np.unique(w.row[w.weight < 0])] = False
    room = np.array(rest.bound, dtype=np.float64)
    over = only[row] & (w.weight[own] > room[row])
    return np.asarray(np.bincount(np.repeat(np.arange(edges.size), count), weights=over, minlength=edges.size) == 0)


def _without(problem: Reduced, stays: Ints) -> Reduced:
    """What some chosen edges leave to the others."""
    taken = np.bincount(problem.seat[stays], minlength=problem.openings.size)
    used = problem.used(stays)
    pinned = problem.model.pinned.copy()
    pinned[problem.owner[stays]] = problem.seat[stays]
    return replace(
        problem,
        model=replace(problem.model, pinned=pinned),
        openings=problem.openings - taken,
        bound=tuple(bound - use for bound, use in zip(problem.bound, used, strict=True)),
    )
