"""Who would pay most for a vacancy: points there minus what the person's best other place leaves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.domain.tables import Problem
from matcher.model.edges import Edges
from matcher.rules.block import PairBlock, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import Verdicts
from matcher.rules.scorecard import score

_LEAST_POINTS = -(2**61)
"""Points below this count as this: nothing is decided there, and differences stay within int64."""


@dataclass(frozen=True, slots=True)
class Bids:
    """Everybody who is eligible for one vacancy.

    Attributes
    ----------
    row
        int64, shape ``(k,)``: the people, ascending.
    points
        int64, shape ``(k,)``: what each is worth at this vacancy.
    bid
        int64, shape ``(k,)``: points minus what the best other place leaves over after its price, and that is at least 0. At an optimum
        everybody placed here bids at least the price of the vacancy, everybody else at most.
    """

    row: NDArray[np.int64]
    points: NDArray[np.int64]
    bid: NDArray[np.int64]

    def place_of(self, row: int) -> int | None:
        """1 + the number of people with a higher bid; None for somebody who is not eligible."""
        at = np.flatnonzero(self.row == row)
        return 1 + int((self.bid > self.bid[at[0]]).sum()) if at.size else None

    def bid_of(self, row: int) -> int | None:
        """Bid of one person; None for somebody who is not eligible."""
        at = np.flatnonzero(self.row == row)
        return int(self.bid[at[0]]) if at.size else None


def everybody_at(problem: Problem, seat: int) -> PairBlock:
    """Every existing pair of one vacancy."""
    people = np.arange(len(problem.candidates))
    if problem.listed_only:
        people = problem.facts.candidate[problem.facts.vacancy == seat].astype(np.int64)
    return pair_block(problem, people, np.full(people.size, seat))


def bids_for(ctx: RuleContext, block: PairBlock, verdicts: Verdicts, surplus: Edges, price: NDArray[np.int64]) -> Bids:
    """Work out the bids for one vacancy.

    Parameters
    ----------
    block, verdicts
        Every existing pair of the vacancy, judged.
    surplus
        At least every eligible pair of a vacancy with openings whose points exceed the price, and no pair that is not eligible or whose
        vacancy has no openings.
    price
        int64, one per vacancy.
    """
    fits = block.keep(verdicts.eligible)
    worth = score(ctx, fits).points
    row = surplus.row_of().astype(np.int64)
    seat = int(block.vacancy[0]) if block.size else -1
    other = surplus.seat != seat
    best = np.zeros(surplus.rows, dtype=np.int64)
    left = np.maximum(surplus.points, _LEAST_POINTS) - price[surplus.seat]
    np.maximum.at(best, row[other], left[other])
    return Bids(fits.candidate, worth, np.maximum(worth, _LEAST_POINTS) - best[fits.candidate])
