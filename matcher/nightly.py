"""One guarded run: lock, read, match, stage, check what the disk holds, publish."""

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from matcher.again import exit_code_of, published_before
from matcher.case import Case, prepare, with_relaxed
from matcher.domain.raw import RawTables
from matcher.errors import CertificateError, SolverError
from matcher.handing import Handing, check_handed, handing
from matcher.inputs import InputRequest, Inputs, read_inputs, require_same_input, unchanged
from matcher.io.manifest import FileRecord, build_manifest, policy_of, records_of, relaxed_of, require_shape, run_digest
from matcher.io.output_folder import hold_output
from matcher.io.publish import publish
from matcher.io.run_folder import RunFiles, read_run
from matcher.model.solution import SolveResult, Status
from matcher.pipeline import MatchReport, check, match_tables
from matcher.progress import SILENT, Observer
from matcher.report import PAGE, Earlier, Planned, Proven, report_page
from matcher.verdict.certify import Certificate
from matcher.verdict.claims import claims_of_manifest
from matcher.verdict.words import Language

_PUBLISHABLE = {Status.OPTIMAL: 0, Status.WITHIN_GAP: 0, Status.FEASIBLE: 7}
"""What the command line ends with for a plan of each status; any other status is never published."""
_PRICES = "vacancies_report.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """One run.

    Attributes
    ----------
    out
        Folder of all runs; made where it is missing.
    strict
        Refuse the input as soon as one row of it is bad.
    previous_run
        A published run whose prices to start from; None for none. It saves time and never changes what a plan is worth.
    relax
        Where pins and limits cannot all be kept, publish a plan for which as little as possible gives way.
    agencies
        Also write a folder per agency, and one for the municipality itself, with what each may see.
    page
        Language of report.html; None makes no page.
    run_id
        Name of the run; None for one of the day, the time and the input. Where a run of that name and of the same input stands published,
        that one is the answer.
    lock_wait_s
        How long to wait for another run that holds the folder, in seconds.
    """

    inputs: InputRequest
    out: Path
    strict: bool = False
    previous_run: Path | None = None
    relax: bool = False
    agencies: bool = True
    page: Language | None = "nl"
    run_id: str | None = None
    lock_wait_s: float = 0.0

    @property
    def options(self) -> dict[str, Any]:
        """What the manifest says about how the run was asked for, beside input and policy."""
        return {"agencies": self.agencies, "page": self.page, "relax": self.relax, "strict": self.strict}


@dataclass(frozen=True, slots=True)
class PublishedRun:
    """A run that everybody can see now.

    Attributes
    ----------
    exit_code
        0 where the plan is proven as good as the policy asks, 7 where the run stopped early and the best plan so far was published.
    repeated
        The run stood there already, under the id that was asked for: nothing was done.
    """

    folder: Path
    manifest: Mapping[str, Any]
    exit_code: int
    repeated: bool = False


@dataclass(slots=True)
class _Clock:
    """Wall time of the phases around the method itself, and the observer that hears of them."""

    watch: Observer
    seconds: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.monotonic)

    def begin(self, name: str) -> None:
        self._last = time.monotonic()
        self.watch.phase(name)

    def end(self, name: str) -> None:
        self.seconds[name] = time.monotonic() - self._last


def run(
    request: RunRequest,
    *,
    watch: Observer = SILENT,
    after_read: Callable[[Inputs], None] = lambda _: None,
    before_swap: Callable[[str, int], None] = lambda _run_id, _exit_code: None,
) -> PublishedRun:
    """Match a bundle and publish the plan, or leave everything as it was.

    Before a plan becomes visible, the input is read again, every figure is worked out again from it, and compared with the files as the
    disk gives them back.

    Parameters
    ----------
    watch
        Hears the phases.
    after_read
        Gets the input as read, with its policy.
    before_swap
        Called with run id and exit code right before the plan becomes visible (or, where it stands there already, the answer); may raise
        to prevent that, and after it nothing may.

    Raises
    ------
    LockedError
        Another run holds the folder, or the run id belongs to a run of other input.
    FileError, InputError, PolicyError, SolverError, CertificateError
        Something stood in the way; nothing was published.
    """
    clock = _Clock(watch)
    with hold_output(request.out, wait_s=request.lock_wait_s, on_wait=lambda: watch.phase("wait")) as output:
        output.check_writable()
        clock.begin("read")
        inputs = read_inputs(request.inputs)
        clock.end("read")
        after_read(inputs)
        if request.run_id is not None and (held := published_before(output, request.run_id, inputs, request.options)):
            exit_code = exit_code_of(held.manifest)
            before_swap(request.run_id, exit_code)
            return PublishedRun(held.folder, held.manifest, exit_code, repeated=True)
        earlier = _earlier(request.previous_run)
        report = match_tables(
            inputs.bundle.raw,
            inputs.policy,
            run_date=inputs.run_date,
            strict=request.strict,
            watch=watch,
            known_prices=earlier.prices if earlier else None,
            relax=request.relax,
            with_shortlists=request.agencies,
        )
        code = _exit_code(report.result)
        if code is None:
            raise SolverError(f"The solver ended with {report.result.status}, so there is no plan to publish.")
        now = dt.datetime.now(dt.UTC)
        run_id = request.run_id or output.free_run_id(_run_id(inputs, now))
        pages = {}
        if request.page is not None:
            clock.begin("page")
            pages[PAGE] = report_page(_planned(run_id, inputs, report, earlier), request.page)
            clock.end("page")
        clock.begin("write")
        given = handing(inputs.bundle.raw, report) if request.agencies else None
        claim = partial(
            _manifest,
            run_id=run_id,
            now=now,
            inputs=inputs,
            report=report,
            earlier=earlier,
            handover=given,
            options=request.options,
        )
        sealed: dict[str, Any] = {}

        def seal(tables: Mapping[str, pa.Table], outputs: Sequence[FileRecord]) -> Mapping[str, Any]:
            clock.end("write")
            clock.begin("check")
            facts = claim(outputs=outputs, seconds=clock.seconds)
            again = unchanged(inputs, request.inputs)
            fresh = prepare(again.bundle.raw, again.policy, again.run_date, strict=request.strict)
            case = with_relaxed(fresh, relaxed_of(facts))
            _require(tables, facts, case, watch)
            if given:
                given.again = (again.bundle.raw, case, tables)
            clock.end("check")
            sealed.update(claim(outputs=outputs, seconds=clock.seconds))
            watch.phase("publish")
            return sealed

        folder = publish(
            output,
            run_id,
            report.tables,
            seal=seal,
            more=given,
            pages=pages,
            before_swap=partial(before_swap, run_id, code),
        )
    return PublishedRun(folder, sealed, code)


def verify(run: RunFiles, bundle: Path, *, watch: Observer = SILENT) -> Certificate:
    """Check a published run against its input: hashes, rules, sums, prices, bound, every other figure, and every agency's folder.

    Raises
    ------
    CertificateError
        The input is not the one of the run, or a figure is not what it should be.
    FileError, InputError
        The input cannot be read.
    """
    watch.phase("read")
    case, raw = case_with_input(run, bundle)
    watch.phase("check")
    certificate = _require(run.tables, run.manifest, case, watch)
    return replace(certificate, checks=(*certificate.checks, *check_handed(run, raw, case)))


def case_of(run: RunFiles, bundle: Path) -> Case:
    """Return the case of a published run, from the input it was made of; raises `CertificateError` where that is not this input."""
    return case_with_input(run, bundle)[0]


def case_with_input(run: RunFiles, bundle: Path) -> tuple[Case, RawTables]:
    """Return the case of a published run, and the tables of its input; raises as `case_of`."""
    inputs = read_inputs(InputRequest(bundle=bundle))
    require_shape(run.manifest)
    require_same_input(run.manifest, inputs)
    run_date = dt.date.fromisoformat(run.manifest["run_date"])
    case = prepare(inputs.bundle.raw, policy_of(run.manifest), run_date)
    return with_relaxed(case, relaxed_of(run.manifest)), inputs.bundle.raw


def _require(tables: Mapping[str, pa.Table], manifest: Mapping[str, Any], case: Case, watch: Observer) -> Certificate:
    policy_of(manifest)
    if not case.rejected.equals(tables["rejected"]):
        raise CertificateError("rejected.parquet is not what the input gives.")
    return check(case, tables, claims_of_manifest(manifest), watch=watch)


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The run whose prices were started from, and which the page compares with."""

    facts: Mapping[str, str]
    prices: Mapping[str, int]
    assignments: pa.Table


