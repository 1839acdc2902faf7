"""Loonkostensubsidie of many pairs: worked out once per circumstance by the exact formula, then looked up."""

import numpy as np
from numpy.typing import NDArray

from matcher.domain.wage import WageTable, loonkostensubsidie
from matcher.rules.block import FULL_LOONWAARDE_BP, IntColumn, PairBlock
from matcher.rules.context import RuleContext

_CENTS = 100
_ADULT, _YOUNGEST = 21, 15  # the wage table knows no other ages
_KINDS, _WEEK = 3, 1 << 24


def subsidy_cents(ctx: RuleContext, wage: WageTable, block: PairBlock, hours_c: IntColumn) -> IntColumn:
    """Return the monthly subsidy of every pair in cents, int64, shape ``(k,)``; 0 where it is not known that there is any.

    Parameters
    ----------
    hours_c
        int64, shape ``(k,)``: hundredths of hours a week, -1 unknown.
    """
    people, vacancies = ctx.problem.candidates, ctx.problem.vacancies
    kind = people.lks_eligible[block.candidate].astype(np.int64)
    loonwaarde = np.broadcast_to(block.loonwaarde_bp, (block.size,))
    paid = ~np.broadcast_to(vacancies.unpaid[block.vacancy], (block.size,))
    due = np.flatnonzero(paid & (kind != 0) & (loonwaarde < FULL_LOONWAARDE_BP) & ((loonwaarde >= 0) | (kind > 0)))
    cents = np.zeros(block.size, dtype=np.int64)
    if due.size:
        age = _wage_age(people.age)[block.candidate[due]]
        circumstance = ((age * _KINDS + kind[due] + 1) * (FULL_LOONWAARDE_BP + 2) + loonwaarde[due] + 1) * _WEEK
        cents[due] = _once_each(wage, circumstance + hours_c[due] + 1)
    return cents


def _wage_age(age: NDArray[np.integer]) -> IntColumn:
    """Ages as the wage table tells them apart."""
    return np.where(age < 0, _ADULT, np.clip(age, _YOUNGEST, _ADULT)).astype(np.int64)


def _once_each(wage: WageTable, circumstance: IntColumn) -> IntColumn:
    distinct, back = np.unique(circumstance, return_inverse=True)
    amounts = [_cents(wage, one) for one in distinct.tolist()]
    return np.array(amounts, dtype=np.int64)[back]


def _cents(wage: WageTable, circumstance: int) -> int:
    rest, hours = divmod(circumstance, _WEEK)
    rest, loonwaarde = divmod(rest, FULL_LOONWAARDE_BP + 2)
    age, kind = divmod(rest, _KINDS)
    amount, _ = loonkostensubsidie(
        wage,
        age=age,
        loonwaarde_bp=loonwaarde - 1 if loonwaarde else None,
        lks_eligible=True if kind - 1 > 0 else None,
        hours_c=hours - 1 if hours else None,
        unpaid=False,
    )
    return int(amount * _CENTS)
