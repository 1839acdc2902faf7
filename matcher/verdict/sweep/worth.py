"""What the compiled look at single pairs reads: sums of the reference terms per side, and small tables of the others."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.rules.block import IntColumn, PairBlock
from matcher.rules.context import RuleContext
from matcher.rules.scorecard import (
    TermFunction,
    base_term,
    blockers_term,
    contract_term,
    months_on_benefit_term,
    motivation_term,
    p_table,
    support_term,
)
from matcher.units import divide_half_even
from matcher.verdict.sweep.claim import Claim
from matcher.verdict.sweep.layout import Coverage, Ints64, Jobs, People, Worth
from matcher.verdict.sweep.sides import Side, reordered

PERSON_TERMS = (base_term, months_on_benefit_term, motivation_term, blockers_term)
VACANCY_TERMS = (contract_term,)
_NOTHING = np.array([-1], dtype=np.int64)


def people_of(ctx: RuleContext, people: Side, vacancies: Side, claim: Claim) -> People:
    """People in the order of their side."""
    who, all_of = people.order, ctx.problem.candidates
    skill_start, skill_code = reordered(all_of.skills, who)
    wanted_start, wanted_code = reordered(all_of.wanted, who)
    at = np.empty(vacancies.size, dtype=np.int64)
    at[vacancies.order] = np.arange(vacancies.size)
    seat = claim.seat_of[who]
    placed = seat >= 0
    seat[placed] = at[seat[placed]]
    return People(
        who=who,
        skills_known=all_of.skills.known[who],
        skill_start=skill_start,
        skill_code=skill_code,
        wanted_start=wanted_start,
        wanted_code=wanted_code,
        half_m=_whole(all_of.travel_half_m, who),
        far_m=_whole(all_of.travel_far_m, who),
        hours_max_c=_whole(all_of.hours_max_c, who),
        p_alone_micro=_whole(all_of.p_alone_micro, who),
        priority_milli=_whole(all_of.priority_milli, who),
        z=_sum(ctx, PERSON_TERMS, block=_pairs(ctx, who, np.zeros(1, dtype=np.int64))),
        support=_whole(all_of.needs_support, who) + 1,
        seat=seat,
        own_points=claim.own_points[who],
        level=claim.level(claim.price)[who],
        level_next=claim.level(claim.price_next)[who],
        pinned=claim.pinned[who],
    )


def jobs_of(ctx: RuleContext, vacancies: Side, claim: Claim) -> Jobs:
    """Vacancies in the order of their side."""
    who, all_of = vacancies.order, ctx.problem.vacancies
    essential_start, essential_code = reordered(all_of.essential, who)
    optional_start, optional_code = reordered(all_of.optional, who)
    return Jobs(
        who=who,
        spot=np.zeros(0, dtype=np.int32),
        essential_start=essential_start,
        essential_code=essential_code,
        optional_start=optional_start,
        optional_code=optional_code,
        occupation=all_of.occupation[who],
        hours_max_c=_whole(all_of.hours_max_c, who),
        lane_milli=ctx.lane_milli[all_of.lane[who]],
        z=_sum(ctx, VACANCY_TERMS, block=_pairs(ctx, np.zeros(1, dtype=np.int64), who)),
        support=_whole(all_of.support_available, who) + 1,
        open=claim.open[who],
        left=claim.left[who],
        price=claim.price[who],
        price_next=claim.price_next[who],
    )


def worth_of(ctx: RuleContext, claim: Claim, *, listing: bool) -> Worth:
    """Tables of the terms that depend on both sides, and what the policy says besides."""
    card, problem = ctx.policy.scorecard, ctx.problem
    return Worth(
        p_micro=p_table().copy(),
        essential=coverage(
            problem.vacancies.essential.count, card.essential_skills.per_full_coverage, card.essential_skills.offset
        ),
        optional=coverage(problem.vacancies.optional.count, card.optional_skills.per_full_coverage, 0),
        support=_support(ctx),
        wanted=card.wanted_occupation.match,
        near=card.travel.within_half_of_limit,
        far=card.travel.beyond_four_fifths_of_limit,
        small_job_c=ctx.fixed.small_job_c,
        ties=claim.extreme,
        listing=listing,
    )


def coverage(asked: IntColumn, weight: int, offset: int) -> Coverage:
    """Terms for skills: rhe(weight x held / asked) + offset; 0 where none is asked."""
    sizes = np.unique(asked)
    start = np.zeros(int(sizes.max(initial=0)) + 1, dtype=np.int64)
    start[sizes] = np.cumsum(sizes + 1) - (sizes + 1)
    term = np.zeros(int((sizes + 1).sum()), dtype=np.int64)
    for size in sizes[sizes > 0].tolist():
        begin = int(start[size])
        term[begin : begin + size + 1] = divide_half_even(weight * np.arange(size + 1), size) + offset
    return Coverage(start, term)


def _support(ctx: RuleContext) -> Ints64:
    """The term on support, asked once for every need and offer that occurs; by need + 1 and offer + 1."""
    table = np.zeros((3, 3), dtype=np.int64)
    needs, person = np.unique(ctx.problem.candidates.needs_support, return_index=True)
    offers, vacancy = np.unique(ctx.problem.vacancies.support_available, return_index=True)
    for need, someone in zip(needs.tolist(), person.tolist(), strict=True):
        for offer, job in zip(offers.tolist(), vacancy.tolist(), strict=True):
            pair = _pairs(ctx, np.array([someone]), np.array([job]))
            table[need + 1, offer + 1] = support_term(ctx, pair)[0]
    return table


def _pairs(ctx: RuleContext, candidate: IntColumn, vacancy: IntColumn) -> PairBlock:
    """Pairs of which nothing is known; one side may be one that stands for all."""
    return PairBlock(
        candidate=candidate,
        vacancy=vacancy,
        fact=_NOTHING,
        loonwaarde_bp=ctx.person_loonwaarde_bp[candidate],
        road_m=_NOTHING,
    )


def _sum(ctx: RuleContext, terms: Sequence[TermFunction], *, block: PairBlock) -> Ints64:
    size = max(block.candidate.size, block.vacancy.size)
    total = np.zeros(size, dtype=np.int64)
    for term in terms:
        total += term(ctx, block)
    return total


def _whole(column: NDArray[np.integer], who: IntColumn) -> Ints64:
    return column[who].astype(np.int64)
