"""record: read the run, what was on record, and the answers; weigh them; replace previous.parquet in one step."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.errors import CertificateError, InputError
from matcher.importing.folder import read_file
from matcher.importing.mapping_file import NO_MAPPING, parse_mapping
from matcher.importing.report import Problem
from matcher.io.manifest import records_of
from matcher.io.run_folder import RunFiles, read_run
from matcher.recording.answers import Answers, read_answers
from matcher.recording.plan_pairs import known, proposed_pairs, reserve_pairs
from matcher.recording.previous_file import (
    PREVIOUS,
    bytes_of,
    digest,
    held,
    read_previous,
    replace_file,
    rows_of,
    target_of,
)
from matcher.recording.report import AnswerFile, RecordReport
from matcher.recording.state import PROPOSED, Fates, Night, folded, proposed_again
from matcher.recording.weigh import Weighing, weighed

_SHOWN = 10
_RETRY_DAYS = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRequest:
    """One record.

    Attributes
    ----------
    run
        The newest run: the one whose proposals are answered.
    files
        What came back: CSV, xlsx, JSON, Parquet.
    out
        previous.parquet, or the folder to put it in. What stands there already is carried on.
    previous
        Earlier records to start from instead of those at ``out``.
    day
        Day of answers that have none; else the day of the plan.
    late
        Take answers about pairs that this run does not propose.
    strict
        Write nothing where anything at all is refused or strange.
    """

    run: Path
    files: tuple[Path, ...]
    out: Path
    previous: Path | None = None
    day: dt.date | None = None
    late: bool = False
    strict: bool = False
    dry_run: bool = False
    mapping: Path | None = None


def record(request: RecordRequest) -> RecordReport:
    """Put what became of the proposals of a run on record.

    Raises
    ------
    InputError
        A file cannot be understood as a whole, none of the answers is about this run, earlier records are missing or bad, or ``strict``.
    FileError, LockedError
        Something cannot be read or written, or somebody else records there. The file is as it was.
    CertificateError
        The run is not as it was published.
    """
    target = target_of(request.out)
    run = read_run(request.run)
    mapping = NO_MAPPING if request.mapping is None else parse_mapping(read_file(request.mapping), request.mapping.name)
    told = read_answers(request.files, mapping)
    with held(target):
        data = read_previous(request.previous or target, needed=request.previous is not None)
        night, earlier = _night(run, data)
        base = proposed_again(earlier, night)
        done = _weighed(request, run, told, night=night, base=base)
        problems = _problems(told, done)
        _refuse(request, told, done, problems)
        after = bytes_of(done.fates)
        written = not request.dry_run and replace_file(target, after)
    return RecordReport(
        run_id=str(run.manifest["run_id"]),
        target=target,
        dry_run=request.dry_run,
        files=tuple(AnswerFile(one.file, one.rows, len(one.answers)) for one in told),
        answers=sum(len(one.answers) for one in told),
        used=done.used,
        changed=len(done.changed),
        open=sum(done.fates[pair][-1].status == PROPOSED for pair in night.proposed),
        rows=_counted(done.fates),
        forgotten=_counted({pair: fates for pair, fates in earlier.items() if pair not in done.fates}),
        remarks=sum(one.remarks for one in told),
        problems=problems,
        sha256=str(digest(after)),
        written=written,
    )


def _night(run: RunFiles, data: bytes | None) -> tuple[Night, Fates]:
    """The plan that is answered, and what is on record; refuses records that a newer plan has been put into."""
    knew = next((file.sha256 for file in records_of(run.manifest, "inputs") if file.name == PREVIOUS), None)
    if knew is not None and data is None:
        raise InputError(
            f"The run was made with a {PREVIOUS}, and none is there to carry on: who has work and who declined would be forgotten. "
            "Give it with --previous."
        )
    night = Night(
        day=dt.date.fromisoformat(run.manifest["run_date"]),
        retry_days=_retry_days(run.manifest),
        proposed=proposed_pairs(run),
        reserve=reserve_pairs(run),
        knew=knew == digest(data),
    )
    rows = [] if data is None else rows_of(data)
    if any(fate.status == PROPOSED and fate.day is not None and fate.day > night.day for _, fate in rows):
        raise InputError(f"{PREVIOUS} holds proposals of a later day than this run. Give the newest run.")
    return night, folded(rows, on=night.day, retry_days=night.retry_days)


def _retry_days(manifest: Mapping[str, Any]) -> int:
    try:
        policy = json.loads(manifest["policy"]["canonical"])
        return int(policy.get("night", {}).get("retry_days", _RETRY_DAYS))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise CertificateError("The policy in manifest.json is not one that this version can read.") from None


def _weighed(
    request: RecordRequest, run: RunFiles, told: tuple[Answers, ...], *, night: Night, base: Fates
) -> Weighing:
    pairs = known(run, {*night.reserve, *base}, late=request.late)
    answers = [(pairs.find(one.candidate_id, one.vacancy_id), one) for file in told for one in file.answers]
    report = run.tables["vacancies_report"]
    openings = dict(zip(report["vacancy_id"].to_pylist(), report["openings"].to_pylist(), strict=True))
    return weighed(base, answers, night, day=request.day or night.day, openings=openings)


def _problems(told: tuple[Answers, ...], done: Weighing) -> tuple[Problem, ...]:
    found = [*done.problems, *(problem for one in told for problem in one.problems)]
    return tuple(sorted(found, key=lambda one: (one.file, one.row or 0, one.column, one.code)))


def _refuse(request: RecordRequest, told: tuple[Answers, ...], done: Weighing, problems: tuple[Problem, ...]) -> None:
    """Stop where nothing of what was read counts, or where the user wants every answer or none."""
    answers = sum(len(one.answers) for one in told)
    nothing = bool(answers) and not done.used
    if not nothing and not (request.strict and problems):
        return
    first = [
        f"{one.file}, row {one.row}, column {one.column or '-'}: {one.code}. {one.action}" for one in problems[:_SHOWN]
    ]
    more = f"\n... and {len(problems) - _SHOWN:,} more." if len(problems) > _SHOWN else ""
    what = (
        f"None of the {answers:,} answers can be used"
        if nothing
        else f"{len(problems):,} answers cannot be used as they stand"
    )
    raise InputError(f"{what}. Nothing was written.\n" + "\n".join(first) + more)


def _counted(fates: Fates) -> dict[str, int]:
    return dict(sorted(Counter(told[-1].status for told in fates.values()).items()))
