"""A look at every pair that exists: counts per rule, and all eligible pairs with their points.

Plain beside the compiled way, and independent of it: what a result is checked against.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import REACH_RULES, RULE_INDEX, RULES, Rule
from matcher.domain.places import road_m
from matcher.domain.tables import Problem
from matcher.model.edges import Edges
from matcher.model.survey import Survey
from matcher.progress import SILENT, Observer
from matcher.rules.block import IntColumn, PairBlock, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import outcome_of, unknown_passes
from matcher.rules.logic import FAIL, PASS, UNKNOWN
from matcher.rules.scorecard import score
from matcher.rules.tally import Tally

_AT_ONCE = 50_000
"""Pairs judged together; what they need then fits in a processor's cache."""
_NO_FACT: IntColumn = np.array([-1], dtype=np.int64)


def scan(ctx: RuleContext, watch: Observer = SILENT) -> tuple[Survey, Edges]:
    """Judge every pair that exists and score the eligible ones.

    Parameters
    ----------
    ctx
        Problem and policy. With `Problem.listed_only` only the pairs of `Problem.facts` exist.
    watch
        Hears how many pairs are done.

    Returns
    -------
    The counts, and all eligible pairs (rows are people, seats are vacancies) whatever their points, also <= 0.
    """
    tally = Tally(*ctx.problem.shape)
    for left in _walk_all(ctx, tally, watch):
        _finish(ctx, tally, left)
        watch.step(tally.done)
    return tally.survey(), tally.edges()


def _walk_all(ctx: RuleContext, tally: Tally, watch: Observer) -> Iterator["_Left"]:
    """Take every pair that exists through all rules; heap by heap, those that no rule failed for certain."""
    problem = ctx.problem
    people, jobs = problem.shape
    watch.phase("scan", total=len(problem.facts) if problem.listed_only else people * jobs)
    for left in _listed_pairs(problem):
        yield _walk(ctx, tally, left, RULES)
    if not problem.listed_only:
        for left in _other_pairs_in_reach(ctx, tally):
            yield _walk(ctx, tally, left, RULES[len(REACH_RULES) :])


@dataclass(frozen=True, slots=True)
class _Left:
    """Pairs that no rule has failed for certain so far.

    Attributes
    ----------
    doubts
        uint32, shape ``(k,)``: bit ``r`` is set where rule ``r`` failed on unknown.
    """

    block: PairBlock
    doubts: NDArray[np.uint32]

    def keep(self, which: NDArray[np.bool_] | IntColumn) -> "_Left":
        """Only some pairs: a mask of shape ``(k,)``, or their numbers."""
        return _Left(self.block.keep(which), self.doubts[which])


def _fresh(block: PairBlock) -> _Left:
    return _Left(block, np.zeros(block.size, dtype=np.uint32))


def _walk(ctx: RuleContext, tally: Tally, left: _Left, rules: Sequence[Rule]) -> _Left:
    """Take pairs through some rules in order. A certain failure ends a pair's way; an unknown one is only remembered."""
    for rule in rules:
        outcome = outcome_of(ctx, rule, left.block)
        if (outcome == PASS).all():
            continue
        outcome = np.broadcast_to(outcome, (left.block.size,))
        in_doubt = (outcome == UNKNOWN) & ~unknown_passes(ctx, rule, left.block)
        if in_doubt.any():
            bit = np.uint32(1 << RULE_INDEX[rule])
            left = _Left(left.block, left.doubts | in_doubt * bit)
        failed = np.flatnonzero(outcome == FAIL)
        if failed.size:
            block = left.block
            vacancy = block.vacancy if block.vacancy.size == 1 else block.vacancy[failed]
            tally.add_failed(RULE_INDEX[rule], block.candidate[failed], vacancy, left.doubts[failed])
            left = left.keep(np.flatnonzero(outcome != FAIL))
    return left


