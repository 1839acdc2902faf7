"""Which empty column an unknown outcome comes from: where filling that column alone can turn the unknown into a pass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import RULE_INDEX, Rule
from matcher.rules.block import PairBlock
from matcher.rules.context import RuleContext

Cover = Callable[[RuleContext, PairBlock], NDArray[np.bool_]]
"""Answers shape ``(k,)`` or ``(1,)`` for pairs whose outcome is unknown: true where this column alone can settle it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A column whose empty cells make rules answer "unknown"."""

    table: str
    column: str
    covers: Mapping[Rule, Cover]

    def bits(self) -> np.uint32:
        """Bit ``r`` is set for every rule that the column can settle."""
        return np.uint32(sum(1 << RULE_INDEX[rule] for rule in self.covers))


def opened(ctx: RuleContext, gap: Gap, block: PairBlock, doubts: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return which pairs would become eligible if the gap were filled, and all turned out well.

    Parameters
    ----------
    block, doubts
        Pairs whose only failures are unknown ones; bit ``r`` of a doubt is set where rule ``r`` failed on unknown.

    Returns
    -------
    int64
        Places in the block, ascending: pairs for which every doubt is one that this column alone can settle.
    """
    at = np.flatnonzero((doubts & ~gap.bits()) == 0)
    for rule, cover in gap.covers.items():
        in_doubt = (doubts[at] & np.uint32(1 << RULE_INDEX[rule])) != 0
        if in_doubt.any():
            at = at[~in_doubt | cover(ctx, block.keep(at))]
    return at


def _always(ctx: RuleContext, block: PairBlock) -> NDArray[np.bool_]:
    """The rule answers "unknown" for no other reason than this column."""
    return np.ones(1, dtype=np.bool_)


def _home_missing(ctx: RuleContext, block: PairBlock) -> NDArray[np.bool_]:
    homes, works = ctx.problem.candidates.place, ctx.problem.vacancies.place
    return np.asarray((homes[block.candidate] < 0) & (works[block.vacancy] >= 0))


def _work_missing(ctx: RuleContext, block: PairBlock) -> NDArray[np.bool_]:
    homes, works = ctx.problem.candidates.place, ctx.problem.vacancies.place
    return np.asarray((homes[block.candidate] >= 0) & (works[block.vacancy] < 0))


def _loonwaarde_missing(ctx: RuleContext, block: PairBlock) -> NDArray[np.bool_]:
    """A loonwaarde of 100 fits every lane, passes LOONWAARDE and needs no subsidy."""
    return block.loonwaarde_bp < 0


def _target_group_missing(ctx: RuleContext, block: PairBlock) -> NDArray[np.bool_]:
    """Outside the target group an unknown loonwaarde counts as 100; inside it a subsidy is possible where it is accepted."""
    unknown = ctx.problem.candidates.lks_eligible[block.candidate] < 0
    accepted = ctx.problem.vacancies.lks_accepted[block.vacancy] == 1
    return np.asarray(unknown & ((block.loonwaarde_bp < 0) | accepted))


def _outside_missing(ctx: RuleContext, block: PairBlock) -> NDArray[np.bool_]:
    """Outside the target group an unknown loonwaarde counts as 100, which fits every lane."""
    return np.asarray((ctx.problem.candidates.lks_eligible[block.candidate] < 0) & (block.loonwaarde_bp < 0))


def _acceptance_missing(ctx: RuleContext, block: PairBlock) -> NDArray[np.bool_]:
    eligible = ctx.problem.candidates.lks_eligible[block.candidate] == 1
    return np.asarray(eligible & (ctx.problem.vacancies.lks_accepted[block.vacancy] < 0))


def _gap(table: str, column: str, **covers: Cover) -> Gap:
    return Gap(table, column, MappingProxyType({Rule(code): cover for code, cover in covers.items()}))


GAPS: tuple[Gap, ...] = (
    _gap("candidates", "pc4", DISTANCE=_home_missing),
    _gap("candidates", "skills", SKILLS=_always),
    _gap(
        "candidates",
        "loonwaarde_pct",
        LANE=_loonwaarde_missing,
        LOONWAARDE=_loonwaarde_missing,
        SUBSIDY=_loonwaarde_missing,
    ),
    _gap(
        "candidates",
        "lks_eligible",
        LANE=_outside_missing,
        LOONWAARDE=_outside_missing,
        SUBSIDY=_target_group_missing,
    ),
    _gap("candidates", "ladder_step", LANE=_always),
    _gap("candidates", "ladder_potential", LANE=_always),
    _gap("candidates", "available_from", AVAILABILITY=_always),
    _gap("candidates", "licences", LICENCE=_always),
    _gap("candidates", "certificates", CERTIFICATE=_always),
    _gap("candidates", "languages", LANGUAGE=_always),
    _gap("candidates", "education_level", EDUCATION=_always),
    _gap("candidates", "age", YOUTH_NIGHT=_always),
    _gap("candidates", "shifts", SHIFTS=_always),
    _gap("candidates", "contracts", CONTRACT=_always),
    _gap("candidates", "limitations", LOAD=_always),
    _gap("candidates", "consent", CONSENT=_always),
    _gap("vacancies", "pc4", DISTANCE=_work_missing),
    _gap("vacancies", "lks_accepted", SUBSIDY=_acceptance_missing),
    _gap("agencies", "admitted_until", ADMISSION=_always),
)
"""Every column that can make a rule answer "unknown". LANE is unknown only where both steps are, and either one settles it."""
