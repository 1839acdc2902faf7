"""The look at all pairs: tile by tile, by as many workers as there are, with the same outcome for any number of them."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from matcher.domain.codes import Rule
from matcher.model.survey import Survey
from matcher.progress import SILENT, Observer
from matcher.rules.context import RuleContext
from matcher.verdict.sweep.blocks import steps_of
from matcher.verdict.sweep.claim import Claim
from matcher.verdict.sweep.crew import Crew, Tools
from matcher.verdict.sweep.findings import AllTies, Findings, findings, found_nothing, no_counts, no_list, no_ties
from matcher.verdict.sweep.known import judge_known
from matcher.verdict.sweep.layout import WORD, Bench, Bits, Ints64, Jobs, List, Ties, Tile
from matcher.verdict.sweep.pairs import look_at_rows
from matcher.verdict.sweep.ruling import Ruling, outcome_without_skills, rulings
from matcher.verdict.sweep.sides import Side, sides
from matcher.verdict.sweep.sift import count_rows
from matcher.verdict.sweep.tiles import BLOCK, Tiler
from matcher.verdict.sweep.worth import jobs_of, people_of, worth_of

SHARD_ROWS = 512
LISTED_AT_ONCE = 1 << 18
"""Pairs that one worker lists before they are seen."""
_Shard = tuple[int, int]


class Visit(Protocol):
    """Sees all eligible pairs, each once, heap by heap. Heaps that come at the same time hold no person in common."""

    def __call__(self, person: Ints64, vacancy: Ints64, points: Ints64) -> None:
        """See some; int64, shape ``(k,)`` each."""
        ...


def look_at_all(
    ctx: RuleContext, claim: Claim, watch: Observer = SILENT, *, threads: int = 0, visit: Visit | None = None
) -> Findings:
    """Judge every pair that exists by the reference rules, and compare the eligible ones with a plan.

    Parameters
    ----------
    ctx
        Problem and policy. With `Problem.listed_only` only the pairs of `Problem.facts` exist.
    claim
        The plan. Its prices are at least 0.
    watch
        Hears how many pairs are done; a pair about which nothing is known is looked at from both sides.
    threads
        How many may work at once; 0 is one per processor this process may use. Never changes an answer.
    visit
        Sees every eligible pair besides.
    """
    people, jobs = ctx.problem.shape
    listed = len(ctx.problem.facts)
    watch.phase("scan", total=listed if ctx.problem.listed_only else 2 * people * jobs)
    view = _View(ctx, watch, visit)
    known = judge_known(ctx, view.by_person, view.by_vacancy, view.found)
    if visit is not None:
        visit(known.row, known.seat, known.points)
    if ctx.problem.listed_only:
        watch.step(listed)
    elif people and jobs:
        with Crew(threads) as crew:
            view.from_both_sides(claim, crew)
    return findings(
        survey=view.survey(),
        found=view.found,
        known=known,
        claim=claim,
        ties=view.ties,
        anchored=view.anchored,
    )


class _View:
    """What is seen of the pairs."""

    def __init__(self, ctx: RuleContext, watch: Observer, visit: Visit | None) -> None:
        people, jobs = ctx.problem.shape
        self._ctx, self._watch, self._visit, self._done = ctx, watch, visit, 0
        self.by_person, self.by_vacancy = no_counts(people), no_counts(jobs)
        self.found, self.ties, self.anchored = found_nothing(people), AllTies(), np.zeros(jobs, dtype=np.bool_)

    def from_both_sides(self, claim: Claim, crew: Crew) -> None:
        """Look at all pairs for each person, and count them once more for each vacancy."""
        people, jobs = sides(self._ctx)
        ruled = rulings(self._ctx)
        self._for_people(self._tiles(ruled, people, jobs, crew), people, jobs, claim, crew)
        self._for_vacancies(self._tiles(ruled, jobs, people, crew), jobs, crew)

    def _tiles(self, ruled: Sequence[Ruling | Rule], rows: Side, columns: Side, crew: Crew) -> Tiler:
        return Tiler(
            places=self._ctx.problem.places,
            rows=rows,
            columns=columns,
            steps=steps_of(ruled, rows, columns),
            skills_unknown=outcome_without_skills(self._ctx),
            spread_over=crew.map,
        )

    def _for_people(self, tiler: Tiler, people: Side, jobs: Side, claim: Claim, crew: Crew) -> None:
        ctx, listing = self._ctx, self._visit is not None
        rows, columns = people_of(ctx, people, jobs, claim), jobs_of(ctx, jobs, claim)
        worth = worth_of(ctx, claim, listing=listing)
        rooms = [(no_ties(jobs.size, 4 * BLOCK), no_list(LISTED_AT_ONCE * listing)) for _ in range(crew.size)]

        def look(desk: tuple[Bench, tuple[Ties, List]], task: tuple[Tile, Jobs, _Shard]) -> AllTies:
            (bench, (ties, listed)), (tile, block, (at, stop)) = desk, task
            seen = AllTies()
            while at < stop:
                at = look_at_rows(tile, at, stop, rows, block, worth, bench, self.by_person, self.found, ties, listed)
                seen.take(ties)
                self._show(listed)
            return seen

        for tile, spot in tiler:
            block = columns._replace(spot=spot)
            desks = Tools((_bench(ctx, tile), room) for room in rooms)
            for seen in crew.map(desks.lend(look), [(tile, block, shard) for shard in _shards(tile)]):
                self.ties.add(seen)
            self._step(tile)
        for ties, _ in rooms:
            self.anchored |= ties.anchored

    def _show(self, listed: List) -> None:
        """Let the visitor see what a worker listed, and empty the room."""
        size = int(listed.size[0])
        if self._visit is not None and size:
            person, vacancy = (column[:size].astype(np.int64) for column in (listed.person, listed.vacancy))
            self._visit(person, vacancy, listed.points[:size].copy())
        listed.size[0] = 0

    def _for_vacancies(self, tiler: Tiler, jobs: Side, crew: Crew) -> None:
        def count(bench: Bench, task: tuple[Tile, _Shard]) -> None:
            tile, (start, stop) = task
            count_rows(tile, start, stop, jobs.order, bench, self.by_vacancy)

        for tile, _ in tiler:
            benches = Tools(_bench(self._ctx, tile) for _ in range(crew.size))
            for _done in crew.map(benches.lend(count), [(tile, shard) for shard in _shards(tile)]):
                pass
            self._step(tile)

    def _step(self, tile: Tile) -> None:
        self._done += len(tile.spot) * int(tile.run[-1])
        self._watch.step(self._done)

    def survey(self) -> Survey:
        """Counts over all pairs; who has points above 0 not among the known ones."""
        return Survey(
            row_eligible=self.by_person.eligible,
            seat_eligible=self.by_vacancy.eligible,
            row_first=self.by_person.first,
            seat_first=self.by_vacancy.first,
            row_first_unknown=self.by_person.first_unknown,
            seat_first_unknown=self.by_vacancy.first_unknown,
            row_missing=self.found.missing.astype(np.uint32),
            row_positive=self.found.positive,
        )


def _shards(tile: Tile) -> Iterator[_Shard]:
    rows = len(tile.spot)
    return ((begin, min(begin + SHARD_ROWS, rows)) for begin in range(0, rows, SHARD_ROWS))


def _bench(ctx: RuleContext, tile: Tile) -> Bench:
    people, words = ctx.problem.candidates, tile.full.size

    def bits() -> Bits:
        return np.zeros(words, dtype=np.uint64)

    return Bench(
        clean=bits(),
        hopeful=bits(),
        far=bits(),
        far_doubt=bits(),
        road_row=np.zeros(1, dtype=np.int64),
        unskilled=bits(),
        unskilled_doubt=bits(),
        at_least=np.zeros((int(ctx.essential_needed.max(initial=0)) + 1, words), dtype=np.uint64),
        skills=np.zeros(people.skills.size, dtype=np.int8),
        wanted=np.zeros(people.wanted.size, dtype=np.int8),
        column=np.zeros(words * WORD, dtype=np.int32),
        points=np.zeros(words * WORD, dtype=np.int64),
    )
