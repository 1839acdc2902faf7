"""A problem prepared for the compiled loops, and looks at it: crowd by crowd, each a pure function of the crowd and the question."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from queue import SimpleQueue
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from matcher.domain.codes import RULE_INDEX, Rule
from matcher.domain.policy import Policy
from matcher.domain.tables import Problem
from matcher.pairing.columns import Columns, columns
from matcher.pairing.count import count_crowd
from matcher.pairing.crowds import Company, Verdicts, company
from matcher.pairing.layout import Bools
from matcher.pairing.look import look
from matcher.pairing.order import Arranged, arranged
from matcher.pairing.roads import Roads, known_roads, roads
from matcher.pairing.rooms import Room, no_counters, no_marks, no_tally, room
from matcher.pairing.stage import Counters, Found, Kept, Question, Seating, Tally
from matcher.pairing.words import BLOCK

_CROWD_MOST = 16_384
_CROWD_LEAST = 512
_CROWDS = 16
_Task = TypeVar("_Task")
_Tool = TypeVar("_Tool")
_Result = TypeVar("_Result")


class Asked(NamedTuple):
    """A question to a crowd, what was found before, and room for what is found now."""

    question: Question
    kept: Kept
    found: Found


@dataclass(frozen=True)
class Hall:
    """People in crowds and vacancies in blocks, in the order of the map; made once per problem.

    ``threads`` and the size of the crowds never change an answer.
    """

    given: Problem
    policy: Policy
    threads: int

    @cached_property
    def order(self) -> Arranged:
        """The problem in the order of the map."""
        return arranged(self.given)

    @cached_property
    def columns(self) -> Columns:
        """The problem as the loops read it."""
        return columns(self.order.problem, self.policy)

    @cached_property
    def free(self) -> int:
        """People before this one are looked at; the control arm comes after them, and only listed pairs would ask about it."""
        people = self.order.problem.candidates
        return len(people) if self.given.listed_only else int(np.count_nonzero(~people.control))

    @cached_property
    def seating(self) -> Seating:
        """Where the vacancies are."""
        jobs = self.columns.given.jobs
        placed = jobs.place[jobs.place >= 0]
        most = int(np.diff(jobs.essential.start).max(initial=0))
        return Seating(
            start=np.searchsorted(placed, np.arange(self.columns.work_places.size + 1)).astype(np.int64),
            number=self.order.seat.astype(np.int32),
            planes=max(1, most.bit_length()),
        )

    @cached_property
    def known(self) -> Verdicts:
        """The pairs about which something is known; complete once `companies` are there."""
        problem = self.order.problem
        road_m = known_roads(problem.places, problem.candidates.place, problem.vacancies.place, problem.facts)
        bits = np.full(len(problem.facts), 1 << RULE_INDEX[Rule.CONTROL_ARM], dtype=np.int64)
        return Verdicts(bits, np.zeros(bits.size, dtype=np.int64), road_m)

    @cached_property
    def companies(self) -> tuple[Company, ...]:
        """Everybody who is looked at."""
        size = crowd_size(self.free)
        shards = [(begin, min(begin + size, self.free)) for begin in range(0, self.free, size)]
        listed_only, known, prepared = self.given.listed_only, self.known, self.columns
        shelf = _Shelf(no_marks(prepared) for _ in range(self.threads))

        def ask(shard: tuple[int, int]) -> Company:
            with shelf.borrow() as marks:
                return company(*shard, prepared, known, marks, listed_only=listed_only)

        return tuple(self.spread(ask, shards))

    def count(self) -> tuple[list[Tally], list[Counters]]:
        """Count failures: per crowd, and per worker."""
        counters = [no_counters(self.columns) for _ in self._rooms]
        shelf = _Shelf(zip(self._rooms, counters, strict=True))
        given, seating, ways_of = self.columns.given, self.seating, self._roads.of

        def count_one(one: Company) -> Tally:
            ways, tally = ways_of(one.first_home, one.home_reach), no_tally(one.size)
            with shelf.borrow() as (place, added):
                room = place.block, place.bench, place.marks
                count_crowd(given, one.crowd, seating, ways, *room, tally, added)
            return tally

        return list(self.spread(count_one, self.companies)), counters

    def look(
        self,
        question: Callable[[Company], Asked | None],
        answer: Callable[[Company, Asked | None], _Result],
        companies: tuple[Company, ...],
    ) -> Iterator[_Result]:
        """Look at all eligible pairs of some crowds, in order.

        Parameters
        ----------
        question
            What to ask a crowd, with room for what is found; None: nothing.
        answer
            Makes of it what is wanted.
        """
        shelf, ways_of, bits, points = _Shelf(self._rooms), self._roads.of, self.known.bits, self.known.points
        given, seating = self.columns.given, self.seating

        def look_one(one: Company) -> _Result:
            asked = question(one)
            if asked is not None:
                ways = ways_of(one.first_home, one.home_reach)
                with shelf.borrow() as place:
                    where, room = (given, one.crowd, seating, ways), (place.block, place.bench, place.marks)
                    look(*where, bits, points, *room, place.inside, asked.kept, asked.question, asked.found)
            return answer(one, asked)

        yield from self.spread(look_one, companies)

    def reached(self, one: Company) -> Bools:
        """Blocks that may hold a pair that exists for somebody in a crowd."""
        return self._reached[one.crowd.first]

    @cached_property
    def _reached(self) -> dict[int, Bools]:
        prepared, out = self.columns, {}
        known = prepared.given.known
        placed = int(self.seating.start[-1])
        for one in self.companies:
            blocks = self._roads.blocks_within(one.first_home, one.home_reach)
            everywhere = one.crowd.nowhere == 0
            if everywhere.any():
                blocks[placed // BLOCK :] = True
                blocks |= bool((everywhere & (one.crowd.home < 0)).any())
            facts = known.vacancy[known.start[one.people.start] : known.start[one.people.stop]]
            blocks[facts // BLOCK] = True
            out[one.crowd.first] = blocks
        return out

    def spread(self, work: Callable[[_Task], _Result], tasks: tuple[_Task, ...] | list[_Task]) -> Iterator[_Result]:
        """Results in the order of the tasks, whoever works on them."""
        if self.threads == 1 or len(tasks) <= 1:
            yield from map(work, tasks)
            return
        pool = ThreadPoolExecutor(max_workers=self.threads, thread_name_prefix="pairing")
        try:
            yield from pool.map(work, tasks)
        finally:
            pool.shutdown(cancel_futures=True)

    @cached_property
    def _roads(self) -> Roads:
        prepared = self.columns
        return roads(self.order.problem.places, prepared.home_places, prepared.work_places, prepared.given.jobs.place)

    @cached_property
    def _rooms(self) -> list[Room]:
        essential, m = self.columns.given.jobs.essential, self.given.shape[1]
        skills = 0
        for begin in range(0, m, BLOCK):
            codes = essential.code[essential.start[begin] : essential.start[min(begin + BLOCK, m)]]
            skills = max(skills, np.unique(codes).size)
        rows = max((one.crowd.slot.size for one in self.companies), default=0)
        workers = max(1, min(self.threads, len(self.companies)))
        return [room(self.columns, self.seating, skills, rows) for _ in range(workers)]


def crowd_size(people: int) -> int:
    """How many people are looked at together."""
    return min(_CROWD_MOST, max(_CROWD_LEAST, -(-people // _CROWDS)))


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Shelf(Generic[_Tool]):
    """Tools that workers borrow and bring back."""

    def __init__(self, tools: Iterable[_Tool]) -> None:
        self._free: SimpleQueue[_Tool] = SimpleQueue()
        for tool in tools:
            self._free.put(tool)

    @contextmanager
    def borrow(self) -> Iterator[_Tool]:
        """Wait for a tool; it is brought back in any case."""
        tool = self._free.get()
        try:
            yield tool
        finally:
            self._free.put(tool)
