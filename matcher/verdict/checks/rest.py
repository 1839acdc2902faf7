"""What nobody can keep more of, where limits have prices: points minus vacancy price minus the toll for limits, over all eligible pairs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.wage import WageTable
from matcher.model.limits import PRICE_BITS
from matcher.rules.block import IntColumn, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.limits import Charges, largest
from matcher.rules.scorecard import MICRO
from matcher.rules.toll import SAFE, Toll
from matcher.verdict.checks.cut_toll import CutToll


class Rest:
    """Sees all eligible pairs, and remembers per person the most that one leaves; see `matcher.verdict.sweep.look.Visit`.

    All in 2^-20 points: in 64 bits where it is certain that they hold every sum, else in Python's integers.

    Parameters
    ----------
    price, is_open
        Per vacancy: points, and whether others than those pinned there may have it.
    row_price
        Per limit: 2^-20 points per whole number of weight.
    cuts, rent
        What is charged besides, the second per vacancy in 2^-20 points; None for nothing.
    """

    def __init__(
        self,
        ctx: RuleContext,
        wage: WageTable,
        limits: Charges,
        *,
        price: IntColumn,
        is_open: NDArray[np.bool_],
        row_price: IntColumn,
        cuts: CutToll | None = None,
        rent: NDArray[Any] | None = None,
    ) -> None:
        self._ctx, self._price, self._open = ctx, price, is_open
        self._toll = Toll(ctx, wage, limits, row_price)
        self.cuts = cuts
        most = (most_points(ctx) + largest(price)) << PRICE_BITS
        most += self._toll.most + (0 if cuts is None else cuts.most)
        most += 0 if rent is None else max(rent.tolist(), default=0)
        self.exact = most >= SAFE
        self._rent = rent if rent is None or self.exact else rent.astype(np.int64)
        self.best: NDArray[Any] = np.zeros(ctx.problem.shape[0], dtype=object if self.exact else np.int64)

    def __call__(self, person: IntColumn, vacancy: IntColumn, points: IntColumn) -> None:
        """Look at some pairs."""
        fits = self._open[vacancy]
        rest = self.of(person[fits], vacancy[fits], points[fits], look=True)
        np.maximum.at(self.best, person[fits], rest)

    def of(self, person: IntColumn, vacancy: IntColumn, points: IntColumn, *, look: bool = False) -> NDArray[Any]:
        """What each of some pairs leaves, shape ``(k,)``; with ``look`` it is remembered what they take of limits that have cuts."""
        kind: Any = object if self.exact else np.int64
        block = pair_block(self._ctx.problem, person, vacancy)
        toll = self._toll.of(block, points, exact=self.exact)
        if self.cuts is not None:
            toll += self.cuts.of(block, points, exact=self.exact, look=look)
        if self._rent is not None:
            toll += self._rent[vacancy]
        left = points.astype(kind) - self._price[vacancy].astype(kind)
        rest: NDArray[Any] = left * 2**PRICE_BITS - toll
        return rest


def most_points(ctx: RuleContext) -> int:
    """No pair is worth more than this, nor less than minus this."""
    factors = largest(ctx.problem.candidates.priority_milli) * largest(ctx.lane_milli)
    by_chance = MICRO * (factors // 1000**2 + 1)
    return max(by_chance, largest(ctx.problem.facts.value), MICRO)
