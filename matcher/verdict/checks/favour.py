"""What nobody can keep more of at the prices of stability.parquet, where earlier proposals are worth more than their points."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.wage import WageTable
from matcher.model.limits import PRICE_BITS
from matcher.model.stability import Wishes
from matcher.rules.block import IntColumn, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.limits import Charges, largest
from matcher.rules.toll import SAFE, Toll
from matcher.verdict.checks.rest import most_points
from matcher.verdict.sweep.look import Visit


@dataclass(frozen=True, slots=True)
class FavourClaim:
    """What a plan says of its second stage.

    Attributes
    ----------
    weight_points, weight_kept
        What every point and every kept proposal count.
    price
        int64, shape ``(vacancies,)``: points times ``weight_points``.
    row_price
        int64, shape ``(limits,)``: the same per whole number of weight, in 2^-20 points.
    """

    weight_points: int
    weight_kept: int
    price: IntColumn
    row_price: IntColumn


class Favour:
    """Sees all eligible pairs, as `matcher.verdict.checks.rest.Rest`, at the prices of a second stage.

    Parameters
    ----------
    is_open
        Per vacancy: whether others than those pinned there may have it.
    wishes
        Earlier proposals that a plan is free to keep.
    """

    def __init__(
        self,
        ctx: RuleContext,
        wage: WageTable,
        limits: Charges,
        claim: FavourClaim,
        *,
        is_open: NDArray[np.bool_],
        wishes: Wishes,
    ) -> None:
        self._ctx, self._limits, self.claim, self._open, self._wishes = ctx, limits, claim, is_open, wishes
        self._toll = Toll(ctx, wage, limits, claim.row_price)
        self._bits = PRICE_BITS if limits.rows else 0
        most = claim.weight_points * most_points(ctx) + claim.weight_kept + largest(claim.price)
        self._exact = (most << self._bits) + self._toll.most >= SAFE
        kind: Any = object if self._exact else np.int64
        self._best: NDArray[Any] = np.zeros(ctx.problem.shape[0], dtype=kind)

    def __call__(self, person: IntColumn, vacancy: IntColumn, points: IntColumn) -> None:
        """Look at some pairs."""
        if not self.claim.weight_points and not self._limits.rows:
            return  # nothing counts but earlier proposals
        fits = self._open[vacancy]
        np.maximum.at(self._best, person[fits], self._of(person[fits], vacancy[fits], points[fits]))

    def bound(self, person: IntColumn, vacancy: IntColumn, points: IntColumn, pinned: NDArray[np.bool_]) -> int:
        """What the prices prove, in Python's integers; after all pairs were seen.

        Parameters
        ----------
        person, vacancy, points
            The assigned pairs.
        pinned
            bool, shape ``(people,)``: their own pair stands in place of the best one.
        """
        wishes, best = self._wishes, self._best.copy()
        rest = self._of(wishes.row, wishes.seat, wishes.points) + (self.claim.weight_kept << self._bits)
        np.maximum.at(best, wishes.row, rest)
        held = pinned[person]
        openings = self._ctx.problem.vacancies.openings.tolist()
        rent = sum(seats * price for seats, price in zip(openings, self.claim.price.tolist(), strict=True))
        total: int = rent << self._bits
        total += sum(row.bound * y for row, y in zip(self._limits.rows, self.claim.row_price.tolist(), strict=True))
        total += sum(self._of(person[held], vacancy[held], points[held]).tolist()) + sum(best[~pinned].tolist())
        return total >> self._bits

    def _of(self, person: IntColumn, vacancy: IntColumn, points: IntColumn) -> NDArray[Any]:
        kind: Any = object if self._exact else np.int64
        left = points.astype(kind) * self.claim.weight_points - self.claim.price[vacancy].astype(kind)
        if not self._limits.rows:
            return np.asarray(left)
        toll = self._toll.of(pair_block(self._ctx.problem, person, vacancy), points, exact=self._exact)
        return np.asarray(left * 2**self._bits - toll)


class Both:
    """Lets several look at the same pairs."""

    def __init__(self, *all_of_them: Visit) -> None:
        self._all = all_of_them

    def __call__(self, person: IntColumn, vacancy: IntColumn, points: IntColumn) -> None:
        """Look at some pairs."""
        for one in self._all:
            one(person, vacancy, points)
