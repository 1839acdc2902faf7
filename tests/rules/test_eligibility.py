"""Every hard rule on one pair: what passes, what fails, what stays unknown."""

from typing import Any

import numpy as np
import pytest

from matcher.domain.codes import CONTRACTS, LANES, RULE_INDEX, RULES, SHIFTS, Rule
from matcher.domain.policy import Policy
from matcher.domain.tables import DAY_UNKNOWN, NO_LIMIT, Agencies, Places
from matcher.rules.eligibility import HARD_RULES, judge
from matcher.rules.logic import FAIL, PASS, UNKNOWN
from tests.problems import RUN_D, WTTA_ENFORCED_D, WTTA_REQUIRED_D
from tests.rules.one_pair import one_pair

NIGHT, EVENING = 1 << SHIFTS.index("night"), 1 << SHIFTS.index("evening")
BEPAALD = CONTRACTS.index("bepaald")
REGULAR, TRAINING, ACTIVATION = (LANES.index(lane) for lane in ("regular", "training", "activation"))
PLACES = Places(lat=np.array([52.22, 52.32]), lon=np.array([6.89, 6.89]))  # 11.12 km apart, 14455 road metres
FREE = {"reach_km_m": NO_LIMIT, "reach_time_m": NO_LIMIT, "time_limit_min": np.inf}

Case = tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None, np.int8]

