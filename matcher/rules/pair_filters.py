"""Filters of the policy over what only a pair decides: its chance, its road, its money."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.domain.filters import Filter, compare_scaled
from matcher.domain.wage import WageTable
from matcher.rules.block import IntColumn, PairBlock, of_fact
from matcher.rules.context import RuleContext
from matcher.rules.scorecard import MICRO, hours_week_c, score
from matcher.rules.subsidy import subsidy_cents

Mask = NDArray[np.bool_]

_SCALES = {
    "p_durable": MICRO,
    "p_start": MICRO,
    "points": 1,
    "travel_km": 1000,
    "hours_week": 100,
    "loonwaarde_pct": 100,
    "lks_eur_month": 100,
}
"""Whole numbers in one unit of each column of pairs; `trial_done` is the one that is no number."""


class PairFigures:
    """What filters and limits read of some pairs, each worked out only when it is asked for. Columns are int64, shape ``(k,)``.

    Parameters
    ----------
    points
        Points of the pairs where they are known already.
    """

    def __init__(self, ctx: RuleContext, wage: WageTable, block: PairBlock, points: IntColumn | None = None) -> None:
        self.ctx, self.wage, self.block = ctx, wage, block
        self._points = points

    @cached_property
    def _score(self) -> tuple[IntColumn, IntColumn]:
        value = score(self.ctx, self.block)
        return value.p_micro, value.points

    @property
    def p_durable(self) -> IntColumn:
        """Chance of durable work in millionths."""
        return self._score[0]

    @property
    def points(self) -> IntColumn:
        """Points."""
        return self._score[1] if self._points is None else self._points

    @property
    def p_start(self) -> IntColumn:
        """Chance of a start in millionths; 1 where the file is silent."""
        stated = of_fact(self.ctx.problem.facts.p_start_micro, self.block.fact, np.int32(MICRO))
        return stated.astype(np.int64)

    @property
    def travel_km(self) -> IntColumn:
        """Road metres, -1 unknown."""
        return self.block.road_m

    @cached_property
    def hours_week(self) -> IntColumn:
        """Hundredths of hours a week, -1 unknown."""
        return hours_week_c(self.ctx, self.block)

    @property
    def loonwaarde_pct(self) -> IntColumn:
        """L in basis points, -1 unknown."""
        return self.block.loonwaarde_bp

    @cached_property
    def lks_eur_month(self) -> IntColumn:
        """Loonkostensubsidie in cents a month."""
        return subsidy_cents(self.ctx, self.wage, self.block, self.hours_week)


def all_hold(filters: Sequence[Filter], pairs: PairFigures) -> Mask:
    """Which pairs satisfy every filter, shape ``(k,)``."""
    held = np.ones(pairs.block.size, dtype=np.bool_)
    for one in filters:
        held &= _trial_done(one, pairs) if one.column == "trial_done" else _number(one, pairs)
    return held


def _number(one: Filter, pairs: PairFigures) -> Mask:
    scale = _SCALES[one.column]
    column: IntColumn = np.broadcast_to(getattr(pairs, one.column), (pairs.block.size,))
    # Points may be negative, and are always known.
    known = np.ones(column.size, dtype=np.bool_) if one.column == "points" else column >= 0
    if one.op == "is_null":
        return np.asarray(known != one.value)
    return known & compare_scaled(one, column, scale)


def _trial_done(one: Filter, pairs: PairFigures) -> Mask:
    """A trial placement is known to be done, known not to be, or nobody said."""
    fact = np.broadcast_to(pairs.block.fact, (pairs.block.size,))
    done = of_fact(pairs.ctx.problem.facts.trial_done, fact, np.bool_(False))
    known = of_fact(pairs.ctx.problem.facts.trial_known, fact, np.bool_(False))
    if one.op == "is_null":
        return np.asarray(known != one.value)
    asked = set(one.value) if one.op in {"in", "not_in"} else {one.value}
    member = np.where(done, True in asked, False in asked)
    return known & (member if one.op in {"==", "in"} else ~member)
