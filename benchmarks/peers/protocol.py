"""What a peer is given and must give back."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np
from numpy.typing import NDArray


class CannotRunError(Exception):
    """A peer cannot do this instance, and says why in a few words."""


class TooSlowError(CannotRunError):
    """A peer kept to its time limit, and had nothing to show by then."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a peer may use."""

    memory_bytes: int
    time_s: float

    def require_bytes(self, wanted: int) -> None:
        """Refuse before memory is asked for that is not there; raises `CannotRunError`."""
        if wanted > self.memory_bytes:
            raise CannotRunError(f"needs about {wanted / 2**30:,.1f} GiB, over {self.memory_bytes / 2**30:,.1f} GiB")


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan, or the value of fractions of one.

    Attributes
    ----------
    seat_of
        int32, shape ``(rows,)``, -1 for nobody; None where the answer is not whole.
    value
        Points as the peer counts them; None leaves the counting to us.
    says
        What the peer itself claims, in a few words.
    """

    seat_of: NDArray[np.int32] | None
    value: float | None
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Somebody else's way.

    Attributes
    ----------
    key
        Letter in the table.
    module
        Its file in `benchmarks.peers`, with a function ``solve``; read only when it is asked, so that nobody needs all libraries.
    bytes_per_pair
        Peak memory per listed pair, as measured, listing included: above the limit the peer is not even started.
    by_rules
        True where it makes its pairs itself, and ``solve`` takes `Rules` instead of pairs and openings.
    only
        Names of the instances it can be asked about; None for all.
    """

    key: str
    name: str
    module: str
    bytes_per_pair: int = 0
    by_rules: bool = False
    only: frozenset[str] | None = None

    def solver(self) -> Callable[..., Answer]:
        """Return ``solve(edges, openings, limits)``, or ``solve(rules, limits)``; raises `ModuleNotFoundError` without its libraries."""
        found: Callable[..., Answer] = import_module(f"benchmarks.peers.{self.module}").solve
        return found
