"""An explanation adds up, is confirmed by solving again, and names nobody else."""

import re
from dataclasses import fields, replace
from fractions import Fraction

import numpy as np
import pytest

from matcher.domain.codes import Reason, Rule
from matcher.domain.tables import Facts, Problem
from matcher.errors import InputError
from matcher.rules.scorecard import TERMS, Z_LIMIT, p_table
from matcher.verdict.explain import explain_candidate
from matcher.verdict.explanation import Better, Explanation, Factor, Missing, Nearest, NoProposal
from matcher.verdict.unplaced import Unplaced
from matcher.verdict.wording import explanation_lines
from tests.problems import random_problem
from tests.verdict.support import Run, run, stopped_early


def _plan(seed: int = 3, **knobs: object) -> Run:
    return run(random_problem(seed, 150, 40, unknown=0.1, demand=0.15, facts=0.05, places=20, **knobs))


@pytest.fixture(scope="module")
def plan() -> Run:
    return _plan()


def _explain(plan: Run, candidate_id: str) -> Explanation:
    return explain_candidate(
        problem=plan.problem,
        codebook=plan.codebook,
        ctx=plan.ctx,
        wage=plan.wage,
        tables=plan.outcome.tables,
        candidate_id=candidate_id,
    )


@pytest.fixture(scope="module")
def explained(plan: Run) -> dict[str, Explanation]:
    return {name: _explain(plan, name) for name in plan.codebook.candidate_ids}


def _rhe(value: Fraction) -> int:
    return round(value)


def test_everybody_has_exactly_one_outcome(plan: Run, explained: dict[str, Explanation]) -> None:
    placed = set(plan.outcome.assignments["candidate_id"].to_pylist())
    for name, found in explained.items():
        assert (found.proposal is not None) == (name in placed)
        assert (found.no_proposal is None) == (name in placed)
        assert 0 <= found.eligible <= found.in_reach <= found.pairs == 40


def test_parts_add_up_to_z_and_to_the_chance(explained: dict[str, Explanation]) -> None:
    seen = 0
    for found in explained.values():
        proposal = found.proposal
        if proposal is None or proposal.own_prediction:
            assert proposal is None or proposal.parts == ()
            continue
        assert [part.term for part in proposal.parts] == list(TERMS)
        assert sum(part.milli for part in proposal.parts) == proposal.z
        assert sum(part.p_micro for part in proposal.parts) == proposal.p_durable_micro
        assert p_table()[np.clip(proposal.z, -Z_LIMIT, Z_LIMIT) + Z_LIMIT] == proposal.p_durable_micro
        seen += 1
    assert seen > 10


def test_factors_lead_from_the_chance_to_the_points(plan: Run, explained: dict[str, Explanation]) -> None:
    seen = set()
    for found in explained.values():
        proposal = found.proposal
        if proposal is None or proposal.own_value:
            continue
        micro = {factor.name: factor.micro for factor in proposal.factors}
        value = max(0, proposal.p_durable_micro - micro.get("p_alone", 0))
        for name in ("p_start", "priority", "lane"):
            value = _rhe(Fraction(value * micro.get(name, 10**6), 10**6))
        if "small_job" in micro:
            row = plan.outcome.assignments.to_pylist()[
                plan.outcome.assignments["candidate_id"].to_pylist().index(found.candidate_id)
            ]
            value = _rhe(value * Fraction(round(row["hours_week"] * 100), 1200))
        assert value == proposal.points
        seen |= set(micro)
    assert seen >= {"p_alone", "p_start", "priority", "lane"}


def test_better_places_cost_others_at_least_as_much(plan: Run, explained: dict[str, Explanation]) -> None:
    seen = 0
    for found in explained.values():
        proposal = found.proposal
        if proposal is None:
            continue
        assert len(proposal.better) == min(3, proposal.rank - 1)
        gains = [better.extra_points for better in proposal.better]
        assert gains == sorted(gains, reverse=True)
        for better in proposal.better:
            assert better.extra_points > 0
            assert better.extra_price is None or better.extra_price >= better.extra_points
            seen += 1
    assert seen > 3


def _with_chance(problem: Problem, person: int, seat: int, p_micro: int) -> Problem:
    """The problem with one more fact: this pair's own chance."""
    facts = problem.facts
    at = int(np.searchsorted(facts.candidate.astype(np.int64) * 40 + facts.vacancy, person * 40 + seat))
    silent = {"p_start_micro": 1_000_000, "value": 0, "has_value": False, "forbidden": False, "pinned": False}
    silent |= {"held": False, "trial_done": False, "trial_known": False}
    silent |= {"travel_min": np.nan, "candidate": person, "vacancy": seat, "p_durable_micro": p_micro}
    columns = {
        field.name: np.insert(getattr(facts, field.name), at, silent.get(field.name, -1)) for field in fields(facts)
    }
    return replace(problem, facts=Facts(**columns))


