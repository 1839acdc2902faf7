"""The pairs about which something is known: few, and judged one by one by the reference itself."""

from dataclasses import dataclass

import numpy as np

from matcher.rules.block import IntColumn, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import judge
from matcher.rules.scorecard import score
from matcher.verdict.sweep.layout import Found, Ints64, RowCounts

_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Known:
    """The eligible ones among them: int64, sorted by person, then vacancy."""

    row: Ints64
    seat: Ints64
    points: Ints64


def judge_known(ctx: RuleContext, by_person: RowCounts, by_vacancy: RowCounts, found: Found) -> Known:
    """Judge every pair of `Problem.facts`, add to the counts and to what is missing, and score the eligible ones."""
    facts = ctx.problem.facts
    parts: list[tuple[IntColumn, IntColumn, IntColumn]] = []
    for begin in range(0, len(facts), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        block = pair_block(ctx.problem, facts.candidate[some], facts.vacancy[some])
        verdicts = judge(ctx, block)
        passed, unknown, doubtful = verdicts.eligible, verdicts.first_fail_unknown, verdicts.only_unknown
        for counts, row in ((by_person, block.candidate), (by_vacancy, block.vacancy)):
            np.add.at(counts.first, (row[~passed], verdicts.first_fail[~passed]), 1)
            np.add.at(counts.first_unknown, (row[unknown], verdicts.first_fail[unknown]), 1)
            np.add.at(counts.eligible, row[passed], 1)
        bits = verdicts.failed_unknown_bits[doubtful].astype(np.int64)
        np.bitwise_or.at(found.missing, block.candidate[doubtful], bits)
        parts.append((block.candidate[passed], block.vacancy[passed], score(ctx, block).points[passed]))
    none = np.zeros(0, dtype=np.int64)
    row, seat, points = (np.concatenate([none, *(part[k] for part in parts)]) for k in range(3))
    return Known(row, seat, points)
