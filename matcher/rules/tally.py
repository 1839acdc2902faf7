"""Adds up what becomes of pairs on their way through the rules."""

import numpy as np
from numpy.typing import NDArray

from matcher.domain.codes import RULES
from matcher.model.edges import Edges
from matcher.model.survey import Survey
from matcher.rules.block import IntColumn, PairBlock


class Tally:
    """Counts per person and per vacancy, and the eligible pairs found so far; lives inside one scan."""

    def __init__(self, people: int, jobs: int) -> None:
        self.done = 0
        self._people, self._jobs = people, jobs
        self._row_first = np.zeros((len(RULES), people), dtype=np.int64)
        self._seat_first = np.zeros((len(RULES), jobs), dtype=np.int64)
        self._row_first_unknown = np.zeros_like(self._row_first)
        self._seat_first_unknown = np.zeros_like(self._seat_first)
        self._row_missing = np.zeros(people, dtype=np.uint32)
        self._candidate: list[NDArray[np.int32]] = []
        self._vacancy: list[NDArray[np.int32]] = []
        self._points: list[IntColumn] = []

    def add_failed(self, rule: int, candidate: IntColumn, vacancy: IntColumn, doubts: NDArray[np.uint32]) -> None:
        """Count pairs that failed ``rule`` for certain; where an earlier rule failed on unknown, that one was the first.

        Parameters
        ----------
        candidate, doubts
            Shape ``(k,)``; bit ``r`` of a doubt is set where rule ``r`` failed on unknown.
        vacancy
            Shape ``(k,)``, or ``(1,)`` for one vacancy of all pairs.
        """
        in_doubt = doubts != 0
        if in_doubt.any():
            vacancy = np.broadcast_to(vacancy, candidate.shape)
            self._add_doubtful(candidate[in_doubt], vacancy[in_doubt], doubts[in_doubt])
            candidate, vacancy = candidate[~in_doubt], vacancy[~in_doubt]
        np.add.at(self._row_first[rule], candidate, 1)
        if vacancy.size == 1:
            self._seat_first[rule, vacancy] += candidate.size
        else:
            np.add.at(self._seat_first[rule], vacancy, 1)
        self.done += candidate.size

    def add_unknown_only(self, block: PairBlock, doubts: NDArray[np.uint32]) -> None:
        """Count pairs whose only failures are unknown ones."""
        self._add_doubtful(block.candidate, np.broadcast_to(block.vacancy, (block.size,)), doubts)
        np.bitwise_or.at(self._row_missing, block.candidate, doubts)

    def add_eligible(self, block: PairBlock, points: IntColumn) -> None:
        """Keep pairs that passed every rule."""
        self._candidate.append(block.candidate.astype(np.int32))
        self._vacancy.append(np.broadcast_to(block.vacancy, (block.size,)).astype(np.int32))
        self._points.append(points)
        self.done += block.size

    def _add_doubtful(self, candidate: IntColumn, vacancy: IntColumn, doubts: NDArray[np.uint32]) -> None:
        first = lowest_bit(doubts)
        for table in (self._row_first, self._row_first_unknown):
            np.add.at(table.reshape(-1), first * self._people + candidate, 1)
        for table in (self._seat_first, self._seat_first_unknown):
            np.add.at(table.reshape(-1), first * self._jobs + vacancy, 1)
        self.done += candidate.size

    def edges(self) -> Edges:
        """All eligible pairs by person, then vacancy."""
        candidate, vacancy, points = self._columns()
        order = np.lexsort((vacancy, candidate))
        start = np.concatenate([[0], np.cumsum(np.bincount(candidate, minlength=self._people))]).astype(np.int64)
        return Edges(start=start, seat=vacancy[order], points=points[order])

    def survey(self) -> Survey:
        """The counts."""
        candidate, vacancy, points = self._columns()
        positive = np.zeros(self._people, dtype=np.bool_)
        positive[candidate[points > 0]] = True
        return Survey(
            row_eligible=np.bincount(candidate, minlength=self._people).astype(np.int64),
            seat_eligible=np.bincount(vacancy, minlength=self._jobs).astype(np.int64),
            row_first=np.ascontiguousarray(self._row_first.T),
            seat_first=np.ascontiguousarray(self._seat_first.T),
            row_first_unknown=np.ascontiguousarray(self._row_first_unknown.T),
            seat_first_unknown=np.ascontiguousarray(self._seat_first_unknown.T),
            row_missing=self._row_missing,
            row_positive=positive,
        )

    def _columns(self) -> tuple[NDArray[np.int32], NDArray[np.int32], IntColumn]:
        none = np.zeros(0, dtype=np.int32)
        return (
            np.concatenate([none, *self._candidate]),
            np.concatenate([none, *self._vacancy]),
            np.concatenate([none.astype(np.int64), *self._points]),
        )


def lowest_bit(bits: NDArray[np.uint32]) -> IntColumn:
    """Number of the lowest bit that is set; the bits are not 0."""
    below = (bits & (~bits + np.uint32(1))) - np.uint32(1)
    return np.bitwise_count(below).astype(np.int64)
