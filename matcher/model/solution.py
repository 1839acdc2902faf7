"""What a solver hands back, and what it may claim."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SolverError
from matcher.model.edges import Edges
from matcher.model.limits import Cut, ValueCut
from matcher.model.stability import Stability


class Status(StrEnum):
    """How good a result is proven to be."""

    OPTIMAL = "OPTIMAL"  # upper bound equals objective
    WITHIN_GAP = "WITHIN_GAP"  # gap is at most what the policy accepts
    FEASIBLE = "FEASIBLE"  # stopped early
    INFEASIBLE = "INFEASIBLE"  # pins, minima or groups cannot all hold
    FAILED = "FAILED"  # no usable answer


class PriceKind(StrEnum):
    """What the prices are."""

    EXTREME = "extreme"  # largest and smallest optimal dual of every seat
    SOME_OPTIMAL = "some_optimal"  # one optimal dual


class Proof(StrEnum):
    """Which pairs the upper bound covers."""

    ALL_PAIRS = "all_pairs"
    LISTED_PAIRS = "listed_pairs"


@dataclass(frozen=True, slots=True)
class Prices:
    """Dual prices of the seats in points.

    Attributes
    ----------
    high
        int64, shape ``(seats,)``: largest optimal dual, what the optimum loses with one opening less; 0 where there is no opening.
    low
        int64: smallest optimal dual, what the optimum gains with one opening more.
    """

    high: NDArray[np.int64]
    low: NDArray[np.int64]
    kind: PriceKind

    def __post_init__(self) -> None:
        self.high.setflags(write=False)
        self.low.setflags(write=False)


@dataclass(frozen=True, slots=True)
class Pending:
    """Where a solve stood when time was up in the middle of a look at the edges or of a search.

    Attributes
    ----------
    edges
        All edges that were offered so far and are worth something.
    asked
        int64, shape ``(seats,)``: prices that prove the result's upper bound, or less.
    proven
        The bound that the result's own prices prove exactly, None where nobody looked at all edges with them.
    hint
        int64, shape ``(seats,)``: prices on the way to better ones, None for none.
    """

    edges: Edges
    asked: NDArray[np.int64]
    proven: int | None
    hint: NDArray[np.int64] | None


@dataclass(frozen=True, slots=True)
class SolveResult:
    """A result says why it stopped and what is proven.

    Attributes
    ----------
    seat_of
        int32, shape ``(rows,)``: the seat of each row, -1 for none. None where there is no usable answer.
    objective, upper_bound
        Points, Python ints; no plan over the pairs named by `proof` is worth more than `upper_bound`.
    rounds, edges_stored
        How often the source was asked, and how many edges were ever held.
    penalties
        Points lost on soft limits; the objective is what is left of `points_total`.
    row_prices
        int64, shape ``(limits,)``: prices of limits beyond seats per whole number of weight, in 2^-20 points (`PRICE_BITS`); None where
        there are no limits.
    cuts, value_cuts
        What `upper_bound` rests on besides the prices of seats and limits.
    search_bound
        What a search claims to have proven beyond `upper_bound`; it decides nothing.
    stopped
        Time ran out.
    stability
        What was done so that earlier proposals stay, and what it cost; None where there are none.
    pending
        None: the prices prove exactly the upper bound. Else time was up before they could: plan and bound hold, but the prices are to be
        had from `matcher.solvers.settled`.
    """

    status: Status
    seat_of: NDArray[np.int32] | None
    prices: Prices | None
    objective: int
    upper_bound: int
    proof: Proof
    rounds: int
    edges_stored: int
    solver: str
    penalties: int = 0
    row_prices: NDArray[np.int64] | None = None
    cuts: tuple[Cut, ...] = ()
    value_cuts: tuple[ValueCut, ...] = ()
    search_bound: int | None = None
    stopped: bool = False
    stability: Stability | None = None
    pending: Pending | None = None

    @property
    def points_total(self) -> int:
        """Points of the assigned pairs, before penalties."""
        return self.objective + self.penalties

    @property
    def gap(self) -> float:
        """(upper bound - objective) / max(1, |objective|)."""
        return (self.upper_bound - self.objective) / max(1, abs(self.objective))

    def require_seats(self) -> NDArray[np.int32]:
        """Return the assignment, or refuse where there is none."""
        if self.seat_of is None:
            raise SolverError(f"The solver {self.solver} ended with {self.status} and has no assignment to give.")
        return self.seat_of

    def require_prices(self) -> Prices:
        """Return the prices, or refuse where there are none, or none yet that prove the bound."""
        if self.prices is None or self.pending is not None:
            raise SolverError(f"The solver {self.solver} ended with {self.status} and has no prices to give.")
        return self.prices
