"""The people of a sample in outline: what is drawn for the whole file at once, for exact margins and linked traits."""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np

from matcher.sample.draws import Flags, Floats, Ints, Rng, chance, exact_draw, pick, stream
from matcher.sample.geography import Places
from matcher.sample.occupations import Catalogue
from matcher.sample.scenario import LADDER_ENSCHEDE, Scenario

# Age bands above 27, December 2023 (CBS): 27 to 45, and 45 to the pension age, here 67.
AGE_BANDS: Final = ((16, 17), (18, 26), (27, 44), (45, 66))
MINORS: Final = 0.004  # 16 and 17, leaving special education; our own guess
FROM_27_TO_45: Final = 0.3714  # of those over 27: 134,520 of 362,130
# Months on benefit, December 2023 (CBS): 27.8 % under 24, 43 % from 60 (estimate); the cut at 12 is our own.
MONTH_BANDS: Final = ((0, 11), (12, 23), (24, 59), (60, 300))
MONTH_SHARES: Final = (0.150, 0.128, 0.292, 0.430)
WOMEN: Final = 0.569  # CBS, December 2023
ORIGINS: Final = ("nederland", "europa", "buiten_europa")
ORIGIN_SHARES: Final = (0.350, 0.064, 0.586)  # CBS, December 2023: born in, or with a parent born in
HAS_SECOND_OCCUPATION: Final = 0.45
MEAN_STEP: Final = 2.70  # of the ladder table
# Gaps come together: a quarter of the files is thin and holds 0.4 of the usual, so that the others hold 1.2 (our
# own judgement).
THIN_FILES: Final = 0.25
THIN: Final = 0.4
YOUNG_THIN: Final = 0.08  # the young are seen by a youth desk of their own


@dataclass(frozen=True, slots=True)
class People:
    """One row per person; the last four columns never reach candidates.parquet as they stand."""

    number: Ints
    place: Ints
    region: Ints
    ladder: Ints  # 1 to 6
    age: Ints
    months: Ints
    occupation: Ints
    second_occupation: Ints  # -1: none
    woman: Flags
    origin: Ints
    thin: Flags  # a file in which most is missing
    # How near to work a person is, mean 0 and spread 1: ties ladder, months, skills, blockers and motivation together.
    nearness: Floats

    @property
    def size(self) -> int:
        """Number of people."""
        return int(self.number.size)

    def on_file(self, rng: Rng, share: float) -> Flags:
        """Of whom something is known that is on file for this share of people."""
        full = (1.0 - THIN_FILES * THIN) / (1.0 - THIN_FILES)
        return chance(rng, self.size, share * np.where(self.thin, THIN, full))

    def take(self, rows: Ints | slice) -> Self:
        """Some of the people, by row."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def draw_people(scenario: Scenario, places: Places, catalogue: Catalogue, seed: int) -> People:
    """Everybody in the file; ladder, age and months have exactly the shares of the tables, up to rounding."""
    rng, n = stream(seed, "people"), scenario.people
    ladder = exact_draw(rng, n, LADDER_ENSCHEDE) + 1
    nearness = 0.71 * (ladder - MEAN_STEP) + rng.normal(0.0, 0.63, n)
    older = 1.0 - scenario.under_27
    bands = (
        MINORS * scenario.under_27,
        (1 - MINORS) * scenario.under_27,
        older * FROM_27_TO_45,
        older * (1 - FROM_27_TO_45),
    )
    youngest, oldest = np.array(AGE_BANDS, dtype=np.int64).T
    band = exact_draw(rng, n, bands)
    age = _between(rng, youngest[band], oldest[band])
    place = pick(rng, n, places.home)
    return People(
        number=np.arange(n),
        place=place,
        region=places.region[place],
        ladder=ladder,
        age=age,
        months=_months(rng, age, nearness),
        occupation=pick(rng, n, catalogue.people),
        second_occupation=np.where(chance(rng, n, HAS_SECOND_OCCUPATION), pick(rng, n, catalogue.people), -1),
        woman=chance(rng, n, WOMEN),
        origin=pick(rng, n, ORIGIN_SHARES),
        thin=chance(rng, n, np.where(age < 27, YOUNG_THIN, THIN_FILES)),
        nearness=nearness,
    )


def _months(rng: Rng, age: Ints, nearness: Floats) -> Ints:
    """Short spells go to the young and to those nearest to work; nobody is on benefit since before turning 18."""
    likely_short = np.argsort(-(0.7 * nearness + 1.2 * (age < 27) + rng.normal(0.0, 1.0, age.size)), kind="stable")
    band = np.empty(age.size, dtype=np.int64)
    band[likely_short] = np.sort(exact_draw(rng, age.size, MONTH_SHARES))
    low, high = np.array(MONTH_BANDS, dtype=np.int64).T
    longest = np.maximum(3, 12 * (age - 18) + 11)
    return _between(rng, np.where(low[band] > longest, 0, low[band]), np.minimum(high[band], longest))


def _between(rng: Rng, low: Ints, high: Ints) -> Ints:
    """Whole numbers from low to high, both included."""
    return np.asarray(low + np.floor(rng.random(low.size) * (high - low + 1)), dtype=np.int64)
