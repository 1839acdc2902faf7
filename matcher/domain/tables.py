"""People, vacancies and known facts about pairs, as frozen columns of whole numbers.

Rows stand in canonical order: by id, compared code point by code point. Row order of the files never shows here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher.domain.frozen import freeze
from matcher.domain.previous import Previous, nothing_before, rows_of_pairs
from matcher.domain.stated import Stated

DAY_UNKNOWN = -(2**31)
"""Marks an unknown date in columns of days since 1970-01-01."""
NO_LIMIT = 2**40
"""Road metres that nobody travels: stands where no limit is set."""


@dataclass(frozen=True, slots=True)
class Sets:
    """One set of codes per row, in compressed rows.

    Attributes
    ----------
    start
        int64, shape ``(n + 1,)``: row ``r`` holds ``code[start[r]:start[r + 1]]``.
    code
        int32, ascending within a row, without repeats.
    known
        bool, shape ``(n,)``: False where the file said nothing; such a row is empty.
    size
        Number of different codes.
    """

    start: NDArray[np.int64]
    code: NDArray[np.int32]
    known: NDArray[np.bool_]
    size: int

    def __post_init__(self) -> None:
        freeze(self)

    @property
    def count(self) -> NDArray[np.int64]:
        """Number of codes per row."""
        return np.diff(self.start)

    def row(self, row: int) -> NDArray[np.int32]:
        """Codes of one row, ascending."""
        return self.code[self.start[row] : self.start[row + 1]]

    def bits(self) -> NDArray[np.uint64]:
        """The same sets as bits, shape ``(n, max(1, ceil(size / 64)))``, uint64; code ``c`` is bit ``c % 64`` of word ``c // 64``."""
        rows = self.known.size
        words = max(1, -(-self.size // 64))
        out = np.zeros(rows * words, dtype=np.uint64)
        owner = np.repeat(np.arange(rows, dtype=np.int64), self.count)
        place = owner * words + self.code // 64
        np.bitwise_or.at(out, place, np.uint64(1) << (self.code % 64).astype(np.uint64))
        return out.reshape(rows, words)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Job seekers. All arrays have one entry per person; -1 is unknown unless said otherwise."""

    place: NDArray[np.int32]  # index into Places, -1 unknown
    control: NDArray[np.bool_]  # in the control arm of a trial
    reach_km_m: NDArray[np.int64]  # road metres allowed by the limit in km; NO_LIMIT where none applies
    reach_time_m: NDArray[
        np.int64
    ]  # road metres the fastest mode covers in time; NO_LIMIT where none applies; may be < 0
    time_limit_min: NDArray[np.float64]  # the limit in minutes itself; inf where none applies
    travel_half_m: NDArray[
        np.int64
    ]  # half of the person's own limit in km, as metres rounded down; -1 where it has none > 0
    travel_far_m: NDArray[np.int64]  # four fifths of it, likewise
    skills: Sets  # vocabulary shared with vacancies
    loonwaarde_bp: NDArray[np.int32]  # basis points of WML, 0..10000
    lks_eligible: NDArray[np.int8]  # -1, 0, 1
    ladder_step: NDArray[np.int8]
    ladder_potential: NDArray[np.int8]
    hours_min_c: NDArray[np.int32]  # hundredths of hours a week
    hours_max_c: NDArray[np.int32]
    available_from_d: NDArray[np.int32]  # days since 1970-01-01, DAY_UNKNOWN
    available_until_d: NDArray[np.int32]
    licences: Sets  # closed under what a licence implies
    certificates: Sets
    language_level: NDArray[np.int8]  # (n, languages asked): highest known level, 0 (A0) where none
    language_open: NDArray[np.bool_]  # (n, languages asked): the true level may be higher than language_level
    education: NDArray[np.int8]
    age: NDArray[np.int16]
    shifts: NDArray[np.uint8]  # bit per shift of codes.SHIFTS
    shifts_known: NDArray[np.bool_]
    contracts: NDArray[np.uint32]  # bit per contract of codes.CONTRACTS
    contracts_known: NDArray[np.bool_]
    limitations: Sets
    blockers: NDArray[np.int16]  # number of blockers, health not counted
    needs_support: NDArray[np.int8]  # -1, 0, 1
    agency: NDArray[np.int32]  # index into Agencies, -1 none
    share_agencies: Sets  # of agency indices; not known: may be shared with all
    consent: NDArray[np.int8]  # -1, 0, 1
    motivation: NDArray[np.int8]
    months_on_benefit: NDArray[np.int16]
    wanted: Sets  # of the vacancies' occupation codes that one of the wanted codes names or leads to
    priority_milli: NDArray[np.int64]
    p_alone_micro: NDArray[np.int64]
    known_fields: NDArray[np.int16]  # how many of COMPLETENESS_COLUMNS are filled

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return int(self.place.size)


@dataclass(frozen=True, slots=True)
class Vacancies:
    """Vacancies. All arrays have one entry per vacancy; -1 is unknown or nothing asked unless said otherwise."""

    openings: NDArray[np.int64]
    place: NDArray[np.int32]
    agency: NDArray[np.int32]  # -1: direct
    employer: NDArray[np.int32]  # index into Codebook.employer_ids, -1 none
    occupation: NDArray[np.int32]  # index into the vocabulary of Candidates.wanted, -1 none
    essential: Sets
    optional: Sets
    loonwaarde_min_bp: NDArray[np.int32]
    lks_accepted: NDArray[np.int8]
    hours_min_c: NDArray[np.int32]
    hours_max_c: NDArray[np.int32]
    start_d: NDArray[np.int32]  # max(start_date or run date, run date); always known
    closing_d: NDArray[np.int32]  # DAY_UNKNOWN: never closes
    contract: NDArray[np.int8]
    expected_weeks: NDArray[np.float64]  # NaN unknown
    shifts: NDArray[np.uint8]
    licences: Sets
    certificates: Sets
    certificates_hard: Sets  # those that cannot be obtained before the start
    language_min: NDArray[np.int8]  # (m, languages asked), 0 asks nothing
    education_min: NDArray[np.int8]
    loads: Sets  # vocabulary shared with Candidates.limitations
    support_available: NDArray[np.int8]
    lane: NDArray[np.int8]  # index into codes.LANES
    unpaid: NDArray[np.bool_]

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return int(self.openings.size)


@dataclass(frozen=True, slots=True)
class Facts:
    """Known facts about single pairs, sorted by candidate, then vacancy. -1 is unknown."""

    candidate: NDArray[np.int32]
    vacancy: NDArray[np.int32]
    loonwaarde_bp: NDArray[np.int32]
    travel_min: NDArray[np.float64]  # NaN unknown
    travel_m: NDArray[np.int64]
    p_durable_micro: NDArray[np.int32]
    p_start_micro: NDArray[np.int32]  # 1_000_000 where the file is silent
    value: NDArray[np.int64]
    has_value: NDArray[np.bool_]
    eligible: NDArray[np.int8]  # -1, 0, 1; a pinned pair of which the file says nothing has 1
    forbidden: NDArray[np.bool_]
    pinned: NDArray[np.bool_]  # pin "must", accepted or started: the pair is assigned, or there is no plan
    held: NDArray[
        np.bool_
    ]  # accepted or started: there is nothing to propose any more, so a closed vacancy does not matter
    trial_done: NDArray[np.bool_]
    trial_known: NDArray[np.bool_]  # the file says whether it was done

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return int(self.candidate.size)

    def rows(
        self, candidate: NDArray[np.integer] | int, vacancy: NDArray[np.integer] | int, vacancies: int
    ) -> NDArray[np.int64]:
        """Row of each (candidate, vacancy), -1 where nothing is known; the arguments broadcast."""
        return rows_of_pairs(self.candidate, self.vacancy, candidate, vacancy, vacancies)


@dataclass(frozen=True, slots=True)
class Places:
    """The different points of the map that occur, degrees WGS84."""

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True, slots=True)
class Agencies:
    """Every agency that is named anywhere."""

    admitted_until_d: NDArray[np.int32]  # DAY_UNKNOWN

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything the rules and scores need, and no text."""

    run_d: int
    candidates: Candidates
    vacancies: Vacancies
    facts: Facts
    places: Places
    agencies: Agencies
    distance_on: bool
    listed_only: bool  # pairing.source = "pairs": only the pairs of Facts exist
    stated: Stated  # what files and policy say about limits
    previous: Previous = field(default_factory=nothing_before)  # what became of earlier proposals

    @property
    def shape(self) -> tuple[int, int]:
        """Number of people, number of vacancies."""
        return len(self.candidates), len(self.vacancies)


@dataclass(frozen=True, slots=True)
class Codebook:
    """The way back from numbers to what the files said."""

    candidate_ids: Sequence[str]
    vacancy_ids: Sequence[str]
    employer_ids: Sequence[str]
    agency_ids: Sequence[str]
    coach_ids: Sequence[str]  # those of coaches.parquet
    resource_ids: Sequence[str]  # those of resources.parquet
    job_ids: Sequence[str]  # those that at least two vacancies share
    certificates: Sequence[str]  # normalised code of each certificate number
    certificate_words: Sequence[Sequence[str]]  # per vacancy: its own spelling, in its own order
    certificate_codes: Sequence[Sequence[int]]  # per vacancy: the numbers beside certificate_words
    skills: Sequence[str]
    occupations: Sequence[str]
    languages: Sequence[str]
    licences: Sequence[str]
    loads: Sequence[str]


COMPLETENESS_COLUMNS = (
    "pc4",
    "skills",
    "loonwaarde_pct",
    "lks_eligible",
    "ladder_step",
    "hours_max",
    "available_from",
    "transport",
    "licences",
    "certificates",
    "languages",
    "age",
    "shifts",
    "contracts",
    "limitations",
    "blockers",
    "needs_support",
    "motivation",
    "months_on_benefit",
    "occupations_wanted",
)
"""The candidate columns that rules or scorecard use; `pc4` counts as filled where a place is known."""
