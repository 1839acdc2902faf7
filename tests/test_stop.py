"""Time is up when the clock says so, and stays up."""

import pytest

from matcher.stop import NEVER, Deadline


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("seconds", [0.0, 0.5, 30.0])
def test_a_deadline_is_so_many_seconds_from_now(seconds: float) -> None:
    clock = Clock()
    stop = Deadline.after(seconds, clock)
    assert stop() == (seconds == 0)
    assert stop(seconds) and stop(seconds + 1)
    assert stop(seconds / 2) == (seconds == 0)
    clock.now += seconds
    assert stop()
    clock.now += 1e6
    assert stop()


def test_without_a_deadline_time_is_never_up() -> None:
    assert not NEVER() and not NEVER(1e300)


def test_the_clock_of_the_machine() -> None:
    assert Deadline.after(0)()
    assert not Deadline.after(3600)()
