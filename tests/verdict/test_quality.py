"""What gaps cost is counted pair by pair by the judge, and what a column would open is tried out by filling it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matcher.domain.codes import CONTRACTS, RULES, SHIFTS
from matcher.domain.policy import Policy
from matcher.domain.tables import Agencies, Problem, Sets
from matcher.domain.uses import USES, Null
from matcher.pairing.source import rule_source
from matcher.rules.block import pair_block
from matcher.rules.context import RuleContext, rule_context
from matcher.rules.eligibility import judge
from matcher.rules.gaps import GAPS
from matcher.rules.logic import FAIL, UNKNOWN
from matcher.rules.scan import scan
from matcher.verdict.quality import Look, by_column, effects, gaps
from tests.problems import RUN_D, plain_problem, random_problem, sets_from, with_candidates, with_vacancies

STRICT = Policy.model_validate(
    {"rules": {rule.value: {"unknown": "fail"} for rule in RULES} | {"EDUCATION": {"enabled": True, "unknown": "fail"}}}
)
SOME = Policy.model_validate({"rules": {code: {"unknown": "fail"} for code in ("LANE", "LOONWAARDE", "SUBSIDY")}})
CASES = [(seed, policy) for seed in range(4) for policy in (Policy(), STRICT, SOME)]


def drawn(seed: int) -> Problem:
    return random_problem(seed, 25, 20, unknown=0.4, demand=0.2, skills_held=9, skills_asked=1.5, listed_only=seed == 3)


def pairs_of(problem: Problem) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    if problem.listed_only:
        return problem.facts.candidate, problem.facts.vacancy
    people, jobs = np.indices(problem.shape)
    return people.ravel(), jobs.ravel()


def looks(ctx: RuleContext) -> Look:
    """Two looks at all pairs by the reference."""
    if_known, edges = scan(rule_context(ctx.problem, ctx.policy.with_unknowns_passed()))
    return Look(scan(ctx)[0], if_known, [edges])


@pytest.mark.parametrize(("seed", "policy"), CASES)
@pytest.mark.parametrize("size", [1, 40, 10_000])
def test_the_fast_look_gives_the_same(seed: int, policy: Policy, size: int) -> None:
    problem = drawn(seed)
    ctx = rule_context(problem, policy)
    found, if_known = (rule_source(problem, one, threads=1) for one in (policy, policy.with_unknowns_passed()))
    fast = gaps(ctx, Look(found.survey(), if_known.survey(), if_known.heaps(size)))
    assert fast == gaps(ctx, looks(ctx))
    heaps = list(if_known.heaps(size))
    assert sum(map(len, heaps)) == fast.eligible_if_known
    assert all(len(heap) <= max(size + int(if_known.survey().row_eligible.max()), 1) for heap in heaps)


@pytest.mark.parametrize(("seed", "policy"), CASES)
def test_counts_are_those_of_the_judge(seed: int, policy: Policy) -> None:
    problem = drawn(seed)
    ctx = rule_context(problem, policy)
    people, jobs = pairs_of(problem)
    said = judge(ctx, pair_block(problem, people, jobs))
    found = gaps(ctx, looks(ctx))
    might = said.eligible | said.only_unknown
    certain = said.outcome == FAIL
    first_certain = np.where(certain.any(axis=0), certain.argmax(axis=0), -1)
    assert (found.pairs, found.eligible) == (people.size, said.eligible.sum())
    assert found.eligible_if_known == might.sum()
    assert found.people_eligible == np.unique(people[said.eligible]).size
    assert found.people_if_known == np.unique(people[might]).size
    for number, one in enumerate(found.rules):
        assert one.rule is RULES[number]
        first = said.first_fail == number
        assert one.removed == first.sum()
        assert one.removed_unknown == (first & said.first_fail_unknown).sum()
        assert one.removed_if_known == (first_certain == number).sum()
        assert one.opened_alone == (said.only_unknown & (said.failed_unknown_bits == 1 << number)).sum()
        assert one.resting == (said.eligible & (said.outcome[number] == UNKNOWN)).sum()
    survey, _ = scan(ctx)
    assert (
        found.people_if_known - found.people_eligible == ((survey.row_eligible == 0) & (survey.row_missing != 0)).sum()
    )


def gappy(seed: int, n: int, m: int, share: float = 0.12) -> Problem:
    """People who can do nearly everything, with holes in what is known of them."""
    problem = plain_problem(n, m)
    rng = np.random.default_rng(seed)
    people, jobs = problem.candidates, problem.vacancies

    def holes(held: np.ndarray[Any, Any], unknown: int = -1) -> np.ndarray[Any, Any]:
        return np.where(rng.random(held.shape) < share, unknown, held).astype(held.dtype)

    def sets(size: int, rows: int, code: int | None, silent: float) -> Sets:
        drawn = rng.random(rows) < silent
        return sets_from([None if gone else ([] if code is None else [code]) for gone in drawn], size)

    def asked(value: int, like: np.ndarray[Any, Any], none: int = -1) -> np.ndarray[Any, Any]:
        return np.where(rng.random(like.shape) < 0.4, value, none).astype(like.dtype)

    start = asked(RUN_D + 60, jobs.start_d, RUN_D)
    vacancies = replace(
        jobs,
        place=holes(jobs.place),
        agency=asked(0, jobs.agency),
        essential=sets(4, m, 1, 0.6),
        loonwaarde_min_bp=asked(5000, jobs.loonwaarde_min_bp),
        lks_accepted=rng.integers(-1, 2, m).astype(np.int8),
        start_d=start,
        contract=asked(0, jobs.contract),
        shifts=asked(4, jobs.shifts, 0),
        licences=sets(3, m, 0, 0.6),
        certificates_hard=sets(3, m, 2, 0.6),
        language_min=asked(3, jobs.language_min, 0),
        education_min=asked(2, jobs.education_min),
        loads=sets(3, m, 1, 0.6),
    )
    no_steps = rng.random(n) < 2 * share
    candidates = replace(
        people,
        place=holes(people.place),
        skills=sets(4, n, 1, share),
        loonwaarde_bp=rng.choice([-1, 6000, 10_000], n).astype(np.int32),
        lks_eligible=rng.integers(-1, 2, n).astype(np.int8),
        ladder_step=np.where(no_steps, -1, people.ladder_step).astype(np.int8),
        ladder_potential=np.where(no_steps, -1, people.ladder_potential).astype(np.int8),
        available_from_d=holes(people.available_from_d, -(2**31)),
        licences=sets(3, n, 0, share),
        certificates=sets(3, n, 2, share),
        language_level=np.full((n, 2), 5, dtype=np.int8) * (language := rng.random((n, 1)) >= share),
        language_open=np.broadcast_to(~language, (n, 2)).copy(),
        education=holes(people.education),
        age=holes(people.age),
        shifts=np.full(n, 15, dtype=np.uint8) * (shifts := rng.random(n) >= share),
        shifts_known=shifts,
        contracts=people.contracts * (contracts := rng.random(n) >= share),
        contracts_known=contracts,
        limitations=sets(3, n, None, share),
        consent=holes(people.consent),
    )
    return replace(problem, candidates=candidates, vacancies=vacancies)


def everything(sets: Sets) -> Sets:
    return sets_from([list(range(sets.size))] * sets.known.size, sets.size)


def filled(problem: Problem, table: str, column: str) -> Iterator[Problem]:
    """The problem with one column filled for everybody who lacks it, once per value that could help; all live at work."""
    people, jobs = problem.candidates, problem.vacancies

    def where(held: np.ndarray[Any, Any], unknown: Any, value: Any) -> np.ndarray[Any, Any]:
        return np.where(held == unknown, value, held).astype(held.dtype)

    def sets(held: Sets, full: Sets) -> Sets:
        rows = [full.row(row).tolist() if not known else held.row(row).tolist() for row, known in enumerate(held.known)]
        return sets_from(rows, held.size)

    simple: dict[str, tuple[str, int, list[int]]] = {
        "loonwaarde_pct": ("loonwaarde_bp", -1, [0, 10_000]),
        "lks_eligible": ("lks_eligible", -1, [0, 1]),
        "ladder_step": ("ladder_step", -1, [1, 2, 3, 4, 5, 6]),
        "ladder_potential": ("ladder_potential", -1, [1, 2, 3, 4, 5, 6]),
        "available_from": ("available_from_d", -(2**31), [RUN_D]),
        "education_level": ("education", -1, [6]),
        "age": ("age", -1, [40]),
        "consent": ("consent", -1, [1]),
        "pc4": ("place", -1, [0]),
    }
    if table == "agencies":
        until = where(problem.agencies.admitted_until_d, -(2**31), RUN_D + 9999)
        yield replace(problem, agencies=Agencies(until))
    elif table == "vacancies":
        name, values = ("place", [0]) if column == "pc4" else ("lks_accepted", [0, 1])
        for value in values:
            yield with_vacancies(problem, **{name: where(getattr(jobs, name), -1, value)})
    elif column in simple:
        name, unknown, values = simple[column]
        for value in values:
            yield with_candidates(problem, **{name: where(getattr(people, name), unknown, value)})
    elif column == "languages":
        level = np.where(people.language_open, 6, people.language_level).astype(np.int8)
        yield with_candidates(problem, language_level=level, language_open=np.zeros_like(people.language_open))
    elif column in ("shifts", "contracts"):
        held, known = getattr(people, column), getattr(people, f"{column}_known")
        all_bits = (1 << len(SHIFTS if column == "shifts" else CONTRACTS)) - 1
        yield with_candidates(
            problem,
            **{column: np.where(known, held, all_bits).astype(held.dtype), f"{column}_known": np.ones_like(known)},
        )
    else:
        held = getattr(people, column)
        full = everything(held) if column != "limitations" else sets_from([[]] * held.known.size, held.size)
        yield with_candidates(problem, **{column: sets(held, full)})


@pytest.mark.parametrize("policy", [STRICT, SOME, Policy()], ids=["strict", "some", "default"])
def test_what_a_column_opens_is_what_filling_it_opens(policy: Policy) -> None:
    problem = gappy(32, 40, 12)
    ctx = rule_context(problem, policy)
    people, jobs = pairs_of(problem)
    said = judge(ctx, pair_block(problem, people, jobs))
    had = np.bincount(people[said.eligible], minlength=40) > 0
    people, jobs = people[said.only_unknown], jobs[said.only_unknown]
    assert people.size
    for place, found in by_column(gaps(ctx, looks(ctx))).items():
        opens = np.zeros(people.size, dtype=np.bool_)
        for one in filled(problem, *place):
            opens |= judge(rule_context(one, policy), pair_block(one, people, jobs)).eligible
        gained = np.unique(people[opens])
        assert found.pairs == opens.sum(), place
        assert found.people_more == gained.size, place
        assert found.people_first == (~had[gained]).sum(), place
    judged_strictly = {place for place, found in by_column(gaps(ctx, looks(ctx))).items() if found.pairs}
    assert len(judged_strictly) == len(GAPS) or policy is not STRICT, "this problem tries every gap"


def test_gaps_and_uses_tell_one_story() -> None:
    uses = {(use.table, use.column): use for use in USES}
    covered = {(gap.table, gap.column): set(gap.covers) for gap in GAPS}
    for place, rules in covered.items():
        assert rules <= uses[place].rules.keys(), place
    for place, use in uses.items():
        unknown = {rule for rule, null in use.rules.items() if null is Null.UNKNOWN}
        assert unknown <= covered.get(place, set()), place


def test_effect_follows_the_policy() -> None:
    problem = random_problem(1, 3, 3)
    uses = {(use.table, use.column): use for use in USES}
    policy = Policy.model_validate(
        {"rules": {"SKILLS": {"unknown": "pass"}}, "scorecard": {"blockers": {"unknown": -7}}}
    )
    ctx = rule_context(problem, policy)
    assert str(effects(rule_context(problem, Policy()), uses["candidates", "skills"])[0]) == "fails SKILLS"
    assert str(effects(ctx, uses["candidates", "skills"])[0]) == "passes SKILLS"
    assert [str(one) for one in effects(ctx, uses["candidates", "blockers"])] == ["blockers -7"]
    assert [str(one) for one in effects(ctx, uses["candidates", "education_level"])] == ["EDUCATION is off"]
    assert [str(one) for one in effects(ctx, uses["vacancies", "licences"])] == ["LICENCE: asks nothing"]
