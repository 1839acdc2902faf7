"""Vacancies and pairs are explained in counts and ranks: everything adds up, and nobody is named who was not asked about."""

import dataclasses
import json
import re

import numpy as np
import pytest

from matcher.domain.codes import RULE_INDEX, RULES, Rule
from matcher.errors import InputError
from matcher.model.edges import Edges
from matcher.rules.eligibility import judge
from matcher.rules.scorecard import TERMS
from matcher.verdict.bids import bids_for, everybody_at
from matcher.verdict.explain_pair import Outcome, PairExplanation, Standing, explain_pair
from matcher.verdict.explain_vacancy import VacancyExplanation, explain_vacancy
from matcher.verdict.person_case import prices_of
from matcher.verdict.unplaced import Unplaced
from matcher.verdict.wording_pair import pair_lines
from matcher.verdict.wording_vacancy import vacancy_lines
from tests.problems import random_problem
from tests.verdict.support import Run, run


@pytest.fixture(scope="module")
def plan() -> Run:
    return run(random_problem(3, 150, 40, unknown=0.1, demand=0.15, facts=0.05, places=20))


def _surplus(plan: Run) -> Edges:
    openings = plan.problem.vacancies.openings[plan.edges.seat]
    return plan.edges.keep((openings > 0) & (plan.edges.points > prices_of(plan.outcome.tables)[plan.edges.seat]))


def _common(plan: Run) -> dict[str, object]:
    return {
        "problem": plan.problem,
        "codebook": plan.codebook,
        "ctx": plan.ctx,
        "tables": plan.outcome.tables,
        "surplus": _surplus(plan),
    }


def _vacancy(plan: Run, vacancy_id: str) -> VacancyExplanation:
    return explain_vacancy(**_common(plan), vacancy_id=vacancy_id)  # type: ignore[arg-type]


def _pair(plan: Run, candidate_id: str, vacancy_id: str) -> PairExplanation:
    return explain_pair(**_common(plan), candidate_id=candidate_id, vacancy_id=vacancy_id)  # type: ignore[arg-type]


def test_bids_stand_on_the_right_side_of_the_price(plan: Run) -> None:
    """Whoever got the vacancy bids at least its price, everybody else at most: that is what a price is."""
    seat_of = plan.result.require_seats()
    price, openings = prices_of(plan.outcome.tables), plan.problem.vacancies.openings
    row = plan.edges.row_of()
    seen = 0
    for seat in range(40):
        block = everybody_at(plan.problem, seat)
        bids = bids_for(plan.ctx, block, judge(plan.ctx, block), _surplus(plan), price)
        best = np.zeros(150, dtype=np.int64)
        other = (plan.edges.seat != seat) & (openings[plan.edges.seat] > 0)
        np.maximum.at(best, row[other], (plan.edges.points - price[plan.edges.seat])[other])
        assert (bids.row == row[plan.edges.seat == seat]).all()
        assert (bids.bid == plan.edges.points[plan.edges.seat == seat] - best[bids.row]).all()
        here = seat_of[bids.row] == seat
        assert (bids.bid[here] >= price[seat]).all()
        if openings[seat]:
            assert (bids.bid[~here] <= price[seat]).all()
        seen += int(here.sum())
        for who, bid in zip(bids.row.tolist(), bids.bid.tolist(), strict=True):
            assert bids.place_of(who) == 1 + int((bids.bid > bid).sum())
            assert bids.bid_of(who) == bid
    assert seen == plan.outcome.assignments.num_rows
    assert bids.place_of(10**6) is None
    assert bids.bid_of(10**6) is None


def test_vacancies_add_up(plan: Run) -> None:
    reports = plan.outcome.vacancies.to_pylist()
    for report in reports:
        found = _vacancy(plan, f" {report['vacancy_id']} ")
        assert (found.price, found.price_next) == (report["price"], report["price_next"])
        assert (found.openings, found.filled) == (report["openings"], report["filled"])
        assert found.eligible == report["n_eligible"]
        assert (None if found.rule is None else found.rule.value) == report["rule"]
        assert found.pairs == 150 == found.eligible + sum(loss.removed for loss in found.losses)
        assert found.field.here + found.field.elsewhere + found.field.nowhere == found.eligible
        assert found.field.here == found.filled
        assert found.field.winning <= found.field.bidding <= found.eligible
        assert found.field.winning >= found.filled or not found.openings
        assert all(loss.removed_unknown <= loss.removed for loss in found.losses)
        if found.price is not None:
            higher = sum(other["price"] > found.price for other in reports if other["price"] is not None)
            assert found.price_place == 1 + higher
    assert any(loss.alone for report in reports for loss in _vacancy(plan, report["vacancy_id"]).losses)


