"""The whole method, memory to memory: validate, encode, pair, solve, report, certify."""

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from matcher.domain.headline import Headline
from matcher.domain.policy import Policy
from matcher.domain.raw import RawTables
from matcher.domain.relaxed import Relaxed
from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import WageTable, wage_table
from matcher.errors import InfeasibleError
from matcher.impasse import extended, impasse
from matcher.intake.encode import encode
from matcher.intake.rows import Accepted
from matcher.intake.validate import validate
from matcher.memory import require_room, require_room_for_pairs
from matcher.model.solution import Proof, SolveResult, Status
from matcher.pairing.source import RuleSource, rule_source
from matcher.progress import SILENT, Observer
from matcher.rules.block import pair_block
from matcher.rules.context import RuleContext, rule_context
from matcher.rules.limits import limited_model, limits_of, pinned_seats
from matcher.rules.scorecard import score
from matcher.solvers import SolveParams, settled, solve
from matcher.solvers.pinned import Pins, solve_pinned
from matcher.stop import NEVER, Deadline, Stop
from matcher.verdict.certify import Certificate, certify
from matcher.verdict.claims import Claims
from matcher.verdict.goals import goals, scarce
from matcher.verdict.headlines import plan_headlines, relaxed_headlines, survey_headlines
from matcher.verdict.metrics import Funnel, funnel, metrics
from matcher.verdict.outcome import outcome
from matcher.verdict.relaxed import relaxed_problem

