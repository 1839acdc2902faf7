"""The relaxation with cuts: round by round those that the last fractional plan breaks."""

from dataclasses import dataclass

import numpy as np

from matcher.model.limits import PRICE_BITS, Cut, ValueCut
from matcher.solvers.limited.bound import Proven, proven
from matcher.solvers.limited.clock import Time
from matcher.solvers.limited.cuts import at_prices, violated, with_cuts
from matcher.solvers.limited.knapsack import Knapsack, knapsacks
from matcher.solvers.limited.reduced import Reduced
from matcher.solvers.limited.relaxation import Relaxed, generated

_ROUNDS = 8
_WORTHWHILE = 1e-5


@dataclass(frozen=True, slots=True)
class Tight:
    """A relaxation, and the cuts its bound rests on besides the limits themselves."""

    relaxed: Relaxed
    proven: Proven
    cuts: tuple[Cut, ...]
    values: tuple[ValueCut, ...] = ()


def first_cuts(problem: Reduced, relaxed: Relaxed) -> Tight:
    """Cuts at the prices of the relaxation as it is."""
    return _lower(Tight(relaxed, relaxed.proven, ()), problem, list(knapsacks(problem)), relaxed)


def tighten(problem: Reduced, tight: Tight, time: Time, *, enough: int) -> Tight:
    """Draw the relaxation in by cuts, as long as that brings something and the bound is above what is enough."""
    sacks, cuts = list(knapsacks(problem)), list[tuple[Knapsack, Cut]]()
    best, at, first = tight, tight.relaxed, tight.relaxed.proven
    for _ in range(_ROUNDS):
        share = np.zeros(problem.points.size)
        share[at.tight] = at.share
        new = violated(problem, sacks, share, time.up)
        if not new or time.up() or best.proven.bound <= enough:
            break
        cuts += new
        drawn = with_cuts(problem, cuts)
        charge = np.concatenate([first.charge / 2.0**PRICE_BITS, np.zeros(len(cuts))])
        before, at = at, generated(drawn, at.held, proven(drawn, first.price.astype(np.float64), charge), time)
        best = _lower(best, problem, sacks, at)
        if before.worth - at.worth < _WORTHWHILE * abs(at.worth):
            break
    return best


def _lower(best: Tight, problem: Reduced, sacks: list[Knapsack], at: Relaxed) -> Tight:
    """The cuts at the prices of a relaxation, where they prove more."""
    if not sacks:
        return best
    found, used = at_prices(problem, sacks, at.price, at.charge[: len(problem.rows)])
    return Tight(at, found, tuple(cut for _, cut in used)) if found.bound < best.proven.bound else best