CASES: dict[Rule, list[Case]] = {
    Rule.CONTROL_ARM: [({}, {}, None, PASS), ({"control": True}, {}, None, FAIL)],
    Rule.CLOSED: [
        ({}, {"closing_d": DAY_UNKNOWN}, None, PASS),
        ({}, {"closing_d": RUN_D}, None, PASS),
        ({}, {"closing_d": RUN_D - 1}, None, FAIL),
    ],
    Rule.FORBIDDEN: [({}, {}, {}, PASS), ({}, {}, {"forbidden": True}, FAIL)],
    Rule.DISTANCE: [
        ({}, {"place": 1}, None, PASS),
        ({"reach_km_m": 14_455}, {"place": 1}, None, PASS),
        ({"reach_km_m": 14_454}, {"place": 1}, None, FAIL),
        ({"reach_time_m": 14_455}, {"place": 1}, None, PASS),
        ({"reach_time_m": 14_454}, {"place": 1}, None, FAIL),
        ({}, {"place": -1}, None, UNKNOWN),
        ({"place": -1}, {}, None, UNKNOWN),
        (FREE | {"place": -1}, {}, None, PASS),
        ({"place": -1, "reach_km_m": NO_LIMIT}, {}, None, UNKNOWN),
        # Public transport takes five minutes before it moves: a limit below that reaches nowhere.
        ({"reach_time_m": -1}, {"place": 0}, None, FAIL),
        # The pair's own kilometres replace the map.
        ({}, {"place": 1}, {"travel_m": 30_000, "travel_min": 5.0}, PASS),
        ({}, {"place": 0}, {"travel_m": 30_001, "travel_min": 5.0}, FAIL),
        ({}, {"place": -1}, {"travel_m": 1000}, PASS),
        # The pair's own minutes count also where metres are unknown; the kilometres are then still open.
        ({}, {"place": 0}, {"travel_min": 90.0}, PASS),
        ({}, {"place": 0}, {"travel_min": 90.5}, FAIL),
        ({}, {"place": -1}, {"travel_min": 90.5}, FAIL),
        ({}, {"place": -1}, {"travel_min": 10.0}, UNKNOWN),
        ({"reach_km_m": NO_LIMIT}, {"place": -1}, {"travel_min": 10.0}, PASS),
        ({"reach_time_m": NO_LIMIT, "time_limit_min": np.inf}, {"place": 0}, {"travel_min": 1e6}, PASS),
    ],
    Rule.AGENCY: [
        ({"agency": 1}, {"agency": 1}, None, PASS),
        ({"agency": -1}, {"agency": 1}, None, PASS),
        ({"agency": 1}, {"agency": -1}, None, PASS),
        ({"agency": 0}, {"agency": 1}, None, FAIL),
    ],
    Rule.ADMISSION: [
        ({}, {"agency": -1, "start_d": WTTA_ENFORCED_D}, None, PASS),
        ({}, {"agency": 0, "start_d": WTTA_REQUIRED_D - 1}, None, PASS),
        ({}, {"agency": 0, "start_d": WTTA_REQUIRED_D}, None, UNKNOWN),
        ({}, {"agency": 1, "start_d": WTTA_REQUIRED_D}, None, PASS),
        ({}, {"agency": 1, "start_d": WTTA_REQUIRED_D + 1}, None, FAIL),
    ],
    Rule.CONSENT: [
        ({"consent": 0}, {"agency": -1}, None, PASS),
        ({"consent": 1}, {"agency": 0}, None, PASS),
        ({"consent": -1}, {"agency": 0}, None, UNKNOWN),
        ({"consent": 0}, {"agency": 0}, None, FAIL),
        ({"consent": 1, "share_agencies": [0]}, {"agency": 0}, None, PASS),
        ({"consent": 1, "share_agencies": [1]}, {"agency": 0}, None, FAIL),
        ({"consent": -1, "share_agencies": [1]}, {"agency": 0}, None, FAIL),
        ({"consent": -1, "share_agencies": [0, 1]}, {"agency": 0}, None, UNKNOWN),
        ({"consent": 1, "share_agencies": []}, {"agency": 0}, None, FAIL),
        # The agency that already holds the person needs no more than the absence of a no.
        ({"consent": -1, "agency": 0, "share_agencies": []}, {"agency": 0}, None, PASS),
        ({"consent": 1, "agency": 0, "share_agencies": [1]}, {"agency": 0}, None, PASS),
        ({"consent": 0, "agency": 0}, {"agency": 0}, None, FAIL),
        ({"consent": -1, "agency": 1}, {"agency": 0}, None, UNKNOWN),
    ],
    Rule.YOUTH_NIGHT: [
        ({"age": 17}, {"shifts": EVENING}, None, PASS),
        ({"age": -1}, {"shifts": 0}, None, PASS),
        ({"age": 18}, {"shifts": NIGHT | 1}, None, PASS),
        ({"age": 17}, {"shifts": NIGHT | 1}, None, FAIL),
        ({"age": -1}, {"shifts": NIGHT}, None, UNKNOWN),
    ],
    Rule.EXCLUDED: [
        ({}, {}, {}, PASS),
        ({}, {}, {"eligible": 1}, PASS),
        ({}, {}, {"eligible": 0}, FAIL),
    ],
    Rule.LANE: [
        ({"loonwaarde_bp": -1, "lks_eligible": 1, "ladder_step": 4, "ladder_potential": -1}, {}, None, PASS),
        ({"loonwaarde_bp": 5000, "ladder_step": 3, "ladder_potential": 4}, {}, None, PASS),
        ({"loonwaarde_bp": 5000, "ladder_step": 3, "ladder_potential": 3}, {}, None, FAIL),
        # One known step outside the lane is a known failure, though the other step and L are unknown.
        ({"loonwaarde_bp": -1, "lks_eligible": 1, "ladder_step": 3, "ladder_potential": -1}, {}, None, FAIL),
        ({"loonwaarde_bp": 9999, "ladder_step": -1, "ladder_potential": -1}, {}, None, UNKNOWN),
        ({"loonwaarde_bp": -1, "lks_eligible": -1, "ladder_step": -1, "ladder_potential": -1}, {}, None, UNKNOWN),
        ({"loonwaarde_bp": 10_000, "ladder_step": -1, "ladder_potential": -1}, {}, None, PASS),
        ({"loonwaarde_bp": -1, "lks_eligible": 0, "ladder_step": 1, "ladder_potential": 1}, {}, None, PASS),
        ({"loonwaarde_bp": 0, "ladder_step": 6, "ladder_potential": 6}, {"lane": TRAINING}, None, FAIL),
        ({"loonwaarde_bp": 0, "ladder_step": 1, "ladder_potential": 6}, {"lane": ACTIVATION}, None, PASS),
        # The pair's own loonwaarde wins over the person's.
        ({"loonwaarde_bp": 10_000, "ladder_step": 1, "ladder_potential": 1}, {}, {"loonwaarde_bp": 4000}, FAIL),
    ],
    Rule.CONTRACT: [
        ({"contracts_known": False, "contracts": 0}, {"contract": -1}, None, PASS),
        ({"contracts": 1 << BEPAALD}, {"contract": BEPAALD}, None, PASS),
        ({"contracts": 1}, {"contract": BEPAALD}, None, FAIL),
        ({"contracts": 0}, {"contract": BEPAALD}, None, FAIL),
        ({"contracts_known": False, "contracts": 0}, {"contract": BEPAALD}, None, UNKNOWN),
        ({"contracts": 1 << (len(CONTRACTS) - 1)}, {"contract": len(CONTRACTS) - 1}, None, PASS),
    ],
    Rule.AVAILABILITY: [
        ({"available_from_d": RUN_D + 14}, {}, None, PASS),
        ({"available_from_d": RUN_D + 15}, {}, None, FAIL),
        ({"available_from_d": DAY_UNKNOWN}, {}, None, UNKNOWN),
        ({"available_until_d": RUN_D}, {}, None, PASS),
        ({"available_until_d": RUN_D - 1}, {}, None, FAIL),
        ({"available_from_d": DAY_UNKNOWN, "available_until_d": RUN_D - 1}, {}, None, FAIL),
        ({"available_from_d": DAY_UNKNOWN, "available_until_d": RUN_D}, {}, None, UNKNOWN),
    ],
    Rule.HOURS: [
        ({"hours_min_c": 2400, "hours_max_c": 3600}, {"hours_min_c": 1200, "hours_max_c": 2400}, None, PASS),
        ({"hours_min_c": 2401, "hours_max_c": 3600}, {"hours_min_c": 1200, "hours_max_c": 2400}, None, FAIL),
        ({"hours_min_c": 0, "hours_max_c": 1199}, {"hours_min_c": 1200, "hours_max_c": 2400}, None, FAIL),
        ({"hours_min_c": -1, "hours_max_c": -1}, {"hours_min_c": 1200, "hours_max_c": 2400}, None, PASS),
        ({"hours_min_c": 2401, "hours_max_c": -1}, {"hours_min_c": 4000, "hours_max_c": -1}, None, PASS),
        ({"hours_min_c": -1, "hours_max_c": 0}, {"hours_min_c": -1, "hours_max_c": 0}, None, PASS),
    ],
    Rule.SHIFTS: [
        ({"shifts": EVENING | 1}, {"shifts": EVENING}, None, PASS),
        ({"shifts": 1}, {"shifts": EVENING | 1}, None, FAIL),
        ({"shifts": 0, "shifts_known": False}, {"shifts": 0}, None, PASS),
        ({"shifts": 0, "shifts_known": False}, {"shifts": 1}, None, UNKNOWN),
        ({"shifts": 0}, {"shifts": 1}, None, FAIL),
    ],
    Rule.LICENCE: [
        ({"licences": [0, 2]}, {"licences": [0, 2]}, None, PASS),
        ({"licences": [0]}, {"licences": [0, 2]}, None, FAIL),
        ({"licences": None}, {"licences": [0]}, None, UNKNOWN),
        ({"licences": None}, {"licences": []}, None, PASS),
        ({"licences": None}, {"licences": None}, None, PASS),
    ],
    Rule.CERTIFICATE: [
        ({"certificates": [1]}, {"certificates": [0, 1], "certificates_hard": [1]}, None, PASS),
        ({"certificates": [0]}, {"certificates": [0, 1], "certificates_hard": [1]}, None, FAIL),
        ({"certificates": None}, {"certificates": [0, 1], "certificates_hard": [1]}, None, UNKNOWN),
        ({"certificates": None}, {"certificates": [0, 1], "certificates_hard": []}, None, PASS),
    ],
    Rule.LANGUAGE: [
        ({"language_level": [3, 0]}, {"language_min": [3, 0]}, None, PASS),
        ({"language_level": [2, 6]}, {"language_min": [3, 0]}, None, FAIL),
        ({"language_level": [2, 0], "language_open": [True, False]}, {"language_min": [3, 0]}, None, UNKNOWN),
        ({"language_level": [3, 0], "language_open": [True, False]}, {"language_min": [3, 0]}, None, PASS),
        ({"language_level": [0, 0], "language_open": [True, False]}, {"language_min": [3, 1]}, None, FAIL),
        ({"language_level": [0, 0], "language_open": [True, True]}, {"language_min": [0, 0]}, None, PASS),
    ],
    Rule.EDUCATION: [
        ({"education": 3}, {"education_min": 3}, None, PASS),
        ({"education": 2}, {"education_min": 3}, None, FAIL),
        ({"education": -1}, {"education_min": 3}, None, UNKNOWN),
        ({"education": -1}, {"education_min": -1}, None, PASS),
    ],
    Rule.LOAD: [
        ({"limitations": [1]}, {"loads": [0, 2]}, None, PASS),
        ({"limitations": [1, 2]}, {"loads": [0, 2]}, None, FAIL),
        ({"limitations": None}, {"loads": [0]}, None, UNKNOWN),
        ({"limitations": None}, {"loads": []}, None, PASS),
        ({"limitations": None}, {"loads": None}, None, PASS),
    ],
    Rule.LOONWAARDE: [
        ({"loonwaarde_bp": 5000}, {"loonwaarde_min_bp": 5000}, None, PASS),
        ({"loonwaarde_bp": 4999}, {"loonwaarde_min_bp": 5000}, None, FAIL),
        ({"loonwaarde_bp": -1, "lks_eligible": 1}, {"loonwaarde_min_bp": 5000}, None, UNKNOWN),
        ({"loonwaarde_bp": -1, "lks_eligible": -1}, {"loonwaarde_min_bp": -1}, None, PASS),
        ({"loonwaarde_bp": -1, "lks_eligible": 0}, {"loonwaarde_min_bp": 10_000}, None, PASS),
        ({"loonwaarde_bp": 4999}, {"loonwaarde_min_bp": 5000}, {"loonwaarde_bp": 5000}, PASS),
        ({"loonwaarde_bp": 5000}, {"loonwaarde_min_bp": 5000}, {"loonwaarde_bp": 0}, FAIL),
    ],
    Rule.SUBSIDY: [
        ({"loonwaarde_bp": 10_000, "lks_eligible": 1}, {"lks_accepted": 0}, None, PASS),
        ({"loonwaarde_bp": -1, "lks_eligible": 0}, {"lks_accepted": 0}, None, PASS),
        ({"loonwaarde_bp": 9999, "lks_eligible": 1}, {"lks_accepted": 1}, None, PASS),
        ({"loonwaarde_bp": 9999, "lks_eligible": 1}, {"lks_accepted": 0}, None, FAIL),
        ({"loonwaarde_bp": 9999, "lks_eligible": 0}, {"lks_accepted": 1}, None, FAIL),
        ({"loonwaarde_bp": 9999, "lks_eligible": 0}, {"lks_accepted": -1}, None, FAIL),
        ({"loonwaarde_bp": 9999, "lks_eligible": -1}, {"lks_accepted": 1}, None, UNKNOWN),
        ({"loonwaarde_bp": 9999, "lks_eligible": 1}, {"lks_accepted": -1}, None, UNKNOWN),
        ({"loonwaarde_bp": -1, "lks_eligible": 1}, {"lks_accepted": 1}, None, PASS),
        ({"loonwaarde_bp": -1, "lks_eligible": 1}, {"lks_accepted": 0}, None, FAIL),
        ({"loonwaarde_bp": -1, "lks_eligible": -1}, {"lks_accepted": 1}, None, UNKNOWN),
        ({"loonwaarde_bp": -1, "lks_eligible": -1}, {"lks_accepted": 0}, None, UNKNOWN),
        ({"loonwaarde_bp": 2000, "lks_eligible": 0}, {"lks_accepted": 0, "unpaid": True}, None, PASS),
        ({"loonwaarde_bp": -1, "lks_eligible": -1}, {"lks_accepted": -1, "unpaid": True}, None, PASS),
    ],
    Rule.SKILLS: [
        ({"skills": [0]}, {"essential": [0, 1, 2]}, None, PASS),  # a third is at least 0.3
        ({"skills": [0]}, {"essential": [0, 1, 2, 3]}, None, FAIL),
        ({"skills": []}, {"essential": [0]}, None, FAIL),
        ({"skills": None}, {"essential": [0]}, None, UNKNOWN),
        ({"skills": None}, {"essential": []}, None, PASS),
        ({"skills": None}, {"essential": None}, None, PASS),
    ],
}