def _exit_code(result: SolveResult) -> int | None:
    """How a run with this result ends; None where there is nothing to publish."""
    if _searched(result):
        return 0  # nothing was stopped: the search went to its end, only the prices cannot prove it
    return _PUBLISHABLE.get(result.status)


def _searched(result: SolveResult) -> bool:
    """Whether the search went to its end; what was given up afterwards was given up on purpose."""
    found = result.objective if result.stability is None else result.stability.objective
    return result.status is Status.FEASIBLE and result.search_bound == found


def _earlier(folder: Path | None) -> _Earlier | None:
    """Read the prices of an earlier run; a vacancy without a price is left out."""
    if folder is None:
        return None
    found = read_run(folder)
    report = found.tables["vacancies_report"]
    # The smallest optimal prices are the best to start from, and limits leave only one of both.
    prices = pc.coalesce(report["price_next"], report["price"])
    pairs = zip(report["vacancy_id"].to_pylist(), prices.to_pylist(), strict=True)
    digest = next(file.sha256 for file in records_of(found.manifest, "outputs") if file.name == _PRICES)
    facts = {"run_id": str(found.manifest["run_id"]), "vacancies_report_sha256": digest}
    return _Earlier(facts, {word: price for word, price in pairs if price is not None}, found.tables["assignments"])


