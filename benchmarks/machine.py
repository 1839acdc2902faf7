"""What the figures were measured on."""

import os
import platform
from importlib import metadata
from pathlib import Path

from benchmarks.meter import processors

_LIBRARIES = ("matcher", "numpy", "numba", "ortools", "pyarrow", "pandas", "scipy", "pylmcf")
_GIB = 2**30


def machine_line() -> str:
    """Return processors, memory, and the versions of Python and libraries, in one line."""
    found = [f"{processors()} x {_processor()}", f"{_memory('MemTotal') / _GIB:,.0f} GiB", platform.system()]
    found.append(f"Python {platform.python_version()}")
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return ", ".join(found)


def load() -> float:
    """Return how many processes wanted a processor, on average over the last minute; -1 where nobody knows."""
    try:
        return os.getloadavg()[0]
    except OSError:
        return -1.0


def free_bytes() -> int:
    """Return the memory that could be used now; 8 GiB where the system does not say."""
    return _memory("MemAvailable") or 8 * _GIB


def _processor() -> str:
    return _line(Path("/proc/cpuinfo"), "model name") or platform.processor() or platform.machine()


def _memory(name: str) -> int:
    words = _line(Path("/proc/meminfo"), name).split()
    return int(words[0]) * 1024 if words else 0


def _line(path: Path, name: str) -> str:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
