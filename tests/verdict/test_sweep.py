"""The fast look at all pairs says what the plain one says, and sums its pairs up as anybody would."""

import os
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from numpy.typing import NDArray

from matcher.domain.codes import RULES
from matcher.domain.places import road_m
from matcher.domain.policy import Policy
from matcher.domain.tables import NO_LIMIT, Places, Problem
from matcher.model.edges import Edges
from matcher.rules.context import RuleContext, rule_context
from matcher.rules.scan import scan
from matcher.units import divide_half_even
from matcher.verdict.sweep import look as look_module
from matcher.verdict.sweep import pairs, sift
from matcher.verdict.sweep import roads as roads_module
from matcher.verdict.sweep import ruling as ruling_module
from matcher.verdict.sweep import tiles as tiles_module
from matcher.verdict.sweep.blocks import bits_of
from matcher.verdict.sweep.claim import Claim
from matcher.verdict.sweep.classes import classes
from matcher.verdict.sweep.crew import Crew, processors
from matcher.verdict.sweep.findings import Findings, exact_gain
from matcher.verdict.sweep.look import look_at_all
from matcher.verdict.sweep.roads import BEYOND_REACH, at_least_m, road_table
from matcher.verdict.sweep.ruling import Ruling, rulings
from tests.problems import plain_problem, random_problem, with_candidates, with_vacancies


@njit
def ones(word: np.uint64) -> int:
    """Parts of kernels have no entry from Python."""
    return sift.ones(word)


@njit
def lowest(word: np.uint64) -> int:
    return sift.lowest(word)


@njit
def set_range(words: NDArray[np.uint64], begin: int, end: int) -> None:
    sift.set_range(words, begin, end)


@njit
def half_even(top: int, bottom: int) -> int:
    return pairs.half_even(top, bottom)


@njit
def remember(
    gain: int, seat: int, points: int, gains: NDArray[np.int64], seats: NDArray[np.int64], values: NDArray[np.int64]
) -> None:
    pairs.remember(gain, seat, points, gains, seats, values)


POLICIES = [
    Policy(),
    Policy.model_validate({"rules": {rule.value: {"unknown": "pass"} for rule in RULES}}),
    Policy.model_validate(
        {
            "rules": {rule.value: {"unknown": "fail"} for rule in RULES}
            | {"EDUCATION": {"enabled": True, "unknown": "fail"}}
        }
    ),
    Policy.model_validate(
        {"rules": {"SKILLS": {"skill_coverage_min": 1}, "LANE": {"enabled": False}, "DISTANCE": {"enabled": False}}}
    ),
    Policy.model_validate({"rules": {"SKILLS": {"enabled": False}, "CLOSED": {"enabled": False}}}),
    Policy.model_validate(
        {
            "value": {"lane": {"regular": "0.335", "supported": 0}},
            "scorecard": {
                "base": 400,
                "essential_skills": {"per_full_coverage": 813},
                "support": {"needed_unknown": -77},
                "travel": {"beyond_four_fifths_of_limit": -999},
            },
        }
    ),
]


def random_claim(problem: Problem, ctx: RuleContext, edges: Edges, seed: int, *, optimal: bool = True) -> Claim:
    """Some plan, not a good one, at some prices."""
    rng = np.random.default_rng(seed)
    people, jobs = problem.shape
    seat_of, own = np.full(people, -1, dtype=np.int64), np.zeros(people, dtype=np.int64)
    for person in range(people):
        mine = slice(edges.start[person], edges.start[person + 1])
        if mine.stop > mine.start and rng.random() < 0.6:
            at = int(rng.integers(mine.start, mine.stop))
            seat_of[person], own[person] = edges.seat[at], edges.points[at]
    price = np.where(rng.random(jobs) < 0.5, rng.integers(0, 900_000, size=jobs), rng.integers(0, 3, size=jobs))
    return Claim(
        seat_of=seat_of,
        own_points=own,
        openings=problem.vacancies.openings,
        price=price,
        price_next=price // 2,
        pinned=(rng.random(people) < 0.2) & (seat_of >= 0),
        extreme=optimal,
    )


