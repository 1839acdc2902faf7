"""Hard rules on the trial, the pair's history, travel, agencies, and law: CONTROL_ARM to EXCLUDED."""

import numpy as np

from matcher.domain.codes import SHIFTS
from matcher.domain.tables import DAY_UNKNOWN, NO_LIMIT
from matcher.rules.block import PairBlock, of_fact
from matcher.rules.context import RuleContext, contains
from matcher.rules.logic import Tri, both, either, everybody_passes, flag, known, unless_unknown

_NIGHT = np.uint8(1 << SHIFTS.index("night"))


def outside_control_arm(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when arm is null or not "control"."""
    return known(~ctx.problem.candidates.control[block.candidate])


def still_open(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when closing_date >= run date, and for who accepted or started there: nothing is proposed to them any more."""
    closing = ctx.problem.vacancies.closing_d[block.vacancy]
    held = of_fact(ctx.problem.facts.held, block.fact, np.bool_(False))
    return known((closing == DAY_UNKNOWN) | (closing >= ctx.problem.run_d) | held)


def not_forbidden(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when there is no pin "forbid" and no decline within retry_days."""
    return known(~of_fact(ctx.problem.facts.forbidden, block.fact, np.bool_(False)))


def within_reach(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when road metres <= travel_max_km, and minutes <= travel_max_min, each where set or by default."""
    return both(_within_km(ctx, block), _within_minutes(ctx, block))


def _within_km(ctx: RuleContext, block: PairBlock) -> Tri:
    reach = ctx.problem.candidates.reach_km_m[block.candidate]
    return unless_unknown(block.road_m <= reach, (block.road_m < 0) & (reach != NO_LIMIT))


def _within_minutes(ctx: RuleContext, block: PairBlock) -> Tri:
    people = ctx.problem.candidates
    reach = people.reach_time_m[block.candidate]
    by_metres = unless_unknown(block.road_m <= reach, (block.road_m < 0) & (reach != NO_LIMIT))
    minutes = of_fact(ctx.problem.facts.travel_min, block.fact, np.float64(np.nan))
    stated = ~np.isnan(minutes)
    if not stated.any():
        return by_metres
    by_minutes = known(minutes <= people.time_limit_min[block.candidate])
    return np.where(stated, by_minutes, by_metres)


def same_or_no_agency(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when candidate.agency_id and vacancy.agency_id are equal, or one of them is null."""
    holder, offering = ctx.problem.candidates.agency[block.candidate], ctx.problem.vacancies.agency[block.vacancy]
    return known((holder == offering) | (holder < 0) | (offering < 0))


def agency_admitted(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when there is no agency, or start < 2027-01-01, or the agency's admitted_until >= start."""
    agency = ctx.problem.vacancies.agency[block.vacancy]
    start = ctx.problem.vacancies.start_d[block.vacancy]
    free = (agency < 0) | (start < ctx.fixed.wtta_required_d)
    if free.all():
        return everybody_passes()
    until = ctx.problem.agencies.admitted_until_d[np.maximum(agency, 0)]
    return either(known(free), unless_unknown(until >= start, until == DAY_UNKNOWN))


def consented(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when there is no agency; or it is the candidate's own and consent is not false; or consent names it or all."""
    people, agency = ctx.problem.candidates, ctx.problem.vacancies.agency[block.vacancy]
    if (agency < 0).all():
        return everybody_passes()
    consent = people.consent[block.candidate]
    own_agency = known((people.agency[block.candidate] == agency) & (consent != 0))
    share_with_all = ~people.share_agencies.known[block.candidate]
    named = share_with_all | contains(ctx.shared_bits, block.candidate, agency)
    return either(known(agency < 0), own_agency, both(flag(consent), known(named)))


def no_night_work_under_18(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when there is no night shift, or age >= 18."""
    at_night = (ctx.problem.vacancies.shifts[block.vacancy] & _NIGHT) != 0
    if not at_night.any():
        return everybody_passes()
    age = ctx.problem.candidates.age[block.candidate]
    return either(known(~at_night), unless_unknown(age >= ctx.fixed.night_age, age < 0))


def not_excluded(ctx: RuleContext, block: PairBlock) -> Tri:
    """Passes when pairs.eligible is not false."""
    return known(of_fact(ctx.problem.facts.eligible, block.fact, np.int8(-1)) != 0)
