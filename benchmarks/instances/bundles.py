"""The five sizes a sample comes in, and one small enough for a test."""

from benchmarks.instance import BundleInstance
from matcher.sample import SCENARIOS

TINY = BundleInstance(
    name="tiny",
    about="60 people x 80 vacancies, for warming up and for tests",
    scenario="pilot",
    people=60,
    vacancies=80,
    family="warm-up",
)

BUNDLES = tuple(
    BundleInstance(
        name=scenario.name,
        about=f"sample, {scenario.people:,} people x {scenario.vacancies:,} vacancies",
        scenario=scenario.name,
    )
    for scenario in SCENARIOS.values()
)