def plain_findings(edges: Edges, claim: Claim, ctx: RuleContext) -> dict[str, Any]:
    """Sum all eligible pairs up, pair by pair, in Python's integers."""
    people, jobs = claim.seat_of.size, claim.openings.size
    left = claim.openings - np.bincount(claim.seat_of[claim.seat_of >= 0], minlength=jobs)
    pins = claim.seat_of[claim.pinned].tolist()
    out: dict[str, Any] = {
        "own_found": np.zeros(people, dtype=np.bool_),
        "better": np.zeros(people, dtype=np.int64),
        "most": np.zeros(people, dtype=np.int64),
        "most_next": np.zeros(people, dtype=np.int64),
        "winnable": np.zeros(people, dtype=np.bool_),
        "seat": np.full((people, 3), -1, dtype=np.int64),
        "points": np.zeros((people, 3), dtype=np.int64),
        "ties": set(),
        "ties_next": set(),
        "anchored": np.zeros(jobs, dtype=np.bool_),
    }
    for person in range(people):
        own, own_points = int(claim.seat_of[person]), int(claim.own_points[person])
        listed = []
        for at in range(edges.start[person], edges.start[person + 1]):
            seat, points = int(edges.seat[at]), int(edges.points[at])
            price, price_next = int(claim.price[seat]), int(claim.price_next[seat])
            is_open = claim.openings[seat] > pins.count(seat)
            out["own_found"][person] |= seat == own
            out["better"][person] += points > own_points
            out["most_next"][person] = max(out["most_next"][person], max(points, 0) - price_next)
            if is_open:
                out["most"][person] = max(out["most"][person], max(points, 0) - price)
                out["winnable"][person] |= points > 0 and bool(points > price or left[seat] > 0)
                if (seat != own) if own >= 0 else (points > 0):
                    listed.append((price - points, seat, points))
            if not claim.extreme or claim.pinned[person] or points < 0 or seat == own:
                continue
            level, level_next = (
                (max(own_points, 0) - int(prices[own]) if own >= 0 else 0) for prices in (claim.price, claim.price_next)
            )
            if own >= 0 and is_open and points - price == level:
                out["ties"].add((own, seat))
            if points - price_next == level_next:
                if own >= 0:
                    out["ties_next"].add((own, seat))
                else:
                    out["anchored"][seat] = True
        for place, (_, seat, points) in enumerate(sorted(listed)[:3]):
            out["seat"][person, place], out["points"][person, place] = seat, points
    return out


def assert_same(ctx: RuleContext, claim: Claim, edges: Edges, survey: Any, found: Findings) -> None:
    for field in fields(survey):
        np.testing.assert_array_equal(getattr(found.survey, field.name), getattr(survey, field.name), field.name)
        assert getattr(found.survey, field.name).dtype == getattr(survey, field.name).dtype
    expected = plain_findings(edges, claim, ctx)
    for name, value in expected.items():
        got = getattr(found, name)
        if name.startswith("ties"):
            assert set(zip(*(column.tolist() for column in got), strict=True)) == value, name
        else:
            np.testing.assert_array_equal(got, value, name)
    placed = claim.seat_of >= 0
    np.testing.assert_array_equal(found.own_points[placed], claim.own_points[placed])


