"""What a piece of work costs: wall and processor time, and its own peak memory."""

import contextlib
import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(slots=True)
class Span:
    """A measured stretch of work; filled in when it ends.

    Attributes
    ----------
    peak_bytes
        Most memory resident in this process while it lasted; since the process began where the system cannot say.
    added_bytes
        The same above what was resident when it began.
    """

    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_bytes: int = 0
    added_bytes: int = 0


@contextlib.contextmanager
def measured() -> Iterator[Span]:
    """Measure what happens inside."""
    span = Span()
    with contextlib.suppress(OSError):
        _CLEAR.write_text("5")  # resets the peak to what is resident now
    before, cpu, began = _resident("VmRSS"), _cpu(), time.perf_counter()
    try:
        yield span
    finally:
        span.wall_s = time.perf_counter() - began
        span.cpu_s = _cpu() - cpu
        span.peak_bytes = peak_bytes()
        span.added_bytes = max(0, span.peak_bytes - before)


def peak_bytes() -> int:
    """Return the most memory that was resident, in bytes.

    ``ru_maxrss`` of a child starts at what its parent had, so the kernel's own count of this process goes first where it exists.
    """
    return _resident("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_UNIT


def _resident(name: str) -> int:
    try:
        lines = _STATUS.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:")), 0)


def _cpu() -> float:
    """Processor seconds of this process and of those it started and waited for."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


@dataclass(slots=True)
class PhaseClock:
    """An observer that keeps the wall time of every phase it hears.

    Attributes
    ----------
    names
        The phases to keep apart; any other that is heard is a part of the one before.
    """

    names: tuple[str, ...]
    seconds: dict[str, float] = field(default_factory=dict)
    parts: dict[str, float] = field(default_factory=dict)
    _phase: str = ""
    _part: str = ""
    _began: float = 0.0

    def phase(self, name: str, total: int | None = None) -> None:
        """A phase begins, and the one before ends."""
        self.stop()
        if name in self.names:
            self._phase = name
        self._part, self._began = f"{self._phase}/{name}", time.perf_counter()

    def step(self, done: int) -> None:
        """Ignore."""

    def stop(self) -> None:
        """The last phase ends."""
        if self._part:
            spent = time.perf_counter() - self._began
            self.seconds[self._phase] = self.seconds.get(self._phase, 0.0) + spent
            self.parts[self._part] = self.parts.get(self._part, 0.0) + spent
            self._part = ""


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
