"""Where operators want to hear of a run, in a form that one process can pass to another."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STDERR = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Where a run is told of.

    Attributes
    ----------
    out
        The folder of all runs: which plan this is about, for monitoring that sees several.
    log
        A file that lines of JSON are added to, or "-": stderr, where nothing else is said then. None for no log.
    metrics
        A file that Prometheus' node_exporter reads; None for none.
    run_id
        The name that was asked for, where one was.
    job
        A name of this attempt, in every line, also before the run has a name and where it never gets one.
    as_json
        A program reads stderr: its last line is JSON.
    """

    out: str
    log: str | None = None
    metrics: Path | None = None
    run_id: str | None = None
    job: str = field(default_factory=lambda: secrets.token_hex(8))
    as_json: bool = False

    def message(self) -> dict[str, Any]:
        """Return it as one process writes it to another."""
        paths = {"out": self.out, "log": self.log, "metrics": None if self.metrics is None else str(self.metrics)}
        packed = {name: None if path is None else os.fsencode(path).hex() for name, path in paths.items()}
        return {**packed, "run_id": self.run_id, "job": self.job, "as_json": self.as_json}

    @classmethod
    def of_message(cls, message: Mapping[str, Any]) -> "Telling":
        """Return what `message` made."""
        names = ("out", "log", "metrics")
        paths = {name: None if message[name] is None else os.fsdecode(bytes.fromhex(message[name])) for name in names}
        return cls(
            out=str(paths["out"]),
            log=paths["log"],
            metrics=None if paths["metrics"] is None else Path(paths["metrics"]),
            run_id=message["run_id"],
            job=message["job"],
            as_json=message["as_json"],
        )