def check_problem(problem: Problem, policy: Policy, seed: int = 0, *, threads: int = 2, optimal: bool = True) -> int:
    """Compare; return how many pairs are eligible."""
    ctx = rule_context(problem, policy)
    survey, edges = scan(ctx)
    claim = random_claim(problem, ctx, edges, seed, optimal=optimal)
    assert_same(ctx, claim, edges, survey, look_at_all(ctx, claim, threads=threads))
    seen: list[tuple[int, int, int]] = []

    def visit(person: NDArray[np.int64], vacancy: NDArray[np.int64], points: NDArray[np.int64]) -> None:
        seen.extend(zip(person.tolist(), vacancy.tolist(), points.tolist(), strict=True))

    assert_same(ctx, claim, edges, survey, look_at_all(ctx, claim, threads=threads, visit=visit))
    assert sorted(seen) == list(zip(edges.row_of().tolist(), edges.seat.tolist(), edges.points.tolist(), strict=True))
    return len(edges)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    people=st.integers(0, 40),
    jobs=st.integers(0, 150),
    unknown=st.sampled_from([0.0, 0.15, 0.6]),
    demand=st.sampled_from([0.0, 0.1, 0.4]),
    facts=st.sampled_from([0.0, 0.02, 0.3, 1.0]),
    places=st.sampled_from([1, 8, 500]),
    spread_km=st.sampled_from([5.0, 25.0, 90.0]),
    listed_only=st.booleans(),
    distance_on=st.booleans(),
    policy=st.sampled_from(POLICIES),
    threads=st.sampled_from([1, 2]),
    optimal=st.booleans(),
)
def test_the_look_is_the_scan(
    seed: int,
    people: int,
    jobs: int,
    unknown: float,
    demand: float,
    facts: float,
    places: int,
    spread_km: float,
    listed_only: bool,
    distance_on: bool,
    policy: Policy,
    threads: int,
    optimal: bool,
) -> None:
    problem = random_problem(
        seed,
        people,
        jobs,
        unknown=unknown,
        demand=demand,
        facts=facts,
        places=places,
        spread_km=spread_km,
        listed_only=listed_only,
        distance_on=distance_on,
        small_values=seed % 2 == 0,
    )
    check_problem(problem, policy, seed % 1000, threads=threads, optimal=optimal)


@pytest.mark.parametrize("policy", POLICIES)
def test_larger_problems(policy: Policy) -> None:
    problem = random_problem(7, 700, 150, demand=0.05, facts=0.01, places=40, spread_km=30.0)
    assert check_problem(problem, policy) > 1000


def test_many_skills_languages_and_agencies() -> None:
    problem = random_problem(
        11, 60, 90, demand=0.1, skills=300, skills_held=90, skills_asked=20, agencies=70, occupations=66, languages=5
    )
    assert check_problem(problem, Policy()) > 0
    assert check_problem(problem, POLICIES[3]) >= 0


@pytest.mark.parametrize("nothing", ["skills", "occupations", "languages", "agencies"])
def test_empty_vocabularies(nothing: str) -> None:
    problem = random_problem(3, 30, 70, demand=0.1, **{nothing: 0})
    assert check_problem(problem, Policy()) > 0


def test_nobody_and_nothing() -> None:
    for shape in ((0, 0), (0, 4), (4, 0), (1, 1)):
        check_problem(random_problem(1, *shape, unknown=0.0, demand=0.0), Policy())


def test_everybody_in_the_control_arm_or_without_a_place_or_a_limit() -> None:
    problem = random_problem(4, 40, 130, demand=0.1)
    people, jobs = problem.shape
    check_problem(with_candidates(problem, control=np.ones(people, dtype=np.bool_)), Policy())
    check_problem(with_candidates(problem, place=np.full(people, -1, dtype=np.int32)), Policy())
    check_problem(with_vacancies(problem, place=np.full(jobs, -1, dtype=np.int32)), Policy())
    endless = np.full(people, NO_LIMIT, dtype=np.int64)
    assert check_problem(with_candidates(problem, reach_km_m=endless, reach_time_m=endless), Policy()) > 0


@pytest.mark.parametrize(
    ("block", "shard", "room", "table"),
    [(64, 1, 1 << 25, 1 << 26), (100, 7, 600, 1 << 26), (130, 512, 1, 0), (8192, 512, 1 << 25, 0)],
)
def test_sizes_of_tiles_show_nowhere(
    block: int, shard: int, room: int, table: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles_module, "BLOCK", block)
    monkeypatch.setattr(tiles_module, "ROOM_BYTES", room)
    monkeypatch.setattr(roads_module, "_AT_ONCE", 50)
    monkeypatch.setattr(look_module, "SHARD_ROWS", shard)
    monkeypatch.setattr(ruling_module, "TABLE_LIMIT", table)
    monkeypatch.setattr(ruling_module, "_AT_ONCE", 40)
    problem = random_problem(21, 70, 260, demand=0.08, facts=0.02, places=60, spread_km=50.0)
    assert check_problem(problem, Policy()) > 0


