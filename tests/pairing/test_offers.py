"""Offers that hold back: exactly the best few above the floor, whatever was asked before and however the work is cut up."""

from dataclasses import fields, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.domain.policy import Policy
from matcher.domain.tables import Problem
from matcher.model.edges import CLOSED_SEAT, NO_GAIN, Edges
from matcher.model.standing import Market
from matcher.pairing import hall, source
from matcher.pairing.answers import fill_answers
from matcher.pairing.count import count_crowd
from matcher.pairing.kept import beat, merge
from matcher.pairing.look import look
from matcher.pairing.order import _taken
from matcher.pairing.source import RuleSource, rule_source
from tests.pairing.test_source import NOTHING, require_as_the_rules_say, require_same_edges, require_same_survey
from tests.problems import random_problem, with_candidates


def test_more_than_one_block_of_vacancies() -> None:
    problem = random_problem(5, 25, 4500, facts=0.02, demand=0.1, spread_km=40, places=300)
    assert require_as_the_rules_say(problem, Policy()) > 1000


def test_a_few_thousand_people_in_one_block() -> None:
    problem = random_problem(6, 1500, 40, facts=0.02, demand=0.1, spread_km=15, places=30)
    assert require_as_the_rules_say(problem, Policy()) > 1000


class TestShards:
    """How the work is cut up never shows."""

    @pytest.fixture
    def problem(self) -> Problem:
        return random_problem(11, 150, 2100, facts=0.02, demand=0.1, spread_km=10, places=40)

    @pytest.mark.parametrize("threads", [1, 2, 5])
    def test_threads_and_crowds(self, monkeypatch: pytest.MonkeyPatch, problem: Problem, threads: int) -> None:
        whole = rule_source(problem, Policy(), threads=1)
        assert whole.shards == 1
        cut = rule_source(problem, Policy(), threads=threads)
        with monkeypatch.context() as patch:
            patch.setattr(hall, "_CROWD_LEAST", 7)
            patch.setattr(hall, "_CROWD_MOST", 7)
            assert cut.shards > 10
        require_same_survey(whole.survey(), cut.survey())
        require_same_edges(whole.everything(), cut.everything())
        for price, floor in ((0, 0), (300_000, 50_000), (250_000, 0)):
            prices, floors = np.full(2100, price, dtype=np.int64), np.full(150, floor, dtype=np.int64)
            one, other = (offering.offer(prices, NOTHING, floors) for offering in (whole, cut))
            require_same_edges(one.edges, other.edges)
            np.testing.assert_array_equal(one.best, other.best)

    def test_shards_know_nothing_of_each_other(self, monkeypatch: pytest.MonkeyPatch, problem: Problem) -> None:
        monkeypatch.setattr(hall, "_CROWD_LEAST", 40)
        offering = rule_source(problem, Policy(), threads=1)
        prices, floors = np.full(2100, 300_000, dtype=np.int64), np.zeros(150, dtype=np.int64)
        parts = [offering.offer_shard(shard, prices, NOTHING, floors) for shard in reversed(range(offering.shards))]
        offering.offer(prices * 0, NOTHING, floors)
        whole = offering.offer(prices, NOTHING, floors)
        assert len(parts) > 1
        assert sum(len(part.edges) for part in parts) == len(whole.edges) > 0
        np.testing.assert_array_equal(np.max([part.best for part in parts], axis=0), whole.best)
        assert sum(np.diff(part.edges.start) for part in parts).tolist() == np.diff(whole.edges.start).tolist()

    def test_order_of_rows(self, problem: Problem) -> None:
        """Rows in another order: the same pairs and counts, except which of equals is held back."""
        rng = np.random.default_rng(3)
        person, seat = rng.permutation(150), rng.permutation(2100)
        one, other = rule_source(problem, Policy()), rule_source(shuffled(problem, person, seat), Policy())
        np.testing.assert_array_equal(one.survey().row_first[person], other.survey().row_first)
        np.testing.assert_array_equal(one.survey().seat_first_unknown[seat], other.survey().seat_first_unknown)
        assert pairs_of(one.everything()) == {
            (person[row], seat[column], points) for row, column, points in pairs_of(other.everything())
        }

    def test_a_failure_of_a_worker_is_not_swallowed(self, monkeypatch: pytest.MonkeyPatch, problem: Problem) -> None:
        def broken(*_: object) -> int:
            raise MemoryError

        monkeypatch.setattr(hall, "count_crowd", broken)
        monkeypatch.setattr(hall, "_CROWD_LEAST", 10)
        with pytest.raises(MemoryError):
            rule_source(problem, Policy(), threads=2).survey()


