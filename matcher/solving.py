"""Which solver a case asks for, and how it is asked."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from matcher.case import Case
from matcher.domain.policy import Policy
from matcher.errors import InfeasibleError
from matcher.memory import require_room_for_pairs
from matcher.model.limits import LimitedModel
from matcher.model.solution import Proof, SolveResult, Status
from matcher.pairing.source import RuleSource
from matcher.progress import SILENT, Observer
from matcher.rules.block import pair_block
from matcher.rules.limits import limited_model, limits_of, pinned_seats
from matcher.rules.scorecard import score
from matcher.solvers import SolveParams, solve
from matcher.solvers.pinned import Pins, solve_pinned
from matcher.stop import NEVER, Deadline, Stop

LIMITED_GAP = 0.0005
"""Gap that is good enough where there are limits beyond seats and the policy says nothing."""


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
        return solve_limited(limited_model_of(case, source), params_of(case.policy, gap=LIMITED_GAP), watch, stop)
    params = params_of(case.policy, gap=0)
    if known_prices:
        ids = case.codebook.vacancy_ids
        start = np.fromiter((known_prices.get(word, 0) for word in ids), dtype=np.int64, count=len(ids))
        params = replace(params, start_prices=np.maximum(start, 0))
    if problem.facts.pinned.any():
        return solve_pinned(source, openings, _pins(case), params, watch, stop=stop)
    return solve(source, openings, params, watch, stop)


def limited_model_of(case: Case, source: RuleSource) -> LimitedModel:
    """Put a case with limits together for a solver: every eligible pair; raises `NoRoomError` where those do not fit."""
    require_room_for_pairs(int(source.survey().row_eligible.sum()))
    return limited_model(case.problem, case.policy, case.codebook, case.context(), case.wage(), source.everything())


def _pins(case: Case) -> Pins:
    ctx = case.context()
    seat_of = pinned_seats(ctx)
    points, person = np.zeros(seat_of.size, dtype=np.int64), np.flatnonzero(seat_of >= 0)
    points[person] = score(ctx, pair_block(case.problem, person, seat_of[person])).points
    return Pins(seat_of, points)


def params_of(policy: Policy, *, gap: float) -> SolveParams:
    """What the policy asks of a solver; ``gap`` holds where it says nothing."""
    return SolveParams(
        gap=gap if policy.solve.gap is None else float(policy.solve.gap),
        threads=policy.solve.threads,
        seed=policy.solve.seed,
    )
