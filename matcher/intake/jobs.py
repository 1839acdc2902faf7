"""Vacancies as whole numbers."""

import numpy as np
from numpy.typing import NDArray

from matcher.domain import codes
from matcher.domain.policy import Policy
from matcher.domain.shipped import shipped
from matcher.domain.tables import DAY_UNKNOWN, Sets, Vacancies
from matcher.intake.rows import Rows
from matcher.intake.sets import from_pairs, numbered, to_sets
from matcher.intake.text import fold
from matcher.intake.vocabularies import Vocabularies, bit_mask, code_column, id_codes, language_levels
from matcher.units import scaled


def encode_vacancies(jobs: Rows, words: Vocabularies, policy: Policy, work: NDArray[np.int32], run_d: int) -> Vacancies:
    """Encode vacancies; ``work`` is the place code of each, ``run_d`` the run date."""
    start_given = jobs.days("start_date")
    contract = code_column(jobs.words("contract"), codes.CONTRACTS)
    lane = np.maximum(code_column(jobs.words("lane"), codes.LANES), 0).astype(np.int8)
    unpaid_contract = np.isin(contract, [codes.CONTRACTS.index(name) for name in codes.UNPAID_CONTRACTS])
    unpaid_lane = np.isin(lane, [codes.LANES.index(name) for name in codes.UNPAID_LANES_WITHOUT_CONTRACT])
    asked, _ = language_levels(jobs.lists("language_min"), words.languages)
    certificates = to_sets(jobs.lists("certificates"), numbered(words.certificates))
    return Vacancies(
        openings=jobs.wholes("openings", 0),
        place=work,
        agency=id_codes(jobs.words("agency_id"), words.agencies),
        employer=id_codes(jobs.words("employer_id"), words.employers),
        occupation=words.occupation,
        essential=to_sets(jobs.lists("skills_essential"), numbered(words.skills)),
        optional=to_sets(jobs.lists("skills_optional"), numbered(words.skills)),
        loonwaarde_min_bp=scaled(jobs.numbers("loonwaarde_min_pct"), 100).astype(np.int32),
        lks_accepted=jobs.flags("lks_accepted"),
        hours_min_c=scaled(jobs.numbers("hours_min"), 100).astype(np.int32),
        hours_max_c=scaled(jobs.numbers("hours_max"), 100).astype(np.int32),
        start_d=np.maximum(start_given, run_d).astype(np.int32),
        closing_d=jobs.days("closing_date"),
        contract=contract,
        expected_weeks=jobs.numbers("expected_weeks"),
        shifts=bit_mask(jobs.lists("shifts"), codes.SHIFTS).astype(np.uint8),
        licences=to_sets(jobs.lists("licences"), numbered(words.licences)),
        certificates=certificates,
        certificates_hard=_hard_certificates(certificates, words.certificates, start_given, policy, run_d),
        language_min=asked,
        education_min=jobs.wholes("education_min").astype(np.int8),
        loads=to_sets(jobs.lists("loads"), numbered(words.loads)),
        support_available=jobs.flags("support_available"),
        lane=lane,
        unpaid=unpaid_contract | ((contract < 0) & unpaid_lane),
    )


def _hard_certificates(
    asked: Sets, names: list[str], start_given: NDArray[np.int32], policy: Policy, run_d: int
) -> Sets:
    """The asked certificates that nobody can obtain before the vacancy starts."""
    days = {fold(name): int(number) for name, number in shipped("rules")["CERTIFICATE"]["obtainable_days"].items()}
    days |= {fold(name): number for name, number in policy.rules.CERTIFICATE.obtainable_days.items()}
    never = 2**30
    lead = np.array([days.get(name, never) for name in names] + [never], dtype=np.int64)
    owner = np.repeat(np.arange(asked.known.size), asked.count)
    needed = lead[asked.code]
    start = np.maximum(start_given[owner].astype(np.int64), run_d)
    obtainable = (needed < never) & ((start_given[owner] == DAY_UNKNOWN) | (run_d + needed <= start))
    return from_pairs(owner, np.where(obtainable, -1, asked.code).astype(np.int32), asked.known, asked.size)