LIMITED_GAP = 0.0005
"""Gap that is good enough where there are limits beyond seats and the policy says nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """A bundle, judged and encoded: all that the method and its checks start from.

    Attributes
    ----------
    rejected
        rejected.parquet: every refused row, cell and column.
    rows
        Accepted rows per table.
    warnings
        Headlines about the input.
    relaxed
        Pins and limits that give way, because not all can be kept; the problem already says so.
    """

    problem: Problem
    codebook: Codebook
    policy: Policy
    run_date: dt.date
    rejected: pa.Table
    rows: Mapping[str, int]
    warnings: tuple[Headline, ...]
    relaxed: tuple[Relaxed, ...] = ()

    def context(self) -> RuleContext:
        """Return the reference rules over this case."""
        return rule_context(self.problem, self.policy)

    def wage(self) -> WageTable:
        """Return the amounts that hold on the run date."""
        return wage_table(self.run_date, self.policy.wage)


@dataclass(frozen=True, slots=True)
class MatchReport:
    """A plan with everything that is known about it.

    Attributes
    ----------
    tables
        `assignments`, `unassigned`, `vacancies_report`, `limits_report`, `rejected`, and `cuts` where there are any.
    claims
        What the manifest says besides the solver's part: counts, expected_durable, selection_by, goals, limits,
        funnel, warnings.
    seconds
        Wall time per phase.
    """

    case: Case
    result: SolveResult
    tables: Mapping[str, pa.Table]
    claims: Mapping[str, Any]
    seconds: Mapping[str, float]


def prepare(raw: RawTables, policy: Policy, run_date: dt.date, *, strict: bool = False) -> Case:
    """Judge and encode a bundle; raises `InputError` where it cannot be used."""
    accepted, rejected = validate(raw, strict=strict)
    return encoded(accepted, rejected, policy, run_date)


def encoded(accepted: Accepted, rejected: pa.Table, policy: Policy, run_date: dt.date) -> Case:
    """Encode judged rows; the second half of `prepare`, for those who want the rows too."""
    problem, codebook, warnings = encode(accepted, policy, run_date)
    rows = {name: len(table) for name, table in accepted.tables.items() if name in accepted.given}
    wage = wage_table(run_date, policy.wage)
    if wage.stale:
        text = "The amounts of WML are older than six months. Set [wage] in the policy, or update the package."
        warnings += (Headline("WML_STALE", text),)
    return Case(problem, codebook, policy, run_date, rejected, rows, accepted.warnings + warnings)


def match_tables(
    raw: RawTables,
    policy: Policy,
    *,
    run_date: dt.date,
    strict: bool = False,
    watch: Observer = SILENT,
    known_prices: Mapping[str, int] | None = None,
    stop: Stop | None = None,
    relax: bool = False,
) -> MatchReport:
    """Compute the assignment with the most expected durable placements, and what must be said about it.

    Nothing is written or printed. The plan is not checked here: `check` does that, from the input again.

    Parameters
    ----------
    raw
        The tables of a bundle.
    policy
        The policy; `run_date` wins over the one in it.
    strict
        Refuse the input as soon as one row of it is bad.
    watch
        Hears the phases.
    known_prices
        Prices of an earlier run by vacancy id, to start from. They save time, and may decide between plans of equal worth.
    stop
        When to stop looking for a better plan; the policy's time limit, from pairing on, where None.
    relax
        Where pins and limits cannot all be kept, let as little as possible give way, and say what.

    Raises
    ------
    InputError, PolicyError, SolverError
        The input or policy cannot be used, or the solver ended without a usable answer.
    InfeasibleError
        Pins and limits cannot all be kept; it says which are at odds, and what would have to give way.
    NoRoomError
        There is not enough memory for a plan of this size.
    """
    clock = _Clock(watch)
    require_room(raw, threads=policy.solve.threads)
    clock.phase("validate")
    case = prepare(raw, policy, run_date, strict=strict)
    require_room(raw, case.problem, threads=policy.solve.threads)
    clock.phase("pair")
    stop = time_limit(policy) if stop is None else stop
    source = rule_source(case.problem, policy, threads=policy.solve.threads)
    source.prepare(stop)
    clock.phase("solve")
    try:
        result = solve_case(case, source, watch=watch, known_prices=known_prices, stop=stop)
    except InfeasibleError:
        case, stop = _relaxed(case, source, watch, stop, relax=relax)
        result = solve_case(case, source, watch=watch, known_prices=known_prices, stop=stop)
    if result.pending is not None:
        clock.phase("bound")
        result = settled(source, case.problem.vacancies.openings, result, _params(policy, gap=0), watch)
    clock.phase("report")
    survey = source.survey()
    plan = outcome(
        problem=case.problem,
        codebook=case.codebook,
        ctx=case.context(),
        survey=survey,
        compare=source.standing,
        result=result,
        wage=case.wage(),
    )
    figures = metrics(case.problem, survey, plan, result.require_seats())
    found = funnel(survey)
    headlines = [
        *relaxed_headlines(case.relaxed),
        *plan_headlines(case.problem, found, plan.assignments.num_rows),
        *case.warnings,
        *survey_headlines(case.problem, survey, found),
    ]
    told = {
        "counts": figures.counts,
        "expected_durable": figures.expected_durable,
        "selection_by": figures.selection_by,
        "goals": goals(policy, plan.limits, plan.assignments.num_rows),
        "limits": scarce(plan.limits),
        "funnel": funnel_facts(found),
        "warnings": [
            *(headline.facts() for headline in headlines),
            *({"code": notice.code, "figures": dict(notice.figures)} for notice in figures.notices),
        ],
    }
    return MatchReport(case, result, {**plan.tables, "rejected": case.rejected}, told, clock.stop())


def _relaxed(case: Case, source: RuleSource, watch: Observer, stop: Stop, *, relax: bool) -> tuple[Case, Stop]:
    """Let pins and limits give way, and take some more time for it; raises `InfeasibleError` where that is not asked."""
    found = impasse(case.problem, case.policy, case.codebook, ctx=case.context(), wage=case.wage(), source=source)
    stop = extended(stop, case.policy)
    if not relax:
        raise found.error(stop, watch) from None
    case = with_relaxed(case, found.relaxed(stop, watch))
    return case, extended(stop, case.policy, 2)


def with_relaxed(case: Case, relaxed: tuple[Relaxed, ...]) -> Case:
    """Let pins and limits of a case give way; raises `CertificateError` where they are not pins and limits of it."""
    problem = relaxed_problem(case.problem, case.policy, case.codebook, relaxed)
    return replace(case, problem=problem, relaxed=relaxed)


def time_limit(policy: Policy) -> Stop:
    """The policy's time limit, from now on."""
    return Deadline.after(float(policy.solve.time_limit_s))


