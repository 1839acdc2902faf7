"""The hard rules for one person against every different demand, compiled.

Each function writes the failures of one kind of demand into the person's table, before the policy has its say.
"""

from matcher.domain.codes import RULE_INDEX, Rule
from matcher.domain.tables import DAY_UNKNOWN
from matcher.pairing.compile import part
from matcher.pairing.judge import (
    bits_of,
    known_or,
    lane_bits,
    loonwaarde_bits,
    subsidy_bits,
)
from matcher.pairing.layout import (
    AGENCY,
    CERTIFICATES,
    FAIL,
    HOURS,
    LANGUAGES,
    LAYOUT,
    LICENCES,
    LOADS,
    PASS,
    SCHOOL,
    START,
    TIMES,
    UNKNOWN,
    WAGE,
    WORK,
    Asks,
    Given,
    Holdings,
    Ints8,
    Ints32,
    Ints64,
    Marks,
    Person,
    Things,
    Weights,
)

AGENCY_RULE = RULE_INDEX[Rule.AGENCY]
CONSENT = RULE_INDEX[Rule.CONSENT]
YOUTH_NIGHT = RULE_INDEX[Rule.YOUTH_NIGHT]
CONTRACT = RULE_INDEX[Rule.CONTRACT]
AVAILABILITY = RULE_INDEX[Rule.AVAILABILITY]
HOURS_RULE = RULE_INDEX[Rule.HOURS]
SHIFTS = RULE_INDEX[Rule.SHIFTS]
LICENCE = RULE_INDEX[Rule.LICENCE]
CERTIFICATE = RULE_INDEX[Rule.CERTIFICATE]
LANGUAGE = RULE_INDEX[Rule.LANGUAGE]
EDUCATION = RULE_INDEX[Rule.EDUCATION]
LOAD = RULE_INDEX[Rule.LOAD]


@part
def mark(i: int, holdings: Holdings, marks: Marks, value: int) -> None:
    """Write what a person holds into a byte per code, or wipe it out again."""
    _mark(i, holdings.skills.start, holdings.skills.code, marks.skills, value)
    _mark(i, holdings.licences.start, holdings.licences.code, marks.licences, value)
    _mark(i, holdings.certificates.start, holdings.certificates.code, marks.certificates, value)
    _mark(i, holdings.limitations.start, holdings.limitations.code, marks.limitations, value)
    _mark(i, holdings.share_agencies.start, holdings.share_agencies.code, marks.share_agencies, value)
    _mark(i, holdings.wanted.start, holdings.wanted.code, marks.wanted, value)


@part
def _mark(i: int, start: Ints64, code: Ints32, marks: Ints8, value: int) -> None:
    for at in range(start[i], start[i + 1]):
        marks[code[at]] = value


@part
def held_of(begin: int, end: int, code: Ints32, marks: Ints8) -> int:
    """How many of some codes are marked."""
    held = 0
    for at in range(begin, end):
        held += int(marks[code[at]])
    return held


@part
def fill_table(person: Person, given: Given, marks: Marks, table: Ints64) -> None:
    """Decide every rule that does not look at a pair's own facts for one person and every different demand."""
    _ = LAYOUT
    asks, weights, holdings, at, i = given.asks, given.weights, given.holdings, given.asks.offset, person.row
    _fill_agencies(person, holdings.share_agencies.known[i], asks.agency, marks.share_agencies, table[at[AGENCY] :])
    _fill_work(person, asks, weights, table[at[WORK] :])
    _fill_times(person, asks, weights, table)
    _fill_sets(holdings.licences.known[i], LICENCE, asks.licences, marks.licences, table[at[LICENCES] :])
    _fill_sets(
        holdings.certificates.known[i], CERTIFICATE, asks.certificates, marks.certificates, table[at[CERTIFICATES] :]
    )
    _fill_loads(holdings.limitations.known[i], asks.loads, marks.limitations, table[at[LOADS] :])
    _fill_languages(i, holdings, asks, table[at[LANGUAGES] :])
    mask = weights.mask
    for entry in range(table.size):
        table[entry] &= mask


