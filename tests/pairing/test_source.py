"""The compiled scan says what the readable rules say, pair by pair, whatever is unknown, switched off or known of a pair."""

import hashlib
import os
import subprocess
import sys
from dataclasses import fields, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.domain.codes import ALWAYS_ON, RULES, Rule
from matcher.domain.policy import Policy
from matcher.domain.policy_file import parse_policy
from matcher.domain.tables import Places, Problem
from matcher.model.edges import CLOSED_SEAT, NO_GAIN, Edges
from matcher.model.standing import Market
from matcher.model.survey import Survey
from matcher.pairing.source import FIRST_MOST, LATER_MOST, rule_source
from matcher.pairing.weights import p_by_z
from matcher.progress import SILENT
from matcher.rules.eligibility import rule_context
from matcher.rules.scan import scan
from matcher.rules.scorecard import p_table
from matcher.solvers import SolveParams, solve
from tests.problems import random_problem
from tests.verdict.plain_standing import standing
from tests.verdict.support import Listed

NOTHING = np.zeros(0, dtype=np.int64)
POLICIES = {
    "default": "",
    "turned": """
        [rules.LICENCE]
        unknown = "pass"
        [rules.LANE]
        unknown = "fail"
        steps.regular = [1, 3]
        [rules.SUBSIDY]
        unknown = "fail"
        [rules.EDUCATION]
        enabled = true
        unknown = "fail"
        [rules.ADMISSION]
        unknown = "fail"
        [rules.DISTANCE]
        unknown = "pass"
        [rules.SKILLS]
        enabled = false
        [value.lane]
        regular = 2.345
        training = 0
    """,
    "weights": """
        [rules.DISTANCE]
        enabled = false
        [rules.SKILLS]
        unknown = "pass"
        skill_coverage_min = 0.5
        [rules.ADMISSION]
        unknown = "pass"
        [scorecard]
        base = -3000
        [scorecard.essential_skills]
        per_full_coverage = -777
        offset = 13
        [scorecard.travel]
        within_half_of_limit = 5
    """,
    "no skills needed": "[rules.SKILLS]\nskill_coverage_min = 0",
}


def require_same_survey(one: Survey, other: Survey) -> None:
    for field in fields(Survey):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name), field.name, strict=True)


def require_same_edges(one: Edges, other: Edges) -> None:
    for field in fields(Edges):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name), field.name, strict=True)


def require_as_the_rules_say(problem: Problem, policy: Policy) -> int:
    survey, edges = scan(rule_context(problem, policy))
    offering = rule_source(problem, policy, threads=1)
    require_same_survey(survey, offering.survey())
    require_same_edges(edges, offering.everything())
    return len(edges)


@pytest.mark.parametrize("text", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("facts", [0.0, 0.1, 0.6])
def test_same_as_the_rules(text: str, facts: float) -> None:
    found = 0
    for seed, unknown in enumerate([0.0, 0.05, 0.15, 0.4, 0.9]):
        problem = random_problem(
            seed,
            35,
            30,
            unknown=unknown,
            demand=[0.05, 0.3][seed % 2],
            facts=facts,
            languages=seed % 3,
            agencies=seed % 4,
            occupations=seed % 3 * 3,
            spread_km=[5, 25, 100][seed % 3],
            distance_on=seed != 3,
        )
        found += require_as_the_rules_say(problem, parse_policy(text))
    assert found > 50


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_listed_pairs_only(share: float) -> None:
    problem = random_problem(7, 30, 25, facts=share, demand=0.1, spread_km=10, listed_only=True)
    assert (require_as_the_rules_say(problem, Policy()) > 0) == (share > 0)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_unknown_either_way_and_off(rule: Rule) -> None:
    problem = random_problem(RULES.index(rule), 30, 30, unknown=0.3, demand=0.2, facts=0.1, spread_km=10)
    for text in ('unknown = "pass"', 'unknown = "fail"', *([] if rule in ALWAYS_ON else ["enabled = false"])):
        require_as_the_rules_say(problem, parse_policy(f"[rules.{rule}]\n{text}"))


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 5), (5, 0), (1, 1), (1, 40), (40, 1)])
def test_small_and_empty(n: int, m: int) -> None:
    for seed in range(4):
        problem = random_problem(seed, n, m, facts=[0.0, 1.0][seed % 2], listed_only=seed == 3)
        require_as_the_rules_say(problem, Policy())
        offer = rule_source(problem, Policy()).offer(np.ones(m, dtype=np.int64), NOTHING, np.zeros(n, dtype=np.int64))
        assert offer.best.shape == (n,)
        assert offer.edges.rows == n


