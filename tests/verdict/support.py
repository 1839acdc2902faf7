"""A whole run in memory, from a problem to its tables and claims, without the doors."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.domain.policy import Policy
from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import WageTable, wage_table
from matcher.model.edges import NO_GAIN, Edges, Offer
from matcher.model.solution import PriceKind, Prices, Proof, SolveResult, Status
from matcher.model.survey import Survey
from matcher.progress import SILENT
from matcher.rules.context import RuleContext, rule_context
from matcher.rules.scan import scan
from matcher.solvers import pricing, settled
from matcher.solvers.protocol import SolveParams
from matcher.stop import NEVER, Stop
from matcher.verdict.certify import Certificate, certify
from matcher.verdict.claims import Claims
from matcher.verdict.goals import goals, scarce
from matcher.verdict.metrics import Metrics, metrics
from matcher.verdict.outcome import Outcome, outcome
from tests.problems import RUN_DATE
from tests.verdict.plain_standing import standing


@dataclass(frozen=True)
class Listed:
    """All edges of a problem, held in memory; the plainest source there can be."""

    edges: Edges
    seats: int

    @property
    def rows(self) -> int:
        return self.edges.rows

    def offer(
        self,
        seat_prices: NDArray[np.int64],
        row_prices: NDArray[np.int64],
        floors: NDArray[np.int64],
        stop: Stop = NEVER,
    ) -> Offer:
        # A pair worth less than this is never offered; held at it, the difference stays within int64.
        gain = np.maximum(self.edges.points, -(2**61)) - seat_prices[self.edges.seat]
        row = self.edges.row_of()
        best = np.full(self.rows, NO_GAIN, dtype=np.int64)
        np.maximum.at(best, row, gain)
        return Offer(self.edges.keep(gain > floors[row]), best, exact=True)


@dataclass(frozen=True)
class Run:
    problem: Problem
    codebook: Codebook
    ctx: RuleContext
    wage: WageTable
    survey: Survey
    edges: Edges
    result: SolveResult
    outcome: Outcome
    metrics: Metrics
    claims: Claims

    def certify(self, *, tables: dict[str, pa.Table] | None = None, **claimed: object) -> Certificate:
        """Certify, with some tables or claims replaced."""
        return certify(
            problem=self.problem,
            codebook=self.codebook,
            ctx=self.ctx,
            wage=self.wage,
            tables={**self.outcome.tables, **(tables or {})},
            claims=replace(self.claims, **claimed),
        )


def codebook_of(problem: Problem, candidate_ids: list[str] | None = None) -> Codebook:
    """Made-up words for every number of a random problem."""
    n, m = problem.shape
    jobs = problem.vacancies
    certificates = ["ehbo", "haccp", "vca", "vog"][: jobs.certificates.size]
    codes = [jobs.certificates.row(j).tolist()[::-1] for j in range(m)]
    return Codebook(
        candidate_ids=candidate_ids or [f"c-{i:06d}" for i in range(n)],
        vacancy_ids=[f"v-{j:06d}" for j in range(m)],
        employer_ids=[f"e-{k}" for k in range(5)],
        agency_ids=[f"a-{k}" for k in range(problem.agencies.admitted_until_d.size)],
        coach_ids=[f"g-{k}" for k in range(problem.stated.coach_hours_c.size)],
        resource_ids=[f"r-{k}" for k in range(problem.stated.capacity.size)],
        job_ids=[f"j-{k}" for k in range(int(problem.stated.job.max(initial=-1)) + 1)],
        certificates=certificates,
        certificate_words=[[certificates[code].upper() for code in row] for row in codes],
        certificate_codes=codes,
        skills=[f"s-{k}" for k in range(jobs.essential.size)],
        occupations=[],
        languages=[],
        licences=[],
        loads=[],
    )


def run(problem: Problem, policy: Policy | None = None, params: SolveParams | None = None, stop: Stop = NEVER) -> Run:
    """Solve a problem and make its tables."""
    params = params or SolveParams()
    policy = policy or Policy()
    codebook = codebook_of(problem)
    ctx = rule_context(problem, policy)
    survey, edges = scan(ctx)
    source = Listed(edges, len(problem.vacancies))
    result = pricing.solve(source, problem.vacancies.openings, params, SILENT, stop)
    result = settled(source, problem.vacancies.openings, result, params, SILENT)
    return assembled(problem, codebook, ctx, survey, edges, result)


def assembled(
    problem: Problem, codebook: Codebook, ctx: RuleContext, survey: Survey, edges: Edges, result: SolveResult
) -> Run:
    """The tables and claims of a result."""
    wage = wage_table(RUN_DATE)
    compare = partial(standing, (edges,))
    made = outcome(
        problem=problem, codebook=codebook, ctx=ctx, survey=survey, compare=compare, result=result, wage=wage
    )
    figures = metrics(problem, survey, made, result.require_seats())
    said = Claims(
        objective=result.objective,
        points_total=result.points_total,
        penalties=result.penalties,
        upper_bound=result.upper_bound,
        status=result.status.value,
        gap=result.gap,
        prices=result.require_prices().kind.value,
        proof=(Proof.LISTED_PAIRS if problem.listed_only else result.proof).value,
        expected_durable=figures.expected_durable,
        counts=figures.counts,
        selection_by=figures.selection_by,
        goals=goals(ctx.policy, made.limits, made.assignments.num_rows),
        limits=scarce(made.limits),
    )
    return Run(problem, codebook, ctx, wage, survey, edges, result, made, figures, said)


def stopped_early(plan: Run) -> tuple[Run, int, int]:
    """The plan without the person who keeps most, true to that in every cell; that person; and the points it lost."""
    seat_of = plan.result.require_seats().copy()
    prices = plan.result.require_prices()
    row = plan.edges.row_of()
    mine = np.flatnonzero(plan.edges.seat == seat_of[row])
    kept = plan.edges.points[mine] - prices.high[plan.edges.seat[mine]]
    best = mine[int(np.argmax(kept))]
    assert kept.max() > 0
    out, lost = int(row[best]), int(plan.edges.points[best])
    seat_of[out] = -1
    result = replace(
        plan.result,
        seat_of=seat_of,
        objective=plan.result.objective - lost,
        status=Status.FEASIBLE,
        prices=Prices(high=prices.high.copy(), low=prices.low.copy(), kind=PriceKind.SOME_OPTIMAL),
    )
    return assembled(plan.problem, plan.codebook, plan.ctx, plan.survey, plan.edges, result), out, lost