def test_values_at_the_ends_of_int64() -> None:
    problem = random_problem(2, 60, 40, unknown=0.05, demand=0.05, facts=0.3)
    ends = np.array([np.iinfo(np.int64).min, np.iinfo(np.int64).max, -1, 5])
    value = ends[np.arange(len(problem.facts)) % 4]
    facts = replace(problem.facts, value=value, has_value=np.ones(value.size, dtype=np.bool_))
    assert check_problem(replace(problem, facts=facts), Policy()) > 0


def test_everything_ties() -> None:
    """Everybody is as well off everywhere: more ties than there is room for at once."""
    problem = plain_problem(1200, 100)
    ctx = rule_context(problem, Policy())
    survey, edges = scan(ctx)
    assert len(edges) == 1200 * 100 > 4 * tiles_module.BLOCK
    points = int(edges.points[0])
    seat_of = np.where(np.arange(1200) < 100, np.arange(1200), -1)
    claim = Claim(
        seat_of=seat_of,
        own_points=np.where(seat_of >= 0, points, 0),
        openings=problem.vacancies.openings,
        price=np.full(100, points),
        price_next=np.full(100, points),
        pinned=np.zeros(1200, dtype=np.bool_),
        extreme=True,
    )
    found = look_at_all(ctx, claim, threads=2)
    assert_same(ctx, claim, edges, survey, found)
    assert found.anchored.all()
    many = replace(claim, seat_of=np.arange(1200) % 100, own_points=np.full(1200, points))
    assert_same(ctx, many, edges, survey, look_at_all(ctx, many, threads=2))


def test_the_number_of_threads_shows_nowhere() -> None:
    problem = random_problem(9, 1500, 300, demand=0.05, facts=0.01, places=60, spread_km=40.0)
    ctx = rule_context(problem, Policy())
    claim = random_claim(problem, ctx, scan(ctx)[1], 3)
    one, two, three = (look_at_all(ctx, claim, threads=threads) for threads in (1, 2, 3))
    for other in (two, three):
        for name in ("own_points", "better", "most", "most_next", "winnable", "seat", "points", "anchored"):
            assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in ("ties", "ties_next"):
            assert [k.tobytes() for k in getattr(one, name)] == [k.tobytes() for k in getattr(other, name)]
        for field in fields(one.survey):
            assert getattr(one.survey, field.name).tobytes() == getattr(other.survey, field.name).tobytes()


def test_the_observer_hears_of_all_pairs() -> None:
    class Listener:
        def __init__(self) -> None:
            self.total: int | None = None
            self.last = 0

        def phase(self, name: str, total: int | None = None) -> None:
            self.total = total

        def step(self, done: int) -> None:
            assert done >= self.last
            self.last = done

    for listed_only in (False, True):
        problem = random_problem(2, 40, 30, demand=0.1, listed_only=listed_only)
        ctx, listener = rule_context(problem, Policy()), Listener()
        look_at_all(ctx, random_claim(problem, ctx, scan(ctx)[1], 1), listener)
        assert listener.total == listener.last == (len(problem.facts) if listed_only else 2 * 40 * 30)