@pytest.mark.parametrize("facts", [0.0, 0.3])
def test_no_place_is_known_at_all(facts: float) -> None:
    problem = random_problem(4, 25, 20, facts=facts, demand=0.1)
    people = replace(problem.candidates, place=np.full(25, -1, dtype=np.int32))
    jobs = replace(problem.vacancies, place=np.full(20, -1, dtype=np.int32))
    nowhere = Places(np.zeros(0), np.zeros(0))
    for on in (True, False):
        require_as_the_rules_say(
            replace(problem, candidates=people, vacancies=jobs, places=nowhere, distance_on=on), Policy()
        )


def test_late_starts_with_an_unknown_admission() -> None:
    # From 2028 on an unknown admission fails, so it is counted as a failure on an unknown although the rule passes unknowns by default.
    for seed in range(2, 8):
        problem = random_problem(seed, 30, 30, unknown=0.3, demand=0.2, facts=0.1, spread_km=10)
        late = replace(problem.vacancies, start_d=np.full(30, problem.run_d + 800, dtype=np.int32))
        require_as_the_rules_say(replace(problem, vacancies=late), Policy())


def test_large_vocabularies() -> None:
    problem = random_problem(3, 25, 25, skills=3000, skills_held=900, skills_asked=40, languages=70, agencies=90)
    require_as_the_rules_say(problem, parse_policy("[rules.SKILLS]\nunknown='pass'\n[rules.LANGUAGE]\nenabled=false"))


def test_chance_by_z_is_the_same_table() -> None:
    np.testing.assert_array_equal(p_by_z(), p_table())


class TestShards:
    """How the work is cut up never shows."""

    @pytest.fixture
    def problem(self) -> Problem:
        return random_problem(11, 150, 60, facts=0.05, demand=0.1, spread_km=10, places=40)

    @pytest.mark.parametrize("threads", [2, 5])
    def test_threads(self, problem: Problem, threads: int) -> None:
        whole, cut = rule_source(problem, Policy(), threads=1), rule_source(problem, Policy(), threads=threads)
        require_same_survey(whole.survey(), cut.survey())
        require_same_edges(whole.everything(), cut.everything())
        for prices, floors in questions(problem, 11):
            one, other = (offering.offer(prices, NOTHING, floors) for offering in (whole, cut))
            require_same_edges(one.edges, other.edges)
            np.testing.assert_array_equal(one.best, other.best)

    def test_shards_together_offer_what_the_whole_offers(self, problem: Problem) -> None:
        for prices, floors in questions(problem, 12):
            offering = rule_source(problem, Policy(), threads=2)
            whole = offering.offer(prices, NOTHING, floors)
            parts = [offering.offer_shard(shard, prices, NOTHING, floors) for shard in range(offering.shards)]
            assert sum(len(part.edges) for part in parts) == len(whole.edges)
            rows = np.concatenate([part.edges.row_of() for part in parts])
            seats = np.concatenate([part.edges.seat for part in parts])
            assert set(zip(rows.tolist(), seats.tolist(), strict=True)) == set(
                zip(whole.edges.row_of().tolist(), whole.edges.seat.tolist(), strict=True)
            )


