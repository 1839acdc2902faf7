"""What nobody can gain more than, from the facts of each person and the best vacancy of each lane: no pair is looked at."""

from typing import NamedTuple

import numpy as np

from matcher.domain.codes import LANES
from matcher.domain.policy import Policy
from matcher.domain.shipped import shipped
from matcher.domain.tables import Candidates, Problem, Vacancies
from matcher.model.edges import NO_GAIN
from matcher.pairing.layout import Bools, Ints64
from matcher.pairing.weights import Z_LIMIT, lane_milli, p_by_z, person_z, vacancy_z
from matcher.units import divide_half_even

_MILLION = 1_000_000
_OUT_OF_REACH = 2**60


class _Side(NamedTuple):
    """Everybody's own part of the points; one entry per person or per known pair."""

    z: Ints64
    alone: Ints64
    start: Ints64  # chance that a proposal becomes a start, in millionths
    priority: Ints64
    hours: Ints64  # most hours a week in hundredths, -1 unknown


def ceilings(problem: Problem, policy: Policy, seat_prices: Ints64) -> Ints64:
    """Bound what any eligible pair of each person gains.

    Points never fall when the log-odds, the lane's factor or the hours rise. So a person gains at most what the log-odds of the best
    vacancy of a lane would bring, with every skill held, next door, for the whole of the person's own hours, at the least price in that
    lane. Pairs about which something is known may be worth anything; they are bounded one by one.

    Parameters
    ----------
    seat_prices
        int64, shape ``(vacancies,)``, from 0 to 2**62.

    Returns
    -------
    int64, shape ``(people,)``; `NO_GAIN` only where no pair exists.
    """
    people, vacancies = problem.candidates, problem.vacancies
    out = np.full(len(people), NO_GAIN, dtype=np.int64)
    z, side = _best_z(vacancies, policy), _side(people, policy)
    if not problem.listed_only:
        support, factor = people.needs_support == 1, lane_milli(policy)
        # Vacancies that nobody can pay for have lanes of their own: the least price of a lane would be that of the others.
        for lane, mine in _cells(vacancies, seat_prices):
            best, price = z[:, mine].max(axis=1), int(seat_prices[mine].min())
            top = side._replace(z=side.z + np.where(support, best[1], best[0]))
            np.maximum(out, _gain(_points(top, factor[lane], policy), price), out=out)
    facts = problem.facts
    if len(facts):
        np.maximum.at(out, facts.candidate, _known_gains(problem, policy, side, z, seat_prices))
    return out


def _cells(vacancies: Vacancies, price: Ints64) -> list[tuple[int, Bools]]:
    """Lanes, each with its vacancies: those that may be had, and those that are out of reach by their price."""
    closed = price >= _OUT_OF_REACH
    cells = [(lane, (vacancies.lane == lane) & part) for lane in range(len(LANES)) for part in (~closed, closed)]
    return [(lane, mine) for lane, mine in cells if mine.any()]


def _best_z(vacancies: Vacancies, policy: Policy) -> Ints64:
    """Most log-odds each vacancy can add, for people who need no support (row 0) and who do; shape ``(2, m)``."""
    card = policy.scorecard
    essential = max(0, card.essential_skills.offset + max(0, card.essential_skills.per_full_coverage))
    optional = max(0, card.optional_skills.per_full_coverage)
    more = np.where(vacancies.essential.count > 0, essential, 0) + np.where(vacancies.optional.count > 0, optional, 0)
    more += np.where(vacancies.occupation >= 0, max(0, card.wanted_occupation.match), 0)
    return np.asarray(vacancy_z(vacancies, policy) + more, dtype=np.int64)


def _side(people: Candidates, policy: Policy) -> _Side:
    travel = policy.scorecard.travel
    near = max(0, travel.within_half_of_limit, travel.beyond_four_fifths_of_limit)
    return _Side(
        z=person_z(people, policy) + np.where(people.travel_half_m >= 0, near, 0),
        alone=people.p_alone_micro,
        start=np.full(len(people), _MILLION, dtype=np.int64),
        priority=people.priority_milli,
        hours=people.hours_max_c.astype(np.int64),
    )


def _points(side: _Side, lane: Ints64 | int, policy: Policy, stated: Ints64 | None = None) -> Ints64:
    """Points for these log-odds, or where stated (not below 0) for this chance."""
    p_micro = p_by_z()[np.clip(side.z, -Z_LIMIT, Z_LIMIT) + Z_LIMIT]
    if stated is not None:
        p_micro = np.where(stated >= 0, stated, p_micro)
    small = int(shipped("rules")["value"]["small_job"]["hours"] * 100)
    value = divide_half_even(np.maximum(0, p_micro - side.alone) * side.start, _MILLION)
    value = divide_half_even(value * side.priority, 1000)
    value = divide_half_even(value * lane, 1000)
    part = (side.hours >= 0) & (side.hours < small)
    return np.where(part, divide_half_even(value * np.where(part, side.hours, 0), small), value)


def _gain(points: Ints64, price: Ints64 | int) -> Ints64:
    """Points minus price, as the look counts it: never as little as no pair at all."""
    return np.where(points <= NO_GAIN + price, NO_GAIN + 1, points - price)


def _known_gains(problem: Problem, policy: Policy, side: _Side, z: Ints64, price: Ints64) -> Ints64:
    """The same for pairs about which something is known, eligible or not."""
    facts, person, seat = problem.facts, problem.facts.candidate, problem.facts.vacancy
    bonus = np.where(facts.trial_done, max(0, policy.scorecard.trial_done.done), 0)
    support = (problem.candidates.needs_support[person] == 1).astype(np.int64)
    own = _Side(
        z=side.z[person] + z[support, seat] + bonus,
        alone=side.alone[person],
        start=facts.p_start_micro.astype(np.int64),
        priority=side.priority[person],
        hours=side.hours[person],
    )
    lane = lane_milli(policy)[problem.vacancies.lane[seat]]
    points = _points(own, lane, policy, facts.p_durable_micro.astype(np.int64))
    return _gain(np.where(facts.has_value, facts.value, points), price[seat])
