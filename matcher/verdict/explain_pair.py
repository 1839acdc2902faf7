"""Why this person does or does not get this vacancy: every rule, the worth of the pair, and its place among its competitors."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from matcher.domain.codes import LANES, RULES, Rule
from matcher.domain.tables import Codebook, Problem
from matcher.model.edges import Edges
from matcher.rules.context import RuleContext
from matcher.rules.eligibility import judge, rule_is_on
from matcher.rules.logic import PASS, UNKNOWN
from matcher.verdict.bids import bids_for, everybody_at
from matcher.verdict.explanation import Worth
from matcher.verdict.lookup import candidate_row, plan_row, vacancy_row
from matcher.verdict.person_case import PersonCase, person_case
from matcher.verdict.unplaced import Unplaced, unplaced
from matcher.verdict.worth import worth


class Outcome(StrEnum):
    """What one rule says of a pair."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    OFF = "off"  # the policy or the data switch the rule off


class Standing(StrEnum):
    """What became of the person."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """One rule of the pair; `passed` is the outcome after the policy's say on unknowns."""

    rule: Rule
    outcome: Outcome
    passed: bool


@dataclass(frozen=True, slots=True)
class Contest:
    """The pair among everybody who is eligible for the vacancy.

    Attributes
    ----------
    place, of
        1 + how many people have a higher bid; how many people are eligible.
    bid
        Points of the pair minus what the person's best other place leaves over after its price.
    needed
        How much higher the bid must be to win a place for certain: price minus bid plus one; 0 or less where it wins or ties already.
    """

    place: int
    of: int
    bid: int
    needed: int


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """One person and one vacancy.

    Attributes
    ----------
    exists
        False where only listed pairs exist and this one is not listed; then there are no rules, no worth and no contest.
    standing, own_vacancy_id
        What became of the person.
    rules
        Every rule in the order of the contract.
    rule
        The first that is not passed, None where the pair is eligible.
    price, price_next
        Of the vacancy; `price` is None where it has no openings.
    gap
        Points minus price; None without a price.
    contest
        None where the pair is not eligible.
    unplaced
        Whose place is missing; None where the distance is known or does not count.
    """

    candidate_id: str
    vacancy_id: str
    lane: str
    unpaid: bool
    openings: int
    filled: int
    price: int | None
    price_next: int
    exists: bool
    standing: Standing
    own_vacancy_id: str | None
    rules: tuple[RuleOutcome, ...]
    eligible: bool
    rule: Rule | None
    worth: Worth | None
    gap: int | None
    contest: Contest | None
    unplaced: Unplaced | None = None


def explain_pair(
    *,
    problem: Problem,
    codebook: Codebook,
    ctx: RuleContext,
    tables: Mapping[str, pa.Table],
    surplus: Edges,
    candidate_id: str,
    vacancy_id: str,
) -> PairExplanation:
    """Explain one pair.

    Parameters
    ----------
    tables
        The output tables by name.
    surplus
        Every eligible pair of a vacancy with openings whose points exceed its published price.

    Raises
    ------
    InputError
        The person or the vacancy is not an accepted one of this run.
    """
    person, seat = candidate_row(codebook, candidate_id), vacancy_row(codebook, vacancy_id)
    case = person_case(problem=problem, codebook=codebook, ctx=ctx, tables=tables, person=person)
    at = case.place_of(codebook.vacancy_ids[seat])
    report = tables["vacancies_report"].slice(seat, 1).to_pylist()[0]
    own = plan_row(tables["assignments"], codebook.candidate_ids[person])
    own_vacancy = None if own is None else own["vacancy_id"]
    rules = () if at is None else _rules(case, at)
    value = None if at is None else worth(ctx, case.block, case.score, at)
    price = report["price"]
    return PairExplanation(
        candidate_id=codebook.candidate_ids[person],
        vacancy_id=codebook.vacancy_ids[seat],
        lane=LANES[int(problem.vacancies.lane[seat])],
        unpaid=bool(problem.vacancies.unpaid[seat]),
        openings=report["openings"],
        filled=report["filled"],
        price=price,
        price_next=report["price_next"],
        exists=at is not None,
        standing=_standing(own_vacancy, codebook.vacancy_ids[seat]),
        own_vacancy_id=own_vacancy,
        rules=rules,
        eligible=at is not None and bool(case.verdicts.eligible[at]),
        rule=next((one.rule for one in rules if not one.passed), None),
        worth=value,
        gap=None if value is None or price is None else value.points - price,
        contest=_contest(case, surplus, seat, at, price),
        unplaced=None if at is None else unplaced(ctx, case.block, case.verdicts, at),
    )


def _standing(own: str | None, asked: str) -> Standing:
    if own is None:
        return Standing.NOWHERE
    return Standing.HERE if own == asked else Standing.ELSEWHERE


def _rules(case: PersonCase, at: int) -> tuple[RuleOutcome, ...]:
    said = []
    for number, rule in enumerate(RULES):
        tri = int(case.verdicts.outcome[number, at])
        outcome = Outcome.PASS if tri == PASS else Outcome.UNKNOWN if tri == UNKNOWN else Outcome.FAIL
        on = rule_is_on(case.ctx, rule)
        said.append(RuleOutcome(rule, outcome if on else Outcome.OFF, bool(case.verdicts.passed[number, at])))
    return tuple(said)


def _contest(case: PersonCase, surplus: Edges, seat: int, at: int | None, price: int | None) -> Contest | None:
    if at is None or not case.verdicts.eligible[at]:
        return None
    block = everybody_at(case.problem, seat)
    bids = bids_for(case.ctx, block, judge(case.ctx, block), surplus, case.price)
    place, bid = bids.place_of(case.person), bids.bid_of(case.person)
    assert place is not None
    assert bid is not None
    return Contest(place=place, of=int(bids.row.size), bid=bid, needed=(price or 0) - bid + 1)
