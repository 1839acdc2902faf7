"""Hard rules on papers, languages, load, pay and skills: LICENCE to SKILLS."""

import numpy as np

from matcher.rules.block import FULL_LOONWAARDE_BP, PairBlock
from matcher.rules.context import Asked, RuleContext
from matcher.rules.logic import Tri, both, either, everybody_passes, flag, known, negate, unless_unknown


def holds_licences(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when every asked licence is held or implied."""
    return _holds_all(ctx.licences, block)


def holds_certificates(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when every asked certificate is held, or obtainable in time."""
    return _holds_all(ctx.certificates_hard, block)


def _holds_all(things: Asked, block: PairBlock) -> Tri:
    asked = things.asked_count[block.vacancy]
    if not asked.any():
        return everybody_passes()
    return unless_unknown(things.held_count(block) == asked, (asked > 0) & ~things.held_known[block.candidate])


def speaks_languages(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when level >= asked for each asked language (not listed = A0)."""
    people, jobs = ctx.problem.candidates, ctx.problem.vacancies
    outcome = everybody_passes()
    for language in range(jobs.language_min.shape[1]):
        asked = jobs.language_min[block.vacancy, language]
        if asked.any():
            level = people.language_level[block.candidate, language]
            maybe_higher = people.language_open[block.candidate, language]
            outcome = both(outcome, unless_unknown(level >= asked, (level < asked) & maybe_higher))
    return outcome


def educated(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when education_level >= education_min."""
    asked = ctx.problem.vacancies.education_min[block.vacancy]
    if (asked < 0).all():
        return everybody_passes()
    level = ctx.problem.candidates.education[block.candidate]
    return unless_unknown(level >= asked, (asked >= 0) & (level < 0))


def carries_load(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when no vacancy load is among limitations."""
    asked = ctx.loads.asked_count[block.vacancy]
    if not asked.any():
        return everybody_passes()
    too_heavy = ctx.loads.held_count(block)
    return unless_unknown(too_heavy == 0, (asked > 0) & ~ctx.loads.held_known[block.candidate])


def enough_loonwaarde(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when L >= loonwaarde_min_pct."""
    asked = ctx.problem.vacancies.loonwaarde_min_bp[block.vacancy]
    return unless_unknown(block.loonwaarde_bp >= asked, (asked >= 0) & (block.loonwaarde_bp < 0))


def subsidy_possible(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when no subsidy is needed, or the vacancy is unpaid, or lks_accepted and lks_eligible."""
    jobs = ctx.problem.vacancies
    unpaid = jobs.unpaid[block.vacancy]
    if unpaid.all():
        return everybody_passes()
    eligible = flag(ctx.problem.candidates.lks_eligible[block.candidate])
    accepted = flag(jobs.lks_accepted[block.vacancy])
    return either(negate(subsidy_needed(block, eligible)), known(unpaid), both(accepted, eligible))


def subsidy_needed(block: PairBlock, eligible: Tri) -> Tri:
    """L < 100, or L unknown and lks_eligible true; unknown where L and lks_eligible are.

    L is never unknown where lks_eligible is false, so an unknown L leaves exactly what ``eligible`` says.
    """
    return np.where(block.loonwaarde_bp >= 0, known(block.loonwaarde_bp < FULL_LOONWAARDE_BP), eligible)


def enough_skills(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when essential held / essential asked >= skill_coverage_min."""
    needed = ctx.essential_needed[block.vacancy]
    if not needed.any():
        return everybody_passes()
    held = ctx.essential.held_count(block)
    return unless_unknown(held >= needed, (needed > 0) & ~ctx.essential.held_known[block.candidate])
