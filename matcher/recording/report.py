"""What a record did: which answers were read and used, what is on record now, and what was refused. Never a value of anybody."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from matcher.importing.report import Problem


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """One file, or one sheet: rows with something in them, and how many of those are answers."""

    file: str
    rows: int
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReport:
    """What a record did, or would do.

    Attributes
    ----------
    files
        By name.
    answers, used
        Rows that say something, and those of them that count.
    changed
        Pairs about which something new is on record.
    open
        Proposals of the run that nobody has answered; they stay proposed.
    rows
        Pairs on record now, by status.
    forgotten
        Pairs that were on record and mean nothing any more, by the status they had.
    remarks
        Filled remarks, which are for people and were not read.
    problems
        By file and row.
    written
        False where the file held exactly this already, or after a dry run.
    """

    run_id: str
    target: Path
    dry_run: bool
    files: tuple[AnswerFile, ...]
    answers: int
    used: int
    changed: int
    open: int
    rows: Mapping[str, int]
    forgotten: Mapping[str, int]
    remarks: int
    problems: tuple[Problem, ...]
    sha256: str
    written: bool

    def document(self) -> dict[str, Any]:
        """Return the report as plain data, for JSON."""
        return {
            "run_id": self.run_id,
            "target": str(self.target),
            "dry_run": self.dry_run,
            "files": [asdict(one) for one in self.files],
            "answers": {"read": self.answers, "used": self.used, "changed": self.changed, "open": self.open},
            "rows": dict(self.rows),
            "forgotten": dict(self.forgotten),
            "remarks": self.remarks,
            "problems": [asdict(one) for one in self.problems],
            "sha256": self.sha256,
            "written": self.written,
        }