def ask(rule: Rule, case: Case, policy: Policy | None = None) -> np.int8:
    person, job, fact, _ = case
    agencies = Agencies(admitted_until_d=np.array([DAY_UNKNOWN, WTTA_REQUIRED_D], dtype=np.int32))
    ctx, block = one_pair(person=person, job=job, fact=fact, policy=policy, places=PLACES, agencies=agencies)
    outcome = HARD_RULES[rule](ctx, block)
    assert outcome.dtype == np.int8
    assert outcome.shape == (1,)
    return np.int8(outcome[0])


@pytest.mark.parametrize(("rule", "case"), [(rule, case) for rule, cases in CASES.items() for case in cases], ids=str)
def test_one_pair(rule: Rule, case: Case) -> None:
    assert ask(rule, case) == case[3]


def test_every_rule_has_cases_and_a_function_in_the_order_of_the_contract() -> None:
    assert tuple(HARD_RULES) == RULES == tuple(CASES)
    assert all(function.__doc__ for function in HARD_RULES.values())


@pytest.mark.parametrize("share", ["0", "0.3", "0.5", "1", "0.33333333333333333333333333333333333333334"])
def test_skill_coverage_is_exact(share: str) -> None:
    policy = Policy.model_validate({"rules": {"SKILLS": {"skill_coverage_min": share}}})
    expected = {"0": PASS, "0.3": PASS, "0.5": FAIL, "1": FAIL}.get(share, FAIL)
    assert ask(Rule.SKILLS, ({"skills": [0]}, {"essential": [0, 1, 2]}, None, PASS), policy) == expected
    unknown = ask(Rule.SKILLS, ({"skills": None}, {"essential": [0, 1, 2]}, None, PASS), policy)
    assert unknown == (PASS if share == "0" else UNKNOWN)


