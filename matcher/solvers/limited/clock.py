"""Time as solvers want to hear of it, from one who says when to stop."""

from matcher.solvers.limited.relaxation import Time
from matcher.stop import Stop

_FOR_EVER_S = 1e7
_MOMENT_S = 0.01


def until(stop: Stop) -> Time:
    """As long as nobody says stop."""
    return Time(up=stop, left=lambda: _left(stop))


def _left(stop: Stop) -> float | None:
    """Seconds until time is up, to a thousandth of them; None where that is more than anybody waits for."""
    low, high = 0.0, _FOR_EVER_S
    if not stop(high):
        return None
    while high - low > max(_MOMENT_S, low / 1000):
        middle = (low + high) / 2
        low, high = (low, middle) if stop(middle) else (middle, high)
    return low