def test_pairs_add_up(plan: Run) -> None:
    seat_of = plan.result.require_seats()
    seen = set()
    for person in range(0, 150, 7):
        for seat in range(0, 40, 3):
            found = _pair(plan, f"c-{person:06d}", f"v-{seat:06d}")
            assert [one.rule for one in found.rules] == list(RULES)
            assert found.eligible == all(one.passed for one in found.rules)
            failed = [one.rule for one in found.rules if not one.passed]
            assert found.rule == (failed[0] if failed else None)
            assert (found.contest is not None) == found.eligible
            worth = found.worth
            assert worth is not None
            if not worth.own_prediction:
                assert [part.term for part in worth.parts] == list(TERMS)
                assert sum(part.milli for part in worth.parts) == worth.z
                assert sum(part.p_micro for part in worth.parts) == worth.p_durable_micro
            if found.price is not None:
                assert found.gap == worth.points - found.price
            got = int(seat_of[person])
            assert found.standing == (
                Standing.NOWHERE if got < 0 else Standing.HERE if got == seat else Standing.ELSEWHERE
            )
            if found.contest is not None:
                assert 1 <= found.contest.place <= found.contest.of
                if found.standing is Standing.HERE:
                    assert found.contest.needed <= 1
            seen |= {one.outcome for one in found.rules}
    assert seen >= {Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.OFF}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_nobody_is_named(plan: Run, language: str) -> None:
    """Every person carries a canary: an id that nothing else looks like."""
    for seat in range(0, 40, 5):
        found = _vacancy(plan, f"v-{seat:06d}")
        lines = vacancy_lines(found, language)  # type: ignore[arg-type]
        said = "\n".join(lines) + json.dumps(dataclasses.asdict(found), default=str)
        assert not re.search(r"c-\d", said)
        assert all(line and "{" not in line for line in lines)
    placed = plan.outcome.assignments.to_pylist()
    for row in placed[:10]:
        for seat in (0, 11, int(row["vacancy_id"][2:])):
            pair = _pair(plan, row["candidate_id"], f"v-{seat:06d}")
            lines = pair_lines(pair, language)  # type: ignore[arg-type]
            said = "\n".join(lines) + json.dumps(dataclasses.asdict(pair), default=str)
            assert set(re.findall(r"c-\d{6}", said)) == {row["candidate_id"]}
            assert all(line and "{" not in line for line in lines)


def test_an_unlisted_pair_says_so() -> None:
    plan = run(random_problem(9, 60, 20, demand=0.1, facts=0.3, listed_only=True))
    facts = plan.problem.facts
    listed = set(zip(facts.candidate.tolist(), facts.vacancy.tolist(), strict=True))
    seat = next(seat for seat in range(20) if (0, seat) not in listed)
    found = _pair(plan, "c-000000", f"v-{seat:06d}")
    assert not found.exists
    assert (found.rules, found.worth, found.gap, found.contest, found.eligible) == ((), None, None, None, False)
    assert any("niet in uw lijst" in line for line in pair_lines(found))
    assert _vacancy(plan, f"v-{seat:06d}").pairs == int((facts.vacancy == seat).sum())


def test_a_vacancy_without_openings() -> None:
    problem = random_problem(3, 80, 12, demand=0.05)
    openings = problem.vacancies.openings.copy()
    openings[4] = 0
    plan = run(dataclasses.replace(problem, vacancies=dataclasses.replace(problem.vacancies, openings=openings)))
    found = _vacancy(plan, "v-000004")
    assert found.price is None
    assert found.price_place is None
    assert "geen plekken" in vacancy_lines(found)[0]
    eligible = int(np.flatnonzero(plan.survey.row_eligible > 0)[0])
    pair = _pair(plan, f"c-{eligible:06d}", "v-000004")
    assert pair.gap is None
    assert any("geen plekken" in line for line in pair_lines(pair))


def test_unknown_ids_are_refused_without_repeating_them(plan: Run) -> None:
    for candidate, vacancy in (("c-999999", "v-000000"), ("c-000000", "v-999999")):
        with pytest.raises(InputError) as caught:
            _pair(plan, candidate, vacancy)
        assert "999999" not in str(caught.value)
    with pytest.raises(InputError):
        _vacancy(plan, "v-999999")


def test_a_vacancy_without_a_place_says_whom_its_place_may_open() -> None:
    problem = random_problem(4, 120, 12, unknown=0.05, demand=0.05, facts=0.0, places=20)
    place = problem.vacancies.place.copy()
    place[3] = -1
    jobs = dataclasses.replace(problem.vacancies, place=place)
    plan = run(dataclasses.replace(problem, vacancies=jobs, distance_on=True))
    found = _vacancy(plan, "v-000003")
    verdicts = judge(plan.ctx, everybody_at(plan.problem, 3))
    away = verdicts.failed_unknown_bits >> np.uint32(RULE_INDEX[Rule.DISTANCE]) & 1 == 1
    only = away & ((~verdicts.passed).sum(axis=0) == 1) & (problem.candidates.place >= 0)
    assert found.place_opens == int(only.sum()) > 0
    line = "It is not known where this vacancy is. People who may fit once that is filled in: "
    assert f"{line}{found.place_opens}." in vacancy_lines(found, "en")
    placed = _vacancy(plan, f"v-{int(np.flatnonzero(place >= 0)[0]):06d}")
    assert placed.place_opens is None
    who = f"c-{int(np.flatnonzero(only)[0]):06d}"
    pair = _pair(plan, who, "v-000003")
    assert pair.unplaced is Unplaced.VACANCY
    assert "Not known for the distance: where the work is." in pair_lines(pair, "en")


def test_the_demand_that_keeps_most_away_is_the_largest_alone(plan: Run) -> None:
    told = 0
    for report in plan.outcome.vacancies.to_pylist():
        found = _vacancy(plan, report["vacancy_id"])
        demands = [one for one in found.losses if RULES.index(one.rule) >= RULES.index(Rule.LANE)]
        most = max((one.alone for one in demands), default=0)
        assert (found.demand.alone if found.demand else 0) == most
        says = any(line.startswith("The demand that keeps most") for line in vacancy_lines(found, "en"))
        assert says == (most > 0 and found.filled < found.openings)
        told += says
    assert told
