"""The value of a pair: one named function per term, whole milli-log-odds in, whole points out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np

from matcher.domain.codes import CONTRACTS
from matcher.rules.block import IntColumn, PairBlock, of_fact
from matcher.rules.context import RuleContext
from matcher.rules.holdings import AskedOfMany
from matcher.units import divide_half_even

Z_LIMIT = 12_000
"""Milli-log-odds beyond which nothing changes."""
MICRO = 1_000_000

_BEPAALD = CONTRACTS.index("bepaald")
_YEAR_WEEKS = 52
_HALF_YEAR_WEEKS = 26
_NEUTRAL_MOTIVATION = 3

TermFunction = Callable[[RuleContext, PairBlock], IntColumn]
"""Answers int64 milli-log-odds, shape ``(k,)``, or ``(1,)`` where all pairs of the block have the same."""


def base_term(ctx: RuleContext, block: PairBlock) -> IntColumn:
    """1520: 82 % after 6 months."""
    return np.array([ctx.policy.scorecard.base], dtype=np.int64)


def months_on_benefit_term(ctx: RuleContext, block: PairBlock) -> IntColumn:
    """< 12: +200; 12-23: 0; >= 24: -400; unknown -200."""
    weight = ctx.policy.scorecard.months_on_benefit
    months = ctx.problem.candidates.months_on_benefit[block.candidate]
    return np.select(
        [months < 0, months < 12, months < 24],
        [np.int64(weight.unknown), np.int64(weight.under_12), np.int64(weight.from_12)],
        default=np.int64(weight.from_24),
    )


def contract_term(ctx: RuleContext, block: PairBlock) -> IntColumn:
    """By contract form; bepaald by its weeks: >= 52, >= 26, under 26 or unknown."""
    weight = ctx.policy.scorecard.contract
    jobs = ctx.problem.vacancies
    contract, weeks = jobs.contract[block.vacancy], jobs.expected_weeks[block.vacancy]
    by_form = np.full(len(CONTRACTS) + 1, weight.other, dtype=np.int64)  # the last one stands for null, which is -1
    by_form[CONTRACTS.index("onbepaald")] = weight.onbepaald
    by_form[CONTRACTS.index("uitzend_beding")] = weight.uitzend_beding
    by_form[CONTRACTS.index("oproep")] = weight.oproep
    by_weeks = np.select(
        [np.isnan(weeks), weeks >= _YEAR_WEEKS, weeks >= _HALF_YEAR_WEEKS],
        [
            np.int64(weight.bepaald_unknown_weeks),
            np.int64(weight.bepaald_from_52_weeks),
            np.int64(weight.bepaald_from_26_weeks),
        ],
        default=np.int64(weight.bepaald_under_26_weeks),
    )
    return np.where(contract == _BEPAALD, by_weeks, by_form[contract])


def essential_skills_term(ctx: RuleContext, block: PairBlock) -> IntColumn:
    """rhe(800 x held / asked) - 480; 0 where none is asked or skills are unknown."""
    weight = ctx.policy.scorecard.essential_skills
    return _coverage(ctx.essential, block, weight=weight.per_full_coverage, offset=weight.offset)


def optional_skills_term(ctx: RuleContext, block: PairBlock) -> IntColumn:
    """rhe(300 x held / asked); 0 where none is asked or skills are unknown."""
    return _coverage(ctx.optional, block, weight=ctx.policy.scorecard.optional_skills.per_full_coverage, offset=0)


def _coverage(skills: AskedOfMany, block: PairBlock, *, weight: int, offset: int) -> IntColumn:
    asked = skills.asked_count[block.vacancy]
    share = divide_half_even(weight * skills.held_count(block), np.maximum(asked, 1))
    counts = (asked > 0) & skills.held_known[block.candidate]
    return np.where(counts, share + offset, 0)


def wanted_occupation_term(ctx: RuleContext, block: PairBlock) -> IntColumn:
    """+300 if one wanted code equals the vacancy's, or both are digits and it is a prefix of it."""
    wanted = ctx.wanted.contain(block.candidate, ctx.problem.vacancies.occupation[block.vacancy])
    return wanted * np.int64(ctx.policy.scorecard.wanted_occupation.match)


def motivation_term(ctx: RuleContext, block: PairBlock) -> IntColumn:
    """150 x (motivation - 3); unknown 0."""
    motivation = ctx.problem.candidates.motivation[block.candidate].astype(np.int64)
    step = ctx.policy.scorecard.motivation.per_step_from_3
    return np.where(motivation < 0, 0, step * (motivation - _NEUTRAL_MOTIVATION))


def travel_term(ctx: RuleContext, block: PairBlock) -> IntColumn:
    """With own travel_max_km > 0 and the distance known: <= half of it: +100; > 0.8 of it: -300."""
    weight = ctx.policy.scorecard.travel
    people = ctx.problem.candidates
    half, far = people.travel_half_m[block.candidate], people.travel_far_m[block.candidate]
    counts = (half >= 0) & (block.road_m >= 0)
    return np.select(
        [counts & (block.road_m <= half), counts & (block.road_m > far)],
        [np.int64(weight.within_half_of_limit), np.int64(weight.beyond_four_fifths_of_limit)],
        default=np.int64(0),
    )


