"""What a vacancy asks: skills, papers, language, schooling, loonwaarde and what body and mind can bear."""

from typing import Final

import numpy as np
import pyarrow as pa

from matcher.sample.background import CEFR, LANGUAGES
from matcher.sample.columns import Columns, flagged, levels, listed, values
from matcher.sample.draws import Flags, Ints, Rng, chance, flags, pick, pick_by, subset
from matcher.sample.jobs import Jobs
from matcher.sample.occupations import CERTIFICATES, LICENCES, LOADS, SHIFTS, Catalogue

# Number of essential skills asked, 0 to 6, by lane (our own judgement: an employer who guides asks less).
ESSENTIAL_COUNT: Final = (
    (0.01, 0.09, 0.20, 0.30, 0.25, 0.12, 0.03),
    (0.01, 0.23, 0.28, 0.28, 0.15, 0.05, 0.00),
    (0.015, 0.355, 0.38, 0.20, 0.05, 0.00, 0.00),
    (0.02, 0.43, 0.37, 0.14, 0.04, 0.00, 0.00),
)
OPTIONAL_COUNT: Final = (0.30, 0.25, 0.25, 0.15, 0.05)
ASKS_GENERAL: Final = 0.30  # one skill from life and any job beside those of the occupation
# How much of the usual papers, loads and shifts each lane asks.
PAPERS_BY_LANE: Final = (1.0, 0.7, 0.45, 0.30)
LOADS_BY_LANE: Final = (0.8, 0.65, 0.6, 0.45)
SHIFTS_BY_LANE: Final = (0.55, 0.45, 0.35, 0.25)
# Level of Dutch asked by lane: nothing at all, then A1 to B2.
DUTCH_BY_LANE: Final = (
    (0.35, 0.05, 0.25, 0.25, 0.10),
    (0.45, 0.15, 0.28, 0.10, 0.02),
    (0.55, 0.20, 0.20, 0.05, 0.0),
    (0.75, 0.15, 0.10, 0.0, 0.0),
)
# Loonkostensubsidie by lane: unknown, accepted, refused. 23 to 51 % of employers would take somebody with a
# limitation (SCP, 2019).
LKS_BY_LANE: Final = ((0.48, 0.32, 0.20), (0.12, 0.84, 0.04), (0.35, 0.55, 0.10), (0.60, 0.35, 0.05))
LOONWAARDE_ASKED: Final = (0.10, 0.22, 0.03, 0.0)
LOONWAARDE_MIN: Final = (
    (60.0, 70.0, 80.0, 90.0),
    (30.0, 40.0, 50.0, 60.0),
    (20.0, 30.0, 40.0, 50.0),
    (20.0, 20.0, 30.0, 30.0),
)
SKILLS_KNOWN: Final = 0.99
EDUCATION_KNOWN: Final = 0.45


def demands(jobs: Jobs, catalogue: Catalogue, rng: Rng) -> Columns:
    """The columns of one block of vacancies."""
    m = jobs.size
    own, papers = jobs.occupation, np.array(PAPERS_BY_LANE)[jobs.lane][:, None]
    asked = pick_by(rng, jobs.lane, ESSENTIAL_COUNT)
    general = np.where(chance(rng, m, ASKS_GENERAL), catalogue.general[pick(rng, m, catalogue.general_held)], -1)
    # The general one stands in for a skill of the occupation: it is asked in its place, not on top.
    own_part = subset(rng, catalogue.essential[own], np.where(general >= 0, asked - 1, asked))
    essential = np.concatenate([own_part, np.where(asked > 0, general, -1)[:, None]], axis=1)
    extra = subset(rng, catalogue.optional[own], pick(rng, m, OPTIONAL_COUNT))
    extra = np.where((extra[:, :, None] == essential[:, None, :]).any(axis=2), -1, extra)
    subsidy = pick_by(rng, jobs.lane, LKS_BY_LANE)
    floor = np.array(LOONWAARDE_MIN)[jobs.lane, pick(rng, m, np.ones(4))]
    education = np.clip(catalogue.education[own] + pick(rng, m, (0.75, 0.25)) - (jobs.lane >= 2), 1, 6)
    return {
        "skills_essential": listed(essential, catalogue.skills, chance(rng, m, SKILLS_KNOWN)),
        "skills_optional": listed(extra, catalogue.skills, chance(rng, m, SKILLS_KNOWN)),
        "shifts": flagged(_shifts(jobs, catalogue, rng), SHIFTS, chance(rng, m, 0.75)),
        "licences": flagged(flags(rng, catalogue.licences[own] * papers), LICENCES, chance(rng, m, 0.95)),
        "certificates": flagged(flags(rng, catalogue.certificates[own] * papers), CERTIFICATES, chance(rng, m, 0.92)),
        "loads": flagged(
            flags(rng, catalogue.loads[own] * np.array(LOADS_BY_LANE)[jobs.lane][:, None]), LOADS, chance(rng, m, 0.55)
        ),
        "language_min": levels(_languages(jobs, rng), LANGUAGES, CEFR, chance(rng, m, 0.85)),
        "education_min": values(education, pa.int8(), chance(rng, m, EDUCATION_KNOWN)),
        "lks_accepted": values(subsidy == 1, pa.bool_(), subsidy > 0),
        "loonwaarde_min_pct": values(floor, pa.float64(), chance(rng, m, np.array(LOONWAARDE_ASKED)[jobs.lane])),
    }


def _shifts(jobs: Jobs, catalogue: Catalogue, rng: Rng) -> Flags:
    """All of these are asked of one person, so fewer than the occupation knows; work without any is day work."""
    usual = catalogue.shifts[jobs.occupation]
    shown = flags(rng, usual * np.where(np.array(SHIFTS) == "day", 1.0, np.array(SHIFTS_BY_LANE)[jobs.lane][:, None]))
    shown[:, SHIFTS.index("day")] |= ~shown.any(axis=1)
    return shown


def _languages(jobs: Jobs, rng: Rng) -> Ints:
    matrix: Ints = np.full((jobs.size, len(LANGUAGES)), -1, dtype=np.int64)
    dutch = pick_by(rng, jobs.lane, DUTCH_BY_LANE)
    matrix[:, 0] = np.where(dutch > 0, dutch, -1)
    matrix[:, 1] = np.where((jobs.lane == 0) & chance(rng, jobs.size, 0.03), CEFR.index("A2"), -1)
    return matrix
