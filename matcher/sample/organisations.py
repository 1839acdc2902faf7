"""Employers and staffing agencies: who they are. All names are invented."""

from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from matcher.sample.columns import Columns, dates, ids, named, values
from matcher.sample.draws import chance, pick, stream
from matcher.sample.jobs import Employers

_FIRST: Final = ("Zilverlinde", "Korenaar", "Molenveld", "Lindehof", "Heidevonk", "Waterhoen", "Roodborst",
                 "Eikenhorst", "Zandloper", "Wolkenveld",
                 "Berkenbrink", "Steenuil", "Vlasakker", "Goudhaver", "Braamweide", "Kievitsland", "Noorderbrug",
                 "Turfster", "Veldleeuwerik",
                 "Hooiberg", "Kastanjehof", "Rietvoorn", "Wildrik", "Esdoornpark")  # fmt: skip
_SECTION: Final = {"A": "Kwekerij", "C": "Productie", "E": "Recycling", "F": "Bouw", "G": "Winkels",
                   "H": "Logistiek", "I": "Horeca", "J": "ICT",
                   "K": "Financieel", "M": "Advies", "N": "Facilitair", "O": "Publiek", "P": "Onderwijs",
                   "Q": "Zorg", "R": "Cultuur",
                   "S": "Diensten"}  # fmt: skip
_AGENCY: Final = ("Uitzendbureau", "Flexwerk", "Detachering", "Werkbureau")
# Admission under the Wtta, from 2027: dated, in the past or before a start, and unknown (our own judgement).
ADMITTED: Final = 0.72
REFUSED_SOON: Final = 0.08


def employers_table(employers: Employers, letters: list[str], seed: int) -> Columns:
    """The rows of employers.parquet, without what limits add."""
    rng, total = stream(seed, "employers", 1), employers.section.size
    names = [f"{first} {_SECTION[letter]}" for letter in letters for first in _FIRST]
    code = employers.section * len(_FIRST) + pick(rng, total, np.ones(len(_FIRST)))
    return {
        "employer_id": ids("e", np.arange(total)),
        "name": named(code, names, chance(rng, total, 0.96)),
        "preferred": values(employers.preferred, pa.bool_()),
    }


def agency_ids(count: int) -> tuple[str, ...]:
    """The pseudonyms of a number of agencies."""
    return tuple(f"a-{code:03d}" for code in range(1, count + 1))


def agencies_table(agencies: tuple[str, ...], seed: int, run_date: date) -> Columns:
    """The rows of agencies.parquet, without what limits add; the first and largest agency is always admitted."""
    rng, total = stream(seed, "agencies"), len(agencies)
    kind = pick(rng, total, (REFUSED_SOON, ADMITTED, 1 - ADMITTED - REFUSED_SOON))
    kind[:1] = 1
    days = np.where(kind == 0, 5 + pick(rng, total, np.ones(40)), 500 + pick(rng, total, np.ones(1_300)))
    name = np.arange(total)
    names = [
        f"{_AGENCY[code % len(_AGENCY)]} {_FIRST[code % len(_FIRST)]}" + (f" {code // 24 + 1}" if code >= 24 else "")
        for code in range(total)
    ]
    return {
        "agency_id": named(name, agencies),
        "name": named(name, names),
        "admitted_until": dates(run_date, days, kind < 2),
    }
