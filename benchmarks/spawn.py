"""Starts measurements, one process at a time, and ends those that take too much."""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.protocol import Limits

_LOOK_S = 0.1
_GRACE = 1.25  # a peer that keeps its own time limit gets the chance to say so
_ROOT = Path(__file__).parents[1]

Figures = dict[str, Any]
"""What one measurement brought, as in the JSON file."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where instances lie, and what a measurement may use."""

    data: Path
    limits: Limits

    def measure(self, instance: str, what: str) -> Figures:
        """Measure once, in a new process.

        Parameters
        ----------
        what
            "make", "run", "plan", or the key of a peer.

        Returns
        -------
        The figures; or one of "cannot", "refused" and "failed" with the reason.
        """
        job = {
            "instance": instance,
            "what": what,
            "data": str(self.data),
            "memory_bytes": self.limits.memory_bytes,
            "time_s": self.limits.time_s,
        }
        with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
            paths = [Path(folder) / name for name in ("job.json", "result.json")]
            paths[0].write_text(json.dumps({**job, "spawned": time.time()}), encoding="utf-8")
            with (Path(folder) / "stderr").open("w+", encoding="utf-8", errors="replace") as talk:
                command = [sys.executable, "-m", "benchmarks.child", *map(str, paths)]
                child = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=talk)
                ended = self._watch(child, generous=what in ("run", "plan", "make"))
                talk.seek(0)
                last = (talk.read().strip().splitlines() or ["no message"])[-1]
            if ended:
                return ended
            if child.returncode < 0:
                return {"failed": f"ended by {signal.Signals(-child.returncode).name}"}
            if child.returncode or not paths[1].exists():
                return {"failed": last}
            found: Figures = json.loads(paths[1].read_text(encoding="utf-8"))
            return found

    def repeat(self, instance: str, what: str, times: int) -> Figures:
        """Measure several times and bring the figures together; a measurement that fails is not repeated."""
        found = []
        for _ in range(times):
            figures = self.measure(instance, what)
            if trouble(figures):
                return figures
            found.append(figures)
        return together(found)

    def _watch(self, child: "subprocess.Popen[bytes]", generous: bool) -> Figures:
        """Wait for a process; returns why it was ended early, or nothing."""
        began = time.monotonic()
        # Our own runs stop by themselves soon after their limit, with what they have.
        time_s = self.limits.time_s * (4 if generous else _GRACE)
        try:
            while child.poll() is None:
                if _resident(child.pid) > self.limits.memory_bytes:
                    return {"cannot": f"took over {self.limits.memory_bytes / 2**30:,.1f} GiB"}
                if time.monotonic() - began > time_s + 10:
                    return {"cannot": f"over {time_s:,.0f} s", "over_s": time_s}
                time.sleep(_LOOK_S)
            return {}
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()


def trouble(figures: Figures) -> str:
    """Return why there are no figures; nothing where there are."""
    return next((f"{kind}: {figures[kind]}" for kind in ("cannot", "refused", "failed") if kind in figures), "")


def together(found: list[Figures]) -> Figures:
    """Take the smallest of every cost over the repeats, and keep the median of the wall time and all of the walls."""
    walls = [figures["wall_s"] for figures in found]
    best = dict(min(found, key=lambda figures: figures["wall_s"]))
    for name in ("wall_s", "cpu_s", "peak_bytes", "added_bytes"):
        best[name] = min(figures[name] for figures in found)
    phases = [figures["phases"] for figures in found]
    best["phases"] = {name: min(each.get(name, 0.0) for each in phases) for name in phases[0]}
    best["phases_median"] = {name: statistics.median(each.get(name, 0.0) for each in phases) for name in phases[0]}
    return {**best, "wall_median_s": statistics.median(walls), "walls_s": walls}


def _resident(pid: int) -> int:
    """Memory of a process now, in bytes; 0 where the system does not say or the process is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
