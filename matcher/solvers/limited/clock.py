"""Time as solvers want to hear of it, from one who says when to stop."""

from collections.abc import Callable
from dataclasses import dataclass

from matcher.stop import Deadline, Stop

_FOR_EVER_S = 1e7
_MOMENT_S = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """Whether time is up, and seconds that are left (None: no end)."""

    up: Callable[[], bool]
    left: Callable[[], float | None]


def until(stop: Stop) -> Time:
    """As long as nobody says stop."""
    return Time(up=stop, left=lambda: _left(stop))


def part(time: Time, share: float, most_s: float) -> Time:
    """A share of the time that is left, and at most so many seconds."""
    left = time.left()
    ours = Deadline.after(most_s if left is None else min(most_s, left * share))
    inner = until(ours)
    return Time(up=lambda: ours() or time.up(), left=inner.left)


def _left(stop: Stop) -> float | None:
    """Seconds until time is up, to a thousandth of them; None where that is more than anybody waits for."""
    low, high = 0.0, _FOR_EVER_S
    if not stop(high):
        return None
    while high - low > max(_MOMENT_S, low / 1000):
        middle = (low + high) / 2
        low, high = (low, middle) if stop(middle) else (middle, high)
    return low
