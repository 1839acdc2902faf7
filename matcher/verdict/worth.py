"""What a pair's chance and points are made of."""

import numpy as np

from matcher.rules.block import PairBlock, of_fact
from matcher.rules.context import RuleContext
from matcher.rules.scorecard import MICRO, TERMS, Z_LIMIT, Score, p_table
from matcher.verdict.explanation import Factor, Part, Worth

_NEUTRAL_MILLI = 1000


def worth(ctx: RuleContext, block: PairBlock, value: Score, at: int) -> Worth:
    """Take the score of one pair of a block apart."""
    facts = ctx.problem.facts
    fact = block.fact[at : at + 1]
    own_prediction = bool(of_fact(facts.p_durable_micro, fact, np.int32(-1))[0] >= 0)
    own_value = bool(of_fact(facts.has_value, fact, np.bool_(False))[0])
    return Worth(
        p_durable_micro=int(value.p_micro[at]),
        points=int(value.points[at]),
        own_prediction=own_prediction,
        own_value=own_value,
        z=int(value.z[at]),
        parts=() if own_prediction else _parts(value, at),
        factors=() if own_value else _factors(ctx, block, value, at),
    )


def _parts(value: Score, at: int) -> tuple[Part, ...]:
    parts = []
    z, before = 0, 0
    for term in TERMS:
        milli = int(value.terms[term][at])
        z += milli
        now = int(p_table()[min(max(z, -Z_LIMIT), Z_LIMIT) + Z_LIMIT])
        parts.append(Part(term, milli, now - before))
        before = now
    return tuple(parts)


def _factors(ctx: RuleContext, block: PairBlock, value: Score, at: int) -> tuple[Factor, ...]:
    problem, person, seat = ctx.problem, int(block.candidate[at]), int(block.vacancy[at])
    hours, full = int(value.hours_c[at]), ctx.fixed.small_job_c
    p_start = of_fact(problem.facts.p_start_micro, block.fact[at : at + 1], np.int32(MICRO))[0]
    said = {
        "p_alone": (int(problem.candidates.p_alone_micro[person]), 0),
        "p_start": (int(p_start), MICRO),
        "priority": (int(problem.candidates.priority_milli[person]) * _NEUTRAL_MILLI, MICRO),
        "lane": (int(ctx.lane_milli[problem.vacancies.lane[seat]]) * _NEUTRAL_MILLI, MICRO),
        "small_job": (hours * MICRO // full if 0 <= hours < full else MICRO, MICRO),
    }
    return tuple(Factor(name, micro) for name, (micro, neutral) in said.items() if micro != neutral)