def rules_in(bits: np.uint32) -> set[Rule]:
    return {rule for rule, number in RULE_INDEX.items() if int(bits) >> number & 1}


def test_a_plain_pair_passes_everything() -> None:
    verdicts = judge(*one_pair())
    assert verdicts.eligible.all()
    assert (verdicts.outcome == PASS).all()
    assert verdicts.first_fail.tolist() == [-1]
    assert not verdicts.only_unknown.any()
    assert rules_in(verdicts.checked_bits[0]) == rules_in(verdicts.failed_unknown_bits[0]) == set()


UNKNOWN_PERSON = {
    "place": -1,
    "consent": -1,
    "age": -1,
    "ladder_step": -1,
    "ladder_potential": -1,
    "loonwaarde_bp": -1,
    "lks_eligible": -1,
    "contracts_known": False,
    "contracts": 0,
    "available_from_d": DAY_UNKNOWN,
    "shifts_known": False,
    "shifts": 0,
    "licences": None,
    "certificates": None,
    "language_open": [True, True],
    "education": -1,
    "limitations": None,
    "skills": None,
}
ASKING_JOB = {
    "agency": 0,
    "start_d": WTTA_REQUIRED_D,
    "shifts": NIGHT,
    "contract": BEPAALD,
    "licences": [0],
    "certificates_hard": [0],
    "language_min": [1, 1],
    "education_min": 1,
    "loads": [0],
    "loonwaarde_min_bp": 100,
    "essential": [0],
}
CAN_BE_UNKNOWN = set(RULES) - {
    Rule.CONTROL_ARM,
    Rule.CLOSED,
    Rule.FORBIDDEN,
    Rule.AGENCY,
    Rule.EXCLUDED,
    Rule.HOURS,
}
FAIL_BY_DEFAULT = {Rule.DISTANCE, Rule.CONSENT, Rule.LICENCE, Rule.CERTIFICATE, Rule.SKILLS}