@part
def _fill_agencies(person: Person, share_known: bool, asked: Ints32, shared: Ints8, table: Ints64) -> None:
    own, consent = person.agency, person.consent
    for at in range(asked.size):
        agency = asked[at]
        bits = 0
        if agency >= 0:
            if own >= 0 and own != agency:
                bits = 1 << AGENCY_RULE
            if not (own == agency and consent != 0):
                named = not share_known or shared[agency] != 0
                bits |= bits_of(min(known_or(consent < 0, consent == 1), known_or(False, named)), CONSENT)
        table[at] = bits


@part
def _fill_work(person: Person, asks: Asks, weights: Weights, table: Ints64) -> None:
    contracts, lanes, unpaid, accepted = asks.contract, asks.lane, asks.unpaid, asks.lks_accepted
    low, high = weights.lane_low, weights.lane_high
    bp = person.loonwaarde_bp
    for at in range(contracts.size):
        bits = lane_bits(person, bp, low[lanes[at]], high[lanes[at]])
        bits |= subsidy_bits(bp, person.lks_eligible, unpaid[at], accepted[at])
        contract = int(contracts[at])
        if contract >= 0:
            takes = (person.contracts >> contract) & 1 == 1
            bits |= bits_of(known_or(not person.contracts_known, takes), CONTRACT)
        table[at] = bits


@part
def _fill_times(person: Person, asks: Asks, weights: Weights, table: Ints64) -> None:
    offset, shifts, education, starts = asks.offset, asks.shifts, asks.education, asks.start_d
    night_bit, night_age, slack_days = weights.night_bit, weights.night_age, weights.slack_days
    for at in range(shifts.size):
        asked, bits = int(shifts[at]), 0
        if asked & night_bit:
            bits = bits_of(known_or(person.age < 0, person.age >= night_age), YOUTH_NIGHT)
        if asked:
            bits |= bits_of(known_or(not person.shifts_known, asked & ~person.shifts == 0), SHIFTS)
        table[offset[TIMES] + at] = bits
    for at in range(education.size):
        level, least = person.education, education[at]
        table[offset[SCHOOL] + at] = bits_of(known_or(least >= 0 and level < 0, level >= least), EDUCATION)
    begin, end = person.from_d, person.until_d
    for at in range(starts.size):
        in_time = known_or(begin == DAY_UNKNOWN, begin <= int(starts[at]) + slack_days)
        still = known_or(False, end == DAY_UNKNOWN or end >= starts[at])
        table[offset[START] + at] = bits_of(min(in_time, still), AVAILABILITY)
    least_hours, most_hours = asks.hours_min_c, asks.hours_max_c
    for at in range(least_hours.size):
        enough = most_hours[at] < 0 or most_hours[at] >= person.hours_min_c
        not_too_much = person.hours_max_c < 0 or least_hours[at] <= person.hours_max_c
        table[offset[HOURS] + at] = bits_of(known_or(False, enough and not_too_much), HOURS_RULE)
    wages = asks.loonwaarde_min_bp
    for at in range(wages.size):
        table[offset[WAGE] + at] = loonwaarde_bits(person.loonwaarde_bp, wages[at])


@part
def _fill_sets(known: bool, rule: int, asked: Things, marks: Ints8, table: Ints64) -> None:
    """Every code of a demand must be held."""
    start, code = asked.start, asked.code
    for at in range(start.size - 1):
        count = start[at + 1] - start[at]
        passes = count == 0 or (known and held_of(start[at], start[at + 1], code, marks) == count)
        table[at] = bits_of(known_or(count > 0 and not known, passes), rule)


@part
def _fill_loads(known: bool, asked: Things, marks: Ints8, table: Ints64) -> None:
    """No code of a demand may be among the limitations."""
    start, code = asked.start, asked.code
    for at in range(start.size - 1):
        count = start[at + 1] - start[at]
        passes = held_of(start[at], start[at + 1], code, marks) == 0
        table[at] = bits_of(known_or(count > 0 and not known, passes), LOAD)


@part
def _fill_languages(i: int, holdings: Holdings, asks: Asks, table: Ints64) -> None:
    start, code, least = asks.languages.start, asks.languages.code, asks.language_level
    level, may_be_higher = holdings.language_level, holdings.language_open
    for at in range(start.size - 1):
        outcome = PASS
        for one in range(start[at], start[at + 1]):
            if level[i, code[one]] < least[one]:
                outcome = min(outcome, UNKNOWN if may_be_higher[i, code[one]] else FAIL)
        table[at] = bits_of(outcome, LANGUAGE)
