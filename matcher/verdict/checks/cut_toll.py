"""What pairs pay for cuts, and the least that they are seen to take of the limits those come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.wage import WageTable
from matcher.rules.block import IntColumn, PairBlock
from matcher.rules.context import RuleContext
from matcher.rules.limits import Charges
from matcher.rules.taken import Portions, Taken

NOTHING_TAKEN = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PublishedCut:
    """A cut as published.

    Attributes
    ----------
    source
        The limit it comes from: its number.
    bound, price
        Whole number, and 2^-20 points per unit of weight, at least 0.
    person, weight
        int64: ascending, and at least 1.
    """

    source: int
    bound: int
    price: int
    person: IntColumn
    weight: IntColumn


PublishedCuts = Sequence[PublishedCut]


@dataclass(frozen=True, slots=True)
class PublishedValueCut:
    """A cut of a number of distinct values as published.

    Attributes
    ----------
    distinct
        The one it comes from: its number among those.
    bound, price
        Whole number, and 2^-20 points per unit of weight, at least 0.
    vacancy, weight
        int64: ascending, and at least 1.
    """

    distinct: int
    bound: int
    price: int
    vacancy: IntColumn
    weight: IntColumn

    def weight_of(self, vacancies: int) -> IntColumn:
        """Weight per opening in use, shape ``(vacancies,)``."""
        out = np.zeros(vacancies, dtype=np.int64)
        out[self.vacancy] = self.weight
        return out


def rent_of(cuts: Sequence[PublishedValueCut], vacancies: int) -> NDArray[Any]:
    """What cuts of distinct values charge per opening in use, 2^-20 points, shape ``(vacancies,)``: Python's integers."""
    total = np.zeros(vacancies, dtype=object)
    for cut in cuts:
        total[cut.vacancy] += cut.weight.astype(object) * cut.price
    return total


class CutToll:
    """The cuts with their prices.

    Parameters
    ----------
    pinned
        Bool, shape ``(people,)``: has no choice, so that it does not matter what the other pairs take.
    """

    def __init__(
        self, ctx: RuleContext, wage: WageTable, limits: Charges, cuts: PublishedCuts, pinned: NDArray[np.bool_]
    ) -> None:
        self._people, self._pinned = ctx.problem.shape[0], pinned
        sources = {cut.source for cut in cuts}
        self._taken = Taken(ctx, wage, limits, sources)
        self._key = np.unique(np.concatenate([self._keys(cut) for cut in cuts]))
        charge = np.zeros(self._key.size, dtype=object)
        for cut in cuts:
            charge[np.searchsorted(self._key, self._keys(cut))] += cut.weight.astype(object) * cut.price
        by_source = {
            source: max(charge[self._key // self._people == source].tolist(), default=0) for source in sorted(sources)
        }
        self.most: int = sum(by_source.values())
        """No pair pays more than this."""
        self._charge: NDArray[Any] = charge if self.most >= NOTHING_TAKEN else charge.astype(np.int64)
        self._least = np.full(self._key.size, NOTHING_TAKEN, dtype=np.int64)
        self.negative = np.zeros(len(limits.rows), dtype=np.bool_)
        """Limits of which a pair was seen to take less than nothing."""

    def of(self, block: PairBlock, points: IntColumn, *, exact: bool, look: bool) -> NDArray[Any]:
        """What each pair of a block pays, shape ``(k,)``; with ``look`` it is remembered what they take."""
        taken = self._taken.of(block, points)
        at, known = self._places(block, taken)
        if look:
            np.minimum.at(self._least, at[known], taken.weight[known])
            free = ~self._pinned[block.candidate[taken.pair]]
            self.negative[taken.row[free & (taken.weight < 0)]] = True
        total: NDArray[Any] = np.zeros(block.size, dtype=object if exact else np.int64)
        np.add.at(total, taken.pair[known], self._charge[at[known]].astype(total.dtype))
        return total

    def portions(self, block: PairBlock) -> Portions:
        """What pairs take of the limits that have cuts."""
        return self._taken.of(block)

    def least(self, cut: PublishedCut) -> IntColumn:
        """The least that each person of a cut was seen to take of its limit; `NOTHING_TAKEN` where that is nothing."""
        return self._least[np.searchsorted(self._key, self._keys(cut))]

    def _keys(self, cut: PublishedCut) -> IntColumn:
        return cut.source * self._people + cut.person

    def _places(self, block: PairBlock, taken: Portions) -> tuple[IntColumn, NDArray[np.bool_]]:
        """Where source and person of each portion stand among those that are charged, and whether they do."""
        key = taken.row * self._people + block.candidate[taken.pair]
        at = np.minimum(np.searchsorted(self._key, key), self._key.size - 1)
        return at, self._key[at] == key