def test_unknowns_by_default() -> None:
    verdicts = judge(*one_pair(person=UNKNOWN_PERSON, job=ASKING_JOB))
    assert not verdicts.eligible[0]
    assert verdicts.only_unknown[0]
    assert RULES[verdicts.first_fail[0]] is Rule.DISTANCE
    assert verdicts.first_fail_unknown[0]
    assert rules_in(verdicts.failed_unknown_bits[0]) == FAIL_BY_DEFAULT
    assert rules_in(verdicts.checked_bits[0]) == CAN_BE_UNKNOWN - FAIL_BY_DEFAULT - {Rule.EDUCATION}


@pytest.mark.parametrize("side", ["pass", "fail"])
def test_the_policy_turns_unknowns_over(side: str) -> None:
    policy = Policy.model_validate(
        {"rules": {rule.value: {"unknown": side} for rule in RULES} | {"EDUCATION": {"enabled": True, "unknown": side}}}
    )
    verdicts = judge(*one_pair(person=UNKNOWN_PERSON, job=ASKING_JOB, policy=policy))
    assert verdicts.eligible[0] == (side == "pass")
    bits = verdicts.checked_bits if side == "pass" else verdicts.failed_unknown_bits
    assert rules_in(bits[0]) == CAN_BE_UNKNOWN
    assert verdicts.first_fail[0] == (-1 if side == "pass" else RULE_INDEX[Rule.DISTANCE])


