"""How much memory there is: what this process may still take, by the machine and by every limit that it lives under."""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

_ROOT = Path("/")
_ADDRESSES, _MEMORY = 0, 1
"""Places in /proc/self/statm."""


def available_bytes(root: Path = _ROOT) -> int | None:
    """Memory that this process may still take; None where nobody says.

    The least of what the machine has left (memory and swap), what each control group above this process leaves it (version 2; files
    that are only cached count as free), and what is left of the limit on its addresses (``ulimit -v``).

    Parameters
    ----------
    root
        Where ``proc`` and ``sys`` are.
    """
    return min((*_by_machine(root), *_by_groups(root), *_by_own_limits(root)), default=None)


def resident_bytes(root: Path = _ROOT) -> int:
    """Memory that this process has now; 0 where nobody says."""
    return _taken(root, _MEMORY) or 0


@contextmanager
def at_most(more: int) -> Iterator[None]:
    """Hold this process to so many bytes of addresses more than it has now, for as long as the context lasts.

    What asks for more gets a `MemoryError`. A limit that is already tighter stays; where a system cannot hold a process to a limit,
    nothing happens. The limit is on the whole process, so this is for programs, not for libraries.
    """
    was = _address_limit()
    held = _taken(_ROOT, _ADDRESSES)
    if was is None or held is None:
        yield
        return
    soft, hard = was
    wanted = held + more
    if min(one for one in (soft, hard, wanted) if one != resource.RLIM_INFINITY) < wanted:
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, was)


def _address_limit() -> tuple[int, int] | None:
    """The limits on addresses; None where the system does not hold a process to them."""
    if sys.platform != "linux":
        return None
    return resource.getrlimit(resource.RLIMIT_AS)


def _taken(root: Path, place: int) -> int | None:
    with suppress(OSError, ValueError, IndexError):
        return int((root / "proc/self/statm").read_text(encoding="ascii").split()[place]) * resource.getpagesize()
    return None


def _by_machine(root: Path) -> Iterator[int]:
    with suppress(OSError, ValueError, KeyError):
        lines = (root / "proc/meminfo").read_text(encoding="ascii").splitlines()
        sizes = dict(line.split(":", 1) for line in lines)
        yield sum(int(sizes[name].split()[0]) << 10 for name in ("MemAvailable", "SwapFree"))


def _by_groups(root: Path) -> Iterator[int]:
    """What is left in the control group of this process, and in each one above it."""
    groups = root / "sys/fs/cgroup"
    for folder in (*_own_group(root), PurePosixPath()):
        # Inside a container the path may be one of the host, of which only the top is seen.
        yield from _left_in(groups / folder)


def _own_group(root: Path) -> Iterator[PurePosixPath]:
    with suppress(OSError, ValueError):
        for line in (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            number, _, path = line.split(":", 2)
            own = PurePosixPath(path.lstrip("/"))
            if number == "0" and ".." not in own.parts:
                yield from (one for one in (own, *own.parents) if one.parts)


def _left_in(folder: Path) -> Iterator[int]:
    with suppress(OSError, ValueError):
        limit = (folder / "memory.max").read_text(encoding="ascii").strip()
        if limit.isdigit():
            used = int((folder / "memory.current").read_text(encoding="ascii"))
            yield max(0, int(limit) - used + _given_back(folder))


def _given_back(folder: Path) -> int:
    """What the system takes back first when a group is full: files that are only cached."""
    with suppress(OSError, ValueError):
        stat = dict(line.split() for line in (folder / "memory.stat").read_text(encoding="ascii").splitlines())
        return sum(int(stat.get(name, 0)) for name in ("inactive_file", "active_file", "slab_reclaimable"))
    return 0


def _by_own_limits(root: Path) -> Iterator[int]:
    """What is left of the limits of this process: of addresses, and of memory, which Linux leaves to others to enforce."""
    for kind, place in ((resource.RLIMIT_AS, _ADDRESSES), (resource.RLIMIT_RSS, _MEMORY)):
        limit, _ = resource.getrlimit(kind)
        taken = _taken(root, place)
        if limit != resource.RLIM_INFINITY and taken is not None:
            yield max(0, limit - taken)