def test_the_chance_that_was_said_to_be_needed_wins() -> None:
    """Solve again with it: the person is placed there and the plan is worth more; with a millionth less it is not."""
    confirmed = 0
    for seed in range(3, 9):
        plan = _plan(seed)
        for row in plan.outcome.unassigned.to_pylist():
            found = _explain(plan, row["candidate_id"]).no_proposal
            nearest = None if found is None else found.nearest
            if nearest is None or nearest.needed_p_micro is None:
                continue
            assert nearest.needed_points == row["shortfall"] + 1
            person = list(plan.codebook.candidate_ids).index(row["candidate_id"])
            seat = list(plan.codebook.vacancy_ids).index(nearest.vacancy_id)
            if plan.problem.facts.rows(person, seat, 40) >= 0 or confirmed >= 12:
                continue
            enough = nearest.p_durable_micro + nearest.needed_p_micro
            won = run(_with_chance(plan.problem, person, seat, enough))
            assert won.result.objective > plan.result.objective
            assert won.result.require_seats()[person] == seat
            lost = run(_with_chance(plan.problem, person, seat, enough - 1))
            assert lost.result.objective == plan.result.objective
            confirmed += 1
    assert confirmed == 12


def test_a_plan_that_stopped_early_says_what_it_did_not_look_at(plan: Run) -> None:
    stopped, out, _ = stopped_early(plan)
    found = _explain(stopped, plan.codebook.candidate_ids[out])
    assert found.no_proposal is not None
    assert found.no_proposal.reason is Reason.LIMITED_BY_POLICY
    assert found.no_proposal.nearest is not None
    assert found.no_proposal.nearest.needed_points <= 0
    assert not any("Extra punten" in line for line in explanation_lines(found))
    better = Better(vacancy_id="v-1", extra_points=20, extra_price=10)
    told = _explain(plan, plan.outcome.assignments["candidate_id"][0].as_py())
    assert told.proposal is not None
    doubtful = replace(told, proposal=replace(told.proposal, rank=2, better=(better,)))
    assert any("stopte voordat" in line for line in explanation_lines(doubtful))


def test_out_of_reach_where_the_points_are_the_users_own() -> None:
    problem = random_problem(5, 60, 12, unknown=0.05, demand=0.05, facts=1.0, small_values=True)
    everything = np.ones(len(problem.facts), dtype=np.bool_)
    plan = run(replace(problem, facts=replace(problem.facts, has_value=everything)))
    near = [
        _explain(plan, row["candidate_id"]) for row in plan.outcome.unassigned.to_pylist() if row["best_vacancy_id"]
    ]
    assert near
    for found in near:
        assert found.no_proposal is not None
        assert found.no_proposal.nearest is not None
        assert found.no_proposal.nearest.needed_p_micro is None
        assert any("niet met alleen een grotere kans" in line for line in explanation_lines(found))
    placed = [_explain(plan, name) for name in plan.outcome.assignments["candidate_id"].to_pylist()]
    assert all(
        found.proposal is not None and found.proposal.own_value and not found.proposal.factors for found in placed
    )
    assert all(any("eigen gegevens, niet uit de kans" in line for line in explanation_lines(found)) for found in placed)


def test_one_missing_fact_alone_counts_what_it_would_open(plan: Run, explained: dict[str, Explanation]) -> None:
    alone = [
        missing.alone for found in explained.values() if found.no_proposal for missing in found.no_proposal.missing
    ]
    assert max(alone) > 0
    for found in explained.values():
        if found.no_proposal is not None and found.no_proposal.reason is Reason.CONTROL_ARM:
            assert found.no_proposal.rule is None
            assert found.no_proposal.removed == found.no_proposal.removed_of == 0


def test_the_rule_that_removed_most_comes_with_its_counts(explained: dict[str, Explanation]) -> None:
    for found in explained.values():
        if found.no_proposal is not None and found.no_proposal.rule is not None:
            assert 0 < found.no_proposal.removed <= found.no_proposal.removed_of <= found.pairs


@pytest.mark.parametrize("language", ["nl", "en"])
def test_lines_are_whole_and_name_nobody_else(explained: dict[str, Explanation], language: str) -> None:
    for name, found in explained.items():
        lines = explanation_lines(found, language)  # type: ignore[arg-type]
        assert len(lines) >= 3
        assert all(line and "{" not in line and "}" not in line for line in lines)
        assert set(re.findall(r"c-\d{6}", "\n".join(lines))) == {name}


def test_dutch_is_the_language_unless_asked_otherwise(explained: dict[str, Explanation]) -> None:
    found = next(found for found in explained.values() if found.proposal is not None)
    assert explanation_lines(found) == explanation_lines(found, "nl") != explanation_lines(found, "en")
    assert explanation_lines(found)[-1] == "Dit is een berekening. Een klantmanager beslist."


