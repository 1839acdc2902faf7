"""People and vacancies in an order in which neighbours stand together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import Rule
from matcher.domain.tables import NO_LIMIT, Places, Sets
from matcher.rules.block import IntColumn, PairBlock
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import outcome_of, rule_is_on, unknown_passes
from matcher.rules.logic import UNKNOWN
from matcher.verdict.sweep.layout import FAILS_UNKNOWN, PASSES, Bools, Ints8, Ints32, Ints64

_GRID = 1 << 15


@dataclass(frozen=True, slots=True)
class Side:
    """People, or vacancies, sorted by place, and within a place by how far they reach.

    Attributes
    ----------
    order
        Shape ``(size,)``: number in the problem of each.
    place
        Shape ``(size,)``: row of the places, -1 unknown.
    reach
        Road metres within reach.
    blind
        Outcome of DISTANCE where the road is unknown.
    skills
        Number of different skills.
    skill_start, skill_code
        Essential skills held or asked by each, in compressed rows.
    skills_known, needed
        Whether they are known, and how many are needed; -1 for people.
    fact_start, fact_column
        In compressed rows: places in the order of the other side about which something is known together with each.
    """

    of_people: bool
    order: Ints64
    place: Ints64
    reach: Ints64
    blind: Ints8
    skills: int
    skill_start: Ints64
    skill_code: Ints32
    skills_known: Bools
    needed: Ints64
    fact_start: Ints64
    fact_column: Ints32

    @property
    def size(self) -> int:
        """How many."""
        return int(self.order.size)


def sides(ctx: RuleContext) -> tuple[Side, Side]:
    """People and vacancies, each in its order."""
    problem = ctx.problem
    near = _along_a_curve(problem.places)
    people, jobs = problem.candidates, problem.vacancies
    reach = np.minimum(people.reach_km_m, people.reach_time_m)
    if not rule_is_on(ctx, Rule.DISTANCE):
        # Nobody is out of reach then, but roads still count in the score.
        reach = np.full(len(people), NO_LIMIT, dtype=np.int64)
    blind = _outcome_without_road(ctx)
    person_order = _order(near, people.place, reach, blind)
    job_order = _order(near, jobs.place)
    person_at, job_at = _places_in(person_order), _places_in(job_order)
    known_person, known_job = person_at[problem.facts.candidate], job_at[problem.facts.vacancy]
    held, asked = reordered(people.skills, person_order), reordered(jobs.essential, job_order)
    person_facts = _compressed(known_person, known_job, len(people))
    job_facts = _compressed(known_job, known_person, len(jobs))
    return (
        Side(
            of_people=True,
            order=person_order,
            place=people.place[person_order].astype(np.int64),
            reach=reach[person_order],
            blind=blind[person_order],
            skills=people.skills.size,
            skill_start=held[0],
            skill_code=held[1],
            skills_known=people.skills.known[person_order],
            needed=np.full(len(people), -1, dtype=np.int64),
            fact_start=person_facts[0],
            fact_column=person_facts[1],
        ),
        Side(
            of_people=False,
            order=job_order,
            place=jobs.place[job_order].astype(np.int64),
            reach=np.full(len(jobs), NO_LIMIT, dtype=np.int64),
            blind=np.full(len(jobs), PASSES, dtype=np.int8),
            skills=people.skills.size,
            skill_start=asked[0],
            skill_code=asked[1],
            skills_known=np.ones(len(jobs), dtype=np.bool_),
            needed=ctx.essential_needed[job_order],
            fact_start=job_facts[0],
            fact_column=job_facts[1],
        ),
    )


def reordered(sets: Sets, order: IntColumn) -> tuple[Ints64, Ints32]:
    """The codes of sets in another order, in compressed rows."""
    count = sets.count[order]
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    source = np.repeat(sets.start[order] - start[:-1], count) + np.arange(start[-1])
    return start, sets.code[source].astype(np.int32)


def _order(near: IntColumn, place: NDArray[np.int32], *then: NDArray[np.integer]) -> IntColumn:
    return np.lexsort((*then[::-1], np.where(place < 0, -1, near[place] if near.size else -1))).astype(np.int64)


def _places_in(order: IntColumn) -> IntColumn:
    at = np.empty_like(order)
    at[order] = np.arange(order.size)
    return at


def _compressed(row: IntColumn, column: IntColumn, rows: int) -> tuple[Ints64, Ints32]:
    order = np.lexsort((column, row))
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows))]).astype(np.int64)
    return start, column[order].astype(np.int32)


def _along_a_curve(places: Places) -> IntColumn:
    """Rank of every place along a curve that visits near places together: the bits of latitude and longitude, interleaved."""
    key = np.zeros(places.lat.size, dtype=np.int64)
    for shift, degrees in enumerate((places.lat, places.lon)):
        span = max(float(np.ptp(degrees)), 1e-9) if degrees.size else 1.0
        cell = ((degrees - degrees.min(initial=180.0)) / span * (_GRID - 1)).astype(np.int64)
        for bit in range(_GRID.bit_length()):
            key |= (cell >> bit & 1) << (2 * bit + shift)
    rank = np.empty(key.size, dtype=np.int64)
    rank[np.argsort(key, kind="stable")] = np.arange(key.size)
    return rank


def _outcome_without_road(ctx: RuleContext) -> Ints8:
    """What DISTANCE says of every person where the road to the work is unknown."""
    people = np.arange(len(ctx.problem.candidates), dtype=np.int64)
    nothing = np.array([-1], dtype=np.int64)
    block = PairBlock(candidate=people, vacancy=nothing, fact=nothing, loonwaarde_bp=nothing, road_m=nothing)
    outcome = np.broadcast_to(outcome_of(ctx, Rule.DISTANCE, block), people.shape)
    fails = (outcome == UNKNOWN) & ~unknown_passes(ctx, Rule.DISTANCE, block)
    return np.where(fails, FAILS_UNKNOWN, PASSES).astype(np.int8)
