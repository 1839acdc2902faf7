"""Pins and limits as they are stated, whether or not a plan can keep them."""

import numpy as np

from matcher.domain.policy import Policy
from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import WageTable
from matcher.model.conflict import Dispute, Pin
from matcher.model.edges import Edges
from matcher.model.limits import LimitedModel
from matcher.rules.block import pair_block
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import judge
from matcher.rules.limits import edge_weights, limits_of
from matcher.rules.scorecard import score


def dispute_of(
    problem: Problem, policy: Policy, codebook: Codebook, *, ctx: RuleContext, wage: WageTable, edges: Edges
) -> Dispute:
    """Put a problem together of which it is not known that a plan exists.

    Parameters
    ----------
    edges
        All eligible pairs; where there are no limits beyond seats, `pinned_edges` are enough.
    """
    limits = limits_of(problem, policy, codebook)
    nobody = np.full(len(problem.candidates), -1, dtype=np.int32)
    weights = edge_weights(ctx, wage, limits, edges)
    return Dispute(LimitedModel(edges, weights, problem.vacancies.openings, nobody, limits), stated_pins(ctx))


def stated_pins(ctx: RuleContext) -> tuple[Pin, ...]:
    """Return every pin "must", by person, then vacancy."""
    facts = ctx.problem.facts
    person, seat = facts.candidate[facts.pinned].tolist(), facts.vacancy[facts.pinned].tolist()
    return tuple(Pin(*pair) for pair in zip(person, seat, strict=True))


def pinned_edges(ctx: RuleContext) -> Edges:
    """Return the pinned pairs that are eligible, with their points."""
    facts = ctx.problem.facts
    block = pair_block(ctx.problem, facts.candidate[facts.pinned], facts.vacancy[facts.pinned])
    can = judge(ctx, block).eligible
    person, seat, points = block.candidate[can], block.vacancy[can], score(ctx, block).points[can]
    start = np.zeros(len(ctx.problem.candidates) + 1, dtype=np.int64)
    np.cumsum(np.bincount(person, minlength=start.size - 1), out=start[1:])
    return Edges(start, seat.astype(np.int32), points)
