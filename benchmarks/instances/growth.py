"""The same region with more and more people: with as many vacancies as ever, and with vacancies that grow along."""

from benchmarks.instance import BundleInstance

_PEOPLE = 2_750
_VACANCIES = 10_000
_STEPS = (1, 2, 4, 8)

GROWTH = tuple(
    BundleInstance(
        name=f"growth-{step}x",
        about=f"Twente, {_PEOPLE * step:,} people x {_VACANCIES:,} vacancies",
        scenario="twente",
        people=_PEOPLE * step,
        vacancies=_VACANCIES,
        family="growth",
    )
    for step in _STEPS
)

# Eligible pairs grow with the square here.
GROWTH_BOTH = tuple(
    BundleInstance(
        name=f"growth-both-{step}x",
        about=f"Twente, {_PEOPLE * step:,} people x {_VACANCIES * step // 4:,} vacancies",
        scenario="twente",
        people=_PEOPLE * step,
        vacancies=_VACANCIES * step // 4,
        family="growth-both",
    )
    for step in _STEPS
)
