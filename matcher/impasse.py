"""When no plan keeps all pins and limits: why, and what a plan could keep instead."""

from dataclasses import dataclass

from matcher.domain.policy import Policy
from matcher.domain.relaxed import Relaxed
from matcher.domain.tables import Codebook, Problem
from matcher.domain.wage import WageTable
from matcher.errors import InfeasibleError
from matcher.model.conflict import Dispute
from matcher.pairing.source import RuleSource
from matcher.progress import Observer
from matcher.rules.context import RuleContext
from matcher.rules.disputes import dispute_of, pinned_edges
from matcher.rules.limits import limits_of
from matcher.solvers.limited.clock import until
from matcher.solvers.limited.concession import relaxation_of
from matcher.solvers.limited.conflict import conflicts_of
from matcher.stop import Deadline, Stop
from matcher.verdict.standoff import Standoff, relaxed_lines, standoff
from matcher.verdict.wording_standoff import standoff_lines

_GRACE = 10
_LEAST_S = 1.0


@dataclass(frozen=True, slots=True)
class Extended:
    """Some time after all, where there is none left."""

    first: Stop
    then: Stop

    def __call__(self, ahead_s: float = 0.0) -> bool:
        """Whether both are up."""
        return self.first(ahead_s) and self.then(ahead_s)


def extended(stop: Stop, policy: Policy, part: int = _GRACE) -> Stop:
    """The time that is left, and at least a part of the policy's limit."""
    return Extended(stop, Deadline.after(max(_LEAST_S, float(policy.solve.time_limit_s) / part)))


@dataclass(frozen=True, slots=True)
class Impasse:
    """A problem without a plan, and what solvers need to look into it."""

    problem: Problem
    policy: Policy
    codebook: Codebook
    dispute: Dispute

    def error(self, stop: Stop, watch: Observer) -> InfeasibleError:
        """Say which lines are at odds, and how little must give way.

        Raises
        ------
        SolverError
            Solvers contradict each other.
        """
        found = self.explained(stop, watch)
        return InfeasibleError("\n".join(standoff_lines(found, "en")), found)

    def explained(self, stop: Stop, watch: Observer) -> Standoff:
        """Find the lines that are at odds, and the cheapest relaxation; raises as `error`."""
        time = until(stop)
        conflicts = conflicts_of(self.dispute, time, watch)
        return standoff(
            conflicts,
            relaxation_of(self.dispute, time, watch),
            limits=self.dispute.model.limits,
            pins=self.dispute.pins,
            policy=self.policy,
            codebook=self.codebook,
        )

    def relaxed(self, stop: Stop, watch: Observer) -> tuple[Relaxed, ...]:
        """Find what must give way.

        Raises
        ------
        InfeasibleError
            There was no time to find out.
        """
        found = relaxation_of(self.dispute, until(stop), watch)
        if found is None:
            raise InfeasibleError(
                "No plan keeps every pin and every limit, and there was no time to see what must give way. Hint: give it more time."
            )
        limits, pins = self.dispute.model.limits, self.dispute.pins
        return relaxed_lines(found, limits=limits, pins=pins, policy=self.policy, codebook=self.codebook)


def impasse(
    problem: Problem, policy: Policy, codebook: Codebook, *, ctx: RuleContext, wage: WageTable, source: RuleSource
) -> Impasse:
    """Lay out a problem without a plan; where there are limits that takes a look at all eligible pairs."""
    edges = source.everything() if limits_of(problem, policy, codebook) else pinned_edges(ctx)
    return Impasse(problem, policy, codebook, dispute_of(problem, policy, codebook, ctx=ctx, wage=wage, edges=edges))
