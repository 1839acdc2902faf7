"""Known facts about one person and one vacancy, a modest number of them."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from matcher.sample.columns import Columns, ids, named, values
from matcher.sample.draws import Flags, Floats, Ints, Rng, chance, pick
from matcher.sample.geography import Places, great_circle_km
from matcher.sample.jobs import Jobs
from matcher.sample.population import People

PER_PERSON: Final = 0.6
SAME_TRADE: Final = 0.6  # of pairs: the vacancy is in the person's own occupation
REASONS: Final = (
    "eerder conflict met werkgever",
    "werkgever ziet er na gesprek van af",
    "reisweg niet te verenigen met kinderopvang",
    "klantmanager: passend na kennismaking",
    "werkgever kent kandidaat van meeloopdag",
    "werkplek wordt aangepast",
)


def draw_pairs(people: People, jobs: Jobs, rng: Rng) -> tuple[Ints, Ints]:
    """Row numbers of people and vacancies, no pair twice, in order; within the region and often within the trade."""
    n, m = people.size, jobs.size
    if not n or not m:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    who = np.floor(rng.random(round(PER_PERSON * n)) * n).astype(np.int64)
    in_trade = chance(rng, who.size, SAME_TRADE)
    trades = int(max(people.occupation.max(), jobs.occupation.max())) + 1
    what = _from_bucket(
        rng, people.region[who] * trades + people.occupation[who], jobs.region * trades + jobs.occupation
    )
    nearby = _from_bucket(rng, people.region[who], jobs.region)
    what = np.where(in_trade & (what >= 0), what, nearby)
    code = np.unique((who * m + what)[what >= 0])
    return code // m, code % m


def pairs_block(people: People, jobs: Jobs, places: Places, rng: Rng) -> Columns:
    """One block of pairs.parquet, without what limits add: the person and the vacancy of every row."""
    n = people.size
    kind = pick(rng, n, (0.30, 0.38, 0.10, 0.08, 0.09, 0.05))  # loonwaarde, travel, trial, forbid, refused, approved
    measured = (kind == 0) | ((kind == 2) & chance(rng, n, 0.7))
    loonwaarde = np.clip(5 * np.rint((62 + 5 * people.nearness + 15 * rng.normal(0.0, 1.0, n)) / 5), 20, 100)
    reason = np.where(
        kind == 4,
        pick(rng, n, np.ones(3)),
        np.where(kind == 5, 3 + pick(rng, n, np.ones(3)), np.where(kind == 3, 0, -1)),
    )
    trial: Flags = kind == 2
    return {
        "candidate_id": ids("k", people.number),
        "vacancy_id": ids("v", jobs.number),
        "loonwaarde_pct": values(loonwaarde, pa.float64(), measured),
        "travel_min": values(_minutes(people.place, jobs.place, places, rng), pa.float64(), kind == 1),
        "eligible": values(kind == 5, pa.bool_(), kind >= 4),
        "pin": named(np.where(kind == 3, 0, -1), ("forbid",)),
        "reason": named(reason, REASONS),
        "trial_done": values(trial, pa.bool_(), trial | chance(rng, n, 0.1)),
    }


def _minutes(home: Ints, work: Ints, places: Places, rng: Rng) -> Floats:
    """Minutes as a planner would find them: by public transport or bike, with waiting, to whole minutes."""
    km = 1.3 * great_circle_km(places.lat[home], places.lon[home], places.lat[work], places.lon[work])
    by_bike = 60 * km / 15
    by_public_transport = 60 * km / 22 + 5
    return np.rint(np.minimum(by_bike, by_public_transport) * rng.uniform(0.8, 1.4, home.size) + 3)


def _from_bucket(rng: Rng, wanted: npt.NDArray[np.int64], owner: npt.NDArray[np.int64]) -> Ints:
    """A random row whose ``owner`` is the wanted one; -1 where there is none."""
    order = np.argsort(owner, kind="stable")
    ordered = owner[order]
    first, last = np.searchsorted(ordered, wanted, side="left"), np.searchsorted(ordered, wanted, side="right")
    row = first + np.floor((last - first) * rng.random(wanted.size)).astype(np.int64)
    return np.where(last > first, order[np.minimum(row, owner.size - 1)], -1)
