"""When to stop looking for something better: asked from time to time by whoever works for long."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Stop(Protocol):
    """Says whether time is up. Any thread may ask, and once the answer is yes it stays yes."""

    def __call__(self, ahead_s: float = 0.0) -> bool:
        """Whether time is up now, or will be before work of ``ahead_s`` seconds is done."""
        ...


@dataclass(frozen=True, slots=True)
class Deadline:
    """Time is up at one moment; `Deadline.after` sets it.

    Attributes
    ----------
    at_s
        The moment, by the clock.
    clock
        Seconds since any moment; must never go back.
    """

    at_s: float
    clock: Callable[[], float]

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float] = time.monotonic) -> "Deadline":
        """Time is up so many seconds from now; 0 is at once."""
        return cls(clock() + seconds, clock)

    def __call__(self, ahead_s: float = 0.0) -> bool:
        """Whether time is up now, or will be before work of ``ahead_s`` seconds is done."""
        return self.clock() + ahead_s >= self.at_s


class _Never:
    def __call__(self, ahead_s: float = 0.0) -> bool:
        """Time is never up."""
        return False


NEVER: Stop = _Never()
"""There is all the time in the world."""
