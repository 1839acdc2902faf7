"""The vacancies, employers and agencies of a sample in outline: what must be drawn for the whole file at once."""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np

from matcher.sample.draws import Flags, Ints, Rng, chance, exact_draw, pick, stream
from matcher.sample.geography import Places
from matcher.sample.occupations import Catalogue
from matcher.sample.scenario import Scenario

REGULAR, SUPPORTED, TRAINING, ACTIVATION = range(4)
# Open vacancies by SBI section, x1000, third quarter of 2023 (CBS), for the sections with jobs in the catalogue.
OPEN_VACANCIES: Final = {"A": 3.6, "C": 33.4, "E": 1.7, "F": 26.6, "G": 79.8, "H": 18.9, "I": 31.6, "N": 29.5,
                         "O": 25.2, "P": 12.5, "Q": 63.9,
                         "R": 6.2, "S": 7.3}  # fmt: skip
# Together 71.1 there, mostly for hbo and up: the file of a gemeente sees about this much of it (our own judgement).
OFFICE_VACANCIES: Final = {"J": 5.0, "K": 3.0, "M": 14.0}
# People asked per row, where a row bundles: value and share by lane (our own judgement; the goals of 2010 set the
# sums).
BUNDLE_SIZES: Final = (0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20)
BUNDLE_SHARES: Final = (
    (0.010, 0.580, 0.180, 0.080, 0.040, 0.050, 0.010, 0.010, 0.025, 0.010, 0.005),
    (0.010, 0.500, 0.220, 0.120, 0.050, 0.050, 0.020, 0.010, 0.015, 0.005, 0.000),
    (0.005, 0.230, 0.180, 0.150, 0.120, 0.100, 0.070, 0.050, 0.050, 0.030, 0.015),
    (0.005, 0.240, 0.200, 0.150, 0.110, 0.100, 0.060, 0.050, 0.045, 0.025, 0.015),
)
AT_THE_EMPLOYER: Final = 0.8  # of vacancies; the others are at a site elsewhere
PREFERRED_EMPLOYERS: Final = 30  # the "dertigtal" of the 2010 programme
TWINS: Final = 0.03  # of rows, with limits: the same job as the row before, through another agency


@dataclass(frozen=True, slots=True)
class Employers:
    """One row per employer."""

    section: Ints  # index in the sorted section letters
    place: Ints
    preferred: Flags


@dataclass(frozen=True, slots=True)
class Jobs:
    """One row per vacancy."""

    number: Ints
    lane: Ints
    openings: Ints
    occupation: Ints
    employer: Ints
    agency: Ints  # -1: direct
    place: Ints
    region: Ints
    source: Ints  # the row this one repeats, else itself

    @property
    def size(self) -> int:
        """Number of vacancies."""
        return int(self.number.size)

    def take(self, rows: Ints | slice) -> Self:
        """Some of the vacancies, by row."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def draw_jobs(
    scenario: Scenario, places: Places, catalogue: Catalogue, seed: int, *, twins: bool
) -> tuple[Jobs, Employers]:
    """Every vacancy and its employer; lanes, openings and sections of paid work have the exact shares of the tables."""
    rng, m = stream(seed, "jobs"), scenario.vacancies
    lane = exact_draw(rng, m, scenario.lanes)
    occupation = _occupations(rng, lane, catalogue)
    letters = sorted(set(catalogue.section))
    section = np.array([letters.index(letter) for letter in catalogue.section], dtype=np.int64)[occupation]
    employers, employer = _employers(stream(seed, "employers"), section, len(letters), places, scenario)
    elsewhere = ~chance(rng, m, AT_THE_EMPLOYER)
    place = np.where(elsewhere, pick(rng, m, places.work), employers.place[employer])
    agency = np.where(chance(rng, m, np.array(scenario.through_agency)[lane]), skewed(rng, m, scenario), -1)
    source = np.arange(m)
    if twins:
        # Odd rows repeat the even row before them, so that twins never straddle a block.
        repeats = chance(rng, m, 2 * TWINS) & (source % 2 == 1)
        source = np.where(repeats, source - 1, source)
        other = np.where(agency[source] == agency, skewed(rng, m, scenario), agency)
        agency = np.where(repeats, np.where(other == agency[source], -1, other), agency)
    jobs = Jobs(
        number=np.arange(m),
        lane=lane[source],
        openings=_openings(rng, lane, scenario.bundled)[source],
        occupation=occupation[source],
        employer=employer[source],
        agency=agency,
        place=place[source],
        region=places.region[place[source]],
        source=source,
    )
    return jobs, employers


def skewed(rng: Rng, total: int, scenario: Scenario) -> Ints:
    """Agency numbers; the first agencies come most often."""
    return np.floor(scenario.agencies * rng.random(total) ** scenario.agency_skew).astype(np.int64)


def _occupations(rng: Rng, lane: Ints, catalogue: Catalogue) -> Ints:
    occupation = np.empty(lane.size, dtype=np.int64)
    paid = np.flatnonzero(lane <= SUPPORTED)
    sections = {
        name: open_now for name, open_now in (OPEN_VACANCIES | OFFICE_VACANCIES).items() if name in catalogue.section
    }
    drawn = exact_draw(rng, paid.size, list(sections.values()))
    letter = np.array(catalogue.section)
    for code, name in enumerate(sections):
        rows = paid[drawn == code]
        occupation[rows] = pick(rng, rows.size, np.where(letter == name, catalogue.work, 0.0))
    for code, weights in ((TRAINING, catalogue.training), (ACTIVATION, catalogue.activation)):
        rows = np.flatnonzero(lane == code)
        occupation[rows] = pick(rng, rows.size, weights)
    return occupation


def _openings(rng: Rng, lane: Ints, bundled: float) -> Ints:
    openings = np.ones(lane.size, dtype=np.int64)
    for code, shares in enumerate(BUNDLE_SHARES):
        rows = np.flatnonzero(lane == code)
        mixed = np.array(shares) * bundled
        mixed[BUNDLE_SIZES.index(1)] += 1.0 - bundled
        openings[rows] = np.array(BUNDLE_SIZES)[exact_draw(rng, rows.size, mixed)]
    return openings


def _employers(rng: Rng, section: Ints, sections: int, places: Places, scenario: Scenario) -> tuple[Employers, Ints]:
    """Employers keep to one section; a few of them have many of its vacancies."""
    asked = np.bincount(section, minlength=sections)
    count = np.where(asked > 0, np.maximum(1, np.rint(asked / scenario.rows_per_employer)), 0).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(count)])
    total = int(first[-1])
    employer = first[section] + np.floor(count[section] * rng.random(section.size) ** 1.7).astype(np.int64)
    preferred = np.zeros(total, dtype=np.bool_)
    # Preferred employers are found among those with vacancies: an agreement without jobs would not be on the list.
    preferred[rng.permutation(np.unique(employer))[:PREFERRED_EMPLOYERS]] = True
    home = pick(rng, total, places.work)
    return Employers(section=np.repeat(np.arange(sections), count), place=home, preferred=preferred), employer
