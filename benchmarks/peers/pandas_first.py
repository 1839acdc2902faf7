"""What a data scientist would write first: merge all with all, filter, and hand a dense table to linear_sum_assignment.

The filters that people think of first (distance, hours) stand on the merged columns; the other rules are asked of what is left, by the
reference rules, which are numpy over columns as well. So it finds the same pairs and the same points.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from benchmarks.instance import Rules
from benchmarks.peers.protocol import Answer, Limits
from matcher.domain.places import road_m
from matcher.domain.tables import Problem
from matcher.rules.block import pair_block
from matcher.rules.context import rule_context
from matcher.rules.eligibility import judge
from matcher.rules.scorecard import score

_BLOCK_PAIRS = 1_000_000
_BYTES_PER_CELL = 20  # of the dense table, with the copy that SciPy makes


def solve(rules: Rules, limits: Limits) -> Answer:
    """Merge, filter, score, expand, assign."""
    problem = rules.problem
    rows, openings = problem.shape[0], problem.vacancies.openings
    copies = np.minimum(openings, rows)
    limits.require_bytes(rows * int(copies.sum()) * _BYTES_PER_CELL)
    pairs = pd.concat(_blocks(rules), ignore_index=True)
    best = pairs[pairs["points"] > 0]
    worth = np.zeros((rows, openings.size))
    worth[best["person"], best["vacancy"]] = best["points"]
    column = np.repeat(np.arange(openings.size), copies)
    person, chosen = linear_sum_assignment(worth[:, column], maximize=True)
    seat_of = np.full(rows, -1, dtype=np.int32)
    placed = worth[person, column[chosen]] > 0
    seat_of[person[placed]] = column[chosen[placed]]
    return Answer(seat_of, float(worth[person, column[chosen]].sum()), "no status")


def _blocks(rules: Rules) -> list[pd.DataFrame]:
    problem, ctx = rules.problem, rule_context(rules.problem, rules.policy)
    people, jobs, facts = _people(problem), _jobs(problem), _facts(problem)
    size = max(1, _BLOCK_PAIRS // max(1, len(jobs)))
    found = [pd.DataFrame({"person": [], "vacancy": [], "points": []}).astype(np.int64)]
    for begin in range(0, len(people), size):
        pairs = people.iloc[begin : begin + size].merge(jobs, how="cross")
        pairs = pairs.merge(facts, how="left", on=["person", "vacancy"], indicator="stated")
        # What a file says of one pair may overrule the columns, so those pairs stay for the rules.
        left = pairs[~_out(pairs) | (pairs["stated"] == "both").to_numpy()]
        person, vacancy = left["person"].to_numpy(), left["vacancy"].to_numpy()
        eligible = judge(ctx, pair_block(problem, person, vacancy)).eligible
        person, vacancy = person[eligible], vacancy[eligible]
        points = score(ctx, pair_block(problem, person, vacancy)).points
        found.append(pd.DataFrame({"person": person, "vacancy": vacancy, "points": points}))
    return found


def _out(pairs: pd.DataFrame) -> NDArray[np.bool_]:
    columns = [pairs[name].to_numpy() for name in ("home_lat", "home_lon", "work_lat", "work_lon")]
    located = ~np.isnan(np.stack(columns)).any(axis=0)
    metres = np.zeros(len(pairs), dtype=np.int64)
    metres[located] = road_m(*(column[located] for column in columns))
    too_far = metres > pairs["reach_m"].to_numpy() + 1
    few = (pairs["offered_max"] >= 0) & (pairs["offered_max"] < pairs["wanted_min"])
    many = (pairs["wanted_max"] >= 0) & (pairs["offered_min"] > pairs["wanted_max"])
    return np.asarray(too_far | few | many)


def _people(problem: Problem) -> pd.DataFrame:
    people = problem.candidates
    lat, lon = _located(problem, people.place)
    return pd.DataFrame(
        {
            "person": np.arange(len(people)),
            "home_lat": lat,
            "home_lon": lon,
            "reach_m": np.minimum(people.reach_km_m, people.reach_time_m),
            "wanted_min": people.hours_min_c,
            "wanted_max": people.hours_max_c,
        }
    )


def _jobs(problem: Problem) -> pd.DataFrame:
    jobs = problem.vacancies
    lat, lon = _located(problem, jobs.place)
    return pd.DataFrame(
        {
            "vacancy": np.arange(len(jobs)),
            "work_lat": lat,
            "work_lon": lon,
            "offered_min": jobs.hours_min_c,
            "offered_max": jobs.hours_max_c,
        }
    )


def _facts(problem: Problem) -> pd.DataFrame:
    facts = problem.facts
    return pd.DataFrame({"person": facts.candidate.astype(np.int64), "vacancy": facts.vacancy.astype(np.int64)})


def _located(problem: Problem, place: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    known = place >= 0
    lat, lon = np.full(place.size, np.nan), np.full(place.size, np.nan)
    lat[known], lon[known] = problem.places.lat[place[known]], problem.places.lon[place[known]]
    return lat, lon
