"""Which side's place is missing where a distance is not known."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import RULE_INDEX, Rule
from matcher.rules.block import PairBlock
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import Verdicts
from matcher.rules.logic import UNKNOWN


class Unplaced(StrEnum):
    """Whose place is not known."""

    PERSON = "person"
    VACANCY = "vacancy"
    BOTH = "both"
    SOME = "some"  # the person's, and that of some of the vacancies


def unplaced(
    ctx: RuleContext, block: PairBlock, verdicts: Verdicts, which: NDArray[np.bool_] | int | None = None
) -> Unplaced | None:
    """Return the side that is missing where DISTANCE is unknown.

    Parameters
    ----------
    which
        Mask over the pairs, or the place of one pair; None asks all of them.

    Returns
    -------
    PERSON, VACANCY or BOTH where that is so in every pair of one person where it is unknown; SOME where vacancies differ; None where
    DISTANCE is known in all of them.
    """
    asked = np.ones(block.size, dtype=np.bool_)
    if which is not None:
        asked = np.arange(block.size) == which if isinstance(which, int) else which
    open_ = asked & (verdicts.outcome[RULE_INDEX[Rule.DISTANCE]] == UNKNOWN)
    if not open_.any():
        return None
    # A distance of somebody with a known home is unknown only where the vacancy has no place.
    home = ctx.problem.candidates.place[block.candidate[open_]] >= 0
    work = ctx.problem.vacancies.place[block.vacancy[open_]] >= 0
    if home.all():
        return Unplaced.VACANCY
    if work.all():
        return Unplaced.PERSON
    return Unplaced.SOME if work.any() else Unplaced.BOTH
