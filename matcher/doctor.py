"""Is this machine fit for a run? Every answer says what was found and, where it is bad, what to do."""

import importlib
import os
import platform
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

NO_RESULT = 8
_LIBRARIES = ("numpy", "pyarrow", "pandas", "pydantic", "numba", "ortools", "click", "rich")
_LITTLE_MEMORY = 1 << 30
_LITTLE_DISK = 100 << 20
_KNOWN_OPTIMUM = 17
_WARM_PEOPLE, _WARM_VACANCIES = 400, 150
_CLASH_FROM = (1, 15)


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer: ``fail`` means that a run cannot be trusted to work here."""

    name: str
    level: Literal["ok", "warn", "fail"]
    detail: str


def diagnose(*, warm: bool = False) -> list[Finding]:
    """Look at everything; never raises for what it finds.

    Parameters
    ----------
    warm
        Compile the kernels into their cache.
    """
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("python", _python),
        ("libraries", _libraries),
        ("solver clash", _clash),
        ("folders", _folders),
        ("memory", _memory),
        ("cores", _cores),
        ("kernel cache", _kernel_cache),
        ("tiny plan", _warm_plan if warm else _tiny_plan),
    ]
    found: list[Finding] = []
    for name, look in checks:
        try:
            found += look()
        except Exception as error:
            found.append(Finding(name, "fail", f"could not be checked: {type(error).__name__}"))
    return found


def _python() -> Iterator[Finding]:
    level: Literal["ok", "fail"] = "ok" if sys.version_info >= (3, 11) else "fail"
    yield Finding("python", level, f"{platform.python_version()} on {platform.system()} {platform.machine()}")


def _libraries() -> Iterator[Finding]:
    held, missing = [], []
    for name in ("matcher", *_LIBRARIES):
        try:
            held.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    yield Finding("libraries", "ok", ", ".join(held))
    if missing:
        level: Literal["warn", "fail"] = "warn" if missing == ["matcher"] else "fail"
        yield Finding("libraries", level, f"not installed: {', '.join(missing)}. Run: pip install -e .")


def _clash() -> Iterator[Finding]:
    try:
        version = metadata.version("highspy")
    except metadata.PackageNotFoundError:
        yield Finding("solver clash", "ok", "highspy is not installed")
        return
    digits = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if digits >= _CLASH_FROM:
        advice = f"highspy {version} cannot share a process with ortools. Use an environment of its own for it."
        yield Finding("solver clash", "warn", advice)
    else:
        yield Finding("solver clash", "ok", f"highspy {version} can live beside ortools")


def _folders() -> Iterator[Finding]:
    for name, folder in (("temporary folder", Path(tempfile.gettempdir())), ("working folder", Path.cwd())):
        try:
            with tempfile.NamedTemporaryFile(dir=folder) as file:
                file.write(b"matcher")
        except OSError as error:
            yield Finding(name, "fail", f"{folder} cannot be written to: {error.strerror}")
            continue
        free = shutil.disk_usage(folder).free
        level: Literal["ok", "warn"] = "ok" if free > _LITTLE_DISK else "warn"
        yield Finding(name, level, f"{folder}, {free >> 20:,} MiB free")


def _memory() -> Iterator[Finding]:
    sizes = {}
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        key, _, value = line.partition(":")
        sizes[key] = int(value.split()[0]) << 10
    free = sizes["MemAvailable"]
    limit = _cgroup_limit()
    if limit is not None:
        free = min(free, limit)
    level: Literal["ok", "warn"] = "ok" if free >= _LITTLE_MEMORY else "warn"
    note = "" if limit is None else ", limited by the container"
    yield Finding("memory", level, f"{free >> 20:,} MiB available of {sizes['MemTotal'] >> 20:,} MiB{note}")


def _cgroup_limit() -> int | None:
    try:
        text = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def _cores() -> Iterator[Finding]:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield Finding("cores", "ok", f"{usable} usable of {os.cpu_count()}")


def _kernel_cache() -> Iterator[Finding]:
    from numba.core.dispatcher import Dispatcher  # noqa: PLC0415 - heavy, and only wanted here

    seen: set[str] = set()
    for name in ("matcher.pairing.look", "matcher.solvers.kernels", "matcher.verdict.sweep.pairs"):
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, Dispatcher) and (place := value.stats.cache_path):
                seen.add(str(place))
    if not seen:
        advice = "no place for it, so every run compiles again. Set NUMBA_CACHE_DIR to a private folder."
        yield Finding("kernel cache", "warn", advice)
    for path in map(Path, sorted(seen)):
        there = next(folder for folder in (path, *path.parents) if folder.exists())
        if not os.access(there, os.W_OK):
            yield Finding(
                "kernel cache", "warn", f"{path} cannot be written to; set NUMBA_CACHE_DIR to a private folder"
            )
        elif there.stat().st_mode & stat.S_IWOTH:
            yield Finding(
                "kernel cache", "warn", f"{there} can be written by everybody, and holds code. Make it private"
            )
        else:
            yield Finding("kernel cache", "ok", str(path))


def _warm_plan() -> Iterator[Finding]:
    """Compile everything that a run needs: a believable sample walks through every kernel with the types that a run has."""
    from matcher.io.bundle import read_bundle  # noqa: PLC0415
    from matcher.library import match  # noqa: PLC0415
    from matcher.sample import write_sample  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        made = write_sample(Path(folder), people=_WARM_PEOPLE, vacancies=_WARM_VACANCIES)
        tables = dict(read_bundle(Path(folder)).raw.tables)
    began = time.monotonic()
    match(tables.pop("candidates"), tables.pop("vacancies"), **tables, run_date=made.run_date)
    yield Finding("kernels", "ok", f"compiled or found in the cache in {time.monotonic() - began:.1f} s")
    yield from _tiny_plan()


def _tiny_plan() -> Iterator[Finding]:
    import pyarrow as pa  # noqa: PLC0415

    from matcher.library import match  # noqa: PLC0415

    people, jobs = ["a", "b", "c"], ["x", "y"]
    worth = [10, 8, 9, 2, 7, 6]
    result = match(
        pa.table({"candidate_id": people}),
        pa.table({"vacancy_id": jobs, "openings": [1, 1]}),
        pairs=pa.table(
            {
                "candidate_id": [person for person in people for _ in jobs],
                "vacancy_id": jobs * len(people),
                "value": worth,
                "eligible": [True] * len(worth),
                "loonwaarde_pct": [100.0] * len(worth),
            }
        ),
    )
    if (result.status, result.objective, result.upper_bound) == ("OPTIMAL", _KNOWN_OPTIMUM, _KNOWN_OPTIMUM):
        yield Finding("tiny plan", "ok", f"solved to its known optimum of {_KNOWN_OPTIMUM} points, and checked")
    else:
        got = f"{result.status} {result.objective} of {result.upper_bound}"
        yield Finding("tiny plan", "fail", f"expected OPTIMAL {_KNOWN_OPTIMUM}, got {got}. Reinstall the libraries")
