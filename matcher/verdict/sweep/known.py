"""The pairs about which something is known: few, and judged one by one by the reference."""

from dataclasses import dataclass

import numpy as np

from matcher.rules.block import IntColumn, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import judge
from matcher.rules.scorecard import score
from matcher.verdict.sweep.layout import RULE_COUNT, Ints64

_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Known:
    """What the reference says of them.

    Attributes
    ----------
    row_first, row_first_unknown, seat_first, seat_first_unknown, row_missing
        As in `Survey`; `row_missing` is int64.
    row, seat, points
        int64, one entry per eligible pair, sorted by person, then vacancy.
    """

    row_first: Ints64
    row_first_unknown: Ints64
    seat_first: Ints64
    seat_first_unknown: Ints64
    row_missing: Ints64
    row: Ints64
    seat: Ints64
    points: Ints64


def judge_known(ctx: RuleContext) -> Known:
    """Judge every pair of `Problem.facts`, and score the eligible ones."""
    people, jobs = ctx.problem.shape
    facts = ctx.problem.facts
    row_first, seat_first = (np.zeros((size, RULE_COUNT), dtype=np.int64) for size in (people, jobs))
    row_unknown, seat_unknown = np.zeros_like(row_first), np.zeros_like(seat_first)
    missing = np.zeros(people, dtype=np.int64)
    found: list[tuple[IntColumn, IntColumn, IntColumn]] = []
    for begin in range(0, len(facts), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        block = pair_block(ctx.problem, facts.candidate[some], facts.vacancy[some])
        verdicts = judge(ctx, block)
        failed, unknown = ~verdicts.eligible, verdicts.first_fail_unknown
        for counts, rows, which in (
            (row_first, block.candidate, failed),
            (seat_first, block.vacancy, failed),
            (row_unknown, block.candidate, unknown),
            (seat_unknown, block.vacancy, unknown),
        ):
            np.add.at(counts, (rows[which], verdicts.first_fail[which]), 1)
        doubtful = verdicts.only_unknown
        np.bitwise_or.at(missing, block.candidate[doubtful], verdicts.failed_unknown_bits[doubtful].astype(np.int64))
        passed = verdicts.eligible
        found.append((block.candidate[passed], block.vacancy[passed], score(ctx, block).points[passed]))
    none = np.zeros(0, dtype=np.int64)
    row, seat, points = (np.concatenate([none, *(part[k] for part in found)]) for k in range(3))
    return Known(row_first, row_unknown, seat_first, seat_unknown, missing, row, seat, points)