def _run_id(inputs: Inputs, now: dt.datetime) -> str:
    day = inputs.run_date.isoformat()
    return f"{day}-{now:%H%M%S}-{run_digest(inputs.files, inputs.policy, day)}"


def _planned(run_id: str, inputs: Inputs, report: MatchReport, earlier: _Earlier | None) -> Planned:
    result, raw = report.result, inputs.bundle.raw.tables
    return Planned(
        run_id=run_id,
        run_date=inputs.run_date,
        problem=report.case.problem,
        codebook=report.case.codebook,
        policy=inputs.policy,
        proven=Proven(
            result.status,
            result.proof,
            result.objective,
            result.upper_bound,
            result.gap,
            searched=_searched(result),
        ),
        relaxed=report.case.relaxed,
        claims={**report.claims, "warnings": [*inputs.stranger_warnings, *report.claims["warnings"]]},
        tables=report.tables,
        vacancies=raw["vacancies"],
        audit=raw.get("audit"),
        earlier=Earlier(earlier.facts["run_id"], earlier.assignments) if earlier else None,
    )


def _manifest(
    *,
    run_id: str,
    now: dt.datetime,
    inputs: Inputs,
    report: MatchReport,
    earlier: _Earlier | None,
    handover: Handing | None,
    options: Mapping[str, Any],
    outputs: Sequence[FileRecord],
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    return build_manifest(
        run_id=run_id,
        run_date=inputs.run_date.isoformat(),
        created_utc=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        policy=inputs.policy,
        inputs=inputs.files,
        outputs=outputs,
        result=report.result,
        relaxed=report.case.relaxed,
        claims={
            **report.claims,
            "warnings": [*inputs.stranger_warnings, *report.claims["warnings"]],
            "previous_run": earlier.facts if earlier else None,
            "handover": handover.claims if handover else None,
            "options": options,
        },
        seconds={**report.seconds, **seconds},
    )
