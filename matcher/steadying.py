"""The second stage of a night: proposals stay where they were, as far as the policy pays for it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.case import Case
from matcher.model.edges import CLOSED_SEAT
from matcher.model.limits import LimitedModel
from matcher.model.solution import PriceKind, Prices, SolveResult, Status
from matcher.model.stability import Stability, Wishes
from matcher.pairing.source import RuleSource
from matcher.progress import SILENT, Observer
from matcher.rules.block import pair_block
from matcher.rules.context import RuleContext
from matcher.rules.limits import limits_of
from matcher.rules.scorecard import score
from matcher.rules.wishes import Proposed, least_points, proposed_pairs, wishes_of
from matcher.solvers import solve
from matcher.solvers.favoured import Favoured, favoured
from matcher.solvers.guards import exact_sum
from matcher.solvers.pinned import Pins, others
from matcher.solvers.stability import Limit, Steady, keep_at_a_loss, keep_free, one_each, seating
from matcher.solvers.swaps import Seating
from matcher.solving import LIMITED_GAP, limited_model_of, params_of
from matcher.stop import NEVER, Stop

Ints = NDArray[np.int64]
_PROVEN = (Status.OPTIMAL, Status.WITHIN_GAP)


def steadied(
    case: Case, source: RuleSource, result: SolveResult, *, watch: Observer = SILENT, stop: Stop = NEVER
) -> SolveResult:
    """Keep as many earlier proposals as `stability.max_loss` allows.

    Parameters
    ----------
    result
        The best plan found without looking at them. Where nothing was proposed before that is still eligible, or where its prices are
        pending, it comes back as it is.

    Returns
    -------
    A result with `stability`. Its bound and its prices are those of the first stage. A plan that gave up points is WITHIN_GAP where the
    first stage was proven as good as the policy asks: what was given up on purpose is no gap of the search.
    """
    ctx = case.context()
    proposed = proposed_pairs(ctx)
    if not len(proposed) or result.pending is not None:
        return result
    stage = _Stage.of(case, ctx, source, result, proposed)
    steady = stage.run(watch, stop)
    return stage.result(steady)


@dataclass(frozen=True, slots=True)
class _Stage:
    """What stays the same while plans are tried: who has a choice, and where there is room."""

    case: Case
    ctx: RuleContext
    source: RuleSource
    first: SolveResult
    proposed: Proposed
    pins: Pins
    left: Ints
    wishes: Wishes

    @classmethod
    def of(cls, case: Case, ctx: RuleContext, source: RuleSource, first: SolveResult, proposed: Proposed) -> "_Stage":
        seat_of, facts = first.require_seats(), case.problem.facts
        pinned = np.zeros(seat_of.size, dtype=np.bool_)
        pinned[facts.candidate[facts.pinned]] = True
        own = _points(ctx, seat_of)
        pins = Pins(np.where(pinned, seat_of, -1).astype(np.int32), np.where(pinned, own, 0))
        held = np.bincount(seat_of[pinned], minlength=case.problem.shape[1])
        left = (case.problem.vacancies.openings - held).astype(np.int64)
        return cls(case, ctx, source, first, proposed, pins, left, wishes_of(proposed, pinned=pinned, left=left))

    @property
    def least(self) -> int:
        return least_points(self.case.policy, self.first.objective)

    def run(self, watch: Observer, stop: Stop) -> Steady:
        seat_of = self.first.require_seats()
        start = seating(self.wishes, seat_of, _points(self.ctx, seat_of))
        steady = Steady(replace(start, lost=self.first.penalties), one_each(self.wishes, self.left.size))
        if steady.plan.kept >= steady.limit.most(self.least) or stop():
            return steady
        if limits_of(self.case.problem, self.case.policy, self.case.codebook):
            return self._limited(steady, watch, stop)
        return self._free(steady, watch, stop)

    def _free(self, start: Steady, watch: Observer, stop: Stop) -> Steady:
        """A pure flow, of what the pins leave."""
        fixed, none = exact_sum(self.pins.points), self.pins.seat_of >= 0
        plan = replace(
            start.plan,
            seat_of=np.where(none, -1, start.plan.seat_of).astype(np.int32),
            own=np.where(none, 0, start.plan.own),
        )
        steady = replace(start, plan=plan)
        if self.first.status is Status.OPTIMAL:
            found = keep_free(
                self.source.beating(*self._question(plan)),
                self.left,
                plan,
                wishes=self.wishes,
                prices=self._middle(),
                stop=stop,
            )
            steady = steady if found is None else found.with_limit(steady.limit, self.least - fixed)
        free, near = others(self.source, self.pins), self.first.require_prices().low

        def ask(bonus: int) -> tuple[Seating, Limit] | None:
            nonlocal near
            start = np.where(self.left > 0, near, 0)
            params = replace(params_of(self.case.policy, gap=0), gap=0.0, start_prices=start)
            found = solve(Favoured(free, self.wishes, bonus), self.left, params, watch, stop)
            if found.pending is not None:
                return None
            prices, seat_of = found.require_prices(), found.require_seats()
            near, limit = prices.low, Limit(found.upper_bound, 1, bonus, prices.high)
            return seating(self.wishes, seat_of, _points(self.ctx, seat_of)), limit

        if self.least < self.first.objective or self.first.status is not Status.OPTIMAL:
            steady = keep_at_a_loss(ask, steady, self.least - fixed, self.first.upper_bound - fixed, mend=True)
        plan = steady.plan
        whole = replace(
            plan,
            seat_of=np.where(none, self.pins.seat_of, plan.seat_of).astype(np.int32),
            own=plan.own + self.pins.points,
        )
        limit = replace(steady.limit, bound=steady.limit.bound + steady.limit.weight_points * fixed)
        return Steady(whole, limit)

    def _middle(self) -> Ints:
        """Optimal prices between the outermost ones: the fewest pairs are as good at them. (Middles of optimal prices are optimal.)"""
        prices = self.first.require_prices()
        low = prices.low if prices.kind is PriceKind.EXTREME else prices.high
        return np.where(self.left > 0, low + (prices.high - low) // 2, 0)

    def _question(self, plan: Seating) -> tuple[Ints, Ints]:
        """Prices and floors at which exactly the pairs are listed that are as good as the own one."""
        price = self._middle()
        gain = plan.own - np.where(plan.seat_of >= 0, price[plan.seat_of], 0)
        floors = np.where(self.pins.seat_of >= 0, CLOSED_SEAT, gain - 1)
        return np.where(self.left > 0, price, CLOSED_SEAT), floors

    def _limited(self, start: Steady, watch: Observer, stop: Stop) -> Steady:
        from matcher.solvers.limited import solve_limited  # noqa: PLC0415 - slow to import, and most runs have no limits
        from matcher.solvers.limited.stability import relaxed_limit  # noqa: PLC0415

        model = limited_model_of(self.case, self.source)
        params = params_of(self.case.policy, gap=LIMITED_GAP)

        def ask(bonus: int) -> tuple[Seating, Limit] | None:
            if stop():
                return None
            dear: LimitedModel = replace(model, edges=favoured(model.edges, self.wishes, bonus))
            found = solve_limited(dear, params, watch, stop)
            if found.seat_of is None:
                return None
            plan = seating(self.wishes, found.seat_of, _points(self.ctx, found.seat_of))
            return replace(plan, lost=found.penalties), relaxed_limit(dear, bonus, stop)

        return keep_at_a_loss(ask, start, self.least, self.first.upper_bound, mend=False)

    def result(self, steady: Steady) -> SolveResult:
        """Put the plan in the place of the first one."""
        first, plan, limit = self.first, steady.plan, steady.limit
        pinned = int(np.count_nonzero(self.pins.seat_of[self.proposed.person] == self.proposed.vacancy))
        kept = int(np.count_nonzero(plan.seat_of[self.proposed.person] == self.proposed.vacancy))
        stability = Stability(
            objective=first.objective,
            upper_bound=first.upper_bound,
            least=self.least,
            proposed=len(self.proposed),
            kept=kept,
            most_kept=limit.most(self.least) + pinned,
            weight_points=limit.weight_points,
            weight_kept=limit.weight_kept,
            prices=limit.prices,
            row_prices=limit.row_prices,
        )
        status, prices = first.status, first.prices
        if plan.worth == first.upper_bound:
            status = Status.OPTIMAL
        elif plan.worth < first.objective:
            status = Status.WITHIN_GAP if first.status in _PROVEN else Status.FEASIBLE
            # At these prices the plan is not the best one, so nobody could check that they are the outermost.
            high = first.require_prices().high
            prices = Prices(high=high, low=high.copy(), kind=PriceKind.SOME_OPTIMAL)
        return replace(
            first,
            status=status,
            seat_of=plan.seat_of,
            objective=plan.worth,
            penalties=plan.lost,
            prices=prices,
            stability=stability,
        )


def _points(ctx: RuleContext, seat_of: NDArray[np.int32]) -> Ints:
    """Points of everybody's own pair, 0 without a vacancy."""
    own, placed = np.zeros(seat_of.size, dtype=np.int64), np.flatnonzero(seat_of >= 0)
    own[placed] = score(ctx, pair_block(ctx.problem, placed, seat_of[placed])).points
    return own
