"""Where people stand: ladder, loonwaarde, benefit, support, consent and trial arm."""

from typing import Final

import numpy as np
import pyarrow as pa

from matcher.sample.columns import Columns, flagged, named, values
from matcher.sample.draws import Flags, Floats, Ints, Rng, chance, pick, pick_by
from matcher.sample.jobs import skewed
from matcher.sample.population import People
from matcher.sample.world import World

# Loonkostensubsidie target group by ladder step 1 to 6: unknown, yes, no (our own judgement; step 5 often is work
# with subsidy).
LKS_BY_STEP: Final = (
    (0.62, 0.33, 0.05),
    (0.55, 0.37, 0.08),
    (0.45, 0.38, 0.17),
    (0.35, 0.30, 0.35),
    (0.20, 0.55, 0.25),
    (0.30, 0.10, 0.60),
)
# Known loonwaarde by the same answer; goal 3 of the 2010 programme had none at all, so half as often on steps 1 and 2.
LOONWAARDE_KNOWN: Final = (0.02, 0.32, 0.0)
LOONWAARDE_MEAN: Final = (
    60.0  # with this spread about half lies in 50 to 75 % (Divosa Benchmark, 2020 to 2022: 47 to 50 %)
)
LOONWAARDE_SPREAD: Final = 22.0
POTENTIAL_KNOWN: Final = 0.62
GROWTH_SHARES: Final = (0.38, 0.45, 0.15, 0.02)  # expected steps up
AGE_KNOWN: Final = 0.99
MONTHS_KNOWN: Final = 0.96
MOTIVATION_KNOWN: Final = 0.44
SUPPORT_KNOWN: Final = 0.66
COACH_HOURS: Final = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
COACH_HOURS_KNOWN: Final = 0.40
CONSENT_KNOWN: Final = 0.72
HELD_BY_AGENCY: Final = 0.03
NAMES_AGENCIES: Final = 0.25  # of those who consent; the others leave it open
PRIORITY: Final = ((1.5, 2.0), (0.75, 0.25))
PRIORITY_KNOWN: Final = 0.04
P_ALONE_KNOWN: Final = 0.35


def standing(people: People, world: World, rng: Rng) -> Columns:
    """The columns of one block of people."""
    n = people.size
    target = pick_by(rng, people.ladder - 1, LKS_BY_STEP)
    measured = np.array(LOONWAARDE_KNOWN)[target] * np.where(people.ladder <= 2, 0.5, 1.0)
    loonwaarde = LOONWAARDE_MEAN + 5.0 * people.nearness + LOONWAARDE_SPREAD * rng.normal(0.0, 1.0, n)
    potential = np.minimum(6, people.ladder + pick(rng, n, GROWTH_SHARES))
    motivation = np.clip(np.rint(3.2 + 0.4 * people.nearness + 0.9 * rng.normal(0.0, 1.0, n)), 1, 5)
    support_known = people.on_file(rng, SUPPORT_KNOWN)
    support = chance(rng, n, np.clip(0.50 - 0.17 * people.nearness, 0.05, 0.95))
    hours = np.array(COACH_HOURS)[pick(rng, n, (0.15, 0.30, 0.15, 0.25, 0.10, 0.05))]
    return {
        "lks_eligible": values(target == 1, pa.bool_(), target > 0),
        "loonwaarde_pct": values(np.clip(5 * np.rint(loonwaarde / 5), 20, 95), pa.float64(), chance(rng, n, measured)),
        "ladder_step": values(people.ladder, pa.int8(), chance(rng, n, world.scenario.ladder_known)),
        "ladder_potential": values(potential, pa.int8(), people.on_file(rng, POTENTIAL_KNOWN)),
        "age": values(people.age, pa.int16(), chance(rng, n, AGE_KNOWN)),
        "months_on_benefit": values(people.months, pa.int16(), chance(rng, n, MONTHS_KNOWN)),
        "motivation": values(motivation, pa.int8(), people.on_file(rng, MOTIVATION_KNOWN)),
        "needs_support": values(support, pa.bool_(), support_known),
        "coach_hours": values(hours, pa.float64(), support_known & support & people.on_file(rng, COACH_HOURS_KNOWN)),
        "priority": values(
            np.array(PRIORITY[0])[pick(rng, n, PRIORITY[1])], pa.float64(), people.on_file(rng, PRIORITY_KNOWN)
        ),
        "p_alone": values(_p_alone(people, rng), pa.float64(), people.on_file(rng, P_ALONE_KNOWN)),
        "arm": named(_arms(people.number), ("treatment", "control"))
        if world.scenario.trial
        else pa.nulls(n, pa.string()),
    } | _sharing(people, world, rng)


def _arms(number: Ints) -> Ints:
    """Treatment and control in turn: as good as a lottery, because no trait looks at the number."""
    return number % 2


def _p_alone(people: People, rng: Rng) -> Floats:
    """Chance of the same durable work without help: part of the 22 % (short spell) to 8 % (long) leaving in a year."""
    base = np.where(people.months < 12, 0.12, np.where(people.months < 36, 0.07, 0.03))
    return np.asarray(np.round(base * rng.uniform(0.4, 1.6, people.size), 2), dtype=np.float64)


def _sharing(people: People, world: World, rng: Rng) -> Columns:
    n, scenario, agencies = people.size, world.scenario, world.agencies
    consent: Flags = chance(
        rng, n, scenario.consent / CONSENT_KNOWN if scenario.consent < CONSENT_KNOWN else scenario.consent
    )
    consent_known: Flags = chance(rng, n, CONSENT_KNOWN if scenario.consent < CONSENT_KNOWN else 1.0)
    named_here = consent_known & consent & chance(rng, n, NAMES_AGENCIES)
    chosen = np.zeros((n, len(agencies)), dtype=np.bool_)
    for _ in range(3):
        chosen[np.arange(n), skewed(rng, n, scenario)] = True
    holder = np.where(chance(rng, n, HELD_BY_AGENCY), skewed(rng, n, scenario), -1)
    return {
        "consent": values(consent, pa.bool_(), consent_known),
        "share_agencies": flagged(chosen, agencies, named_here),
        "agency_id": named(holder, agencies),
    }
