"""Hard rules on the kind of work and its times: LANE to SHIFTS."""

import numpy as np

from matcher.domain.tables import DAY_UNKNOWN
from matcher.rules.block import FULL_LOONWAARDE_BP, PairBlock
from matcher.rules.context import RuleContext
from matcher.rules.logic import Tri, both, everybody_passes, known, unless_unknown


def fits_lane(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when ladder_step or ladder_potential lies in the lane's steps, or L >= 100; unknown where both are null."""
    people, lane = ctx.problem.candidates, ctx.problem.vacancies.lane[block.vacancy]
    low, high = ctx.lane_low[lane], ctx.lane_high[lane]
    step, potential = people.ladder_step[block.candidate], people.ladder_potential[block.candidate]
    # An unknown step is -1 and so below every lane.
    on_ladder = ((step >= low) & (step <= high)) | ((potential >= low) & (potential <= high))
    passes = on_ladder | (block.loonwaarde_bp >= FULL_LOONWAARDE_BP)
    return unless_unknown(passes, ~passes & (step < 0) & (potential < 0))


def takes_contract(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when vacancy.contract is in contracts."""
    people, contract = ctx.problem.candidates, ctx.problem.vacancies.contract[block.vacancy]
    asked = contract >= 0
    if not asked.any():
        return everybody_passes()
    bit = np.uint32(1) << np.maximum(contract, 0).astype(np.uint32)
    taken = (people.contracts[block.candidate] & bit) != 0
    return unless_unknown(~asked | taken, asked & ~people.contracts_known[block.candidate])


def available_in_time(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when available_from <= start + 14 days, and available_until is null or >= start."""
    people, start = ctx.problem.candidates, ctx.problem.vacancies.start_d[block.vacancy]
    begin, end = people.available_from_d[block.candidate], people.available_until_d[block.candidate]
    in_time = unless_unknown(begin <= start + ctx.fixed.slack_days, begin == DAY_UNKNOWN)
    return both(in_time, known((end == DAY_UNKNOWN) | (end >= start)))


def hours_overlap(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when vacancy.hours_max >= candidate.hours_min and vacancy.hours_min <= candidate.hours_max; a missing bound is open."""
    people, jobs = ctx.problem.candidates, ctx.problem.vacancies
    wanted_min, wanted_max = people.hours_min_c[block.candidate], people.hours_max_c[block.candidate]
    offered_min, offered_max = jobs.hours_min_c[block.vacancy], jobs.hours_max_c[block.vacancy]
    # A missing minimum is -1 and so below everything already.
    enough = (offered_max < 0) | (offered_max >= wanted_min)
    not_too_much = (wanted_max < 0) | (offered_min <= wanted_max)
    return known(enough & not_too_much)


def works_shifts(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when every vacancy shift is in shifts."""
    people, asked = ctx.problem.candidates, ctx.problem.vacancies.shifts[block.vacancy]
    if not asked.any():
        return everybody_passes()
    every = (asked & ~people.shifts[block.candidate]) == 0
    return unless_unknown(every, (asked != 0) & ~people.shifts_known[block.candidate])
