"""A plan made better piece by piece: some people are taken out, all others stay, and those few are placed anew as well as possible.

Large neighbourhood search (Shaw, CP 1998). Which people are taken out together is drawn from the seed: those of a seat, of the seats that
they could have instead, and so on, so that they can really change places.
"""

from dataclasses import dataclass, replace

import numpy as np

from matcher.model.limits import PRICE_BITS
from matcher.solvers.limited.bound import Proven
from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.engine import Effort, Engine, run
from matcher.solvers.limited.plan import Plan, appraised
from matcher.solvers.limited.program import build
from matcher.solvers.limited.reduced import Ints, Reduced, slices
from matcher.solvers.limited.relaxation import losses

_PEOPLE = 60
_OTHERS = 6
_PIECE_S = 3.0
_IN_VAIN = 40


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


def improved(problem: Reduced, proof: Proven, plan: Plan, pieces: Pieces) -> Plan:
    """Improve a plan; it never gets worse."""
    rng, loss = np.random.default_rng(pieces.seed), losses(problem, proof)
    vain = 0
    while vain < pieces.in_vain and not pieces.until.up():
        better = _placed_anew(problem, plan, loss, rng, pieces.until)
        vain += 1
        if better is not None and better.worth > plan.worth:
            plan, vain = better, 0
    return plan


def _placed_anew(problem: Reduced, plan: Plan, loss: Ints, rng: np.random.Generator, until: Time) -> Plan | None:
    out = _taken_out(problem, plan, loss, rng)
    stays = plan.chosen[~out[problem.owner[plan.chosen]]]
    edges = _promising(problem, np.flatnonzero(out), loss)
    mine = plan.chosen[out[problem.owner[plan.chosen]]]
    rest = _without(problem, stays)
    built = build(rest, np.union1d(edges, mine), whole=True, ransom=None)
    left = until.left()
    answer = run(built.program, Engine.SCIP, Effort(seconds=_PIECE_S if left is None else min(_PIECE_S, left)))
    return None if answer.x is None else appraised(problem, np.union1d(stays, built.picked(answer.x)))


def _taken_out(
    problem: Reduced, plan: Plan, loss: Ints, rng: np.random.Generator
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Who is taken out: people of neighbouring seats, and as many again who have none."""
    people, seats = problem.start.size - 1, problem.openings.size
    seat_of = np.full(people, -1, dtype=np.int64)
    seat_of[problem.owner[plan.chosen]] = problem.seat[plan.chosen]
    out, seen = np.zeros(people, dtype=np.bool_), np.zeros(seats, dtype=np.bool_)
    useful_seats = np.unique(problem.seat[problem.useful])
    line = [int(rng.choice(useful_seats))]
    while line and int(out.sum()) < _PEOPLE:
        seat = line.pop(0)
        if seen[seat]:
            continue
        seen[seat] = True
        here = np.flatnonzero(seat_of == seat)
        out[here] = True
        near = np.flatnonzero((problem.seat == seat) & (seat_of[problem.owner] < 0) & problem.useful)
        out[problem.owner[near[np.argsort(loss[near], kind="stable")[:2]]]] = True
        others = slices(problem.start, here) if here.size else near
        others = others[problem.useful[others]]
        close = problem.seat[others[np.argsort(loss[others], kind="stable")[: 4 * _OTHERS]]]
        line += rng.permutation(np.unique(close[~seen[close]]))[:_OTHERS].tolist()
        if not line and int(out.sum()) < _PEOPLE and not seen[useful_seats].all():
            line = [int(rng.choice(useful_seats[~seen[useful_seats]]))]
    return out


def _promising(problem: Reduced, people: Ints, loss: Ints) -> Ints:
    """Of everybody the edges that lose least."""
    own = slices(problem.start, people)
    own = own[problem.useful[own]]
    order = np.lexsort((loss[own], problem.owner[own]))
    own = own[order]
    rank = np.arange(own.size) - np.searchsorted(problem.owner[own], problem.owner[own])
    top = int(problem.points.max(initial=1)) << PRICE_BITS
    return np.sort(own[(rank < 4 * _OTHERS) & (loss[own] <= top)])


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
