"""Looks that are broken off: what is offered is true, what is said of the rest holds, and nothing of it shows later."""

from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.policy import Policy
from matcher.domain.policy_file import parse_policy
from matcher.domain.tables import Problem
from matcher.model.edges import CLOSED_SEAT, NO_GAIN, Edges, Offer
from matcher.pairing import hall
from matcher.pairing.ceilings import ceilings
from matcher.pairing.layout import Ints64
from matcher.pairing.source import RuleSource, rule_source
from matcher.rules.context import rule_context
from matcher.rules.scan import scan
from tests.pairing.test_offers import pairs_of
from tests.pairing.test_source import NOTHING, POLICIES, require_same_edges
from tests.problems import random_problem
from tests.solvers.models import Countdown


def largest_gains(edges: Edges, prices: Ints64) -> Ints64:
    """Of each person over all eligible pairs, by brute force."""
    best = np.full(edges.rows, NO_GAIN, dtype=np.int64)
    np.maximum.at(best, edges.row_of(), np.maximum(NO_GAIN + 1, edges.points - prices[edges.seat]))
    return best


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    return random_problem(
        draw(st.integers(0, 2**32)),
        draw(st.integers(0, 25)),
        draw(st.integers(0, 25)),
        unknown=draw(st.sampled_from([0.0, 0.2, 0.6])),
        demand=draw(st.sampled_from([0.0, 0.1, 0.4])),
        facts=draw(st.sampled_from([0.0, 0.1, 0.7])),
        spread_km=draw(st.sampled_from([5.0, 40.0])),
        distance_on=draw(st.booleans()),
        listed_only=draw(st.integers(0, 5)) == 0,
    )


def some_prices(seed: int, seats: int) -> Ints64:
    rng = np.random.default_rng(seed)
    prices = rng.integers(0, [1, 300_000, 2**40][seed % 3], size=seats)
    prices[rng.random(seats) < 0.2] = CLOSED_SEAT
    return prices


@settings(max_examples=150, deadline=None)
@given(problems(), st.sampled_from(sorted(POLICIES)), st.integers(0, 2**32))
def test_nobody_gains_more_than_the_ceiling(problem: Problem, name: str, seed: int) -> None:
    policy = parse_policy(POLICIES[name])
    _, edges = scan(rule_context(problem, policy))
    prices = some_prices(seed, problem.shape[1])
    assert (ceilings(problem, policy, prices) >= largest_gains(edges, prices)).all()


def test_a_ceiling_is_reached_where_everything_fits() -> None:
    policy, reached = Policy(), 0
    for seed in range(20):
        problem = random_problem(seed, 30, 40, unknown=0.0, demand=0.0, facts=0.0, spread_km=1, skills_asked=0.1)
        _, edges = scan(rule_context(problem, policy))
        prices = np.zeros(40, dtype=np.int64)
        reached += int((ceilings(problem, policy, prices) == largest_gains(edges, prices)).sum())
    assert reached > 20


def require_true(offer: Offer, edges: Edges, prices: Ints64, floors: Ints64) -> None:
    assert pairs_of(offer.edges) <= pairs_of(edges)
    assert (offer.edges.points - prices[offer.edges.seat] > floors[offer.edges.row_of()]).all()
    assert (offer.best >= largest_gains(edges, prices)).all()


class TestBrokenOff:
    """Time is up at the k-th look."""

    @pytest.fixture(autouse=True)
    def small_steps(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hall, "_CROWD_LEAST", 9)
        monkeypatch.setattr(hall, "_BLOCKS_AT_ONCE", 1)

    @pytest.mark.parametrize("threads", [1, 3])
    @pytest.mark.parametrize("listed_only", [False, True])
    def test_at_any_look(self, threads: int, listed_only: bool) -> None:
        problem = random_problem(3, 40, 4500, facts=0.01, demand=0.1, places=60, spread_km=20, listed_only=listed_only)
        whole = rule_source(problem, Policy(), threads=1)
        edges, rng = whole.everything(), np.random.default_rng(5)
        turns = [np.zeros(4500, dtype=np.int64), rng.integers(0, 400_000, 4500), rng.integers(0, 250_000, 4500)]
        floors = np.zeros(40, dtype=np.int64)
        assert len(edges) > 50
        bounds = []
        for looks in count():
            source, stop = rule_source(problem, Policy(), threads=threads), Countdown(looks)
            offers = [source.offer(prices, NOTHING, floors, stop) for prices in turns]
            for offer, prices in zip(offers, turns, strict=True):
                require_true(offer, edges, prices, floors)
                assert not offer.exact
            if offers[-1].whole:
                break
            bounds.append([int(np.maximum(offer.best, 0).sum()) for offer in offers])
            self.require_no_trace(source, whole, turns, floors)
        assert looks > 10
        # More looks never give a worse bound, whatever was asked.
        assert threads > 1 or (np.diff(np.array(bounds), axis=0) <= 0).all()

    def require_no_trace(self, source: RuleSource, whole: RuleSource, turns: list[Ints64], floors: Ints64) -> None:
        for prices in reversed(turns):
            one, other = (some.offer(prices, NOTHING, floors) for some in (source, whole))
            require_same_edges(one.edges, other.edges)
            np.testing.assert_array_equal(one.best, other.best)
            assert one.whole

    def test_one_crowd_is_the_same_on_any_number_of_threads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hall, "_CROWD_LEAST", 512)
        problem = random_problem(4, 40, 6500, facts=0.01, demand=0.1, places=60, spread_km=20)
        prices, floors = np.zeros(6500, dtype=np.int64), np.zeros(40, dtype=np.int64)
        for looks in range(8):
            one, other = (
                rule_source(problem, Policy(), threads=threads).offer(prices, NOTHING, floors, Countdown(looks))
                for threads in (1, 2)
            )
            require_same_edges(one.edges, other.edges)
            np.testing.assert_array_equal(one.best, other.best)
            assert one.whole == other.whole

    def test_preparing_may_be_broken_off_too(self) -> None:
        problem = random_problem(6, 60, 30)
        prices, floors = np.zeros(30, dtype=np.int64), np.zeros(60, dtype=np.int64)
        whole = rule_source(problem, Policy()).offer(prices, NOTHING, floors)
        for looks in range(12):
            source = rule_source(problem, Policy(), threads=1)
            source.prepare(Countdown(looks))
            require_same_edges(source.offer(prices, NOTHING, floors).edges, whole.edges)
