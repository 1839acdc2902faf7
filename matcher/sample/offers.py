"""What a vacancy offers: title, place, hours, dates, contract, pay and guidance."""

from typing import Final

import numpy as np
import pyarrow as pa

from matcher.sample.availability import CONTRACTS
from matcher.sample.columns import Columns, dates, ids, named, values
from matcher.sample.draws import Floats, Ints, Rng, chance, pick, pick_by
from matcher.sample.jobs import ACTIVATION, SUPPORTED, TRAINING, Employers, Jobs
from matcher.sample.scenario import LANES
from matcher.sample.world import World

# "Kansrijke sectoren" for the young in the 2010 programme: zorg, vervoer, bouw; metal work was on the wider list.
GROWTH_SECTIONS: Final = ("F", "H", "Q")
GROWTH_DIVISIONS: Final = ("25",)
WML_HOUR: Final = 14.99  # EUR, 21 and over, from 2026-07-01
# Contract by lane, in the order of CONTRACTS, the last one is unknown; first direct, then through an agency (our own
# judgement).
DIRECT: Final = (
    (0.20, 0.60, 0.00, 0.00, 0.08, 0.01, 0.01, 0.05, 0.00, 0.00, 0.00, 0.00, 0.00, 0.05),
    (0.10, 0.52, 0.00, 0.00, 0.02, 0.10, 0.00, 0.03, 0.10, 0.00, 0.00, 0.00, 0.08, 0.05),
    (0.00, 0.06, 0.00, 0.00, 0.00, 0.00, 0.00, 0.14, 0.14, 0.42, 0.00, 0.00, 0.00, 0.24),
    (0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.10, 0.45, 0.28, 0.00, 0.17),
)
THROUGH_AGENCY: Final = (
    (0.00, 0.08, 0.44, 0.22, 0.02, 0.12, 0.09, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.03),
    (0.00, 0.15, 0.20, 0.25, 0.00, 0.30, 0.10, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00),
    (0.00, 0.00, 0.00, 0.10, 0.00, 0.20, 0.00, 0.30, 0.20, 0.10, 0.00, 0.00, 0.00, 0.10),
    (0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.30, 0.40, 0.20, 0.00, 0.10),
)
UNPAID: Final = ("proefplaatsing", "werkervaringsplaats", "klimopbaan", "vrijwillig")
WEEKS: Final = ((8, 13, 17, 26, 30, 39, 52, 104), (0.06, 0.13, 0.06, 0.34, 0.06, 0.05, 0.27, 0.03))
WEEKS_UNPAID: Final = ((4, 8, 13, 26), (0.10, 0.20, 0.45, 0.25))
HAS_WEEKS: Final = ("bepaald", "uitzend_beding", "uitzend", "detachering", "payroll")
# Hours a week: usual ones of the occupation, less by lane; activation starts from its own mean.
LESS_BY_LANE: Final = (0.0, 4.0, 6.0, 0.0)
ACTIVATION_HOURS: Final = 13.0
HOURS_SPREAD: Final = 4.5
GUIDANCE_KNOWN: Final = (0.40, 0.80, 0.85, 0.85)
GUIDANCE: Final = (0.25, 0.82, 0.85, 0.80)
INSTRUMENTS: Final = (
    "proefplaatsing",
    "jobcoaching",
    "leerwerktraject",
    "taaltraject",
    "werkervaringsplaats",
    "klimopbaan",
    "werkplekaanpassing",
)
INSTRUMENT_BY_LANE: Final = (
    (0.5, 0.5, 0, 0, 0, 0, 0),
    (0.3, 0.5, 0, 0, 0, 0, 0.2),
    (0.1, 0, 0.5, 0.2, 0.2, 0, 0),
    (0, 0, 0, 0.15, 0.15, 0.7, 0),
)
HAS_INSTRUMENT: Final = (0.04, 0.45, 0.75, 0.75)
SROI_SECTIONS: Final = ("F", "N", "E", "O")
OWN_COORDINATES: Final = 0.25
JITTER_DEGREES: Final = 0.004