def shuffled(problem: Problem, person: NDArray[np.int64], seat: NDArray[np.int64]) -> Problem:
    facts = problem.facts
    candidate, vacancy = np.argsort(person)[facts.candidate], np.argsort(seat)[facts.vacancy]
    order = np.lexsort((vacancy, candidate))
    columns = {field.name: getattr(facts, field.name)[order] for field in fields(facts)}
    columns |= {"candidate": candidate[order].astype(np.int32), "vacancy": vacancy[order].astype(np.int32)}
    return replace(
        problem,
        candidates=_taken(problem.candidates, person),
        vacancies=_taken(problem.vacancies, seat),
        facts=replace(facts, **columns),
    )


def pairs_of(edges: Edges) -> set[tuple[int, int, int]]:
    return set(zip(edges.row_of().tolist(), edges.seat.tolist(), edges.points.tolist(), strict=True))


def best_few(
    edges: Edges, prices: NDArray[np.int64], floors: NDArray[np.int64], most: int
) -> tuple[Edges, NDArray[np.int64]]:
    """The slow twin of an offer: exact whole numbers, edge by edge."""
    best = [NO_GAIN] * edges.rows
    better: list[list[tuple[int, int, int]]] = [[] for _ in range(edges.rows)]
    for at, row in enumerate(edges.row_of().tolist()):
        gain = max(NO_GAIN + 1, int(edges.points[at]) - int(prices[edges.seat[at]]))
        best[row] = max(best[row], gain, int(floors[row]))
        if gain > int(floors[row]):
            better[row].append((-gain, int(edges.seat[at]), at))
    keep = np.zeros(len(edges), dtype=np.bool_)
    for some in better:
        keep[[at for _, _, at in sorted(some)[:most]]] = True
    return edges.keep(keep), np.array(best, dtype=np.int64)


def require_the_best_few(
    offering: RuleSource, listed: Edges, prices: NDArray[np.int64], floors: NDArray[np.int64]
) -> None:
    most = source.LATER_MOST if prices.any() and (floors >= 0).all() else source.FIRST_MOST
    edges, best = best_few(listed, prices, floors, most)
    offer = offering.offer(prices, NOTHING, floors)
    require_same_edges(edges, offer.edges)
    np.testing.assert_array_equal(best, offer.best, strict=True)
    assert not offer.exact or (floors == NO_GAIN).all()


