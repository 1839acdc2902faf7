"""When, where and on what terms people can work."""

from typing import Final

import numpy as np
import pyarrow as pa

from matcher.sample.columns import Columns, dates, flagged, named, values
from matcher.sample.draws import Floats, Rng, chance, flags, pick
from matcher.sample.occupations import SHIFTS
from matcher.sample.population import People
from matcher.sample.world import World

# Shares that are on file. Under 8 % was directly available in UWV's kandidatenverkenner (2019); the others are our
# own guess.
PC4_KNOWN: Final = 0.95
REGION_KNOWN: Final = 0.95
HOURS_MIN_KNOWN: Final = 0.50
HOURS_MAX_KNOWN: Final = 0.66
AVAILABLE_FROM_KNOWN: Final = 0.55
NOT_SOON: Final = 0.42  # of those with a date: over four months away
YOUNG_NOT_SOON: Final = 0.12
AVAILABLE_UNTIL_KNOWN: Final = 0.03
TRAVEL_KM_KNOWN: Final = 0.48
TRAVEL_MIN_KNOWN: Final = 0.36
TRANSPORT_KNOWN: Final = 0.83
SHIFTS_KNOWN: Final = 0.56
CONTRACTS_KNOWN: Final = 0.52

HOURS_MAX: Final = ((8, 12, 16, 20, 24, 28, 32, 36, 40), (0.03, 0.06, 0.12, 0.17, 0.18, 0.07, 0.17, 0.10, 0.10))
TRAVEL_KM: Final = ((5, 8, 10, 15, 20, 25, 30, 40), (0.07, 0.05, 0.20, 0.23, 0.20, 0.10, 0.11, 0.04))
TRAVEL_MIN: Final = ((20, 30, 45, 60, 75, 90), (0.06, 0.25, 0.29, 0.28, 0.05, 0.07))
TRANSPORT: Final = ("walk", "bike", "moped", "public_transport", "car")
HAS_TRANSPORT: Final = (0.60, 0.74, 0.05, 0.58, 0.22)
WILLING_SHIFTS: Final = (0.96, 0.48, 0.17, 0.47)  # in the order of SHIFTS
CONTRACTS: Final = (
    "onbepaald", "bepaald", "uitzend_beding", "uitzend", "oproep", "detachering", "payroll", "bbl", "proefplaatsing",
    "werkervaringsplaats", "klimopbaan", "vrijwillig", "beschut",
)  # fmt: skip
# What people would take, in the order of CONTRACTS: far from work (steps 1 and 2), half way (3), near (4 to 6).
TAKES_CONTRACT: Final = (
    (0.45, 0.50, 0.20, 0.20, 0.20, 0.30, 0.20, 0.20, 0.60, 0.75, 0.80, 0.80, 0.40),
    (0.75, 0.80, 0.40, 0.45, 0.30, 0.55, 0.45, 0.40, 0.75, 0.75, 0.60, 0.55, 0.25),
    (0.95, 0.95, 0.60, 0.65, 0.45, 0.75, 0.65, 0.50, 0.70, 0.55, 0.30, 0.30, 0.10),
)


def availability(people: People, world: World, rng: Rng) -> Columns:
    """The columns of one block of people."""
    n = people.size
    most = _one_of(rng, n, HOURS_MAX)
    least = np.maximum(4.0, most - 4.0 * pick(rng, n, (0.15, 0.30, 0.30, 0.15, 0.10)))
    # Far from work, a week of full days is rare: the stated maximum is lower.
    most = np.where((people.ladder <= 2) & chance(rng, n, 0.6), np.minimum(most, 24.0), most)
    start = np.where(
        chance(rng, n, np.where(people.age < 27, YOUNG_NOT_SOON, NOT_SOON)),
        120 + pick(rng, n, np.ones(240)),
        -60 + pick(rng, n, np.linspace(1.0, 0.3, 150)),
    )
    known_from, known_until = people.on_file(rng, AVAILABLE_FROM_KNOWN), people.on_file(rng, AVAILABLE_UNTIL_KNOWN)
    takes = np.array(TAKES_CONTRACT)[np.clip(people.ladder - 2, 0, 2)]
    return {
        "pc4": named(people.place, world.places.pc4, chance(rng, n, PC4_KNOWN)),
        "region": named(people.region, world.places.region_names, chance(rng, n, REGION_KNOWN)),
        "hours_min": values(np.minimum(least, most), pa.float64(), people.on_file(rng, HOURS_MIN_KNOWN)),
        "hours_max": values(most, pa.float64(), people.on_file(rng, HOURS_MAX_KNOWN)),
        "available_from": dates(world.run_date, start, known_from),
        "available_until": dates(world.run_date, np.maximum(start, 0) + 30 + pick(rng, n, np.ones(300)), known_until),
        "travel_max_km": values(_one_of(rng, n, TRAVEL_KM), pa.float64(), people.on_file(rng, TRAVEL_KM_KNOWN)),
        "travel_max_min": values(_one_of(rng, n, TRAVEL_MIN), pa.float64(), people.on_file(rng, TRAVEL_MIN_KNOWN)),
        "transport": flagged(
            flags(rng, np.tile(HAS_TRANSPORT, (n, 1))), TRANSPORT, people.on_file(rng, TRANSPORT_KNOWN)
        ),
        "shifts": flagged(flags(rng, np.tile(WILLING_SHIFTS, (n, 1))), SHIFTS, people.on_file(rng, SHIFTS_KNOWN)),
        "contracts": flagged(flags(rng, takes), CONTRACTS, people.on_file(rng, CONTRACTS_KNOWN)),
    }


def _one_of(rng: Rng, total: int, table: tuple[tuple[int, ...], tuple[float, ...]]) -> Floats:
    return np.array(table[0], dtype=np.float64)[pick(rng, total, table[1])]
