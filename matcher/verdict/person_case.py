"""One person with every vacancy that exists for that person: the start of every explanation and of every proposed change."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.domain.tables import Codebook, Problem
from matcher.rules.block import PairBlock, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import Verdicts, judge
from matcher.rules.scorecard import Score, score


@dataclass(frozen=True, slots=True)
class PersonCase:
    """One person's pairs, judged and scored by the reference rules.

    Attributes
    ----------
    person
        Row of the person.
    block, verdicts, score
        One entry per existing pair of the person, in the order of the vacancies.
    price
        int64, per vacancy of the problem: its price, 0 without one.
    priced
        bool, per vacancy: it has a price, for it has openings that no pin holds.
    """

    ctx: RuleContext
    codebook: Codebook
    person: int
    block: PairBlock
    verdicts: Verdicts
    score: Score
    price: NDArray[np.int64]
    priced: NDArray[np.bool_]

    @property
    def problem(self) -> Problem:
        """The problem that the person is part of."""
        return self.ctx.problem

    @property
    def open(self) -> NDArray[np.bool_]:
        """Per pair: the vacancy has at least one opening that no pin holds, filled or not."""
        return np.asarray(self.priced[self.block.vacancy])

    @property
    def gain(self) -> NDArray[np.int64]:
        """Per pair: points minus the price of the vacancy. At least -2**62, so that it never overflows."""
        return np.maximum(self.score.points, -(2**61)) - self.price[self.block.vacancy]

    def place_of(self, vacancy_id: str) -> int | None:
        """Place in the block of a vacancy, None where this pair does not exist."""
        seat = list(self.codebook.vacancy_ids).index(vacancy_id)
        found = np.flatnonzero(self.block.vacancy == seat)
        return int(found[0]) if found.size else None

    def must_place(self, vacancy_id: str) -> int:
        """Place in the block of a vacancy whose pair exists."""
        place = self.place_of(vacancy_id)
        assert place is not None
        return place

    def id_of(self, place: int) -> str:
        """Id of the vacancy at a place in the block."""
        return self.codebook.vacancy_ids[int(self.block.vacancy[place])]

    def price_of(self, place: int) -> int:
        """Price of the vacancy at a place in the block."""
        return int(self.price[self.block.vacancy[place]])

    def pair(self, place: int) -> PairBlock:
        """The block of one pair alone."""
        return self.block.keep(np.arange(self.block.size) == place)


def person_case(
    *, problem: Problem, codebook: Codebook, ctx: RuleContext, tables: Mapping[str, pa.Table], person: int
) -> PersonCase:
    """Judge and score every existing pair of one person; ``tables`` are the output tables by name."""
    seats = np.arange(len(problem.vacancies))
    if problem.listed_only:
        seats = problem.facts.vacancy[problem.facts.candidate == person].astype(np.int64)
    block = pair_block(problem, np.full(seats.size, person), seats)
    return PersonCase(
        ctx, codebook, person, block, judge(ctx, block), score(ctx, block), prices_of(tables), priced(tables)
    )


def priced(tables: Mapping[str, pa.Table]) -> NDArray[np.bool_]:
    """Return which vacancies have a price: those with openings that no pin holds."""
    known: NDArray[np.bool_] = tables["vacancies_report"]["price"].is_valid().to_numpy()
    return known


def prices_of(tables: Mapping[str, pa.Table]) -> NDArray[np.int64]:
    """Return the published price of every vacancy, 0 where there is none."""
    price: NDArray[np.int64] = tables["vacancies_report"]["price"].fill_null(0).to_numpy()
    return price
