"""What pairs pay for the limits they weigh on, at given prices; exact whatever the sizes."""

from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.wage import WageTable
from matcher.rules.block import IntColumn, PairBlock
from matcher.rules.context import RuleContext
from matcher.rules.limit_parts import Amount, PairPart
from matcher.rules.limits import Charges, largest, part_weights
from matcher.rules.pair_filters import PairFigures
from matcher.rules.scorecard import MICRO

SAFE = 2**61
"""Sums that stay below this are added in 64 bits; larger ones in Python's integers, slowly."""

_MONEY, _WEEKS_HOURS = 100, 168


class Toll:
    """The limits with a price, and what a pair pays for them.

    Parameters
    ----------
    price
        int64, shape ``(rows,)``: per whole number of weight.
    """

    def __init__(self, ctx: RuleContext, wage: WageTable, limits: Charges, price: NDArray[np.int64]) -> None:
        self._ctx, self._wage = ctx, wage
        self._price: list[int] = price.tolist()
        priced = {row for row, y in enumerate(self._price) if y}
        self._products = [one for one in limits.products if one.row in priced]
        self._parts = [(row, part) for row, part in limits.parts if row in priced]
        self._many = [
            (one, np.append(price, 0)[one.row]) for one in limits.many if any(row in priced for row in one.row.tolist())
        ]

    @property
    def most(self) -> int:
        """No pair pays or gets more than this."""
        total = sum(abs(self._price[one.row]) * largest(one.person) * largest(one.seat) for one in self._products)
        total += sum(abs(self._price[row]) * self._largest_weight(part) for row, part in self._parts)
        for one, price in self._many:
            person, seat = one.family.sides
            total += largest(price) * largest(person) * largest(seat)
        return total

    def of(self, block: PairBlock, points: IntColumn | None = None, *, exact: bool = False) -> NDArray[Any]:
        """Return what each pair of a block pays, shape ``(k,)``.

        Parameters
        ----------
        points
            Points of the pairs where they are known already.
        exact
            In Python's integers rather than int64; needed where `most` is not below `SAFE`.
        """
        kind: Any = object if exact else np.int64
        total: NDArray[Any] = np.zeros(block.size, dtype=kind)
        for one in self._products:
            weight = one.person[block.candidate] * one.seat[block.vacancy]
            total += weight.astype(kind) * self._price[one.row]
        for many, price in self._many:
            person, seat = many.family.sides
            each = price[block.candidate if many.family.by_person else block.vacancy]
            total += (person[block.candidate] * seat[block.vacancy]).astype(kind) * each.astype(kind)
        if self._parts:
            figures = PairFigures(self._ctx, self._wage, block, points)
            for row, part in self._parts:
                total += part_weights(part, figures).astype(kind) * self._price[row]
        return total

    def _largest_weight(self, part: PairPart) -> int:
        total = abs(part.base) + sum(largest(person) * largest(seat) for person, seat in part.sides)
        if part.amount is Amount.SUBSIDY:
            wage = self._wage
            share = max(wage.max_share, wage.forfait_share) * max(Decimal(1), *wage.youth.values())
            full = wage.month_eur * share * (1 + wage.lasten) * _WEEKS_HOURS / wage.full_week_hours
            return total + int(full * _MONEY) + 1
        if part.amount is Amount.CHANCE:
            return total + MICRO
        if part.amount is Amount.USES:
            return total + largest(self._ctx.problem.stated.pair_uses.amount)
        return max(total, 1)
