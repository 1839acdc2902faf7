"""From a solved assignment to the tables of the contract: what each person and each vacancy gets to hear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.domain.codes import LANES, RULES
from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import WageTable
from matcher.model.solution import Prices, SolveResult
from matcher.model.standing import Compare, Market, Standing
from matcher.model.survey import Survey
from matcher.rules.block import PairBlock, of_fact, pair_block
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import Verdicts, judge
from matcher.rules.limits import limits_of, used_of
from matcher.rules.scorecard import MICRO, Score, score
from matcher.rules.wishes import stays
from matcher.verdict.arrange import to_arrange
from matcher.verdict.cuts_table import cut_rows, cuts_table, value_cut_rows
from matcher.verdict.limits_table import limits_table
from matcher.verdict.reasons import REASONS, Obstacle, codes_of, obstacle, reasons
from matcher.verdict.schemas import ASSIGNMENTS, UNASSIGNED, VACANCIES
from matcher.verdict.stability_table import stability_tables
from matcher.verdict.subsidies import subsidies


@dataclass(frozen=True, slots=True)
class Outcome:
    """A plan as tables, rows sorted by id, and the figures the totals are made from.

    Attributes
    ----------
    cuts
        What the bound rests on besides the limits; most plans have none.
    stability
        The prices of a second stage, by the name of their table; empty where they are not needed.
    p_durable_micro, p_start_micro
        int64, one entry per row of `assignments`.
    """

    assignments: pa.Table
    unassigned: pa.Table
    vacancies: pa.Table
    limits: pa.Table
    cuts: pa.Table
    stability: Mapping[str, pa.Table]
    p_durable_micro: NDArray[np.int64]
    p_start_micro: NDArray[np.int64]

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """The tables by the names of their files, without the suffix."""
        return {
            "assignments": self.assignments,
            "unassigned": self.unassigned,
            "vacancies_report": self.vacancies,
            "limits_report": self.limits,
            **({"cuts": self.cuts} if self.cuts.num_rows else {}),
            **self.stability,
        }


def outcome(
    *,
    problem: Problem,
    codebook: Codebook,
    ctx: RuleContext,
    survey: Survey,
    compare: Compare,
    result: SolveResult,
    wage: WageTable,
) -> Outcome:
    """Build the output tables.

    Parameters
    ----------
    survey
        Counts over all existing pairs.
    compare
        Compares everybody's own vacancy with all others that are eligible.
    result
        Must hold an assignment and prices, also of limits where there are any.
    wage
        The amounts that hold on the run date.

    Raises
    ------
    SolverError
        The result holds no assignment or no prices.
    """
    seat_of, prices = result.require_seats(), result.require_prices()
    openings = problem.vacancies.openings
    filled = np.bincount(seat_of[seat_of >= 0], minlength=openings.size).astype(np.int64)
    placed = np.flatnonzero(seat_of >= 0)
    block = pair_block(problem, placed, seat_of[placed].astype(np.int64))
    value = score(ctx, block)
    own_points = np.zeros(seat_of.size, dtype=np.int64)
    own_points[placed] = value.points
    pinned = of_fact(problem.facts.pinned, block.fact, np.bool_(False))
    # An opening that a pin holds is nobody else's, at any price.
    held = np.bincount(block.vacancy[pinned], minlength=openings.size).astype(np.int64)
    market = Market(openings=openings - held, filled=filled - held, price=prices.high)
    limits = limits_of(problem, ctx.policy, codebook)
    place = compare(seat_of, own_points, market)
    p_start = of_fact(problem.facts.p_start_micro, block.fact, np.int32(MICRO)).astype(np.int64)
    return Outcome(
        assignments=_assignments(
            problem,
            codebook,
            block=block,
            verdicts=judge(ctx, block),
            value=value,
            p_start=p_start,
            place=place,
            pinned=pinned,
            kept=stays(ctx, block.candidate, block.vacancy),
            price=pa.array(prices.high[block.vacancy], mask=market.openings[block.vacancy] == 0),
            wage=wage,
        ),
        unassigned=_unassigned(problem, codebook, survey, np.flatnonzero(seat_of < 0), place),
        vacancies=_vacancies(codebook, survey, openings, filled, prices, closed=market.openings == 0),
        limits=limits_table(
            limits,
            used_of(ctx, wage, limits, block),
            block.vacancy,
            result.row_prices,
            cuts=result.cuts,
            cut_rows=[
                *cut_rows(ctx, wage, limits, result.cuts, block),
                *value_cut_rows(limits, result.value_cuts, block.vacancy),
            ],
        ),
        cuts=cuts_table(
            limits,
            result.cuts,
            result.value_cuts,
            candidate_ids=codebook.candidate_ids,
            vacancy_ids=codebook.vacancy_ids,
        ),
        stability=stability_tables(result.stability, codebook.vacancy_ids),
        p_durable_micro=value.p_micro,
        p_start_micro=p_start,
    )


def _assignments(
    problem: Problem,
    codebook: Codebook,
    *,
    block: PairBlock,
    verdicts: Verdicts,
    value: Score,
    p_start: NDArray[np.int64],
    place: Standing,
    pinned: NDArray[np.bool_],
    kept: NDArray[np.bool_],
    price: pa.Array,
    wage: WageTable,
) -> pa.Table:
    people, seats = block.candidate, block.vacancy
    vacancies = problem.vacancies
    amounts, bases = subsidies(problem, block, value, wage)
    columns = {
        "candidate_id": _words(codebook.candidate_ids, people),
        "vacancy_id": _words(codebook.vacancy_ids, seats),
        "employer_id": _words(codebook.employer_ids, vacancies.employer[seats]),
        "agency_id": _words(codebook.agency_ids, vacancies.agency[seats]),
        "lane": _words(LANES, vacancies.lane[seats]),
        "p_durable": value.p_micro / MICRO,
        "p_start": p_start / MICRO,
        "points": value.points,
        "travel_km": _scaled(block.road_m, 1000),
        "hours_week": _scaled(value.hours_c, 100),
        "loonwaarde_pct": _scaled(block.loonwaarde_bp, 100),
        "lks_eur_month": amounts,
        "lks_basis": bases,
        "rank": place.rank[people],
        "vacancy_price": price,
        "pinned": pinned,
        "kept": kept,
        "to_check": codes_of(verdicts.checked_bits),
        "to_arrange": to_arrange(problem, codebook, block.candidate, block.vacancy),
        "alternatives": _seat_lists(codebook, place.alternatives[people]),
    }
    return _table(ASSIGNMENTS, columns)


def _unassigned(
    problem: Problem, codebook: Codebook, survey: Survey, people: NDArray[np.int64], place: Standing
) -> pa.Table:
    control = problem.candidates.control
    removed = obstacle(survey.row_first, survey.row_first_unknown, survey.row_eligible)
    rule = np.where(control, -1, removed.rule)[people]
    best = place.best_seat[people]
    none = best < 0
    columns = {
        "candidate_id": _words(codebook.candidate_ids, people),
        "reason": _words(REASONS, reasons(survey, control, place.winnable)[people]),
        "rule": _words(RULES, rule),
        "rule_unknown": removed.on_unknown[people] & (rule >= 0),
        "missing": codes_of(survey.row_missing[people]),
        "n_eligible": survey.row_eligible[people],
        "best_vacancy_id": _words(codebook.vacancy_ids, best),
        "best_points": pa.array(place.best_points[people], mask=none),
        "shortfall": pa.array(place.shortfall[people], mask=none),
    }
    return _table(UNASSIGNED, columns)


def _vacancies(
    codebook: Codebook,
    survey: Survey,
    openings: NDArray[np.int64],
    filled: NDArray[np.int64],
    prices: Prices,
    *,
    closed: NDArray[np.bool_],
) -> pa.Table:
    removed: Obstacle = obstacle(survey.seat_first, survey.seat_first_unknown, survey.seat_eligible)
    columns = {
        "vacancy_id": _words(codebook.vacancy_ids, np.arange(openings.size)),
        "openings": openings,
        "filled": filled,
        "price": pa.array(prices.high, mask=closed),
        "price_next": prices.low,
        "n_eligible": survey.seat_eligible,
        "rule": _words(RULES, removed.rule),
    }
    return _table(VACANCIES, columns)


def _table(schema: pa.Schema, columns: Mapping[str, Any]) -> pa.Table:
    return pa.table([pa.array(columns[field.name], type=field.type) for field in schema], schema=schema)


def _words(words: Sequence[str], number: NDArray[Any]) -> pa.Array:
    """The word of each number; null where it is negative."""
    listed = pa.array([str(word) for word in words], type=pa.string())
    return listed.take(pa.array(number.astype(np.int64), mask=number < 0))


def _scaled(number: NDArray[Any], scale: int) -> pa.Array:
    return pa.array(number / scale, mask=number < 0)


def _seat_lists(codebook: Codebook, seats: NDArray[np.int32]) -> list[list[str]]:
    ids = codebook.vacancy_ids
    return [[ids[seat] for seat in row if seat >= 0] for row in seats.tolist()]
