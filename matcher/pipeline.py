"""The whole method, memory to memory: validate, encode, pair, solve, report, certify."""

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from matcher.case import Case, prepare, with_relaxed
from matcher.domain.policy import Policy
from matcher.domain.raw import RawTables
from matcher.errors import InfeasibleError
from matcher.handover.shortlists import chosen_shortlists
from matcher.impasse import extended, impasse
from matcher.memory import require_room
from matcher.model.solution import SolveResult
from matcher.model.survey import Survey
from matcher.pairing.source import RuleSource, rule_source
from matcher.progress import SILENT, Observer
from matcher.solvers import settled
from matcher.solving import params_of, solve_case, time_limit
from matcher.steadying import steadied
from matcher.stop import Stop
from matcher.verdict.certify import Certificate, certify
from matcher.verdict.claims import Claims
from matcher.verdict.goals import goals, scarce
from matcher.verdict.headlines import plan_headlines, relaxed_headlines, survey_headlines
from matcher.verdict.metrics import funnel, metrics
from matcher.verdict.outcome import Outcome, outcome
from matcher.verdict.stability_table import stability_facts


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
    shortlists
        Who comes next for vacancies with an opening left, where that was asked for.
    """

    case: Case
    result: SolveResult
    tables: Mapping[str, pa.Table]
    claims: Mapping[str, Any]
    seconds: Mapping[str, float]
    shortlists: pa.Table | None = None


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
    with_shortlists: bool = False,
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
        Prices of an earlier run by vacancy id, to start from, the smallest optimal ones (price_next) best. They save time, and may decide
        between plans of equal worth.
    stop
        When to stop looking for a better plan; the policy's time limit, from pairing on, where None.
    relax
        Where pins and limits cannot all be kept, let as little as possible give way, and say what.
    with_shortlists
        Choose too who comes next for vacancies that stay open: another look at all pairs.

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
        result = settled(source, case.problem.vacancies.openings, result, params_of(policy, gap=0), watch)
    if len(case.problem.previous):
        clock.phase("stability")
        result = steadied(case, source, result, watch=watch, stop=stop)
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
    told = _told(case, result, survey, plan)
    lists = None
    if with_shortlists:
        clock.phase("shortlists")
        lists = chosen_shortlists(
            case.problem, case.codebook, result.require_seats(), plan.assignments, source.worthwhile
        )
    return MatchReport(case, result, {**plan.tables, "rejected": case.rejected}, told, clock.stop(), lists)


def _told(case: Case, result: SolveResult, survey: Survey, plan: Outcome) -> dict[str, Any]:
    """What the manifest says of a plan besides the solver's part."""
    figures = metrics(case.problem, survey, plan, result.require_seats())
    found = funnel(survey)
    headlines = [
        *relaxed_headlines(case.relaxed),
        *plan_headlines(case.problem, found, plan.assignments.num_rows),
        *case.warnings,
        *survey_headlines(case.problem, survey, found),
    ]
    return {
        "counts": figures.counts,
        "expected_durable": figures.expected_durable,
        "selection_by": figures.selection_by,
        "goals": goals(case.policy, plan.limits, plan.assignments.num_rows),
        "limits": scarce(plan.limits),
        "stability": stability_facts(result.stability, result.objective),
        "funnel": found.facts(),
        "warnings": [
            *(headline.facts() for headline in headlines),
            *({"code": notice.code, "figures": dict(notice.figures)} for notice in figures.notices),
        ],
    }


def _relaxed(case: Case, source: RuleSource, watch: Observer, stop: Stop, *, relax: bool) -> tuple[Case, Stop]:
    """Let pins and limits give way, and take some more time for it; raises `InfeasibleError` where that is not asked."""
    found = impasse(case.problem, case.policy, case.codebook, ctx=case.context(), wage=case.wage(), source=source)
    stop = extended(stop, case.policy)
    if not relax:
        raise found.error(stop, watch) from None
    case = with_relaxed(case, found.relaxed(stop, watch))
    return case, extended(stop, case.policy, 2)


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
        stability=report.claims["stability"],
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