class TestOffer:
    """An offer is exactly the best few edges above the floor, whatever was asked before."""

    @pytest.mark.parametrize("seed", range(6))
    @pytest.mark.parametrize("most", [1, 3])
    def test_the_best_few_above_the_floor(self, monkeypatch: pytest.MonkeyPatch, seed: int, most: int) -> None:
        monkeypatch.setattr(source, "FIRST_MOST", 2 * most)
        monkeypatch.setattr(source, "LATER_MOST", most)
        monkeypatch.setattr(hall, "_CROWD_LEAST", 13)
        problem = random_problem(
            seed, 60, [40, 2300][seed % 2], demand=0.1, facts=0.05, spread_km=10, small_values=seed % 3 == 0
        )
        offering, rng = rule_source(problem, Policy(), threads=2), np.random.default_rng(seed)
        listed, seats = offering.everything(), offering.seats
        prices, floors = np.zeros(seats, dtype=np.int64), np.zeros(60, dtype=np.int64)
        for step in range(12):
            require_the_best_few(offering, listed, prices, floors)
            if step % 4 == 3:
                prices = rng.integers(0, 600_000, size=seats)
                prices[rng.random(seats) < 0.1] = CLOSED_SEAT
                floors = rng.integers(-300_000, 300_000, size=60)
                floors[rng.random(60) < 0.3] = NO_GAIN
                if step % 8 == 7:
                    floors = np.maximum(floors, 0)
            else:
                # Most prices hardly move, some fall far.
                moved = prices + rng.integers(-500, 500, size=seats) - (rng.random(seats) < 0.02) * 200_000
                prices = np.clip(moved, 0, CLOSED_SEAT)
                floors = floors + rng.integers(-2_000, 20_000, size=60)

    @pytest.mark.parametrize("seed", range(4))
    def test_asking_until_nothing_is_better(self, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
        """The union of held-back offers holds all that is above the floors, and then the bound is the best gain."""
        monkeypatch.setattr(source, "FIRST_MOST", 2)
        monkeypatch.setattr(source, "LATER_MOST", 1)
        problem = random_problem(seed, 50, 60, demand=0.1, facts=0.05, spread_km=10)
        offering, rng = rule_source(problem, Policy(), threads=1), np.random.default_rng(seed)
        listed = offering.everything()
        prices = rng.integers(1, 500_000, size=60)
        floors = np.zeros(50, dtype=np.int64)
        true = best_few(listed, prices, floors, 1)[1]
        while len(found := offering.offer(prices, NOTHING, floors).edges):
            top = np.full(50, NO_GAIN, dtype=np.int64)
            np.maximum.at(top, found.row_of(), found.points - prices[found.seat])
            assert (top[np.diff(found.start) > 0] > floors[np.diff(found.start) > 0]).all()
            floors = np.maximum(floors, top)
        some = true > NO_GAIN
        np.testing.assert_array_equal(floors[some], np.maximum(true, 0)[some])

    def test_values_at_the_ends_of_int64(self) -> None:
        problem = random_problem(5, 20, 20, facts=0.9, demand=0.0, unknown=0.0, spread_km=2)
        facts = problem.facts
        ends = np.array([-(2**63), -(2**62), -(2**62) + 1, 2**62, 2**63 - 1, 0])
        value = np.resize(ends, len(facts)).astype(np.int64)
        problem = replace(problem, facts=replace(facts, value=value, has_value=np.ones(len(facts), dtype=np.bool_)))
        require_as_the_rules_say(problem, Policy())
        offering = rule_source(problem, Policy(), threads=1)
        listed = offering.everything()
        for price in (0, 1, 10**6, CLOSED_SEAT, 5, 0):
            prices, floors = np.full(20, price, dtype=np.int64), np.full(20, NO_GAIN, dtype=np.int64)
            floors[0], floors[1] = 0, 2**62
            require_the_best_few(offering, listed, prices, floors)

    def test_listed_holds_nothing_back(self) -> None:
        problem = random_problem(3, 50, 60, demand=0.05, facts=0.1, spread_km=5)
        offering = rule_source(problem, Policy())
        prices, floors = np.full(60, 400_000, dtype=np.int64), np.zeros(50, dtype=np.int64)
        edges = best_few(offering.everything(), prices, floors, 1000)[0]
        require_same_edges(edges, offering.listed(prices, NOTHING, floors))
        assert len(edges) > len(offering.offer(prices, NOTHING, floors).edges)

    def test_nothing_handed_out_can_be_changed(self) -> None:
        offering = rule_source(random_problem(1, 10, 10), Policy())
        nothing = np.zeros(10, dtype=np.int64)
        offer, survey = offering.offer(nothing, NOTHING, nothing), offering.survey()
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


def test_one_specialisation_serves_all() -> None:
    for n, m, languages in ((0, 3, 0), (3, 0, 1), (1, 1, 1), (5, 5, 3)):
        offering = rule_source(with_candidates(random_problem(1, n, m, languages=languages)), Policy())
        nobody, nothing, prices = (
            np.full(n, -1, dtype=np.int32),
            np.zeros(n, dtype=np.int64),
            np.ones(m, dtype=np.int64),
        )
        offering.survey()
        offering.everything()
        for price in (prices * 0, prices):
            offering.offer(price, NOTHING, nothing)
        offering.standing(nobody, nothing, Market(openings=prices, filled=prices * 0, price=prices))
    for kernel in (fill_answers, count_crowd, look, beat, merge):
        if hasattr(kernel, "signatures"):
            assert len(kernel.signatures) == 1
