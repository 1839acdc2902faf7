"""What a sample with limits adds: coaches, resources, caps, shared jobs and hours of guidance."""

from typing import Final

import numpy as np
import pyarrow as pa

from matcher.sample.columns import Columns, amounts, ids, named, values
from matcher.sample.draws import Flags, Ints, Rng, chance, pick, stream
from matcher.sample.jobs import SUPPORTED, TRAINING, Jobs
from matcher.sample.population import People

PEOPLE_PER_COACH: Final = 55  # a caseload of 50 to 60 is called intensive, 150 light
COACH_KNOWN: Final = 0.85
COACH_WEEK: Final = (12.0, 16.0, 20.0, 24.0, 28.0, 32.0)
RESOURCES: Final = ("taalcursus", "instrumentbudget-eur", "busplaatsen", "leerwerkplekken", "sroi-eur")
CAPACITY_PER_PERSON: Final = (0.05, 200.0, 0.02, 0.15)  # social return has none: more is welcome
MINIMUM_PER_PERSON: Final = 0.01  # of leerwerkplekken, and only in files large enough to reach it
# Social return: 5 % of what the contracts are worth ("De werkgever op kop", annex 5) goes to the target group. How much
# contract there is beside a vacancy, and what a filled opening counts for by lane, are our own judgement.
SROI_SHARE: Final = 0.05
SROI_CONTRACT_EUR: Final = 10_000  # per vacancy row, or per person where those are fewer
SROI_EUR: Final = (35_000, 30_000, 15_000, 5_000)
LARGE_ENOUGH: Final = 1_000
AGENCY_CAP: Final = (5, 10, 15, 25, 40, 60)


def coaches_table(people: int, seed: int) -> Columns:
    """The rows of coaches.parquet."""
    rng, total = stream(seed, "limits", 0), coach_count(people)
    hours = np.array(COACH_WEEK)[pick(rng, total, np.ones(len(COACH_WEEK)))]
    return {"coach_id": ids("c", np.arange(total)), "hours_per_week": values(hours, pa.float64())}


def coach_count(people: int) -> int:
    """Number of coaches for a number of people."""
    return -(-people // PEOPLE_PER_COACH)


def resources_table(people: int, vacancies: int) -> Columns:
    """The rows of resources.parquet."""
    capacity = np.rint(np.array((*CAPACITY_PER_PERSON, 0.0)) * people).astype(np.int64)
    smaller = min(people, vacancies)
    return_eur = round(SROI_SHARE * SROI_CONTRACT_EUR * smaller)
    minimum = np.array([0, 0, 0, int(MINIMUM_PER_PERSON * people), return_eur])
    asked = np.array([False, False, False, True, True]) & (smaller >= LARGE_ENOUGH)
    return {
        "resource_id": named(np.arange(len(RESOURCES)), RESOURCES),
        "capacity": values(capacity, pa.int64(), np.arange(len(RESOURCES)) < len(CAPACITY_PER_PERSON)),
        "minimum": values(minimum, pa.int64(), asked),
    }


def candidate_limits(people: People, coaches: int, rng: Rng) -> Columns:
    """The extra columns of one block of candidates: a coach, a language course, money from the instrument budget."""
    n = people.size
    uses: Ints = np.zeros((n, len(RESOURCES)), dtype=np.int64)
    uses[:, 0] = chance(rng, n, np.where(people.origin > 0, 0.15, 0.04))
    uses[:, 1] = np.where(chance(rng, n, 0.30), 100 * (2 + pick(rng, n, np.ones(28))), 0)
    return {
        "coach_id": ids("c", np.floor(coaches * rng.random(n)).astype(np.int64), chance(rng, n, COACH_KNOWN)),
        "uses": amounts(uses, RESOURCES),
    }


def vacancy_limits(jobs: Jobs, rng: Rng, under_contract: Flags) -> Columns:
    """The extra columns of one block of vacancies: twins share a job_id; seats in a van and places to learn are taken.

    Those under a contract with social return, ``under_contract``, count for it.
    """
    m = jobs.size
    uses: Ints = np.zeros((m, len(RESOURCES)), dtype=np.int64)
    uses[:, 2] = chance(rng, m, 0.05)
    uses[:, 3] = jobs.lane == TRAINING
    uses[:, 4] = np.where(under_contract, np.array(SROI_EUR)[jobs.lane], 0)
    sources = np.unique(jobs.source[jobs.source != jobs.number])
    guided = (jobs.lane >= SUPPORTED) & chance(rng, m, 0.5)
    return {
        "job_id": ids("j", jobs.source, np.isin(jobs.source, sources)),
        "support_hours": values(
            np.array((1.0, 2.0, 4.0, 8.0))[pick(rng, m, (0.3, 0.3, 0.25, 0.15))], pa.float64(), guided
        ),
        "uses": amounts(uses, RESOURCES),
    }


def pair_limits(total: int, rng: Rng) -> Columns:
    """The extra column of one block of pairs: a workplace adapted for one person."""
    uses: Ints = np.zeros((total, len(RESOURCES)), dtype=np.int64)
    uses[:, 1] = np.where(chance(rng, total, 0.02), 500 * (1 + pick(rng, total, np.ones(6))), 0)
    return {"uses": amounts(uses, RESOURCES)}


def employer_limits(total: int, seed: int) -> Columns:
    """The extra columns of employers.parquet; most have none, but 96 % is small, with no guidance to spare."""
    rng = stream(seed, "limits", 1)
    most = 1 + pick(rng, total, (0.25, 0.25, 0.15, 0.10, 0.10, 0.05, 0.05, 0.05))
    supported = pick(rng, total, (0.10, 0.40, 0.30, 0.20))
    return {
        "max_placements": values(most, pa.int32(), chance(rng, total, 0.25)),
        "max_supported": values(supported, pa.int32(), chance(rng, total, 0.30)),
    }


def agency_limits(total: int, people: int, seed: int) -> Columns:
    """The extra column of agencies.parquet, in proportion to the file."""
    rng = stream(seed, "limits", 2)
    scale = max(1.0, people / 5_000)
    cap = np.rint(np.array(AGENCY_CAP)[pick(rng, total, np.ones(len(AGENCY_CAP)))] * scale).astype(np.int64)
    return {"max_placements": values(cap, pa.int32(), chance(rng, total, 0.4))}
