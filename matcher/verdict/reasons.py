"""Why people got nothing and vacancies stayed empty: from counts to codes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import REACH_RULES, RULES, Reason
from matcher.model.survey import Survey

_REACH = len(REACH_RULES)
REASONS = tuple(Reason)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """The rule that removed most.

    Attributes
    ----------
    rule
        int8: number of the rule, -1 where none removed a pair.
    on_unknown
        bool: it failed on an unknown in more than half of the pairs it removed.
    """

    rule: NDArray[np.int8]
    on_unknown: NDArray[np.bool_]


def obstacle(first: NDArray[np.int64], first_unknown: NDArray[np.int64], eligible: NDArray[np.int64]) -> Obstacle:
    """Name the rule that removed most pairs, per row of the counts.

    Pairs in reach come first: where at least one pair passes CONTROL_ARM, CLOSED, FORBIDDEN and DISTANCE, only the later rules are
    counted. Ties go to the earlier rule.

    Parameters
    ----------
    first, first_unknown, eligible
        As in `Survey`, for rows or for seats.
    """
    in_reach = eligible + first[:, _REACH:].sum(axis=1)
    rule = np.where(in_reach > 0, _REACH + first[:, _REACH:].argmax(axis=1), first[:, :_REACH].argmax(axis=1))
    each = np.arange(rule.size)
    removed = first[each, rule]
    on_unknown = 2 * first_unknown[each, rule] > removed
    return Obstacle(np.where(removed > 0, rule, -1).astype(np.int8), on_unknown)


def reasons(survey: Survey, control: NDArray[np.bool_], winnable: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Index into `REASONS` of why each row would be without a seat; the first that holds, from top to bottom."""
    nobody = survey.row_eligible == 0
    choice = np.select(
        [control, nobody & (survey.row_missing != 0), nobody, ~survey.row_positive, winnable],
        [
            REASONS.index(Reason.CONTROL_ARM),
            REASONS.index(Reason.MISSING_DATA),
            REASONS.index(Reason.NO_ELIGIBLE_VACANCY),
            REASONS.index(Reason.NO_VALUE),
            REASONS.index(Reason.LIMITED_BY_POLICY),
        ],
        default=REASONS.index(Reason.OUTCOMPETED),
    )
    return choice.astype(np.int8)


def codes_of(bits: NDArray[np.uint32]) -> list[list[str]]:
    """Rule codes of each set of bits, in the order of the rules."""
    named = {
        value: [rule.value for number, rule in enumerate(RULES) if value >> number & 1] for value in set(bits.tolist())
    }
    return [named[value] for value in bits.tolist()]