def questions(problem: Problem, seed: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Prices and floors as a solver might ask them, the first at no prices at all."""
    n, m = problem.shape
    rng = np.random.default_rng(seed)
    asked = [(np.zeros(m, dtype=np.int64), np.zeros(n, dtype=np.int64))]
    for _ in range(4):
        prices = rng.integers(0, 600_000, size=m)
        prices[rng.random(m) < 0.1] = CLOSED_SEAT
        floors = rng.integers(-300_000, 300_000, size=n)
        floors[rng.random(n) < 0.3] = NO_GAIN
        asked.append((prices, floors))
    return asked


def beaten(edges: Edges, prices: NDArray[np.int64], floors: NDArray[np.int64]) -> tuple[Edges, NDArray[np.int64]]:
    """The slow twin of an offer: exact whole numbers, edge by edge."""
    best = [NO_GAIN] * edges.rows
    keep = np.zeros(len(edges), dtype=np.bool_)
    for at, row in enumerate(edges.row_of().tolist()):
        gain = max(NO_GAIN + 1, int(edges.points[at]) - int(prices[edges.seat[at]]))
        best[row] = max(best[row], gain)
        keep[at] = gain > int(floors[row])
    return edges.keep(keep), np.array(best, dtype=np.int64)


class TestOffer:
    """An offer holds the best edges above the floor, and never hides that there is one."""

    @pytest.mark.parametrize("seed", range(6))
    def test_the_best_edges_above_the_floor(self, seed: int) -> None:
        problem = random_problem(seed, 60, 80, demand=0.05, facts=0.1, spread_km=10)
        offering, everything = rule_source(problem, Policy(), threads=2), scan(rule_context(problem, Policy()))[1]
        for prices, floors in questions(problem, seed):
            edges, best = beaten(everything, prices, floors)
            require_same_edges(edges, offering.listed(prices, NOTHING, floors))
            offer = offering.offer(prices, NOTHING, floors)
            most = LATER_MOST if prices.any() and (floors >= 0).all() else FIRST_MOST
            assert (offer.best >= best).all()
            above = best > floors
            np.testing.assert_array_equal(offer.best[above], best[above])
            for row in range(60):
                mine = slice(edges.start[row], edges.start[row + 1])
                ranked = sorted(
                    zip(
                        (prices[edges.seat[mine]] - edges.points[mine]).tolist(), edges.seat[mine].tolist(), strict=True
                    )
                )
                got = offer.edges.seat[offer.edges.start[row] : offer.edges.start[row + 1]].tolist()
                assert got == sorted(seat for _, seat in ranked[:most])

    @pytest.mark.parametrize("seed", range(6))
    def test_asking_until_nothing_is_offered_is_as_good_as_listing_all(self, seed: int) -> None:
        problem = random_problem(seed, 90, 70, demand=0.05, facts=0.05, spread_km=10, small_values=seed % 2 == 0)
        everything = scan(rule_context(problem, Policy()))[1]
        openings = problem.vacancies.openings
        offered = solve(rule_source(problem, Policy()), openings, SolveParams(), SILENT)
        listed = solve(Listed(everything, 70), openings, SolveParams(), SILENT)
        assert (offered.objective, offered.upper_bound) == (listed.objective, listed.upper_bound)
        for end in ("high", "low"):
            np.testing.assert_array_equal(getattr(offered.require_prices(), end), getattr(listed.require_prices(), end))

    @pytest.mark.parametrize("seed", range(4))
    def test_everybody_stands_where_a_plain_count_says(self, seed: int) -> None:
        problem = random_problem(seed, 60, 50, demand=0.05, facts=0.1, spread_km=10)
        offering, everything = rule_source(problem, Policy()), scan(rule_context(problem, Policy()))[1]
        result = solve(offering, problem.vacancies.openings, SolveParams(), SILENT)
        seat_of = result.require_seats()
        own = np.zeros(60, dtype=np.int64)
        for row in np.flatnonzero(seat_of >= 0).tolist():
            mine = slice(everything.start[row], everything.start[row + 1])
            own[row] = everything.points[mine][everything.seat[mine] == seat_of[row]][0]
        market = Market(
            openings=problem.vacancies.openings,
            filled=np.bincount(seat_of[seat_of >= 0], minlength=50),
            price=result.require_prices().high,
        )
        plain, fast = standing((everything,), seat_of, own, market), offering.standing(seat_of, own, market)
        for field in fields(type(plain)):
            np.testing.assert_array_equal(getattr(fast, field.name), getattr(plain, field.name), field.name)

    def test_values_at_the_ends_of_int64(self) -> None:
        problem = random_problem(5, 20, 20, facts=0.9, demand=0.0, unknown=0.0, spread_km=2)
        facts = problem.facts
        ends = np.array([-(2**63), -(2**62), -(2**62) + 1, 2**62, 2**63 - 1, 0])
        value = np.resize(ends, len(facts)).astype(np.int64)
        problem = replace(problem, facts=replace(facts, value=value, has_value=np.ones(len(facts), dtype=np.bool_)))
        require_as_the_rules_say(problem, Policy())
        offering = rule_source(problem, Policy(), threads=1)
        for price in (0, 1, 10**6, CLOSED_SEAT):
            prices, floors = np.full(20, price, dtype=np.int64), np.full(20, NO_GAIN, dtype=np.int64)
            floors[0] = 0
            edges, _ = beaten(offering.everything(), prices, floors)
            require_same_edges(edges, offering.listed(prices, NOTHING, floors))

    def test_hard_spots(self) -> None:
        spots = {
            "everybody in one town": random_problem(21, 80, 60, places=1, spread_km=0.0, demand=0.05),
            "everybody somewhere else": random_problem(22, 80, 60, places=140, spread_km=60, demand=0.05),
            "nothing known": random_problem(23, 60, 60, unknown=1.0),
        }
        for name, problem in spots.items():
            require_as_the_rules_say(problem, Policy())
            everything = scan(rule_context(problem, Policy()))[1]
            openings = problem.vacancies.openings.copy()
            openings[:1] = 100_000
            offered = solve(rule_source(problem, Policy()), openings, SolveParams(), SILENT)
            listed = solve(Listed(everything, 60), openings, SolveParams(), SILENT)
            assert offered.objective == listed.objective == offered.upper_bound, name

    def test_wrong_questions_are_refused(self) -> None:
        offering = rule_source(random_problem(1, 10, 8), Policy())
        prices, floors = np.zeros(8, dtype=np.int64), np.zeros(10, dtype=np.int64)
        for wrong in ((prices[1:], NOTHING, floors), (prices, NOTHING, floors[1:]), (prices, floors, floors)):
            with pytest.raises(ValueError, match="Expected"):
                offering.offer(*wrong)
        with pytest.raises(ValueError, match="at least 0"):
            offering.offer(prices - 1, NOTHING, floors)
        with pytest.raises(ValueError, match="threads"):
            rule_source(random_problem(1, 1, 1), Policy(), threads=-1)


class TestCompiled:
    """Compiled once, cached safely, and nothing but the plain functions."""

    def test_plain_python_gives_the_same(self) -> None:
        code = (
            "import warnings; warnings.simplefilter('error')\n"
            "from tests.pairing.test_source import digest\n"
            "print(digest())"
        )
        env = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
        assert done.stdout.strip() == digest(), done.stderr


def digest() -> str:
    """Everything that a source answers about one problem, as a hash."""
    problem = random_problem(2, 12, 14, facts=0.2, demand=0.1, spread_km=10)
    offering = rule_source(problem, Policy(), threads=1)
    offer = offering.offer(np.full(14, 400_000, dtype=np.int64), NOTHING, np.zeros(12, dtype=np.int64))
    survey = offering.survey()
    columns = [offer.best, offer.edges.start, offer.edges.seat, offer.edges.points, offering.everything().points]
    columns += [getattr(survey, field.name) for field in fields(Survey)]
    return hashlib.sha256(b"".join(column.tobytes() for column in columns)).hexdigest()
