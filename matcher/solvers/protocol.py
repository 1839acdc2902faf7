"""What a solver must do and may promise."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.model.edges import EdgeSource
from matcher.model.solution import SolveResult
from matcher.progress import Observer
from matcher.stop import NEVER, Stop


class Feature(StrEnum):
    """What a model can ask of a solver."""

    SEATS = "seats"  # every row at most one seat, every seat at most its openings
    ANY_TIME = "any_time"  # soon after time is up, the best plan so far with a bound that holds
    OPTIMUM = "optimum"  # a proven optimum over all pairs
    EXTREME_PRICES = "extreme_prices"  # largest and smallest optimal dual of every seat


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveParams:
    """How well to solve.

    Attributes
    ----------
    gap
        Accepted (upper bound - objective) / max(1, |objective|). 0 asks for a proven optimum.
    threads
        Threads a solver may use; 0 leaves it to the solver. The answer does not depend on it.
    seed
        For solvers that draw lots.
    start_prices
        int64, shape ``(seats,)``, at least 0: prices to start from, such as those of the night before; None for nothing known. They
        change how long a solve takes, and which of several plans of equal worth is found, but never its worth.
    """

    gap: float = 0.0
    threads: int = 0
    seed: int = 0
    start_prices: NDArray[np.int64] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.gap < float("inf"):
            raise ValueError(f"gap must be at least 0, not {self.gap}.")
        if self.threads < 0:
            raise ValueError(f"threads must be at least 0, not {self.threads}.")
        start = self.start_prices
        if start is not None and (start.dtype != np.int64 or start.ndim != 1 or bool((start < 0).any())):
            raise ValueError("start_prices must be one column of int64, at least 0.")


class Solver(Protocol):
    """Finds an assignment that is worth as much as possible."""

    @property
    def name(self) -> str:
        """Name, as the manifest gives it."""
        ...

    @property
    def handles(self) -> frozenset[Feature]:
        """What it can be asked."""
        ...

    def __call__(
        self,
        source: EdgeSource,
        openings: NDArray[np.int64],
        params: SolveParams,
        watch: Observer,
        stop: Stop = NEVER,
    ) -> SolveResult:
        """Solve; `openings` is int64, shape ``(source.seats,)``, at least 0.

        Soon after `stop` says that time is up, the best plan so far comes back, with a bound that holds.
        """
        ...


@dataclass(frozen=True, slots=True)
class NamedSolver:
    """A solver made of a function."""

    name: str
    handles: frozenset[Feature]
    run: Callable[[EdgeSource, NDArray[np.int64], SolveParams, Observer, Stop], SolveResult]

    def __call__(
        self,
        source: EdgeSource,
        openings: NDArray[np.int64],
        params: SolveParams,
        watch: Observer,
        stop: Stop = NEVER,
    ) -> SolveResult:
        """Solve."""
        return self.run(source, openings, params, watch, stop)
