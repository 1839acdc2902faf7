"""What pairs take of a few limits: which pair, of which limit, how much."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from matcher.domain.wage import WageTable
from matcher.rules.block import IntColumn, PairBlock
from matcher.rules.context import RuleContext
from matcher.rules.limits import Charges, part_weights
from matcher.rules.pair_filters import PairFigures


class Portions(NamedTuple):
    """Pairs of a block, limits, and what the one takes of the other: int64 each, every combination at most once, never 0."""

    pair: IntColumn
    row: IntColumn
    weight: IntColumn


class Taken:
    """Works out what pairs take of some of the limits.

    Parameters
    ----------
    rows
        Numbers of those limits.
    """

    def __init__(self, ctx: RuleContext, wage: WageTable, limits: Charges, rows: Collection[int]) -> None:
        self._ctx, self._wage = ctx, wage
        self._asked = np.zeros(len(limits.rows) + 1, dtype=np.bool_)  # the last one stands for -1
        self._asked[list(rows)] = True
        self._products = [one for one in limits.products if one.row in rows]
        self._parts = [(row, part) for row, part in limits.parts if row in rows]
        self._many = [one for one in limits.many if self._asked[one.row].any()]

    def of(self, block: PairBlock, points: IntColumn | None = None) -> Portions:
        """Look at some pairs; ``points`` are theirs where they are known already."""
        heaps = list(self._heaps(block, points))
        if not heaps:
            none = np.zeros(0, dtype=np.int64)
            return Portions(none, none, none)
        if len(heaps) == 1:
            return Portions(*heaps[0])
        pair, row, weight = (np.concatenate([heap[k] for heap in heaps]) for k in range(3))
        key, place = np.unique(pair * self._asked.size + row, return_inverse=True)
        total = np.zeros(key.size, dtype=np.int64)
        np.add.at(total, place, weight)  # a resource is taken by person, vacancy and pair
        key, total = key[total != 0], total[total != 0]
        return Portions(key // self._asked.size, key % self._asked.size, total)

    def _heaps(self, block: PairBlock, points: IntColumn | None) -> Iterator[tuple[IntColumn, IntColumn, IntColumn]]:
        for product in self._products:
            yield _there(product.person[block.candidate] * product.seat[block.vacancy], product.row)
        for many in self._many:
            person, seat = many.family.sides
            row = many.row[block.candidate if many.family.by_person else block.vacancy].astype(np.int64)
            weight = np.where(self._asked[row], person[block.candidate] * seat[block.vacancy], 0)
            at = np.flatnonzero(weight)
            yield at, row[at], weight[at]
        if self._parts:
            figures = PairFigures(self._ctx, self._wage, block, points)
            for number, part in self._parts:
                yield _there(part_weights(part, figures), number)


def _there(weight: IntColumn, row: int) -> tuple[IntColumn, IntColumn, IntColumn]:
    at = np.flatnonzero(weight)
    return at, np.full(at.size, row, dtype=np.int64), weight[at]
