"""What the checks look at: the tables as published, put back into numbers, beside what a fresh look at all pairs found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import WageTable
from matcher.errors import CertificateError
from matcher.model.survey import Survey
from matcher.progress import Observer
from matcher.rules.block import PairBlock, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.limits import Charges, used_of
from matcher.rules.scorecard import Score, score
from matcher.rules.wishes import proposed_pairs, wishes_of
from matcher.verdict.checks.check import Check, require
from matcher.verdict.checks.cut_toll import CutToll, PublishedCuts, PublishedValueCut, rent_of
from matcher.verdict.checks.favour import Both, Favour, FavourClaim
from matcher.verdict.checks.rest import Rest
from matcher.verdict.schemas import OUTPUTS, SOMETIMES
from matcher.verdict.sweep.claim import Claim
from matcher.verdict.sweep.findings import Findings
from matcher.verdict.sweep.look import look_at_all


@dataclass(frozen=True, slots=True)
class Evidence:
    """The published plan in numbers, and what a fresh look at all pairs found.

    Attributes
    ----------
    person, vacancy
        int64, one entry per row of assignments.
    idle
        int64: the person of every row of unassigned.
    seat_of
        int64, shape ``(people,)``: vacancy, -1 for none.
    filled
        int64, shape ``(vacancies,)``: people assigned to it.
    price, price_next
        int64, shape ``(vacancies,)``: as published; price is 0 where it is null.
    block, value
        The assigned pairs and their worth, as the reference says.
    found
        All eligible pairs, summed up.
    pinned
        bool, shape ``(people,)``: has a vacancy that nobody may take away.
    limits, row_price, used
        Every limit, its price in 2^-20 points per whole number of weight, and what the assigned pairs weigh on it.
    cuts
        What the bound rests on besides.
    rest
        What the eligible pairs leave after vacancies and limits are paid for; None where there are no limits.
    favour
        The same at the prices of the second stage; None where there was none.
    """

    problem: Problem
    codebook: Codebook
    ctx: RuleContext
    tables: Mapping[str, pa.Table]
    person: NDArray[np.int64]
    vacancy: NDArray[np.int64]
    idle: NDArray[np.int64]
    seat_of: NDArray[np.int64]
    filled: NDArray[np.int64]
    price: NDArray[np.int64]
    price_next: NDArray[np.int64]
    block: PairBlock
    value: Score
    found: Findings
    pinned: NDArray[np.bool_]
    limits: Charges
    row_price: NDArray[np.int64]
    used: list[int]
    cuts: PublishedCuts
    value_cuts: Sequence[PublishedValueCut]
    rest: Rest | None
    favour: Favour | None

    @property
    def survey(self) -> Survey:
        """Counts over all pairs that exist."""
        return self.found.survey

    @property
    def open(self) -> NDArray[np.bool_]:
        """Bool, shape ``(vacancies,)``: has openings that no pin holds."""
        held = np.bincount(self.vacancy[self.pinned[self.person]], minlength=self.filled.size)
        return np.asarray(self.problem.vacancies.openings > held)

    def column(self, table: str, column: str) -> list[Any]:
        """A published column, null as None."""
        listed: list[Any] = self.tables[table][column].to_pylist()
        return listed


def number(words: pa.ChunkedArray | list[str | None], known: Sequence[str]) -> NDArray[np.int64]:
    """Place of every word among the known ones; -1 where it is null or unknown."""
    asked = pa.array(words, type=pa.string()) if isinstance(words, list) else words.combine_chunks()
    found = pc.index_in(asked, value_set=pa.array(list(known), type=pa.string()), skip_nulls=True)
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


def check_form(tables: Mapping[str, pa.Table], codebook: Codebook) -> Iterator[Check]:
    """Every table is there, in its own columns and types; ids are known, in order, and nobody stands twice."""
    there = {name: schema for name, schema in SOMETIMES.items() if name in tables}
    for name, schema in {**OUTPUTS, **there}.items():
        if name not in tables:
            raise CertificateError(f"{name}: the table is missing.")
        if not tables[name].schema.equals(schema):
            raise CertificateError(f"{name}: columns or types are not those of the contract.")
        yield Check("columns and types", name, "", len(schema))
    for name, column, known in (
        ("assignments", "candidate_id", codebook.candidate_ids),
        ("assignments", "vacancy_id", codebook.vacancy_ids),
        ("unassigned", "candidate_id", codebook.candidate_ids),
        ("vacancies_report", "vacancy_id", codebook.vacancy_ids),
    ):
        place = number(tables[name][column], known)
        yield require("known id", name, column, place >= 0)
        if column == tables[name].column_names[0]:
            rising = np.ones(place.size, dtype=np.bool_)
            rising[1:] = place[1:] > place[:-1]
            yield require("rows in order of id, each once", name, column, rising)
    assigned = number(tables["assignments"]["candidate_id"], codebook.candidate_ids)
    idle = number(tables["unassigned"]["candidate_id"], codebook.candidate_ids)
    times = np.bincount(np.concatenate([assigned, idle]), minlength=len(codebook.candidate_ids))
    yield require("each accepted person in exactly one of assignments and unassigned", "candidates", "", times == 1)
    listed = number(tables["vacancies_report"]["vacancy_id"], codebook.vacancy_ids)
    times = np.bincount(listed, minlength=len(codebook.vacancy_ids))
    yield require("each accepted vacancy in vacancies_report", "vacancies", "", times == 1)


def gather(
    *,
    problem: Problem,
    codebook: Codebook,
    ctx: RuleContext,
    wage: WageTable,
    limits: Charges,
    row_price: NDArray[np.int64],
    cuts: PublishedCuts,
    value_cuts: Sequence[PublishedValueCut],
    tables: Mapping[str, pa.Table],
    favoured: FavourClaim | None,
    extreme: bool,
    watch: Observer,
) -> Evidence:
    """Put the published tables back into numbers and look at all pairs; only after `check_form` and all checks of signs."""
    person = number(tables["assignments"]["candidate_id"], codebook.candidate_ids)
    vacancy = number(tables["assignments"]["vacancy_id"], codebook.vacancy_ids)
    people, vacancies = problem.shape
    seat_of, own_points = np.full(people, -1, dtype=np.int64), np.zeros(people, dtype=np.int64)
    block = pair_block(problem, person, vacancy)
    value = score(ctx, block)
    seat_of[person], own_points[person] = vacancy, value.points
    pinned = np.zeros(people, dtype=np.bool_)
    pinned[problem.facts.candidate[problem.facts.pinned]] = True
    price, price_next = (whole(tables["vacancies_report"][column]) for column in ("price", "price_next"))
    claim = Claim(
        seat_of=seat_of,
        own_points=own_points,
        openings=problem.vacancies.openings,
        price=price,
        price_next=price_next,
        pinned=pinned & (seat_of >= 0),
        extreme=extreme,
    )
    rest = None
    if limits.rows or value_cuts:
        toll = CutToll(ctx, wage, limits, cuts, pinned) if cuts else None
        rent = rent_of(value_cuts, vacancies) if value_cuts else None
        rest = Rest(ctx, wage, limits, price=price, is_open=claim.open, row_price=row_price, cuts=toll, rent=rent)
    favour = None
    if favoured is not None:
        # Openings that no pin holds: one at least where the vacancy is open.
        left = claim.open.astype(np.int64)
        wishes = wishes_of(proposed_pairs(ctx), pinned=claim.pinned, left=left)
        favour = Favour(ctx, wage, limits, favoured, is_open=claim.open, wishes=wishes)
    seen = [one for one in (rest, favour) if one is not None]
    return Evidence(
        problem=problem,
        codebook=codebook,
        ctx=ctx,
        tables=tables,
        person=person,
        vacancy=vacancy,
        idle=number(tables["unassigned"]["candidate_id"], codebook.candidate_ids),
        seat_of=seat_of,
        filled=np.bincount(vacancy, minlength=vacancies).astype(np.int64),
        price=price,
        price_next=price_next,
        block=block,
        value=value,
        found=look_at_all(ctx, claim, watch, threads=ctx.policy.solve.threads, visit=Both(*seen) if seen else None),
        pinned=claim.pinned,
        limits=limits,
        row_price=row_price,
        used=used_of(ctx, wage, limits, block),
        cuts=cuts,
        value_cuts=value_cuts,
        rest=rest,
        favour=favour,
    )


def whole(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """A column of whole numbers; null is 0."""
    return np.asarray(column.combine_chunks().fill_null(0).to_numpy(zero_copy_only=False), dtype=np.int64)
