"""What the compiled loops read and write: groups of arrays with fixed types, so that every kernel is compiled once.

An outcome of a rule is FAIL, UNKNOWN or PASS. What is wrong with a pair is one whole number: bit ``r`` is set where rule ``r`` fails for
certain, bit ``32 + r`` where it fails on an unknown (an unknown that the policy lets pass leaves no trace). Zero is an eligible pair.
"""

from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import OVERRULED_BY_ELIGIBLE, RULE_INDEX, RULES, Rule

Bools = NDArray[np.bool_]
Ints8 = NDArray[np.int8]
Ints32 = NDArray[np.int32]
Ints64 = NDArray[np.int64]
Words = NDArray[np.uint64]
Floats = NDArray[np.float64]

FAIL, UNKNOWN, PASS = 0, 1, 2
RULE_COUNT = len(RULES)
UNKNOWN_SHIFT = 32
KNOWN_BITS = (1 << UNKNOWN_SHIFT) - 1


def both_bits(*rules: Rule) -> int:
    """The bits of rules, for a known failure and for one on an unknown."""
    known = sum(1 << RULE_INDEX[rule] for rule in rules)
    return known | known << UNKNOWN_SHIFT


OVERRULED_BITS = both_bits(*OVERRULED_BY_ELIGIBLE)
FACT_BITS = both_bits(Rule.DISTANCE, Rule.LANE, Rule.LOONWAARDE, Rule.SUBSIDY)
"""Rules that a fact about the pair can turn: judged again for pairs with facts."""

# What vacancies ask, by kind. Vacancies that ask the same of a kind share one entry in a person's table.
AGENCY, WORK, TIMES, SCHOOL, START, HOURS, WAGE, LICENCES, CERTIFICATES, LOADS, LANGUAGES = range(11)
KINDS = 11


class People(NamedTuple):
    """One entry per person; meanings and unknowns as in domain.tables unless said otherwise."""

    control: Bools
    reach_km_m: Ints64
    reach_time_m: Ints64
    time_limit_min: NDArray[np.float64]
    half_m: Ints64
    far_m: Ints64
    loonwaarde_bp: Ints32  # L where the pair says nothing
    lks_eligible: Ints8
    ladder_step: Ints8
    ladder_potential: Ints8
    hours_min_c: Ints32
    hours_max_c: Ints32
    from_d: Ints32
    until_d: Ints32
    education: Ints8
    age: Ints32
    shifts: Ints32
    shifts_known: Bools
    contracts: Ints32
    contracts_known: Bools
    agency: Ints32
    consent: Ints8
    needs_support: Ints32  # 1 where known to need it, else 0
    z: Ints64  # milli-log-odds of all terms that only depend on the person, base included
    p_alone_micro: Ints64
    priority_milli: Ints64


class Things(NamedTuple):
    """Sets of one kind in compressed rows, of people or of different demands."""

    start: Ints64
    code: Ints32
    known: Bools


class Holdings(NamedTuple):
    """What people hold or have, one `Things` per kind."""

    skills: Things
    licences: Things
    certificates: Things
    limitations: Things
    share_agencies: Things
    wanted: Things
    language_level: Ints8  # (n, languages)
    language_open: Bools


class Jobs(NamedTuple):
    """One entry per vacancy."""

    bits: Ints64  # failures that only depend on the vacancy, after the policy
    ask: NDArray[np.uint32]  # (m, KINDS): entry of each kind of demand in a person's table
    place: Ints32  # column of the table of metres, -1 unknown
    lane: Ints8
    unpaid: Bools
    lks_accepted: Ints8
    loonwaarde_min_bp: Ints32
    hours_max_c: Ints32
    occupation: Ints32
    lane_milli: Ints64
    z: Ints64  # (2, m): terms that depend on the vacancy, for people who need no support and who do
    needed: Ints32  # least number of essential skills
    essential: Things
    optional: Things
    essential_z: Ints64  # where its row starts in Weights.essential_z
    optional_z: Ints64


class Asks(NamedTuple):
    """The different demands of each kind."""

    offset: Ints64  # (KINDS + 1,): where each kind starts in a person's table
    agency: Ints32
    contract: Ints8
    lane: Ints8
    unpaid: Bools
    lks_accepted: Ints8
    shifts: Ints32
    education: Ints8
    start_d: Ints32
    hours_min_c: Ints32
    hours_max_c: Ints32
    loonwaarde_min_bp: Ints32
    licences: Things
    certificates: Things
    loads: Things
    languages: Things
    language_level: Ints8  # beside languages.code


class Known(NamedTuple):
    """domain.tables.Facts; person ``i`` owns rows ``start[i]`` to ``start[i + 1]``."""

    start: Ints64
    vacancy: Ints32
    loonwaarde_bp: Ints32
    travel_min: NDArray[np.float64]
    travel_m: Ints64
    p_durable_micro: Ints32
    p_start_micro: Ints64
    value: Ints64
    has_value: Bools
    eligible: Ints8
    forbidden: Bools
    held: Bools
    trial_done: Bools


class Weights(NamedTuple):
    """The policy and the contract's fixed amounts as whole numbers."""

    mask: int  # bits that the policy lets count
    listed_only: bool
    lane_low: Ints64
    lane_high: Ints64
    slack_days: int
    night_age: int
    night_bit: int
    small_job_c: int
    within_half: int
    beyond_far: int
    wanted: int
    trial_done: int
    p_micro: Ints64  # 24,001: chance by z from -12000 to 12000
    essential_z: Ints64  # terms by number asked, then number held
    optional_z: Ints64


class Given(NamedTuple):
    """Everything about people, vacancies and policy that a kernel reads."""

    people: People
    holdings: Holdings
    jobs: Jobs
    asks: Asks
    known: Known
    weights: Weights


class Person(NamedTuple):
    """One entry of `People`, as plain numbers: passing arrays around costs time, passing these does not."""

    row: int
    own_bits: int  # failures that only depend on the person
    reach_km_m: int
    reach_time_m: int
    time_limit_min: float
    half_m: int
    far_m: int
    loonwaarde_bp: int
    lks_eligible: int
    ladder_step: int
    ladder_potential: int
    hours_min_c: int
    hours_max_c: int
    from_d: int
    until_d: int
    education: int
    age: int
    shifts: int
    shifts_known: bool
    contracts: int
    contracts_known: bool
    agency: int
    consent: int
    needs_support: int
    z: int
    p_alone_micro: int
    priority_milli: int
    skills_known: bool


class Marks(NamedTuple):
    """What one person holds, a byte per code: room to work in."""

    skills: Ints8
    licences: Ints8
    certificates: Ints8
    limitations: Ints8
    share_agencies: Ints8
    wanted: Ints8


_TUPLES = (People, Things, Holdings, Jobs, Asks, Known, Weights, Given, Person, Marks)
LAYOUT = crc32(repr([(group.__name__, group._fields) for group in _TUPLES]).encode())
"""Stands for the order of all fields above; a kernel that names it is compiled again when that order changes."""
