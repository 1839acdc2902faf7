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
from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import WageTable, wage_table
from matcher.intake.encode import encode
from matcher.intake.rows import Accepted
from matcher.intake.validate import validate
from matcher.model.edges import EdgeSource
from matcher.model.solution import Proof, SolveResult
from matcher.pairing.source import rule_source
from matcher.progress import SILENT, Observer
from matcher.rules.context import RuleContext, rule_context
from matcher.solvers import SolveParams, settled, solve
from matcher.stop import NEVER, Deadline, Stop
from matcher.verdict.certify import Certificate, certify
from matcher.verdict.claims import Claims
from matcher.verdict.headlines import plan_headlines, survey_headlines
from matcher.verdict.metrics import Funnel, funnel, metrics
from matcher.verdict.outcome import outcome


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
    """

    problem: Problem
    codebook: Codebook
    policy: Policy
    run_date: dt.date
    rejected: pa.Table
    rows: Mapping[str, int]
    warnings: tuple[Headline, ...]

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
        `assignments`, `unassigned`, `vacancies_report`, `limits_report`, `rejected`.
    claims
        What the manifest says besides the solver's part: counts, expected_durable, selection_by, funnel, warnings.
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

    Raises
    ------
    InputError, PolicyError, SolverError
        The input or policy cannot be used, or the solver ended without a usable answer.
    """
    clock = _Clock(watch)
    clock.phase("validate")
    case = prepare(raw, policy, run_date, strict=strict)
    clock.phase("pair")
    stop = time_limit(policy) if stop is None else stop
    source = rule_source(case.problem, policy, threads=policy.solve.threads)
    source.prepare(stop)
    clock.phase("solve")
    result = solve_case(case, source, watch=watch, known_prices=known_prices, stop=stop)
    if result.pending is not None:
        clock.phase("bound")
        result = settled(source, case.problem.vacancies.openings, result, _params(policy), watch)
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
        *plan_headlines(case.problem, found, plan.assignments.num_rows),
        *case.warnings,
        *survey_headlines(case.problem, survey, found),
    ]
    told = {
        "counts": figures.counts,
        "expected_durable": figures.expected_durable,
        "selection_by": figures.selection_by,
        "funnel": funnel_facts(found),
        "warnings": [
            *(headline.facts() for headline in headlines),
            *({"code": notice.code, "figures": dict(notice.figures)} for notice in figures.notices),
        ],
    }
    return MatchReport(case, result, {**plan.tables, "rejected": case.rejected}, told, clock.stop())


def time_limit(policy: Policy) -> Stop:
    """The policy's time limit, from now on."""
    return Deadline.after(float(policy.solve.time_limit_s))


def solve_case(
    case: Case,
    source: EdgeSource,
    *,
    watch: Observer = SILENT,
    known_prices: Mapping[str, int] | None = None,
    stop: Stop = NEVER,
) -> SolveResult:
    """Find the best plan over the eligible pairs of a case, as its policy asks; see `match_tables` for the prices.

    Where time is up, the prices of the result may still be pending: see `matcher.solvers.settled`.
    """
    params = _params(case.policy)
    if known_prices:
        ids = case.codebook.vacancy_ids
        start = np.fromiter((known_prices.get(word, 0) for word in ids), dtype=np.int64, count=len(ids))
        params = replace(params, start_prices=np.maximum(start, 0))
    result = solve(source, case.problem.vacancies.openings, params, watch, stop)
    return replace(result, proof=Proof.LISTED_PAIRS) if case.problem.listed_only else result


def claims_of(report: MatchReport) -> Claims:
    """Return what a report claims, as its manifest will say it."""
    prices = report.result.require_prices()
    return Claims(
        objective=report.result.objective,
        upper_bound=report.result.upper_bound,
        status=report.result.status.value,
        gap=report.result.gap,
        prices=prices.kind.value,
        proof=report.result.proof.value,
        expected_durable=report.claims["expected_durable"],
        counts=report.claims["counts"],
        selection_by=report.claims["selection_by"],
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


def _params(policy: Policy) -> SolveParams:
    return SolveParams(
        gap=float(policy.solve.gap or 0),
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
