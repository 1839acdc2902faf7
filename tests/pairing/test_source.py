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
from matcher.domain.tables import Problem
from matcher.model.edges import CLOSED_SEAT, NO_GAIN, Edges, Offer
from matcher.model.survey import Survey
from matcher.pairing import roads, source
from matcher.pairing.kernels import beat, scan_rows
from matcher.pairing.source import RuleSource, rule_source
from matcher.pairing.weights import p_by_z
from matcher.rules.eligibility import rule_context
from matcher.rules.scan import scan
from matcher.rules.scorecard import p_table
from tests.problems import random_problem, with_candidates

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


def everything(offering: RuleSource) -> Offer:
    return offering.offer(
        np.zeros(offering.seats, dtype=np.int64), NOTHING, np.full(offering.rows, NO_GAIN, dtype=np.int64)
    )


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
    require_same_edges(edges, everything(offering).edges)
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

    @pytest.mark.parametrize("threads", [1, 2, 5])
    def test_threads_shards_and_rooms(self, monkeypatch: pytest.MonkeyPatch, problem: Problem, threads: int) -> None:
        whole = rule_source(problem, Policy(), threads=1)
        monkeypatch.setattr(source, "_SHARD_ROWS", 1)
        monkeypatch.setattr(source, "_SHARD_PAIRS", 400)
        monkeypatch.setattr(source, "_ROOM", 1)
        monkeypatch.setattr(roads, "TABLE_LIMIT", 0 if threads == 2 else 10**9)
        cut = rule_source(problem, Policy(), threads=threads)
        require_same_survey(whole.survey(), cut.survey())
        require_same_edges(everything(whole).edges, everything(cut).edges)
        prices, floors = np.full(60, 300_000, dtype=np.int64), np.full(150, 50_000, dtype=np.int64)
        one, other = (offering.offer(prices, NOTHING, floors) for offering in (whole, cut))
        require_same_edges(one.edges, other.edges)
        np.testing.assert_array_equal(one.best, other.best)

    def test_a_failure_of_a_worker_is_not_swallowed(self, monkeypatch: pytest.MonkeyPatch, problem: Problem) -> None:
        def broken(*_: object) -> int:
            raise MemoryError

        monkeypatch.setattr(source, "scan_rows", broken)
        monkeypatch.setattr(source, "_SHARD_PAIRS", 400)
        with pytest.raises(MemoryError):
            rule_source(problem, Policy(), threads=2).survey()


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
    """An offer is exactly the edges above the floor, and the best gain of all."""

    @pytest.mark.parametrize("seed", range(4))
    def test_edges_above_the_floor_and_the_best_gain(self, seed: int) -> None:
        problem = random_problem(seed, 60, 40, demand=0.1, facts=0.1, spread_km=10)
        offering, rng = rule_source(problem, Policy(), threads=2), np.random.default_rng(seed)
        listed = everything(offering)
        assert listed.exact
        for _ in range(4):
            prices = rng.integers(0, 600_000, size=40)
            prices[rng.random(40) < 0.1] = CLOSED_SEAT
            floors = rng.integers(-300_000, 300_000, size=60)
            floors[rng.random(60) < 0.3] = NO_GAIN
            edges, best = beaten(listed.edges, prices, floors)
            offer = offering.offer(prices, NOTHING, floors)
            again = offering.scan(prices, floors)
            for answer in (offer, again.offer):
                require_same_edges(edges, answer.edges)
                np.testing.assert_array_equal(best, answer.best, strict=True)
            require_same_survey(again.survey, offering.survey())

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
            edges, best = beaten(everything(offering).edges, prices, floors)
            offer = offering.offer(prices, NOTHING, floors)
            require_same_edges(edges, offer.edges)
            np.testing.assert_array_equal(best, offer.best)

    def test_nothing_handed_out_can_be_changed(self) -> None:
        offering = rule_source(random_problem(1, 10, 10), Policy())
        offer, survey = everything(offering), offering.survey()
        for column in (offer.best, offer.edges.points, survey.row_first, survey.row_positive):
            with pytest.raises(ValueError, match="read-only"):
                column[...] = 1

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

    def test_one_specialisation_serves_all(self) -> None:
        for n, m, languages in ((0, 3, 0), (3, 0, 1), (1, 1, 1), (5, 5, 3)):
            problem = with_candidates(random_problem(1, n, m, languages=languages))
            offering = rule_source(problem, Policy())
            offering.survey()
            offering.offer(np.ones(m, dtype=np.int64), NOTHING, np.zeros(n, dtype=np.int64))
        if hasattr(scan_rows, "signatures"):
            assert len(scan_rows.signatures) == 1
            assert len(beat.signatures) == 1  # type: ignore[attr-defined]

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
    columns = [offer.best, offer.edges.start, offer.edges.seat, offer.edges.points, everything(offering).edges.points]
    columns += [getattr(survey, field.name) for field in fields(Survey)]
    return hashlib.sha256(b"".join(column.tobytes() for column in columns)).hexdigest()
