"""Earlier proposals that a plan could keep, and what a plan that keeps them must be worth."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from matcher.domain.policy import Policy
from matcher.domain.previous import PROPOSED, STANDING
from matcher.model.stability import Wishes
from matcher.rules.block import IntColumn, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import judge
from matcher.rules.scorecard import score


@dataclass(frozen=True, slots=True)
class Proposed:
    """Pairs whose last status is "proposed" and that are eligible today, sorted by person, then vacancy.

    Attributes
    ----------
    person, vacancy, points
        int64, shape ``(k,)``.
    """

    person: IntColumn
    vacancy: IntColumn
    points: IntColumn

    def __len__(self) -> int:
        return int(self.person.size)


def proposed_pairs(ctx: RuleContext) -> Proposed:
    """Return the earlier proposals that are still eligible, whatever they are worth."""
    previous = ctx.problem.previous
    mine = previous.status == PROPOSED
    block = pair_block(ctx.problem, previous.candidate[mine], previous.vacancy[mine])
    fits = judge(ctx, block).eligible
    if ctx.problem.listed_only:
        fits = fits & (block.fact >= 0)
    return Proposed(block.candidate[fits], block.vacancy[fits], score(ctx, block).points[fits].astype(np.int64))


def wishes_of(proposed: Proposed, *, pinned: NDArray[np.bool_], left: NDArray[np.int64]) -> Wishes:
    """Return those that a plan is free to keep.

    Parameters
    ----------
    pinned
        bool, shape ``(people,)``: people who have no choice.
    left
        int64, shape ``(vacancies,)``: openings that no pin holds.
    """
    free = (proposed.points > 0) & ~pinned[proposed.person] & (left[proposed.vacancy] > 0)
    return Wishes(proposed.person[free], proposed.vacancy[free], proposed.points[free])


def least_points(policy: Policy, objective: int) -> int:
    """ceil((1 - max_loss) x the optimum); of an optimum below 0 nothing may be given up."""
    if objective <= 0:
        return objective
    share = objective * (1 - Fraction(policy.stability.max_loss))
    return -(-share.numerator // share.denominator)


def stays(ctx: RuleContext, person: IntColumn, vacancy: IntColumn) -> NDArray[np.bool_]:
    """Whether each pair was proposed before and still stands: proposed, accepted or started; shape ``(k,)``."""
    previous = ctx.problem.previous
    row = previous.rows(person, vacancy, len(ctx.problem.vacancies))
    if not len(previous):
        return np.zeros(row.shape, dtype=np.bool_)
    return np.asarray((row >= 0) & np.isin(previous.status[np.maximum(row, 0)], STANDING))