def test_a_failing_worker_stops_the_look(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise MemoryError

    monkeypatch.setattr(look_module, "look_at_rows", broken)
    problem = random_problem(2, 40, 30)
    ctx = rule_context(problem, Policy())
    with pytest.raises(MemoryError):
        look_at_all(ctx, random_claim(problem, ctx, scan(ctx)[1], 1), threads=2)


def test_a_crew_has_as_many_hands_as_processors() -> None:
    with Crew(0) as crew:
        assert crew.size >= 1
        assert list(crew.map(abs, [-1, 2])) == [1, 2]


def test_a_system_that_cannot_say_which_processors_are_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert processors() == 1


@pytest.mark.parametrize("seed", range(4))
def test_a_rule_reads_no_more_than_its_classes_say(seed: int) -> None:
    """Whoever is in one class gets the same answers: asked about everybody, a rule says what it says of the class."""
    problem = random_problem(seed, 60, 50, demand=0.5, unknown=0.3, facts=0.0)
    ctx = rule_context(problem, POLICIES[2])
    everybody, everything = np.arange(60), np.arange(50)
    by_classes = [one for one in rulings(ctx) if isinstance(one, Ruling)]
    assert len(by_classes) == len(RULES) - 2
    for one in by_classes:
        asked = ruling_module.codes(ctx, one.rule, everybody, everything)
        np.testing.assert_array_equal(one.of(one.people, one.vacancies), asked, one.rule)


def test_classes() -> None:
    number, example = classes((np.array([5, -7, 5, 5]), np.array([2**63, 2**63, 2**63, 1], dtype=np.uint64)), 4)
    assert number[0] == number[2]
    assert len(set(number.tolist())) == 3 == example.size
    assert [number.tolist().index(k) for k in range(3)] == example.tolist()
    small = classes((np.array([-128, 127, -128], dtype=np.int8),), 3)
    assert small[0].tolist() == [0, 1, 0]
    assert classes((), 3)[0].tolist() == [0, 0, 0]
    assert classes((), 0)[1].size == 0
    assert classes((np.zeros(0, dtype=np.int8),), 0)[0].size == 0


@settings(deadline=None)
@given(st.integers(1, 2**64 - 1))
def test_bits(word: int) -> None:
    assert ones(np.uint64(word)) == word.bit_count()
    assert lowest(np.uint64(word)) == (word & -word).bit_length() - 1


@settings(deadline=None)
@given(st.integers(0, 199), st.integers(1, 200))
def test_ranges_of_bits(begin: int, size: int) -> None:
    end = min(begin + size, 200)
    words: NDArray[np.uint64] = np.zeros(4, dtype=np.uint64)
    set_range(words, begin, end)
    truth = np.zeros((1, 200), dtype=np.bool_)
    truth[0, begin:end] = True
    np.testing.assert_array_equal(words, bits_of(truth)[0])


@settings(deadline=None)
@given(st.integers(0, 10**15), st.integers(1, 10**6))
def test_half_even(top: int, bottom: int) -> None:
    assert half_even(top, bottom) == divide_half_even(np.array([top]), bottom)[0]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 50)), unique_by=lambda pair: pair[1]))
def test_the_best_three(offers: list[tuple[int, int]]) -> None:
    gains, values = np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int64)
    seats = np.full(3, -1, dtype=np.int64)
    for gain, seat in offers:
        remember(gain, seat, gain + 100, gains, seats, values)
    best = sorted(offers, key=lambda pair: (-pair[0], pair[1]))[:3]
    assert seats.tolist() == [seat for _, seat in best] + [-1] * (3 - len(best))
    assert values[: len(best)].tolist() == [gain + 100 for gain, _ in best]


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**63 - 1))
def test_differences_beyond_int64(points: int, price: int) -> None:
    high, low = exact_gain(np.array([points]), np.array([price]))
    assert int(high[0]) * 2**32 + int(low[0]) == points - price
    assert 0 <= low[0] < 2**32


@pytest.mark.parametrize("seed", range(20))
def test_a_box_is_never_farther_than_what_is_in_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    world, size = [(1.0, 0.5), (1.0, 8.0), (60.0, 170.0), (89.9, 179.9)][seed % 4], 30
    places = Places(lat=rng.uniform(-1, 1, 2 * size) * world[0], lon=rng.uniform(-1, 1, 2 * size) * world[1])
    homes, works = np.arange(size), np.arange(size, 2 * size)[: 1 + seed]
    metres = road_m(places.lat[homes, None], places.lon[homes, None], places.lat[works], places.lon[works])
    least = at_least_m(places, homes, works)
    assert (least <= metres.min(axis=1)).all()
    table = road_table(places, homes, works, np.full(size, 20_000), map)
    near = least <= 20_000
    np.testing.assert_array_equal(table[near], metres[near])
    assert (table[~near] == BEYOND_REACH).all()
    assert (metres[~near] > 20_000).all()
    assert at_least_m(places, homes, works[:0]).tolist() == [0.0] * size


def test_roads_count_in_the_score_where_distance_is_off() -> None:
    # Somebody's time to travel may end before four fifths of the own limit in kilometres: beyond it the road still has to be measured.
    for seed in range(1130, 1146):
        problem = random_problem(seed, 36, 36, unknown=0.6, demand=0.0, facts=0.0, places=8, spread_km=90.0)
        check_problem(replace(problem, distance_on=False), Policy(), seed)
