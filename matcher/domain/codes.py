"""The closed code lists, and the one place that knows their order. A code's number is its index here."""

from enum import StrEnum

TRANSPORT = ("walk", "bike", "moped", "public_transport", "car")
SHIFTS = ("day", "evening", "night", "weekend")
CONTRACTS = (
    "onbepaald",
    "bepaald",
    "uitzend_beding",
    "uitzend",
    "detachering",
    "payroll",
    "oproep",
    "bbl",
    "proefplaatsing",
    "werkervaringsplaats",
    "klimopbaan",
    "vrijwillig",
    "beschut",
)
UNPAID_CONTRACTS = ("proefplaatsing", "werkervaringsplaats", "klimopbaan", "vrijwillig")
LANES = ("regular", "supported", "training", "activation")
UNPAID_LANES_WITHOUT_CONTRACT = ("training", "activation")
ARMS = ("treatment", "control")
PINS = ("forbid", "must")
STATUSES = ("proposed", "accepted", "started", "ended", "declined_candidate", "declined_employer")
CEFR = ("a0", "a1", "a2", "b1", "b2", "c1", "c2")

LICENCE_IMPLIES = {
    "ce": ("c", "c1", "c1e", "be"),
    "de": ("d", "d1", "d1e", "be"),
    "c1e": ("c1", "be"),
    "d1e": ("d1", "be"),
    "c": ("c1", "b"),
    "d": ("d1", "b"),
    "c1": ("b",),
    "d1": ("b",),
    "be": ("b",),
    "b": ("am",),
    "a": ("a2",),
    "a2": ("a1",),
    "a1": ("am",),
}
"""What a driving licence also entitles to (Regeling: Wegenverkeerswet 1994, categories); followed transitively."""


class Rule(StrEnum):
    """The hard rules, in the order in which a pair's code is decided."""

    CONTROL_ARM = "CONTROL_ARM"
    CLOSED = "CLOSED"
    FORBIDDEN = "FORBIDDEN"
    DISTANCE = "DISTANCE"
    AGENCY = "AGENCY"
    ADMISSION = "ADMISSION"
    CONSENT = "CONSENT"
    YOUTH_NIGHT = "YOUTH_NIGHT"
    EXCLUDED = "EXCLUDED"
    LANE = "LANE"
    CONTRACT = "CONTRACT"
    AVAILABILITY = "AVAILABILITY"
    HOURS = "HOURS"
    SHIFTS = "SHIFTS"
    LICENCE = "LICENCE"
    CERTIFICATE = "CERTIFICATE"
    LANGUAGE = "LANGUAGE"
    EDUCATION = "EDUCATION"
    LOAD = "LOAD"
    LOONWAARDE = "LOONWAARDE"
    SUBSIDY = "SUBSIDY"
    SKILLS = "SKILLS"


RULES = tuple(Rule)
RULE_INDEX = {rule: number for number, rule in enumerate(RULES)}
REACH_RULES = RULES[:4]
"""CONTROL_ARM, CLOSED, FORBIDDEN, DISTANCE: a pair that passes these is in reach."""
ALWAYS_ON = frozenset(
    {
        Rule.CONTROL_ARM,
        Rule.FORBIDDEN,
        Rule.AGENCY,
        Rule.ADMISSION,
        Rule.CONSENT,
        Rule.YOUTH_NIGHT,
    }
)
"""Rules no policy can switch off: law, consent, and the promises of a trial."""
OVERRULED_BY_ELIGIBLE = frozenset({Rule.DISTANCE, *RULES[RULE_INDEX[Rule.LANE] :]})
"""Rules that count as passed where pairs.eligible is true."""
FAILS_ON_UNKNOWN = frozenset({Rule.DISTANCE, Rule.CONSENT, Rule.LICENCE, Rule.CERTIFICATE, Rule.SKILLS})
"""Rules whose unknown outcome fails by default; ADMISSION joins them for starts from 2028."""


class Reason(StrEnum):
    """Why a person got nothing."""

    CONTROL_ARM = "CONTROL_ARM"
    NO_ELIGIBLE_VACANCY = "NO_ELIGIBLE_VACANCY"
    MISSING_DATA = "MISSING_DATA"
    NO_VALUE = "NO_VALUE"
    LIMITED_BY_POLICY = "LIMITED_BY_POLICY"
    OUTCOMPETED = "OUTCOMPETED"


class Fault(StrEnum):
    """What can be wrong with a cell, a row, a column or a file."""

    MISSING_COLUMN = "MISSING_COLUMN"
    UNKNOWN_COLUMN = "UNKNOWN_COLUMN"
    WRONG_TYPE = "WRONG_TYPE"
    MISSING_VALUE = "MISSING_VALUE"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    NOT_FINITE = "NOT_FINITE"
    NOT_INTEGER = "NOT_INTEGER"
    TOO_LONG = "TOO_LONG"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    DUPLICATE_ID = "DUPLICATE_ID"
    DANGLING_REFERENCE = "DANGLING_REFERENCE"
    MIN_ABOVE_MAX = "MIN_ABOVE_MAX"
    DATES_REVERSED = "DATES_REVERSED"
    IN_TWO_FILES = "IN_TWO_FILES"
    PLACED_ELSEWHERE = "PLACED_ELSEWHERE"
    BSN_LIKE = "BSN_LIKE"
    UNKNOWN_PLACE = "UNKNOWN_PLACE"
    NOT_SUPPORTED = "NOT_SUPPORTED"
