"""The files about people, one block at a time: candidates, sensitive and audit."""

from typing import Final

import numpy as np
import pyarrow as pa

from matcher.sample.availability import availability
from matcher.sample.background import background
from matcher.sample.columns import Columns, flagged, ids, named, values
from matcher.sample.draws import Flags, Rng, chance, flags
from matcher.sample.occupations import LOADS
from matcher.sample.population import ORIGINS, People
from matcher.sample.standing import standing
from matcher.sample.world import World

# Sixty per cent say they are not able to work (SCP, 2019), but few files hold a list of limitations (our own guess).
LIMITATIONS_KNOWN: Final = 0.46
LIMITATION_CHANCE: Final = 0.075  # per key of LOADS, at mean nearness to work
BLOCKERS_KNOWN: Final = 0.50
BLOCKERS: Final = ("debts", "health", "childcare", "transport", "housing", "language", "digital", "legal")
BLOCKER_CHANCE: Final = (0.30, 0.32, 0.12, 0.10, 0.07, 0.14, 0.08, 0.03)  # at mean nearness to work
AUDIT_BANDS: Final = ("<27", "27-44", "45-54", "55+")
ORIGIN_KNOWN: Final = 0.93


def candidates_block(people: People, world: World, rng: Rng) -> Columns:
    """One block of candidates.parquet, without what limits add."""
    own: Columns = {"candidate_id": ids("k", people.number)}
    return (
        own | availability(people, world, rng) | background(people, world.catalogue, rng) | standing(people, world, rng)
    )


def sensitive_block(people: People, rng: Rng) -> Columns:
    """One block of sensitive.parquet: only people of whom one of the two is known."""
    harder = np.exp(-0.45 * people.nearness)[:, None]
    limitations = flags(rng, np.minimum(0.6, LIMITATION_CHANCE * np.tile(harder, (1, len(LOADS)))))
    blockers = flags(rng, np.minimum(0.8, np.array(BLOCKER_CHANCE) * harder))
    known, known_blockers = people.on_file(rng, LIMITATIONS_KNOWN), people.on_file(rng, BLOCKERS_KNOWN)
    some: Flags = known | known_blockers
    return {
        "candidate_id": ids("k", people.number[some]),
        "limitations": flagged(limitations[some], LOADS, known[some]),
        "blockers": flagged(blockers[some], BLOCKERS, known_blockers[some]),
    }


def audit_block(people: People, rng: Rng) -> Columns:
    """One block of audit.parquet: groups for the report after the run, never for the plan itself."""
    band = np.searchsorted((27, 45, 55), people.age, side="right")
    return {
        "candidate_id": ids("k", people.number),
        "sex": values(np.where(people.woman, "v", "m"), pa.string()),
        "age_band": named(band, AUDIT_BANDS),
        "origin": named(people.origin, ORIGINS, chance(rng, people.size, ORIGIN_KNOWN)),
    }
