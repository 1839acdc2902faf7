"""The five sizes a sample comes in, and what sets each apart."""

from dataclasses import dataclass, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

LANES: Final = ("regular", "supported", "training", "activation")

# People on ladder steps 1 to 6, Enschede, 1 July 2010 ("De werkgever op kop"): 5,351 together. No national figure
# was found.
LADDER_ENSCHEDE: Final = (751, 1_563, 1_821, 1_015, 188, 13)
# Share under 27 on social assistance, December 2023 (CBS: 38,330 of 400,460).
UNDER_27_NATION: Final = 0.0957


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a sample is about; shares are 0 to 1."""

    name: str
    people: int
    vacancies: int
    region: str | None = "Twente"  # arbeidsmarktregio of the work; None is the whole country
    town: str | None = None  # where the people live; None is the whole region
    lanes: tuple[float, float, float, float]  # shares of vacancy rows, in the order of LANES
    bundled: float  # share of rows that ask several people at once, the others ask one
    under_27: float = UNDER_27_NATION
    ladder_known: float = 0.9
    agencies: int
    agency_skew: float = 1.6  # 1: all agencies alike; higher: the first ones have more of the vacancies
    through_agency: tuple[float, float, float, float] = (0.34, 0.10, 0.03, 0.0)  # share of rows, by lane
    consent: float = 0.60  # share of people who agreed to be passed on
    rows_per_employer: float = 4.0
    trial: bool = False  # half of the people are controls


_ALL: Final = (
    # 150 people and as many controls, one agency with over 100 clients and 2,000 vacancies a year in Twente.
    Scenario(name="pilot", people=300, vacancies=2_000, town="Enschede", lanes=(0.74, 0.15, 0.07, 0.04), bundled=0.4,
    under_27=0.15,
             agencies=4, agency_skew=8.0, through_agency=(0.92, 0.70, 0.30, 0.0), consent=0.90,
             rows_per_employer=16.0, trial=True),
    # The whole file of one town. Goals of 2010: 500 regular, 500 supported, 1,300 in schooling, 1,400 to 1,700
    # activated, 750 under 27.
    Scenario(name="enschede", people=5_351, vacancies=2_000, town="Enschede", lanes=(0.36, 0.18, 0.20, 0.26),
    bundled=1.0, under_27=0.23,
             ladder_known=1.0, agencies=25),
    Scenario(name="twente", people=11_000, vacancies=10_000, lanes=(0.56, 0.16, 0.13, 0.15), bundled=0.3, agencies=40),
    Scenario(name="region", people=50_000, vacancies=40_000, region="Rijnmond", lanes=(0.62, 0.14, 0.12, 0.12),
    bundled=0.15, agencies=120),
    Scenario(name="nation", people=410_000, vacancies=387_000, region=None, lanes=(0.70, 0.12, 0.09, 0.09),
    bundled=0.05, agencies=600),
)  # fmt: skip

SCENARIOS: Final = MappingProxyType({scenario.name: scenario for scenario in _ALL})


def find_scenario(name: str, *, people: int | None = None, vacancies: int | None = None) -> Scenario:
    """The scenario of that name, in another size where one is given.

    Raises
    ------
    ValueError
        When the name is unknown or a size is negative.
    """
    known = SCENARIOS.get(name.strip().lower())
    if known is None:
        close = get_close_matches(name.strip().lower(), SCENARIOS, n=1, cutoff=0.5)
        hint = f"Did you mean '{close[0]}'?" if close else "Pick one of those."
        raise ValueError(f"There is no scenario '{name}'; there are {', '.join(SCENARIOS)}. {hint}")
    for label, size in (("people", people), ("vacancies", vacancies)):
        if size is not None and size < 0:
            raise ValueError(f"The number of {label} cannot be negative; got {size}. Use 0 or more.")
    return replace(
        known,
        people=known.people if people is None else people,
        vacancies=known.vacancies if vacancies is None else vacancies,
    )