def support_term(ctx: RuleContext, block: PairBlock) -> IntColumn:
    """needs_support true: support_available false -800, null -400."""
    weight = ctx.policy.scorecard.support
    needed = ctx.problem.candidates.needs_support[block.candidate] == 1
    available = ctx.problem.vacancies.support_available[block.vacancy]
    return np.select(
        [needed & (available == 0), needed & (available < 0)],
        [np.int64(weight.needed_not_available), np.int64(weight.needed_unknown)],
        default=np.int64(0),
    )


def blockers_term(ctx: RuleContext, block: PairBlock) -> IntColumn:
    """-300 each, "health" not counted; unknown -200."""
    weight = ctx.policy.scorecard.blockers
    blockers = ctx.problem.candidates.blockers[block.candidate].astype(np.int64)
    return np.where(blockers < 0, weight.unknown, weight.each * blockers)


def trial_done_term(ctx: RuleContext, block: PairBlock) -> IntColumn:
    """+300 where the proefplaatsing was done there."""
    done = of_fact(ctx.problem.facts.trial_done, block.fact, np.bool_(False))
    return done * np.int64(ctx.policy.scorecard.trial_done.done)


TERMS: Mapping[str, TermFunction] = MappingProxyType(
    {
        "base": base_term,
        "months_on_benefit": months_on_benefit_term,
        "contract": contract_term,
        "essential_skills": essential_skills_term,
        "optional_skills": optional_skills_term,
        "wanted_occupation": wanted_occupation_term,
        "motivation": motivation_term,
        "travel": travel_term,
        "support": support_term,
        "blockers": blockers_term,
        "trial_done": trial_done_term,
    }
)
"""One function per term, in the contract's order."""


@cache
def p_table() -> IntColumn:
    """Chances in millionths for every z from -12000 to 12000: ``p_table()[z + Z_LIMIT]`` is rhe(1e6 / (1 + exp(-z / 1000))).

    No exact value lies nearer than 1e-6 to a half, so floating point rounds each the right way; a test holds that.
    """
    z = np.arange(-Z_LIMIT, Z_LIMIT + 1)
    table = np.rint(MICRO / (1.0 + np.exp(-z / 1000.0))).astype(np.int64)
    table.setflags(write=False)
    return table


@dataclass(frozen=True, slots=True)
class Score:
    """What ``k`` pairs are worth. All columns int64, shape ``(k,)``.

    Attributes
    ----------
    terms
        Milli-log-odds per term of `TERMS`.
    z
        Their sum, not clipped.
    p_micro
        Chance of durable work in millionths: the pair's own p_durable where stated, else from the scorecard.
    points
        What the run maximises; the pair's own value where stated.
    hours_c
        Hundredths of hours a week: the smaller known hours_max of the two, -1 where neither is known.
    """

    terms: Mapping[str, IntColumn]
    z: IntColumn
    p_micro: IntColumn
    points: IntColumn
    hours_c: IntColumn


def score(ctx: RuleContext, block: PairBlock) -> Score:
    """Score pairs, eligible or not."""
    terms = {name: np.broadcast_to(term(ctx, block), (block.size,)) for name, term in TERMS.items()}
    z = np.zeros(block.size, dtype=np.int64)
    for term in terms.values():
        z += term
    p_micro = durable_micro(ctx, block, z)
    hours_c = hours_week_c(ctx, block)
    return Score(terms=terms, z=z, p_micro=p_micro, points=points(ctx, block, p_micro, hours_c), hours_c=hours_c)


def durable_micro(ctx: RuleContext, block: PairBlock, z: IntColumn) -> IntColumn:
    """Chance of durable work in millionths: pairs.p_durable replaces the scorecard."""
    stated = of_fact(ctx.problem.facts.p_durable_micro, block.fact, np.int32(-1))
    return np.where(stated >= 0, stated, p_table()[np.clip(z, -Z_LIMIT, Z_LIMIT) + Z_LIMIT])


def hours_week_c(ctx: RuleContext, block: PairBlock) -> IntColumn:
    """The smaller known hours_max of the two in hundredths, -1 where neither is known; shape ``(k,)``."""
    wanted = ctx.problem.candidates.hours_max_c[block.candidate].astype(np.int64)
    offered = ctx.problem.vacancies.hours_max_c[block.vacancy].astype(np.int64)
    # Where one is unknown it is -1, so the larger of the two is the known one.
    return np.where((wanted >= 0) & (offered >= 0), np.minimum(wanted, offered), np.maximum(wanted, offered))


def points(ctx: RuleContext, block: PairBlock, p_micro: IntColumn, hours_c: IntColumn) -> IntColumn:
    """Points of every pair: the gain in chance, times p_start, priority, lane, and the share of a small job."""
    people, facts = ctx.problem.candidates, ctx.problem.facts
    v = np.maximum(0, p_micro - people.p_alone_micro[block.candidate])
    v = divide_half_even(v * of_fact(facts.p_start_micro, block.fact, np.int32(MICRO)), MICRO)
    v = divide_half_even(v * people.priority_milli[block.candidate], 1000)
    v = divide_half_even(v * ctx.lane_milli[ctx.problem.vacancies.lane[block.vacancy]], 1000)
    small = (hours_c >= 0) & (hours_c < ctx.fixed.small_job_c)
    v = np.where(small, divide_half_even(v * np.maximum(hours_c, 0), ctx.fixed.small_job_c), v)
    has_value = of_fact(facts.has_value, block.fact, np.bool_(False))
    return np.where(has_value, of_fact(facts.value, block.fact, np.int64(0)), v)
