"""What became of a vacancy, and why people fall away; in counts and ranks, never about one person."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.domain.codes import LANES, REACH_RULES, RULE_INDEX, RULES, Rule
from matcher.domain.tables import Codebook, Problem
from matcher.model.edges import Edges
from matcher.rules.block import PairBlock
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import Verdicts, judge
from matcher.rules.logic import UNKNOWN
from matcher.verdict.bids import Bids, bids_for, everybody_at
from matcher.verdict.lookup import vacancy_row
from matcher.verdict.person_case import prices_of

_DEMANDS = RULES[RULE_INDEX[Rule.LANE] :]
"""Rules that ask something of a person: the rest is about reach, law, consent, and what was agreed about a pair."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What one rule takes away.

    Attributes
    ----------
    removed, removed_unknown
        People whose first failing rule it is; those of them where it failed on an unknown.
    alone
        People for whom it is the only rule that is not passed: they would be eligible without it.
    """

    rule: Rule
    removed: int
    removed_unknown: int
    alone: int


@dataclass(frozen=True, slots=True)
class Field:
    """The people who are eligible, by what became of them.

    Attributes
    ----------
    here, elsewhere, nowhere
        How many got this vacancy, another one, none.
    rivals
        How many other vacancies took those of `elsewhere`.
    bidding
        How many would bring more here than at their best other place, after its price, or than nothing.
    winning
        How many bid at least the price, so that they could have had a place here in some equally good plan.
    """

    here: int
    elsewhere: int
    nowhere: int
    rivals: int
    bidding: int
    winning: int


@dataclass(frozen=True, slots=True)
class VacancyExplanation:
    """One vacancy.

    Attributes
    ----------
    price
        What the plan loses with one opening less, in points; None where there is none.
    price_next
        What it gains with one opening more.
    price_place, price_of
        1 + how many vacancies have a higher price; how many have one.
    pairs, in_reach, eligible
        People looked at; those that pass the first four rules; those that pass all.
    losses
        Rules that remove anybody, in their order.
    rule
        The one that removes most, as in vacancies_report.parquet.
    demand
        The demand without which most people would be eligible who are not now, the first of equals; None where no single one opens any.
    place_opens
        How many people the vacancy's own place may open: they pass all other rules (unknowns as the policy has them) and their own place is
        known. None where it is known, or where it keeps nobody away.
    """

    vacancy_id: str
    lane: str
    unpaid: bool
    openings: int
    filled: int
    price: int | None
    price_next: int
    price_place: int | None
    price_of: int
    pairs: int
    in_reach: int
    eligible: int
    losses: tuple[Loss, ...]
    rule: Rule | None
    field: Field
    demand: Loss | None = None
    place_opens: int | None = None


def explain_vacancy(
    *,
    problem: Problem,
    codebook: Codebook,
    ctx: RuleContext,
    tables: Mapping[str, pa.Table],
    surplus: Edges,
    vacancy_id: str,
) -> VacancyExplanation:
    """Explain one vacancy.

    Parameters
    ----------
    tables
        The output tables by name.
    surplus
        Every eligible pair of a vacancy with openings whose points exceed its published price.

    Raises
    ------
    InputError
        The id is not that of an accepted vacancy of this run.
    """
    seat = vacancy_row(codebook, vacancy_id)
    report = tables["vacancies_report"].slice(seat, 1).to_pylist()[0]
    block = everybody_at(problem, seat)
    verdicts = judge(ctx, block)
    price = tables["vacancies_report"]["price"].drop_null().to_numpy()
    own = report["price"]
    bids = bids_for(ctx, block, verdicts, surplus, prices_of(tables))
    first = verdicts.first_fail
    losses = _losses(verdicts)
    return VacancyExplanation(
        vacancy_id=codebook.vacancy_ids[seat],
        lane=LANES[int(problem.vacancies.lane[seat])],
        unpaid=bool(problem.vacancies.unpaid[seat]),
        openings=report["openings"],
        filled=report["filled"],
        price=own,
        price_next=report["price_next"],
        price_place=None if own is None else 1 + int((price > own).sum()),
        price_of=int(price.size),
        pairs=block.size,
        in_reach=int(((first < 0) | (first >= len(REACH_RULES))).sum()),
        eligible=int(verdicts.eligible.sum()),
        losses=losses,
        rule=None if report["rule"] is None else Rule(report["rule"]),
        field=_field(codebook, tables["assignments"], bids, seat, own or 0),
        demand=max(
            (loss for loss in losses if loss.alone and loss.rule in _DEMANDS), key=lambda loss: loss.alone, default=None
        ),
        place_opens=_place_opens(problem, block, verdicts, seat),
    )


def _place_opens(problem: Problem, block: PairBlock, verdicts: Verdicts, seat: int) -> int | None:
    distance = RULE_INDEX[Rule.DISTANCE]
    away = (verdicts.outcome[distance] == UNKNOWN) & ~verdicts.passed[distance]
    if problem.vacancies.place[seat] >= 0 or not away.any():
        return None
    others = np.delete(verdicts.passed, distance, axis=0).all(axis=0)
    return int((away & others & (problem.candidates.place[block.candidate] >= 0)).sum())


def _losses(verdicts: Verdicts) -> tuple[Loss, ...]:
    lone = (~verdicts.passed).sum(axis=0) == 1
    losses = []
    for number, rule in enumerate(RULES):
        mine = verdicts.first_fail == number
        unknown = int((mine & verdicts.first_fail_unknown).sum())
        alone = int((lone & ~verdicts.passed[number]).sum())
        if mine.any():
            losses.append(Loss(rule, int(mine.sum()), unknown, alone))
    return tuple(losses)


def _field(codebook: Codebook, assignments: pa.Table, bids: Bids, seat: int, price: int) -> Field:
    taken = _seats(codebook, assignments)[bids.row]
    elsewhere = taken[(taken >= 0) & (taken != seat)]
    return Field(
        here=int((taken == seat).sum()),
        elsewhere=int(elsewhere.size),
        nowhere=int((taken < 0).sum()),
        rivals=int(np.unique(elsewhere).size),
        bidding=int((bids.bid > 0).sum()),
        winning=int(((bids.bid >= price) & (bids.bid > 0)).sum()),
    )


def _seats(codebook: Codebook, assignments: pa.Table) -> NDArray[np.int64]:
    """Row of everybody's vacancy, -1 for none."""
    person = {name: row for row, name in enumerate(codebook.candidate_ids)}
    vacancy = {name: row for row, name in enumerate(codebook.vacancy_ids)}
    out = np.full(len(person), -1, dtype=np.int64)
    pairs = zip(assignments["candidate_id"].to_pylist(), assignments["vacancy_id"].to_pylist(), strict=True)
    for who, where in pairs:
        out[person[who]] = vacancy[where]
    return out
