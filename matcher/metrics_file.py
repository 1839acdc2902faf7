"""Figures of the last run in the text format of Prometheus, as node_exporter's textfile collector reads them."""

import contextlib
import datetime as dt
import errno
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from matcher import __version__
from matcher.errors import FileError

Sample = tuple[str, str, Mapping[str, str], float]
"""Name, help, labels, value; all are gauges."""
_LAST = "matcher_last_published_timestamp_seconds"
_MOST_BYTES = 1_000_000
_PUBLISHED = (0, 7)
_PLAN = {
    "people": ("counts", "people", "People in the plan's input."),
    "vacancies": ("counts", "vacancies", "Vacancies in the plan's input."),
    "openings": ("counts", "openings", "Openings of those vacancies."),
    "placements": ("counts", "assigned", "People with a proposal."),
    "eligible_pairs": ("counts", "eligible_pairs", "Pairs that pass every rule."),
    "objective_points": ("solver", "objective", "Points of the plan."),
    "upper_bound_points": ("solver", "upper_bound", "No plan is worth more points than this."),
    "gap_ratio": ("solver", "gap", "How much better a plan could at most be, as a share of its points."),
}


def check_metrics(path: Path) -> None:
    """Refuse a place that cannot be written to; raises `FileError`."""
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK):
        raise FileError(f"The metrics {path} cannot be written: {path.parent} is not a folder that may be written to.")
    if not _may_replace(path):
        raise FileError(f"The metrics {path} cannot be written: that is no regular file.")


def write_metrics(
    path: Path, facts: Mapping[str, Any], manifest: Mapping[str, Any], phases: Mapping[str, float], *, out: str
) -> None:
    """Write the figures of a run that ended, in one step and readable for others than its owner.

    Parameters
    ----------
    facts
        What its last line says.
    manifest
        Of the plan that stands now; empty where there is none.
    phases
        Seconds per phase.
    out
        The folder of all runs: the label that keeps several plans on one machine apart.

    Raises
    ------
    OSError
        It could not be written; what stood there stays.
    """
    if not _may_replace(path):
        raise OSError(errno.EEXIST, os.strerror(errno.EEXIST))
    text = exposition(samples(facts, manifest, phases, now=time.time(), published=_published_before(path)), out)
    held = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")  # node_exporter reads *.prom only
    try:
        file = os.open(held, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        with os.fdopen(file, "wb") as handle:
            os.fchmod(file, 0o644)  # whatever the umask says: another user reads it, and it names nobody
            handle.write(text.encode())
            handle.flush()
            os.fsync(file)
        held.replace(path)
    finally:
        with contextlib.suppress(OSError):
            held.unlink()


def samples(
    facts: Mapping[str, Any],
    manifest: Mapping[str, Any],
    phases: Mapping[str, float],
    *,
    now: float,
    published: float | None,
) -> Iterator[Sample]:
    """Give the figures of a run; ``published`` is when a plan was last published before it, in seconds since 1970."""
    code = facts["exit"]
    last = "matcher_last_run"
    yield f"{last}_timestamp_seconds", "When the last run ended.", {}, round(now, 3)
    yield f"{last}_exit_code", "Exit code of the last run.", {}, code
    yield f"{last}_success", "1 where the last run left a plan under latest (exit code 0 or 7).", {}, code in _PUBLISHED
    yield f"{last}_duration_seconds", "How long the last run took.", {}, facts["seconds"]
    for name, seconds in phases.items():
        yield f"{last}_phase_seconds", "How long a phase of the last run took.", {"phase": name}, round(seconds, 3)
    told = {name: str(facts[name]) for name in ("run_id", "status", "error") if facts.get(name) is not None}
    yield f"{last}_info", "Which run it was, and what became of it.", {**told, "version": __version__}, 1
    if manifest:
        published = dt.datetime.fromisoformat(manifest["created_utc"]).timestamp()
    if published is not None:
        yield _LAST, "When a plan was last published; stays where a run fails.", {}, published
    if manifest:
        yield from _plan(facts, manifest)


def exposition(found: Iterator[Sample], out: str) -> str:
    """Return samples in the text format, those of one name together."""
    lines: list[str] = []
    told: set[str] = set()
    for name, meaning, labels, value in found:
        if name not in told:
            lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
        told.add(name)
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in {"out": out, **labels}.items())
        number = float(value)
        lines.append(f"{name}{{{inside}}} {int(number) if number.is_integer() else repr(number)}")
    return "\n".join([*lines, ""])


def _plan(facts: Mapping[str, Any], manifest: Mapping[str, Any]) -> Iterator[Sample]:
    for name, (part, key, meaning) in _PLAN.items():
        yield f"matcher_plan_{name}", meaning, {}, manifest[part][key]
    yield (
        "matcher_plan_expected_durable",
        "Expected durable placements, if every proposal is accepted.",
        {},
        manifest["expected_durable"],
    )
    yield "matcher_plan_warnings", "Warnings in the manifest.", {}, len(manifest["warnings"])
    yield "matcher_plan_rejected_rows", "Rows and cells of the input that were refused.", {}, facts["rejected"]
    for reason, count in manifest["counts"].get("unassigned_by_reason", {}).items():
        yield "matcher_plan_unassigned", "People without a proposal, by reason.", {"reason": reason}, count


def _may_replace(path: Path) -> bool:
    """Never a link or a device: it would be gone afterwards."""
    return not os.path.lexists(path) or stat.S_ISREG(path.lstat().st_mode)


def _published_before(path: Path) -> float | None:
    """When a plan was last published, as the file said until now."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8", "replace")
        found = re.search(rf"(?m)^{_LAST}\{{[^\n]*\}} ([0-9.]+)$", text)
        return float(found[1]) if found else None
    except (OSError, ValueError):
        return None


def _escaped(text: str) -> str:
    """A label value: quotes, backslashes and line ends as the format asks, and nothing that a terminal takes for a command."""
    plain = "".join(one if one.isprintable() or one == "\n" else "?" for one in text)
    return plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