@pytest.mark.parametrize(
    ("start", "stated", "passes"),
    [
        (WTTA_ENFORCED_D - 1, None, True),
        (WTTA_ENFORCED_D, None, False),
        (WTTA_ENFORCED_D, "pass", True),
        (WTTA_ENFORCED_D - 1, "fail", False),
    ],
)
def test_an_unknown_admission_fails_from_2028_unless_the_policy_says_otherwise(
    start: int, stated: str | None, passes: bool
) -> None:
    policy = Policy.model_validate({"rules": {"ADMISSION": {"unknown": stated}}})
    verdicts = judge(*one_pair(job={"agency": 0, "start_d": start}, policy=policy))
    assert verdicts.eligible[0] == passes
    assert rules_in(verdicts.failed_unknown_bits[0]) == (set() if passes else {Rule.ADMISSION})


def test_a_known_failure_is_no_unknown_one_though_an_unknown_comes_first() -> None:
    verdicts = judge(*one_pair(person=UNKNOWN_PERSON | {"skills": []}, job=ASKING_JOB))
    assert RULES[verdicts.first_fail[0]] is Rule.DISTANCE
    assert verdicts.first_fail_unknown[0]
    assert not verdicts.only_unknown[0]


def test_a_rule_switched_off_passes_and_leaves_nothing_to_check() -> None:
    policy = Policy.model_validate({"rules": {"SKILLS": {"enabled": False}, "DISTANCE": {"enabled": False}}})
    verdicts = judge(
        *one_pair(
            person={"skills": [], "place": -1, "education": 1},
            job={"essential": [0], "education_min": 6},
            policy=policy,
        )
    )
    assert verdicts.eligible[0]
    assert (verdicts.outcome == PASS).all()


def test_distance_is_off_where_too_few_places_are_known() -> None:
    verdicts = judge(*one_pair(person={"place": -1}, distance_on=False))
    assert verdicts.outcome[RULE_INDEX[Rule.DISTANCE], 0] == PASS
    assert verdicts.eligible[0]


def test_eligible_true_overrules_distance_and_all_from_lane_on_and_nothing_else() -> None:
    job = ASKING_JOB | {"agency": -1, "shifts": 0, "start_d": RUN_D}
    verdicts = judge(*one_pair(person=UNKNOWN_PERSON, job=job, fact={"eligible": 1}))
    assert verdicts.eligible[0]
    assert (verdicts.outcome == PASS).all()
    young = judge(*one_pair(person=UNKNOWN_PERSON | {"age": 17}, job=ASKING_JOB, fact={"eligible": 1}))
    assert {RULES[number] for number in np.flatnonzero(~young.passed[:, 0])} == {Rule.CONSENT, Rule.YOUTH_NIGHT}
    control = judge(*one_pair(person={"control": True}, fact={"eligible": 1}))
    assert RULES[control.first_fail[0]] is Rule.CONTROL_ARM