def offers(jobs: Jobs, employers: Employers, world: World, rng: Rng) -> Columns:
    """The columns of one block of vacancies."""
    m, catalogue, places = jobs.size, world.catalogue, world.places
    section = np.array(catalogue.section)[jobs.occupation]
    sbi = np.array(catalogue.sbi)[jobs.occupation]
    contract = np.where(jobs.agency >= 0, pick_by(rng, jobs.lane, THROUGH_AGENCY), pick_by(rng, jobs.lane, DIRECT))
    contract = np.where(contract == len(CONTRACTS), -1, contract)
    exact = chance(rng, m, OWN_COORDINATES)
    lat, lon = (axis[jobs.place] + rng.uniform(-JITTER_DEGREES, JITTER_DEGREES, m) for axis in (places.lat, places.lon))
    growth = np.isin(section, GROWTH_SECTIONS) | np.isin(sbi, GROWTH_DIVISIONS)
    sroi = np.isin(section, SROI_SECTIONS) & chance(rng, m, 0.15)
    named_lane = (jobs.lane > 0) | chance(rng, m, 0.97)
    return {
        "vacancy_id": ids("v", jobs.number),
        "openings": values(jobs.openings, pa.int32()),
        "title": named(jobs.occupation, catalogue.title, chance(rng, m, 0.99)),
        "employer_id": ids("e", jobs.employer, chance(rng, m, 0.98)),
        "agency_id": named(jobs.agency, world.agencies),
        "occupation": named(jobs.occupation, catalogue.code, chance(rng, m, 0.94)),
        "sector": named(jobs.occupation, catalogue.sbi, chance(rng, m, 0.93)),
        "growth_sector": values(growth, pa.bool_(), chance(rng, m, 0.94)),
        "pc4": named(jobs.place, places.pc4, chance(rng, m, 0.97)),
        "lat": values(np.round(lat, 4), pa.float64(), exact),
        "lon": values(np.round(lon, 4), pa.float64(), exact),
        "contract": named(contract, CONTRACTS),
        "lane": named(jobs.lane, LANES, named_lane),
        "preferred": values(employers.preferred[jobs.employer], pa.bool_(), chance(rng, m, 0.9)),
        "sroi_contract_id": named(np.where(sroi, jobs.employer % 20, -1), [f"sroi-{code:02d}" for code in range(20)]),
        "instrument": named(
            pick_by(rng, jobs.lane, INSTRUMENT_BY_LANE),
            INSTRUMENTS,
            chance(rng, m, np.array(HAS_INSTRUMENT)[jobs.lane]),
        ),
        "support_available": values(
            chance(rng, m, np.array(GUIDANCE)[jobs.lane]),
            pa.bool_(),
            chance(rng, m, np.array(GUIDANCE_KNOWN)[jobs.lane]),
        ),
    } | _terms(jobs, contract, world, rng)


def _terms(jobs: Jobs, contract: Ints, world: World, rng: Rng) -> Columns:
    m, catalogue = jobs.size, world.catalogue
    usual = np.where(
        jobs.lane == ACTIVATION, ACTIVATION_HOURS, catalogue.hours[jobs.occupation] - np.array(LESS_BY_LANE)[jobs.lane]
    )
    # Not rounded to fours at once: a full week is 40, 38 or 36 hours, and no vacancy asks more.
    most = np.clip(4 * np.rint((usual + HOURS_SPREAD * rng.normal(0.0, 1.0, m)) / 4), 4, 40)
    most = np.where((most == 40) & chance(rng, m, 0.45), 38.0, most)
    least = np.maximum(2.0, most - 4.0 * pick(rng, m, (0.40, 0.25, 0.25, 0.10)))
    unpaid = np.isin(contract, [CONTRACTS.index(name) for name in UNPAID]) | ((contract < 0) & (jobs.lane >= TRAINING))
    dated = np.isin(contract, [CONTRACTS.index(name) for name in HAS_WEEKS])
    weeks = np.where(unpaid, _one_of(rng, m, WEEKS_UNPAID), _one_of(rng, m, WEEKS))
    pay = catalogue.wage[jobs.occupation] + 0.6 * rng.normal(0.0, 1.0, m) - np.where(jobs.lane == SUPPORTED, 0.4, 0.0)
    return {
        "hours_min": values(least, pa.float64(), chance(rng, m, 0.75)),
        "hours_max": values(most, pa.float64(), chance(rng, m, 0.92)),
        "start_date": dates(world.run_date, -30 + pick(rng, m, np.ones(140)), chance(rng, m, 0.62)),
        "closing_date": dates(world.run_date, -4 + pick(rng, m, np.ones(90)), chance(rng, m, 0.55)),
        "expected_weeks": values(weeks, pa.float64(), (dated | unpaid) & chance(rng, m, 0.72)),
        "hourly_wage": values(np.round(np.maximum(pay, WML_HOUR), 2), pa.float64(), ~unpaid & chance(rng, m, 0.66)),
    }


def _one_of(rng: Rng, total: int, table: tuple[tuple[int, ...], tuple[float, ...]]) -> Floats:
    return np.array(table[0], dtype=np.float64)[pick(rng, total, table[1])]
