"""The hand-over of one run: made from what was read, checked against what was read again."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from matcher.case import Case
from matcher.domain.raw import RawTables
from matcher.errors import CertificateError
from matcher.handover.check import check_handover, handover_counts, is_handed
from matcher.handover.folders import Plan, files
from matcher.handover.sheets import Handed, handed
from matcher.io.manifest import CONTRACT_VERSION
from matcher.io.run_folder import RunFiles
from matcher.pipeline import MatchReport
from matcher.verdict.checks.check import Check, require_claim


@dataclass(slots=True)
class Handing:
    """What `matcher.io.publish` writes beside the tables, and how it is checked before anybody sees it.

    Attributes
    ----------
    recipients
        Who gets what.
    paths
        The files, once they were made.
    again
        The input as read again, with the published tables; to be filled before `check`.
    """

    recipients: tuple[Handed, ...]
    plan: Plan
    paths: list[str] = field(default_factory=list)
    again: tuple[RawTables, Case, Mapping[str, pa.Table]] | None = None

    @property
    def claims(self) -> dict[str, int]:
        """What the manifest says about it."""
        return handover_counts(self.recipients)

    def make(self, scratch: Path) -> Iterator[tuple[str, bytes, int | None]]:
        """Make the files, one recipient after the other."""
        for file in files(self.recipients, self.plan, scratch):
            self.paths.append(file.path)
            yield file.path, file.raw, file.rows

    def check(self, read: Callable[[str], bytes]) -> None:
        """Check the files; raises `CertificateError`."""
        if self.again is None:
            raise CertificateError("The hand-over was not checked against the input.")
        raw, case, tables = self.again
        _check(read, self.paths, raw, case, tables)


def handing(raw: RawTables, report: MatchReport) -> Handing:
    """Divide a plan that was made with shortlists."""
    case = report.case
    if report.shortlists is None:
        raise ValueError("Expected a plan with shortlists.")
    recipients = handed(raw, case.problem, case.codebook, report.tables, report.shortlists)
    day = case.run_date.isoformat()
    # Of the pairs alone, so that the same plan has the same name however its input was written down.
    pairs = zip(
        *(report.tables["assignments"][name].to_pylist() for name in ("candidate_id", "vacancy_id")), strict=True
    )
    digest = hashlib.sha256(repr((day, list(pairs))).encode()).hexdigest()[:8]
    return Handing(recipients, Plan(contract_version=CONTRACT_VERSION, run_date=day, plan=digest))


def check_handed(run: RunFiles, raw: RawTables, case: Case) -> list[Check]:
    """Check what a published run handed over, if it did; raises `CertificateError`."""
    paths = [path for path in run.inner if is_handed(path)]
    claimed: Any = run.manifest.get("handover")
    if not paths and not claimed:
        return []
    recipients, checks = _check(run.read, paths, raw, case, run.tables)
    return [*checks, require_claim("handover", claimed, handover_counts(recipients))]


def _check(
    read: Callable[[str], bytes], paths: list[str], raw: RawTables, case: Case, tables: Mapping[str, pa.Table]
) -> tuple[tuple[Handed, ...], list[Check]]:
    return check_handover(
        read,
        paths,
        raw=raw,
        problem=case.problem,
        codebook=case.codebook,
        ctx=case.context(),
        tables=tables,
    )
