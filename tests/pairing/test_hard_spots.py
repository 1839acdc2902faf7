"""Shapes that break clever code: all alike, all at one place, all or nothing eligible, very many skills."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.domain.codes import Rule
from matcher.domain.policy import Policy
from matcher.domain.policy_file import parse_policy
from matcher.domain.tables import Places, Problem
from matcher.model.edges import Edges
from matcher.pairing import source
from matcher.pairing.memory import Sizes, predicted_bytes
from matcher.pairing.source import rule_source
from tests.pairing.test_offers import require_the_best_few
from tests.pairing.test_source import require_as_the_rules_say
from tests.problems import random_problem

STRICT = (
    *(Rule.CLOSED, Rule.DISTANCE, Rule.EXCLUDED, Rule.LANE, Rule.CONTRACT, Rule.AVAILABILITY, Rule.HOURS, Rule.SHIFTS),
    *(Rule.LICENCE, Rule.CERTIFICATE, Rule.LANGUAGE, Rule.LOAD, Rule.LOONWAARDE, Rule.SUBSIDY, Rule.SKILLS),
)
EVERYTHING_GOES = "\n".join(f"[rules.{rule}]\nenabled = false" for rule in STRICT)


def at_one_place(problem: Problem, *, homes: bool, works: bool) -> Problem:
    people, jobs = problem.candidates, problem.vacancies
    if homes:
        people = replace(people, place=np.zeros_like(people.place))
    if works:
        jobs = replace(jobs, place=np.zeros_like(jobs.place))
    return replace(problem, candidates=people, vacancies=jobs)


@pytest.mark.parametrize(("homes", "works"), [(True, False), (False, True), (True, True)])
def test_everybody_in_one_town(homes: bool, works: bool) -> None:
    problem = random_problem(8, 40, 4200, unknown=0.05, facts=0.01, demand=0.1, spread_km=40, places=30)
    assert require_as_the_rules_say(at_one_place(problem, homes=homes, works=works), Policy()) > 1000


def test_places_that_span_blocks() -> None:
    problem = random_problem(9, 30, 4200, unknown=0.05, facts=0.01, demand=0.1, spread_km=60, places=3)
    assert require_as_the_rules_say(problem, Policy()) > 1000


def test_all_points_of_the_map_are_one() -> None:
    problem = random_problem(9, 30, 40, facts=0.1, demand=0.1)
    zero = np.zeros_like(problem.places.lat)
    require_as_the_rules_say(replace(problem, places=Places(zero, zero.copy())), Policy())


def test_everybody_eligible_everywhere() -> None:
    problem = random_problem(1, 60, 2500, unknown=0.0, facts=0.0, agencies=0, demand=0.0, places=5)
    problem = replace(
        problem, candidates=replace(problem.candidates, control=np.zeros(60, dtype=np.bool_)), distance_on=False
    )
    assert require_as_the_rules_say(problem, parse_policy(EVERYTHING_GOES)) == 60 * 2500


def test_total_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    """All pairs are worth the same: the lower numbers are offered first, whatever the order of the map."""
    monkeypatch.setattr(source, "FIRST_MOST", 4)
    problem = random_problem(1, 30, 2500, unknown=0.0, facts=1.0, agencies=0, demand=0.0, places=40)
    facts = problem.facts
    some = np.ones(len(facts), dtype=np.bool_)
    facts = replace(
        facts, value=np.full(len(facts), 7), has_value=some, forbidden=~some, eligible=np.ones(len(facts), np.int8)
    )
    problem = replace(
        problem, facts=facts, candidates=replace(problem.candidates, control=np.zeros(30, dtype=np.bool_))
    )
    offering = rule_source(problem, Policy())
    listed = offering.everything()
    prices, floors = np.zeros(2500, dtype=np.int64), np.zeros(30, dtype=np.int64)
    require_the_best_few(offering, listed, prices, floors)
    require_the_best_few(offering, listed, prices + 3, floors)
    assert lowest(offering.offer(prices, floors[:0], floors).edges) == lowest(listed)


def lowest(edges: Edges) -> list[list[int]]:
    return [sorted(edges.seat[a:b].tolist())[:4] for a, b in zip(edges.start[:-1], edges.start[1:], strict=True)]


@pytest.mark.parametrize("skills", [13_939, 1])
def test_any_size_of_vocabulary(skills: int) -> None:
    problem = random_problem(
        3, 12, 2300, skills=skills, skills_held=min(skills, 500), skills_asked=min(skills, 40), demand=0.05, spread_km=5
    )
    for share in ("0.01", "0.04", "1"):
        require_as_the_rules_say(problem, parse_policy(f"[rules.SKILLS]\nskill_coverage_min = {share}"))


def test_one_vacancy_with_very_many_openings() -> None:
    problem = random_problem(4, 40, 30, demand=0.05)
    openings: NDArray[np.int64] = np.full(30, 0, dtype=np.int64)
    openings[3] = 100_000
    require_as_the_rules_say(replace(problem, vacancies=replace(problem.vacancies, openings=openings)), Policy())


def test_memory_is_predicted_from_the_sizes() -> None:
    small, large = (Sizes.of(random_problem(1, n, 500, facts=0.0)) for n in (100, 2000))
    assert predicted_bytes(small, threads=1) < predicted_bytes(large, threads=1) < predicted_bytes(large, threads=2)
    assert 100 << 20 < predicted_bytes(large, threads=2) < 200 << 20