def test_chances_come_before_points(explained: dict[str, Explanation]) -> None:
    for found in explained.values():
        if found.proposal is not None:
            lines = explanation_lines(found)
            chance = next(at for at, line in enumerate(lines) if line.startswith("Kans dat"))
            value = next(at for at, line in enumerate(lines) if line.startswith("Waarde in het plan"))
            assert chance < value


def test_an_unknown_id_is_refused_without_repeating_it(plan: Run) -> None:
    with pytest.raises(InputError) as caught:
        _explain(plan, "c-999999")
    assert "c-999999" not in str(caught.value)


def test_only_listed_pairs_are_looked_at() -> None:
    plan = run(random_problem(9, 60, 20, demand=0.1, facts=0.3, listed_only=True))
    for name in plan.codebook.candidate_ids:
        person = list(plan.codebook.candidate_ids).index(name)
        found = _explain(plan, name)
        assert found.pairs == int((plan.problem.facts.candidate == person).sum())
        assert explanation_lines(found)


def _outcompeted(nearest: Nearest, missing: tuple[Missing, ...] = ()) -> list[str]:
    reason = NoProposal(Reason.OUTCOMPETED, None, False, 0, 0, missing, nearest)
    return explanation_lines(Explanation("k", 9, 9, 2, None, reason), "en")


def test_factors_are_multiplied_out_and_one_point_more_is_explained() -> None:
    factors = (Factor("lane", 250_000), Factor("small_job", 666_667))
    told = _outcompeted(Nearest("v", 715_038, 119_173, 17_584, 105_504, factors=factors))
    at = next(number for number, line in enumerate(told) if line.startswith("Nearest"))
    assert told[at:-1] == [
        "Nearest is vacancy v. The chance there is 71.5 %. After multiplication that is 119,173 points.",
        "How it becomes points:",
        "- kind of place: times 0.25",
        "- less than 12 hours a week: times 0.667",
        "Together: 71.5 % × 0.25 × 0.667 = 11.9 %. That counts as 119,173 points.",
        "Extra points needed for that place: 17,584. That is the shortfall of 17,583 points, plus 1 to come first.",
        "For that the chance must be 10.6 percentage points greater, before multiplication.",
    ]
    alone = _outcompeted(Nearest("v", 715_000, 515_000, 2, 2, factors=(Factor("p_alone", 200_000),)))
    assert "Together: (71.5 % − 20.0 %) = 51.5 %. That counts as 515,000 points." in alone
    plain = _outcompeted(Nearest("v", 715_000, 715_000, 2, 2))
    assert "For that the chance must be 0.1 percentage points greater." in plain
    assert not any("multiplication" in line for line in plain)


def test_ten_thousand_points_are_a_percentage_point_only_without_factors(explained: dict[str, Explanation]) -> None:
    seen = set()
    for found in explained.values():
        proposal = found.proposal
        if proposal is None or proposal.own_value:
            continue
        lines = explanation_lines(found, "en")
        assert any("10,000 points" in line for line in lines) == (not proposal.factors)
        left = proposal.p_durable_micro - sum(one.micro for one in proposal.factors if one.name == "p_alone")
        assert any(line.startswith("Together:") for line in lines) == (bool(proposal.factors) and left > 0)
        seen.add(bool(proposal.factors))
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("home", "work", "side", "said"),
    [
        (False, True, Unplaced.PERSON, "- where the person lives (vacancies"),
        (True, False, Unplaced.VACANCY, "- where the work is (vacancies"),
        (False, None, Unplaced.SOME, "- where the person lives, and for some vacancies where the work is (vacancies"),
        (False, False, Unplaced.BOTH, "- where the person lives, and where the work is (vacancies"),
    ],
)
def test_the_side_without_a_place_is_named(home: bool, work: bool | None, side: Unplaced, said: str) -> None:
    problem = random_problem(4, 60, 12, unknown=0.0, demand=0.0, facts=0.0, places=20)
    people, jobs = problem.candidates, problem.vacancies
    if not home:
        people = replace(people, place=np.full_like(people.place, -1))
    if not work:
        even = np.arange(len(jobs)) % 2 == 0
        jobs = replace(jobs, place=np.where(even & (work is None), jobs.place, -1).astype(np.int32))
    plan = run(replace(problem, candidates=people, vacancies=jobs, distance_on=True))
    seen = 0
    for name in plan.codebook.candidate_ids:
        found = _explain(plan, name)
        for missing in found.no_proposal.missing if found.no_proposal else ():
            if missing.rule is Rule.DISTANCE and missing.alone:
                if work is None and missing.unplaced in {Unplaced.PERSON, Unplaced.BOTH}:
                    continue  # the vacancies that are left for this person are all alike
                assert missing.unplaced is side
                assert any(line.startswith(said) for line in explanation_lines(found, "en"))
                seen += 1
            elif missing.rule is not Rule.DISTANCE:
                assert missing.unplaced is None
    assert seen