def solve_case(
    case: Case,
    source: RuleSource,
    *,
    watch: Observer = SILENT,
    known_prices: Mapping[str, int] | None = None,
    stop: Stop = NEVER,
) -> SolveResult:
    """Find the best plan over the eligible pairs of a case, as its policy asks; see `match_tables` for the prices.

    Where time is up, the prices of the result may still be pending: see `matcher.solvers.settled`.

    Raises
    ------
    InfeasibleError
        No plan keeps every pin and every hard limit.
    """
    result = _solved(case, source, watch, known_prices or {}, stop)
    if result.status is Status.INFEASIBLE:
        raise InfeasibleError(
            'No plan keeps every pin "must" together with every limit that may not be broken. Hint: loosen a minimum or a pin, or '
            "make a quota soft."
        )
    return replace(result, proof=Proof.LISTED_PAIRS) if case.problem.listed_only else result


def _solved(
    case: Case, source: RuleSource, watch: Observer, known_prices: Mapping[str, int], stop: Stop
) -> SolveResult:
    problem, openings = case.problem, case.problem.vacancies.openings
    if limits_of(problem, case.policy, case.codebook):
        from matcher.solvers.limited import solve_limited  # noqa: PLC0415 - slow to import, and most runs have no limits

        watch.phase("limits")
        require_room_for_pairs(int(source.survey().row_eligible.sum()))
        ctx = case.context()
        model = limited_model(problem, case.policy, case.codebook, ctx, case.wage(), source.everything())
        return solve_limited(model, _params(case.policy, gap=LIMITED_GAP), watch, stop)
    params = _params(case.policy, gap=0)
    if known_prices:
        ids = case.codebook.vacancy_ids
        start = np.fromiter((known_prices.get(word, 0) for word in ids), dtype=np.int64, count=len(ids))
        params = replace(params, start_prices=np.maximum(start, 0))
    if problem.facts.pinned.any():
        return solve_pinned(source, openings, _pins(case), params, watch, stop=stop)
    return solve(source, openings, params, watch, stop)


def _pins(case: Case) -> Pins:
    ctx = case.context()
    seat_of = pinned_seats(ctx)
    points, person = np.zeros(seat_of.size, dtype=np.int64), np.flatnonzero(seat_of >= 0)
    points[person] = score(ctx, pair_block(case.problem, person, seat_of[person])).points
    return Pins(seat_of, points)


def claims_of(report: MatchReport) -> Claims:
    """Return what a report claims, as its manifest will say it."""
    prices = report.result.require_prices()
    return Claims(
        objective=report.result.objective,
        points_total=report.result.points_total,
        penalties=report.result.penalties,
        upper_bound=report.result.upper_bound,
        status=report.result.status.value,
        gap=report.result.gap,
        prices=prices.kind.value,
        proof=report.result.proof.value,
        expected_durable=report.claims["expected_durable"],
        counts=report.claims["counts"],
        selection_by=report.claims["selection_by"],
        goals=report.claims["goals"],
        limits=report.claims["limits"],
    )


def check(case: Case, tables: Mapping[str, pa.Table], claimed: Claims, *, watch: Observer = SILENT) -> Certificate:
    """Work a plan out again from its input and compare every figure; raises `CertificateError` at the first that differs."""
    return certify(
        problem=case.problem,
        codebook=case.codebook,
        ctx=case.context(),
        wage=case.wage(),
        tables=tables,
        claims=claimed,
        watch=watch,
    )


def funnel_facts(found: Funnel) -> dict[str, Any]:
    """Return a funnel as plain data, for manifest and JSON."""
    return {
        "pairs": found.pairs,
        "in_reach": found.in_reach,
        "eligible": found.eligible,
        "removed": {rule.value: count for rule, count in found.removed.items()},
        "removed_unknown": {rule.value: count for rule, count in found.removed_unknown.items()},
        "headline": found.headline.value if found.headline else None,
    }


def _params(policy: Policy, *, gap: float) -> SolveParams:
    """What the policy asks of a solver; ``gap`` holds where it says nothing."""
    return SolveParams(
        gap=gap if policy.solve.gap is None else float(policy.solve.gap),
        threads=policy.solve.threads,
        seed=policy.solve.seed,
    )


@dataclass(slots=True)
class _Clock:
    """Wall time per phase; durations come from a clock that never jumps."""

    watch: Observer
    seconds: dict[str, float] = field(default_factory=dict)
    name: str = ""
    began: float = 0.0

    def phase(self, name: str) -> None:
        self.stop()
        self.name, self.began = name, time.monotonic()
        self.watch.phase(name)

    def stop(self) -> dict[str, float]:
        if self.name:
            self.seconds[self.name] = time.monotonic() - self.began
            self.name = ""
        return self.seconds
