"""Random problems, straight from the dataclasses, with every unknown and every edge of a rule within reach of chance."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import CONTRACTS, LANES, SHIFTS, UNPAID_CONTRACTS, UNPAID_LANES_WITHOUT_CONTRACT
from matcher.domain.stated import no_limits
from matcher.domain.tables import (
    DAY_UNKNOWN,
    NO_LIMIT,
    Agencies,
    Candidates,
    Facts,
    Places,
    Problem,
    Sets,
    Vacancies,
)

RUN_DATE = dt.date(2026, 11, 21)
RUN_D = (RUN_DATE - dt.date(1970, 1, 1)).days
WTTA_REQUIRED_D = (dt.date(2027, 1, 1) - dt.date(1970, 1, 1)).days
WTTA_ENFORCED_D = (dt.date(2028, 1, 1) - dt.date(1970, 1, 1)).days

_UNPAID = frozenset(CONTRACTS.index(code) for code in UNPAID_CONTRACTS)
_UNPAID_LANES = frozenset(LANES.index(lane) for lane in UNPAID_LANES_WITHOUT_CONTRACT)


class _Dice:
    """Draws columns; ``unknown`` is the share of cells that the file left open."""

    def __init__(self, seed: int, unknown: float) -> None:
        self.rng = np.random.default_rng(seed)
        self.unknown = unknown

    def chance(self, n: int, share: float) -> NDArray[np.bool_]:
        return np.asarray(self.rng.random(n) < share)

    def whole(self, n: int, low: int, high: int, dtype: Any = np.int64, share: float | None = None) -> NDArray[Any]:
        """low..high, both included; -1 where unknown (``share`` of the rows)."""
        drawn = self.rng.integers(low, high + 1, size=n)
        return np.where(self.chance(n, self.unknown if share is None else share), -1, drawn).astype(dtype)

    def pick(self, n: int, choices: list[int], dtype: Any = np.int64, share: float | None = None) -> NDArray[Any]:
        drawn = self.rng.choice(np.array(choices, dtype=np.int64), size=n)
        return np.where(self.chance(n, self.unknown if share is None else share), -1, drawn).astype(dtype)

    def flag(self, n: int, share_true: float = 0.5) -> NDArray[np.int8]:
        """-1, 0 or 1."""
        return np.where(self.chance(n, self.unknown), -1, self.chance(n, share_true)).astype(np.int8)

    def sets(self, n: int, size: int, mean: float, unknown: float | None = None) -> Sets:
        known = ~self.chance(n, self.unknown if unknown is None else unknown)
        held = (self.rng.random((n, size)) < mean / max(size, 1)) & known[:, None]
        return sets_of(held, known)


def sets_of(held: NDArray[np.bool_], known: NDArray[np.bool_] | None = None) -> Sets:
    """`Sets` from a truth table of shape ``(n, size)``."""
    n, size = held.shape
    known = np.ones(n, dtype=np.bool_) if known is None else known
    start = np.concatenate([[0], np.cumsum(held.sum(axis=1))]).astype(np.int64)
    return Sets(start=start, code=np.nonzero(held)[1].astype(np.int32), known=known.copy(), size=size)


def table_of(sets: Sets) -> NDArray[np.bool_]:
    """The truth table of shape ``(n, size)`` of `Sets`."""
    held = np.zeros((sets.known.size, sets.size), dtype=np.bool_)
    held[np.repeat(np.arange(sets.known.size), sets.count), sets.code] = True
    return held


def random_problem(
    seed: int,
    n: int,
    m: int,
    *,
    unknown: float = 0.15,
    demand: float = 0.3,
    facts: float = 0.1,
    skills: int = 12,
    skills_held: float | None = None,
    skills_asked: float = 3.0,
    occupations: int = 6,
    languages: int = 2,
    agencies: int = 3,
    places: int = 8,
    spread_km: float = 25.0,
    distance_on: bool = True,
    listed_only: bool = False,
    small_values: bool = False,
) -> Problem:
    """Build a problem of ``n`` people and ``m`` vacancies.

    Parameters
    ----------
    seed
        Same seed and knobs, same problem.
    unknown
        Share of cells left unknown, on both sides.
    demand
        How much vacancies ask: share of rows that ask each kind of thing (licences, shifts, a loonwaarde ...).
    facts
        Share of all pairs that have a row in `Facts`.
    skills, occupations, languages, agencies, places
        Sizes of the vocabularies. Each may be 0 except `places`.
    skills_held, skills_asked
        Mean number of skills per person (default half of the vocabulary) and of essential skills per vacancy.
    spread_km
        Places lie within a square of this side.
    small_values
        Draw `Facts.value` from a few small numbers, so that many pairs tie.
    """
    dice = _Dice(seed, unknown)
    rng = dice.rng
    place_table = Places(
        lat=52.2 + rng.random(places) * spread_km / 111.2,
        lon=6.8 + rng.random(places) * spread_km / 68.2,
    )
    held_mean = skills / 2 if skills_held is None else skills_held
    sizes = {"skills": skills, "occupations": occupations, "languages": languages, "agencies": agencies}
    candidates = _candidates(dice, n, places=places, held_mean=held_mean, **sizes)
    vacancies = _vacancies(dice, m, places=places, demand=demand, asked_mean=skills_asked, **sizes)
    admitted = RUN_D + rng.integers(0, 1200, size=agencies)
    known = _facts(dice, n, m, share=facts, small_values=small_values)
    return Problem(
        run_d=RUN_D,
        candidates=candidates,
        vacancies=vacancies,
        facts=known,
        places=place_table,
        agencies=Agencies(
            admitted_until_d=np.where(dice.chance(agencies, unknown), DAY_UNKNOWN, admitted).astype(np.int32)
        ),
        distance_on=distance_on,
        listed_only=listed_only,
        stated=no_limits(n, m, employers=5, agencies=agencies, facts=len(known)),
    )


def _candidates(
    dice: _Dice,
    n: int,
    *,
    places: int,
    held_mean: float,
    skills: int,
    occupations: int,
    languages: int,
    agencies: int,
) -> Candidates:
    rng, unknown = dice.rng, dice.unknown
    own_km_m = np.where(dice.chance(n, 0.4), -1, rng.integers(0, 50, size=n) * 1000)
    own_km_m = np.where(dice.chance(n, 0.3), rng.integers(0, 30_001, size=n), own_km_m)
    minutes = np.where(dice.chance(n, 0.4), np.inf, rng.integers(0, 1200, size=n) / 10.0)
    speed_m_per_min = rng.choice(np.array([5, 15, 22, 30, 45]) * 1000 / 60, size=n)
    late = np.where(np.isin(speed_m_per_min, [22000 / 60]), 5.0, 0.0)
    timed = np.isfinite(minutes)
    reach_time = np.where(timed, np.floor((np.where(timed, minutes, 0.0) - late) * speed_m_per_min), NO_LIMIT)
    no_km = (own_km_m < 0) & timed
    reach_km = np.where(own_km_m >= 0, own_km_m, np.where(no_km, NO_LIMIT, 30_000))
    shifts_known = ~dice.chance(n, unknown)
    contracts_known = ~dice.chance(n, unknown)
    level = rng.integers(0, 7, size=(n, languages))
    some_open = rng.random((n, languages)) < unknown
    certificates = dice.sets(n, 4, 2.0)
    return Candidates(
        place=dice.whole(n, 0, places - 1, np.int32),
        control=dice.chance(n, 0.1),
        reach_km_m=reach_km.astype(np.int64),
        reach_time_m=reach_time.astype(np.int64),
        time_limit_min=minutes,
        travel_half_m=np.where(own_km_m > 0, own_km_m // 2, -1).astype(np.int64),
        travel_far_m=np.where(own_km_m > 0, own_km_m * 4 // 5, -1).astype(np.int64),
        skills=dice.sets(n, skills, held_mean),
        loonwaarde_bp=dice.pick(n, [0, 2000, 3000, 5000, 7000, 9999, 10000, 10000], np.int32),
        lks_eligible=dice.flag(n),
        ladder_step=dice.whole(n, 1, 6, np.int8),
        ladder_potential=dice.whole(n, 1, 6, np.int8, share=max(unknown, 0.4 if unknown else 0.0)),
        hours_min_c=dice.pick(n, [0, 400, 1200, 1600, 2400], np.int32),
        hours_max_c=dice.pick(n, [300, 1150, 1200, 2400, 3200, 3600, 4000], np.int32),
        available_from_d=np.where(dice.chance(n, unknown), DAY_UNKNOWN, RUN_D + rng.integers(-60, 60, size=n)).astype(
            np.int32
        ),
        available_until_d=np.where(dice.chance(n, 0.6), DAY_UNKNOWN, RUN_D + rng.integers(0, 700, size=n)).astype(
            np.int32
        ),
        licences=dice.sets(n, 5, 2.5),
        certificates=certificates,
        language_level=np.where(some_open & (rng.random((n, languages)) < 0.5), 0, level).astype(np.int8),
        language_open=np.asarray(some_open),
        education=dice.whole(n, 1, 6, np.int8),
        age=dice.pick(n, [15, 16, 17, 18, 19, 20, 21, 26, 40, 66], np.int16),
        shifts=np.where(shifts_known, rng.integers(0, 2 ** len(SHIFTS), size=n) | 1, 0).astype(np.uint8),
        shifts_known=shifts_known,
        contracts=np.where(contracts_known, rng.integers(0, 2 ** len(CONTRACTS), size=n), 0).astype(np.uint32),
        contracts_known=contracts_known,
        limitations=dice.sets(n, 6, 0.7),
        blockers=dice.whole(n, 0, 4, np.int16),
        needs_support=dice.flag(n),
        agency=dice.whole(n, 0, max(agencies - 1, 0), np.int32, share=0.7 if agencies else 1.0),
        share_agencies=dice.sets(n, agencies, agencies / 2, unknown=0.5),
        consent=dice.flag(n, 0.7),
        motivation=dice.whole(n, 1, 5, np.int8),
        months_on_benefit=dice.pick(n, [0, 6, 11, 12, 23, 24, 60], np.int16),
        wanted=dice.sets(n, occupations, 1.0),
        priority_milli=np.where(dice.chance(n, 0.6), 1000, rng.integers(1, 3000, size=n)).astype(np.int64),
        p_alone_micro=np.where(dice.chance(n, 0.6), 0, rng.integers(0, 1_000_001, size=n)).astype(np.int64),
        known_fields=rng.integers(0, 21, size=n).astype(np.int16),
    )


def _vacancies(
    dice: _Dice,
    m: int,
    *,
    places: int,
    demand: float,
    asked_mean: float,
    skills: int,
    occupations: int,
    languages: int,
    agencies: int,
) -> Vacancies:
    rng = dice.rng
    silent = 1.0 - demand
    certificates = dice.sets(m, 4, 1.2, unknown=silent)
    hard = table_of(certificates) & (rng.random((m, 4)) < 0.5)
    contract = dice.whole(m, 0, len(CONTRACTS) - 1, np.int8)
    lane = np.where(dice.chance(m, 0.6), 0, rng.integers(0, len(LANES), size=m)).astype(np.int8)
    unpaid = np.isin(contract, list(_UNPAID)) | ((contract < 0) & np.isin(lane, list(_UNPAID_LANES)))
    far_start = rng.choice(np.array([WTTA_REQUIRED_D - 1, WTTA_REQUIRED_D, WTTA_ENFORCED_D - 1, WTTA_ENFORCED_D]), m)
    start = np.where(dice.chance(m, 0.2), far_start, RUN_D + rng.integers(0, 40, size=m))
    closing = np.where(dice.chance(m, 0.6), DAY_UNKNOWN, RUN_D + rng.integers(-3, 30, size=m))
    weeks = np.where(dice.chance(m, 0.4), np.nan, rng.choice(np.array([4.0, 25.5, 26.0, 51.9, 52.0, 104.0]), size=m))
    asked_level = np.where(rng.random((m, languages)) < demand, rng.integers(0, 6, size=(m, languages)), 0)
    return Vacancies(
        openings=rng.integers(0, 4, size=m).astype(np.int64),
        place=dice.whole(m, 0, places - 1, np.int32),
        agency=dice.whole(m, 0, max(agencies - 1, 0), np.int32, share=0.6 if agencies else 1.0),
        employer=dice.whole(m, 0, 4, np.int32),
        occupation=dice.whole(m, 0, max(occupations - 1, 0), np.int32, share=dice.unknown if occupations else 1.0),
        essential=dice.sets(m, skills, asked_mean, unknown=0.1),
        optional=dice.sets(m, skills, asked_mean, unknown=0.3),
        loonwaarde_min_bp=dice.pick(m, [0, 2000, 3001, 5000, 7000], np.int32, share=silent),
        lks_accepted=dice.flag(m, 0.8),
        hours_min_c=dice.pick(m, [0, 400, 1200, 2400, 3600], np.int32, share=silent),
        hours_max_c=dice.pick(m, [800, 1199, 1200, 3200, 4000], np.int32, share=silent),
        start_d=start.astype(np.int32),
        closing_d=closing.astype(np.int32),
        contract=contract,
        expected_weeks=weeks,
        shifts=np.where(dice.chance(m, silent), 0, rng.integers(0, 2 ** len(SHIFTS), size=m)).astype(np.uint8),
        licences=dice.sets(m, 5, 1.2, unknown=silent),
        certificates=certificates,
        certificates_hard=sets_of(hard, certificates.known),
        language_min=asked_level.astype(np.int8),
        education_min=dice.whole(m, 1, 6, np.int8, share=silent),
        loads=dice.sets(m, 6, 1.0, unknown=silent),
        support_available=dice.flag(m),
        lane=lane,
        unpaid=unpaid,
    )


def _facts(dice: _Dice, n: int, m: int, *, share: float, small_values: bool) -> Facts:
    rng = dice.rng
    pair = np.flatnonzero(rng.random(n * m) < share)
    k = pair.size
    has_value = dice.chance(k, 0.3)
    drawn = rng.integers(-2, 6, size=k) if small_values else rng.integers(-500_000, 2_000_000, size=k)
    known = Facts(
        candidate=(pair // max(m, 1)).astype(np.int32),
        vacancy=(pair % max(m, 1)).astype(np.int32),
        loonwaarde_bp=dice.pick(k, [0, 2500, 5000, 9999, 10000], np.int32, share=0.6),
        travel_min=np.where(dice.chance(k, 0.5), np.nan, rng.integers(0, 1500, size=k) / 10.0),
        travel_m=dice.whole(k, 0, 60_000, np.int64, share=0.5),
        p_durable_micro=dice.whole(k, 0, 1_000_000, np.int32, share=0.6),
        p_start_micro=np.where(dice.chance(k, 0.6), 1_000_000, rng.integers(0, 1_000_001, size=k)).astype(np.int32),
        value=np.where(has_value, drawn, 0).astype(np.int64),
        has_value=has_value,
        eligible=dice.pick(k, [0, 1], np.int8, share=0.6),
        forbidden=dice.chance(k, 0.1),
        pinned=np.zeros(k, dtype=np.bool_),
        held=dice.chance(k, 0.1),
        trial_done=dice.chance(k, 0.2),
        trial_known=np.ones(k, dtype=np.bool_),
    )
    return replace(known, trial_known=known.trial_done | (np.arange(k) % 3 == 0))


def with_candidates(problem: Problem, **columns: Any) -> Problem:
    """The problem with some candidate columns replaced."""
    return replace(problem, candidates=replace(problem.candidates, **columns))


def with_vacancies(problem: Problem, **columns: Any) -> Problem:
    """The problem with some vacancy columns replaced."""
    return replace(problem, vacancies=replace(problem.vacancies, **columns))


def sets_from(rows: list[list[int] | None], size: int) -> Sets:
    """`Sets` from one list of codes per row; None is unknown."""
    held = np.zeros((len(rows), size), dtype=np.bool_)
    for row, codes in enumerate(rows):
        held[row, codes or []] = True
    return sets_of(held, np.array([codes is not None for codes in rows], dtype=np.bool_))


def facts_from(*rows: dict[str, Any]) -> Facts:
    """`Facts` from one dict of known columns per pair (candidate and vacancy among them), in any order."""
    silent: dict[str, tuple[Any, Any]] = {
        "candidate": (0, np.int32),
        "vacancy": (0, np.int32),
        "loonwaarde_bp": (-1, np.int32),
        "travel_min": (np.nan, np.float64),
        "travel_m": (-1, np.int64),
        "p_durable_micro": (-1, np.int32),
        "p_start_micro": (1_000_000, np.int32),
        "value": (0, np.int64),
        "has_value": (False, np.bool_),
        "eligible": (-1, np.int8),
        "forbidden": (False, np.bool_),
        "pinned": (False, np.bool_),
        "held": (False, np.bool_),
        "trial_done": (False, np.bool_),
        "trial_known": (False, np.bool_),
    }
    ordered = sorted(rows, key=lambda row: (row.get("candidate", 0), row.get("vacancy", 0)))
    return Facts(
        **{
            name: np.array([row.get(name, empty) for row in ordered], dtype=kind)
            for name, (empty, kind) in silent.items()
        }
    )


def plain_problem(n: int = 1, m: int = 1, **knobs: Any) -> Problem:
    """A problem in which everybody is known to pass every rule, nothing special is asked, and all live at work.

    Vocabularies have four skills, three occupations, two languages, two agencies, three licences, certificates and loads; ``knobs``
    replace fields of the `Problem`.
    """
    none: list[list[int] | None] = [[] for _ in range(n)]
    silent: list[list[int] | None] = [None] * m

    def people(value: Any, dtype: Any) -> NDArray[Any]:
        return np.full(n, value, dtype=dtype)

    def jobs(value: Any, dtype: Any) -> NDArray[Any]:
        return np.full(m, value, dtype=dtype)

    candidates = Candidates(
        place=people(0, np.int32),
        control=people(False, np.bool_),
        reach_km_m=people(30_000, np.int64),
        reach_time_m=people(22_500, np.int64),
        time_limit_min=people(90.0, np.float64),
        travel_half_m=people(-1, np.int64),
        travel_far_m=people(-1, np.int64),
        skills=sets_from(none, 4),
        loonwaarde_bp=people(10_000, np.int32),
        lks_eligible=people(0, np.int8),
        ladder_step=people(5, np.int8),
        ladder_potential=people(6, np.int8),
        hours_min_c=people(1200, np.int32),
        hours_max_c=people(3600, np.int32),
        available_from_d=people(RUN_D, np.int32),
        available_until_d=people(DAY_UNKNOWN, np.int32),
        licences=sets_from(none, 3),
        certificates=sets_from(none, 3),
        language_level=np.zeros((n, 2), dtype=np.int8),
        language_open=np.zeros((n, 2), dtype=np.bool_),
        education=people(3, np.int8),
        age=people(40, np.int16),
        shifts=people(1, np.uint8),
        shifts_known=people(True, np.bool_),
        contracts=people(2 ** len(CONTRACTS) - 1, np.uint32),
        contracts_known=people(True, np.bool_),
        limitations=sets_from(none, 3),
        blockers=people(0, np.int16),
        needs_support=people(0, np.int8),
        agency=people(-1, np.int32),
        share_agencies=sets_from([None] * n, 2),
        consent=people(1, np.int8),
        motivation=people(3, np.int8),
        months_on_benefit=people(12, np.int16),
        wanted=sets_from(none, 3),
        priority_milli=people(1000, np.int64),
        p_alone_micro=people(0, np.int64),
        known_fields=people(20, np.int16),
    )
    vacancies = Vacancies(
        openings=jobs(1, np.int64),
        place=jobs(0, np.int32),
        agency=jobs(-1, np.int32),
        employer=jobs(-1, np.int32),
        occupation=jobs(-1, np.int32),
        essential=sets_from(silent, 4),
        optional=sets_from(silent, 4),
        loonwaarde_min_bp=jobs(-1, np.int32),
        lks_accepted=jobs(1, np.int8),
        hours_min_c=jobs(-1, np.int32),
        hours_max_c=jobs(-1, np.int32),
        start_d=jobs(RUN_D, np.int32),
        closing_d=jobs(DAY_UNKNOWN, np.int32),
        contract=jobs(-1, np.int8),
        expected_weeks=jobs(np.nan, np.float64),
        shifts=jobs(0, np.uint8),
        licences=sets_from(silent, 3),
        certificates=sets_from(silent, 3),
        certificates_hard=sets_from(silent, 3),
        language_min=np.zeros((m, 2), dtype=np.int8),
        education_min=jobs(-1, np.int8),
        loads=sets_from(silent, 3),
        support_available=jobs(1, np.int8),
        lane=jobs(0, np.int8),
        unpaid=jobs(False, np.bool_),
    )
    problem = Problem(
        run_d=RUN_D,
        candidates=candidates,
        vacancies=vacancies,
        facts=facts_from(),
        places=Places(lat=np.array([52.22]), lon=np.array([6.89])),
        agencies=Agencies(admitted_until_d=np.full(2, DAY_UNKNOWN, dtype=np.int32)),
        distance_on=True,
        listed_only=False,
        stated=no_limits(n, m, employers=5, agencies=2),
    )
    return replace(problem, **knobs)
