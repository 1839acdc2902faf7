"""A handful of pairs to judge, with what is looked up once per pair."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matcher.domain.places import road_m
from matcher.domain.tables import Candidates, Facts, Problem

IntColumn = NDArray[np.int64]
_Number = TypeVar("_Number", bound=np.generic)

FULL_LOONWAARDE_BP = 10_000
"""Basis points of WML of somebody who earns it in full."""


@dataclass(frozen=True, slots=True)
class PairBlock:
    """Pairs of one person and one vacancy each.

    All arrays are int64. `candidate` has shape ``(k,)``; the others ``(k,)`` too, or ``(1,)`` for one value that holds for the whole
    block: a block of one vacancy with many people need not repeat the vacancy.

    Attributes
    ----------
    candidate, vacancy
        Rows in `Problem.candidates` and `Problem.vacancies`.
    fact
        Row in `Problem.facts`, -1 where nothing is known about the pair.
    loonwaarde_bp
        L of the contract in basis points of WML: the pair's, else the person's, else 10000 where lks_eligible is false, else -1.
    road_m
        Road metres: the pair's travel_km, else by the places, else -1.
    """

    candidate: IntColumn
    vacancy: IntColumn
    fact: IntColumn
    loonwaarde_bp: IntColumn
    road_m: IntColumn

    @property
    def size(self) -> int:
        """Number of pairs."""
        return int(self.candidate.size)

    def keep(self, which: NDArray[np.bool_] | IntColumn) -> "PairBlock":
        """Only some pairs: a mask of shape ``(k,)``, or their numbers."""
        return PairBlock(
            candidate=self.candidate[which],
            vacancy=_kept(self.vacancy, which),
            fact=_kept(self.fact, which),
            loonwaarde_bp=_kept(self.loonwaarde_bp, which),
            road_m=_kept(self.road_m, which),
        )


def _kept(column: IntColumn, which: NDArray[np.bool_] | IntColumn) -> IntColumn:
    return column if column.size == 1 else column[which]


def pair_block(problem: Problem, candidate: ArrayLike, vacancy: ArrayLike) -> PairBlock:
    """Look up what is known of some pairs.

    Parameters
    ----------
    candidate, vacancy
        Row numbers; scalars or 1-d, they broadcast. Negative numbers are a mistake of the caller.

    Returns
    -------
    A block whose arrays all have the broadcast length.
    """
    one, other = np.broadcast_arrays(
        np.atleast_1d(np.asarray(candidate, dtype=np.int64)), np.atleast_1d(np.asarray(vacancy, dtype=np.int64))
    )
    people, jobs = np.ascontiguousarray(one), np.ascontiguousarray(other)
    fact = problem.facts.rows(people, jobs, len(problem.vacancies))
    return PairBlock(
        candidate=people,
        vacancy=jobs,
        fact=fact,
        loonwaarde_bp=pair_loonwaarde_bp(problem.facts, person_loonwaarde_bp(problem.candidates)[people], fact),
        road_m=pair_road_m(problem.facts, place_road_m(problem, people, jobs), fact),
    )


def of_fact(column: NDArray[_Number], fact: IntColumn, silent: _Number) -> NDArray[_Number]:
    """A column of `Facts` per pair, ``silent`` where nothing is known; shape of ``fact``."""
    stated = fact >= 0
    if not stated.any():
        return np.full(fact.shape, silent, dtype=column.dtype)
    return np.where(stated, column[np.maximum(fact, 0)], silent)


def person_loonwaarde_bp(candidates: Candidates) -> IntColumn:
    """L of every person where the pair says nothing: the person's own, else 10000 where lks_eligible is false, else -1."""
    fallback = np.where(candidates.lks_eligible == 0, FULL_LOONWAARDE_BP, -1)
    return np.where(candidates.loonwaarde_bp >= 0, candidates.loonwaarde_bp, fallback).astype(np.int64)


def pair_loonwaarde_bp(facts: Facts, person_bp: IntColumn, fact: IntColumn) -> IntColumn:
    """L of every pair: its own where stated, else the person's."""
    own = of_fact(facts.loonwaarde_bp, fact, np.int32(-1))
    return np.where(own >= 0, own, person_bp)


def place_road_m(problem: Problem, candidate: IntColumn, vacancy: IntColumn) -> IntColumn:
    """Road metres between home and workplace by their places, -1 where either place is unknown; the arguments broadcast."""
    home, work = problem.candidates.place[candidate], problem.vacancies.place[vacancy]
    metres = np.full(np.broadcast_shapes(home.shape, work.shape), -1, dtype=np.int64)
    home, work = np.broadcast_arrays(home, work)
    located = (home >= 0) & (work >= 0)
    places = problem.places
    metres[located] = road_m(
        places.lat[home[located]], places.lon[home[located]], places.lat[work[located]], places.lon[work[located]]
    )
    return metres


def pair_road_m(facts: Facts, by_place_m: IntColumn, fact: IntColumn) -> IntColumn:
    """Road metres of every pair: its own where stated, else by the places."""
    own = of_fact(facts.travel_m, fact, np.int64(-1))
    return np.where(own >= 0, own, by_place_m)


def travel_km(block: PairBlock) -> NDArray[np.float64]:
    """Road kilometres of every pair, NaN where unknown; shape ``(k,)``."""
    km = np.where(block.road_m >= 0, block.road_m / 1000.0, np.nan)
    return np.broadcast_to(km, (block.size,))
