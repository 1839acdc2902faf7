"""A problem prepared for the compiled loops, and looks at it: crowd by crowd, each a pure function of the crowd and the question."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
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
from matcher.stop import NEVER, Stop

_CROWD_MOST = 16_384
_CROWD_LEAST = 512
_CROWDS = 16
_BLOCKS_AT_ONCE = 8
"""Blocks that a crowd is looked at with before anybody asks whether time is up: at most some tenths of a second."""
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
    # Who was asked already, and what they reach, by the first person of a crowd: found once, never changed.
    _asked: dict[int, Company] = field(default_factory=dict, init=False, repr=False, compare=False)
    _reached: dict[int, Bools] = field(default_factory=dict, init=False, repr=False, compare=False)

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
        people = self.given.candidates
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
    def _shards(self) -> list[tuple[int, int]]:
        """First and last person of every crowd."""
        size = crowd_size(self.free)
        return [(begin, min(begin + size, self.free)) for begin in range(0, self.free, size)]

    @property
    def companies(self) -> tuple[Company, ...]:
        """Everybody who is looked at."""
        return self.gather(NEVER)

    def gather(self, stop: Stop) -> tuple[Company, ...]:
        """Ask everybody everything once, crowd by crowd; those who have been asked when time is up, in order."""
        if not self._asked:
            if stop():
                return ()
            _ = self.order
            if stop():
                return ()
        missing = [shard for shard in self._shards if shard[0] not in self._asked]
        if missing:
            listed_only, known, prepared = self.given.listed_only, self.known, self.columns
            shelf = _Shelf(no_marks(prepared) for _ in range(self.threads))

            def ask(shard: tuple[int, int]) -> Company | None:
                if stop():
                    return None
                with shelf.borrow() as marks:
                    return company(*shard, prepared, known, marks, listed_only=listed_only)

            for one in self.spread(ask, missing):
                if one is not None:
                    self._asked[one.crowd.first] = one
        return tuple(self._asked[begin] for begin, _ in self._shards if begin in self._asked)

    def count(self) -> tuple[list[Tally], list[Counters]]:
        """Count failures: per crowd, and per worker."""
        companies = self.companies
        rooms = self._rooms(companies)
        counters = [no_counters(self.columns) for _ in rooms]
        shelf = _Shelf(zip(rooms, counters, strict=True))
        given, seating, ways_of = self.columns.given, self.seating, self._roads.of

        def count_one(one: Company) -> Tally:
            ways, tally = ways_of(one.first_home, one.home_reach), no_tally(one.size)
            with shelf.borrow() as (place, added):
                room = place.block, place.bench, place.marks
                count_crowd(given, one.crowd, seating, ways, *room, tally, added)
            return tally

        return list(self.spread(count_one, companies)), counters

    def look(
        self,
        question: Callable[[Company], Asked | None],
        answer: Callable[[Company, Asked | None, bool], _Result],
        companies: tuple[Company, ...],
        stop: Stop = NEVER,
    ) -> Iterator[_Result]:
        """Look at all eligible pairs of some crowds, in order.

        Parameters
        ----------
        question
            What to ask a crowd, with room for what is found; None: nothing.
        answer
            Makes of it what is wanted; hears whether the whole crowd was looked at, or time was up before.
        """
        shelf, ways_of = _Shelf(self._rooms(companies)), self._roads.of
        bits, points, blocks = self.known.bits, self.known.points, -(-self.given.shape[1] // BLOCK)
        given, seating = self.columns.given, self.seating

        def look_one(one: Company) -> _Result:
            asked = question(one)
            if asked is None:
                return answer(one, asked, True)
            if stop():
                return answer(one, asked, False)
            ways = ways_of(one.first_home, one.home_reach)
            with shelf.borrow() as place:
                where, room = (given, one.crowd, seating, ways), (place.block, place.bench, place.marks)
                for begin in range(0, max(1, blocks), _BLOCKS_AT_ONCE):
                    if begin and stop():
                        return answer(one, asked, False)
                    found, end = asked.found, min(begin + _BLOCKS_AT_ONCE, blocks)
                    look(*where, bits, points, *room, place.inside, asked.kept, asked.question, found, begin, end)
            return answer(one, asked, True)

        yield from self.spread(look_one, companies)

    def reached(self, one: Company) -> Bools:
        """Blocks that may hold a pair that exists for somebody in a crowd."""
        if one.crowd.first not in self._reached:
            self._reached[one.crowd.first] = self._blocks_of(one)
        return self._reached[one.crowd.first]

    def _blocks_of(self, one: Company) -> Bools:
        known = self.columns.given.known
        placed = int(self.seating.start[-1])
        blocks = self._roads.blocks_within(one.first_home, one.home_reach)
        everywhere = one.crowd.nowhere == 0
        if everywhere.any():
            blocks[placed // BLOCK :] = True
            blocks |= bool((everywhere & (one.crowd.home < 0)).any())
        facts = known.vacancy[known.start[one.people.start] : known.start[one.people.stop]]
        blocks[facts // BLOCK] = True
        return blocks

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
    def _skills(self) -> int:
        """Most different skills that the vacancies of a block ask."""
        essential, m = self.columns.given.jobs.essential, self.given.shape[1]
        skills = 0
        for begin in range(0, m, BLOCK):
            codes = essential.code[essential.start[begin] : essential.start[min(begin + BLOCK, m)]]
            skills = max(skills, np.unique(codes).size)
        return skills

    def _rooms(self, companies: tuple[Company, ...]) -> list[Room]:
        rows = max((one.crowd.slot.size for one in companies), default=0)
        workers = max(1, min(self.threads, len(companies)))
        return [room(self.columns, self.seating, self._skills, rows) for _ in range(workers)]


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
