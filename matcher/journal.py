"""What operators hear of a run: lines of JSON while it goes on, figures for their monitoring, and one last line however it ended.

Codes, counts, names of phases and of the run itself; never a value of the input. Everything here needs the standard library only, so that
a process that does no work can tell of one that died.
"""

import contextlib
import datetime as dt
import itertools
import json
import os
import stat
import time
from collections.abc import Mapping, Sequence
from typing import Any

from matcher.errors import FileError
from matcher.metrics_file import check_metrics, write_metrics
from matcher.progress import Observer
from matcher.telling import STDERR, Telling

_HEARTBEAT_S = 60.0
_PUBLISHED = {0: "published", 7: "stopped_early"}
_TOLD_COUNTS = ("people", "vacancies", "openings", "eligible_pairs", "assigned", "unassigned")


class Journal:
    """Hears one run, and tells of it.

    Attributes
    ----------
    telling
        Where it tells.
    """

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self._began = time.monotonic()
        self._log: int | None = None
        self._lost = 0
        self._error: Mapping[str, Any] = {}
        self._manifest: Mapping[str, Any] = {}
        self._repeated = False
        self._phase: str | None = None
        self._since = self._began
        self._beat = self._began
        self._total: int | None = None
        self._seconds: dict[str, float] = {}
        self._ended = False

    def begin(self) -> None:
        """Open what will be written to, so that a run that nobody would hear of never begins; raises `FileError`."""
        if self.telling.log is not None:
            self._log = _open_log(self.telling.log)
        if self.telling.metrics is not None:
            check_metrics(self.telling.metrics)
        self._line("info", "run_started")

    @classmethod
    def of_the_dead(cls, telling: Telling, phases: Sequence[tuple[str, float]], began: float) -> "Journal":
        """Return a journal that takes over where a process died.

        Parameters
        ----------
        phases
            Name and beginning, on the clock that never jumps, of what it was heard doing.
        began
            When it began, on that clock.
        """
        journal = cls(telling)
        journal._began = began
        with contextlib.suppress(FileError):
            journal._log = None if telling.log is None else _open_log(telling.log)
        for (name, start), (_, end) in itertools.pairwise(phases):
            journal._seconds[name] = journal._seconds.get(name, 0.0) + end - start
        if phases:
            journal._phase, journal._since = phases[-1]
        return journal

    @property
    def alone(self) -> bool:
        """Whether stderr holds lines of this journal and nothing else."""
        return self._log is not None and self.telling.log == STDERR

    def watching(self, watch: Observer) -> Observer:
        """Return an observer that tells both ``watch`` and this journal."""
        return _Both(watch, self)

    def phase(self, name: str, total: int | None = None) -> None:
        """A phase begins."""
        self._phase_over()
        self._phase, self._since, self._total = name, time.monotonic(), total
        self._beat = self._since
        self._line("info", "phase_started", phase=name, total=total)

    def step(self, done: int) -> None:
        """So much of the phase is done; told now and then."""
        now = time.monotonic()
        if self._phase is not None and now - self._beat >= _HEARTBEAT_S:
            self._beat = now
            self._line(
                "info", "phase_going_on", phase=self._phase, done=done, total=self._total, seconds=now - self._since
            )

    def published(self, manifest: Mapping[str, Any], *, repeated: bool = False) -> None:
        """The plan with this manifest stands."""
        self._manifest, self._repeated = manifest, repeated
        for warning in manifest.get("warnings", ()):
            self._line("warning", "plan_warning", code=str(warning.get("code")), **_whole(warning.get("figures")))

    def failed(self, facts: Mapping[str, Any]) -> None:
        """The run ends without a plan; ``facts`` has a code and a message."""
        self._error = facts
        self._line("error", "run_failed", code=facts.get("code"), message=facts.get("message"), hint=facts.get("hint"))

    def end(self, code: int) -> Mapping[str, Any] | None:
        """The run ended with this code: tell it everywhere but in the last line of stderr.

        Returns
        -------
        What that line says; None where the log stands there already, or where this was told before.
        """
        if self._ended:
            return None
        self._ended = True
        failed_in = self._phase
        self._phase_over()
        facts = self._facts(code, failed_in)
        if self.telling.metrics is not None:
            try:
                write_metrics(self.telling.metrics, facts, self._manifest, self._seconds, out=self.telling.out)
            except OSError as error:
                facts["metrics"] = "lost"
                self._line("error", "metrics_lost", reason=os.strerror(error.errno) if error.errno else None)
        if self._lost:
            facts["log_lines_lost"] = self._lost
        told = {**facts, **_counts(self._manifest)}
        self._line("info" if code in _PUBLISHED else "error", "run_ended", **told)
        alone = self.alone
        if self._log is not None and not alone:
            with contextlib.suppress(OSError):
                os.close(self._log)
        return None if alone else facts

    def _facts(self, code: int, phase: str | None) -> dict[str, Any]:
        """What the last line says."""
        manifest = self._manifest
        facts: dict[str, Any] = {"exit": code, "result": "failed", "error": None, "run_id": self.telling.run_id}
        if manifest:
            solver, counts = manifest["solver"], manifest["counts"]
            facts |= {
                "result": "repeated" if self._repeated else _PUBLISHED.get(code, "published"),
                "run_id": manifest["run_id"],
                "status": solver["status"],
                "people": counts["people"],
                "openings": counts["openings"],
                "placed": counts["assigned"],
                "durable": manifest["expected_durable"],
                "objective": solver["objective"],
                "gap": solver["gap"],
                "warnings": len(manifest["warnings"]),
                "rejected": rejected_rows(manifest),
            }
        else:
            facts |= {"error": self._error.get("code"), "phase": phase}
        return {**facts, "seconds": round(time.monotonic() - self._began, 3), "job": self.telling.job}

    def _phase_over(self) -> None:
        if self._phase is not None:
            seconds = time.monotonic() - self._since
            self._seconds[self._phase] = self._seconds.get(self._phase, 0.0) + seconds
            self._line("info", "phase_ended", phase=self._phase, seconds=seconds)
            self._phase = None

    def _line(self, level: str, event: str, **more: Any) -> None:
        """Add a line to the log in one write; a full disk is no reason to end a run, only to say so at its end."""
        if self._log is None:
            return
        now = dt.datetime.now(dt.UTC)
        run_id = self._manifest.get("run_id") or self.telling.run_id
        head = {"time": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z", "level": level, "event": event}
        told = {key: round(value, 3) if key == "seconds" else value for key, value in more.items() if value is not None}
        # ASCII only: line ends, escapes and bidi marks are written out, and no text can pass for a line of its own.
        text = json.dumps({**head, "run_id": run_id, "job": self.telling.job, "pid": os.getpid(), **told}, default=str)
        raw = text.encode("ascii") + b"\n"
        try:
            if os.write(self._log, raw) != len(raw):
                self._lost += 1
        except OSError:
            self._lost += 1


class _Both:
    def __init__(self, watch: Observer, journal: Journal) -> None:
        self._watch, self._journal = watch, journal

    def phase(self, name: str, total: int | None = None) -> None:
        """Tell both."""
        self._journal.phase(name, total)
        self._watch.phase(name, total)

    def step(self, done: int) -> None:
        """Tell both."""
        self._journal.step(done)
        self._watch.step(done)


def last_line(facts: Mapping[str, Any]) -> str:
    """Return the one line that every run ends with: ``matcher-run`` and key=value, without a space in any value."""
    return " ".join(["matcher-run", *(f"{key}={_word(value)}" for key, value in facts.items())])


def rejected_rows(manifest: Mapping[str, Any]) -> int:
    """Return how many rows of rejected.parquet a run wrote."""
    return next((file["rows"] or 0 for file in manifest["outputs"] if file["name"] == "rejected.parquet"), 0)


def _word(value: Any) -> str:
    if value is None:
        return "-"
    text = f"{value:.6g}" if isinstance(value, float) and abs(value) < 1 else str(value)
    return text if text.isprintable() and " " not in text and text else json.dumps(text).replace(" ", "_")


def _counts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    if not manifest:
        return {}
    held = manifest["counts"]
    return {
        "counts": {name: held[name] for name in _TOLD_COUNTS if name in held},
        "unassigned_by_reason": dict(held.get("unassigned_by_reason", {})),
        "upper_bound": manifest["solver"]["upper_bound"],
    }


def _whole(figures: Any) -> dict[str, dict[str, int]]:
    """The whole numbers of a warning; its words may name what stands in a file."""
    found = figures if isinstance(figures, Mapping) else {}
    whole = {str(key): value for key, value in found.items() if isinstance(value, int) and not isinstance(value, bool)}
    return {"figures": whole} if whole else {}


def _open_log(path: str) -> int:
    if path == STDERR:
        return 2
    try:
        # A pipe without a reader must not hold up the night, and a link must not lead it somewhere else.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        log = os.open(path, flags, 0o600)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else type(error).__name__
        raise FileError(f"The log {path} cannot be opened: {reason}.") from None
    if stat.S_ISDIR(os.fstat(log).st_mode):
        raise FileError(f"The log {path} is a folder.")
    return log
