"""The hard rules in the contract's order, and the judge that asks them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import OVERRULED_BY_ELIGIBLE, RULE_INDEX, Rule
from matcher.rules.block import PairBlock, of_fact, pair_block
from matcher.rules.context import RuleContext, rule_context
from matcher.rules.logic import FAIL, PASS, UNKNOWN, Tri, everybody_passes
from matcher.rules.pay_and_skills import (
    carries_load,
    educated,
    enough_loonwaarde,
    enough_skills,
    holds_certificates,
    holds_licences,
    speaks_languages,
    subsidy_possible,
)
from matcher.rules.place_and_law import (
    agency_admitted,
    consented,
    no_night_work_under_18,
    not_excluded,
    not_forbidden,
    outside_control_arm,
    same_or_no_agency,
    still_open,
    within_reach,
)
from matcher.rules.work import available_in_time, fits_lane, hours_overlap, takes_contract, works_shifts

__all__ = [
    "HARD_RULES",
    "PairBlock",
    "RuleContext",
    "RuleFunction",
    "Verdicts",
    "judge",
    "outcome_of",
    "pair_block",
    "rule_context",
    "rule_is_on",
    "unknown_passes",
]

RuleFunction = Callable[[RuleContext, PairBlock], Tri]
"""Answers shape ``(k,)``, or ``(1,)`` where all pairs of the block have one outcome."""

HARD_RULES: Mapping[Rule, RuleFunction] = MappingProxyType(
    {
        Rule.CONTROL_ARM: outside_control_arm,
        Rule.CLOSED: still_open,
        Rule.FORBIDDEN: not_forbidden,
        Rule.DISTANCE: within_reach,
        Rule.AGENCY: same_or_no_agency,
        Rule.ADMISSION: agency_admitted,
        Rule.CONSENT: consented,
        Rule.YOUTH_NIGHT: no_night_work_under_18,
        Rule.EXCLUDED: not_excluded,
        Rule.LANE: fits_lane,
        Rule.CONTRACT: takes_contract,
        Rule.AVAILABILITY: available_in_time,
        Rule.HOURS: hours_overlap,
        Rule.SHIFTS: works_shifts,
        Rule.LICENCE: holds_licences,
        Rule.CERTIFICATE: holds_certificates,
        Rule.LANGUAGE: speaks_languages,
        Rule.EDUCATION: educated,
        Rule.LOAD: carries_load,
        Rule.LOONWAARDE: enough_loonwaarde,
        Rule.SUBSIDY: subsidy_possible,
        Rule.SKILLS: enough_skills,
    }
)
"""One function per rule, in the order in which a pair's code is decided; three-valued, before any policy."""


def rule_is_on(ctx: RuleContext, rule: Rule) -> bool:
    """Whether the policy leaves a rule on, and, for DISTANCE, enough places are known."""
    return ctx.switched_on[rule]


def outcome_of(ctx: RuleContext, rule: Rule, block: PairBlock) -> Tri:
    """Ask one rule: PASS where it is switched off or overruled by ``pairs.eligible = true``; shape ``(k,)`` or ``(1,)``."""
    if not rule_is_on(ctx, rule):
        return everybody_passes()
    outcome = HARD_RULES[rule](ctx, block)
    if rule in OVERRULED_BY_ELIGIBLE:
        vouched = of_fact(ctx.problem.facts.eligible, block.fact, np.int8(-1)) == 1
        if vouched.any():
            return np.where(vouched, PASS, outcome)
    return outcome


def unknown_passes(ctx: RuleContext, rule: Rule, block: PairBlock) -> NDArray[np.bool_]:
    """Whether an unknown outcome of a rule counts as passed; shape ``(k,)`` or ``(1,)``."""
    passes = ctx.passes_on_unknown[rule]
    per_vacancy = passes.shape != (1,)
    return passes[block.vacancy] if per_vacancy else passes


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the rules say of ``k`` pairs. Rules are numbered by their place in the contract's order.

    Attributes
    ----------
    outcome
        int8, shape ``(rules, k)``: FAIL, UNKNOWN or PASS before the policy's say on unknowns; PASS for rules switched off or overruled.
    passed
        bool, shape ``(rules, k)``: after it.
    eligible
        bool, shape ``(k,)``: all rules passed.
    first_fail
        int8, shape ``(k,)``: first rule not passed, -1 where none.
    first_fail_unknown
        bool, shape ``(k,)``: that rule failed on an unknown.
    only_unknown
        bool, shape ``(k,)``: not eligible, and every failure is an unknown one.
    failed_unknown_bits, checked_bits
        uint32, shape ``(k,)``: bit ``r`` is set where rule ``r`` failed, or passed, on an unknown.
    """

    outcome: Tri
    passed: NDArray[np.bool_]
    eligible: NDArray[np.bool_]
    first_fail: NDArray[np.int8]
    first_fail_unknown: NDArray[np.bool_]
    only_unknown: NDArray[np.bool_]
    failed_unknown_bits: NDArray[np.uint32]
    checked_bits: NDArray[np.uint32]


def judge(ctx: RuleContext, block: PairBlock) -> Verdicts:
    """Ask every rule about every pair of a block."""
    shape = (len(HARD_RULES), block.size)
    outcome = np.empty(shape, dtype=np.int8)
    unknown_counts_as_pass = np.empty(shape, dtype=np.bool_)
    for rule, number in RULE_INDEX.items():
        outcome[number] = outcome_of(ctx, rule, block)
        unknown_counts_as_pass[number] = unknown_passes(ctx, rule, block)
    on_unknown = outcome == UNKNOWN
    passed = (outcome == PASS) | (on_unknown & unknown_counts_as_pass)
    eligible = passed.all(axis=0)
    first = np.where(eligible, -1, np.argmin(passed, axis=0)).astype(np.int8)
    fails_at_first = np.take_along_axis(on_unknown, np.maximum(first, 0)[None, :].astype(np.int64), axis=0)[0]
    return Verdicts(
        outcome=outcome,
        passed=passed,
        eligible=eligible,
        first_fail=first,
        first_fail_unknown=fails_at_first & ~eligible,
        only_unknown=~eligible & ~(outcome == FAIL).any(axis=0),
        failed_unknown_bits=_as_bits(on_unknown & ~passed),
        checked_bits=_as_bits(on_unknown & passed),
    )


def _as_bits(rows: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Row ``r`` becomes bit ``r``; shape ``(k,)``."""
    bits = np.zeros(rows.shape[1], dtype=np.uint32)
    for number, row in enumerate(rows):
        bits |= row.astype(np.uint32) << np.uint32(number)
    return bits
