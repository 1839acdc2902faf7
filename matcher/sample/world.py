"""What stays the same while a sample is drawn."""

from dataclasses import dataclass
from datetime import date

from matcher.sample.geography import Places
from matcher.sample.occupations import Catalogue
from matcher.sample.scenario import Scenario


@dataclass(frozen=True, slots=True)
class World:
    """The stage: areas, occupations and agencies, on one day."""

    scenario: Scenario
    places: Places
    catalogue: Catalogue
    agencies: tuple[str, ...]  # ids
    run_date: date