def _finish(ctx: RuleContext, tally: Tally, left: _Left) -> None:
    """Count pairs that went through all rules, and score those without a doubt."""
    clear = left.doubts == 0
    doubtful = left.keep(~clear)
    tally.add_unknown_only(doubtful.block, doubtful.doubts)
    eligible = left.block.keep(clear)
    tally.add_eligible(eligible, score(ctx, eligible).points)


def _listed_pairs(problem: Problem) -> Iterator[_Left]:
    """The pairs about which something is known."""
    for begin in range(0, len(problem.facts), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        yield _fresh(pair_block(problem, problem.facts.candidate[some], problem.facts.vacancy[some]))


def _other_pairs_in_reach(ctx: RuleContext, tally: Tally) -> Iterator[_Left]:
    """All other pairs, taken through the first four rules one vacancy at a time, then handed on in larger heaps."""
    problem = ctx.problem
    heap: list[_Left] = []
    height = 0
    metres = _Metres(problem)
    strangers = _Strangers(problem)
    for vacancy in range(len(problem.vacancies)):
        people = strangers.of(vacancy)
        block = PairBlock(
            candidate=people,
            vacancy=np.array([vacancy], dtype=np.int64),
            fact=_NO_FACT,
            loonwaarde_bp=ctx.person_loonwaarde_bp[people],
            road_m=metres.between(people, vacancy),
        )
        left = _walk(ctx, tally, _fresh(block), REACH_RULES)
        heap.append(left)
        height += left.block.size
        if height >= _AT_ONCE:
            yield _joined(heap)
            heap, height = [], 0
    if height:
        yield _joined(heap)


class _Strangers:
    """The people about whom and a vacancy nothing is known as a pair."""

    def __init__(self, problem: Problem) -> None:
        facts = problem.facts
        self._everybody = np.arange(len(problem.candidates), dtype=np.int64)
        self._known = facts.candidate[np.argsort(facts.vacancy, kind="stable")]
        self._bounds = np.searchsorted(np.sort(facts.vacancy), np.arange(len(problem.vacancies) + 1))

    def of(self, vacancy: int) -> IntColumn:
        """Their rows, ascending."""
        known = self._known[self._bounds[vacancy] : self._bounds[vacancy + 1]]
        return np.delete(self._everybody, known) if known.size else self._everybody


class _Metres:
    """Road metres by place, measured once per vacancy and place where people live."""

    def __init__(self, problem: Problem) -> None:
        homes = problem.candidates.place
        distinct, back = np.unique(homes[homes >= 0], return_inverse=True)
        self._slot = np.full(homes.size, distinct.size, dtype=np.int64)  # one past the last stands for unknown
        self._slot[homes >= 0] = back
        self._lat, self._lon = problem.places.lat[distinct], problem.places.lon[distinct]
        self._problem = problem

    def between(self, people: IntColumn, vacancy: int) -> IntColumn:
        """Metres of some people to one vacancy, -1 unknown; shape ``(people,)``, or ``(1,)`` where its place is unknown."""
        places = self._problem.places
        work = self._problem.vacancies.place[[vacancy]]
        if work[0] < 0:
            return np.array([-1], dtype=np.int64)
        by_slot = road_m(self._lat, self._lon, places.lat[work], places.lon[work])
        return np.append(by_slot, -1)[self._slot[people]]


def _joined(heap: list[_Left]) -> _Left:
    """One heap of pairs of many vacancies; nothing is known of any as a pair."""
    blocks = [left.block for left in heap]

    def written(columns: list[IntColumn]) -> IntColumn:
        pairs = zip(columns, blocks, strict=True)
        return np.concatenate([np.broadcast_to(column, (block.size,)) for column, block in pairs])

    block = PairBlock(
        candidate=written([block.candidate for block in blocks]),
        vacancy=written([block.vacancy for block in blocks]),
        fact=_NO_FACT,
        loonwaarde_bp=written([block.loonwaarde_bp for block in blocks]),
        road_m=written([block.road_m for block in blocks]),
    )
    return _Left(block, np.concatenate([left.doubts for left in heap]))
