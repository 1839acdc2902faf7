"""``python -m benchmarks.ten_nights [SCENARIO]``: ten nights in a row, with answers in between.

Every night goes the way of files: run, verify, the folders of the agencies, their answers, ``record``, the next bundle. It ends where
somebody who has work is moved, a declined pair is proposed again too soon, or a night does not verify.
"""

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.answer_model import Answered, Chances, Town, fill_in
from benchmarks.machine import machine_line
from matcher.comparing import Difference, compare
from matcher.inputs import InputRequest
from matcher.io.run_folder import read_run
from matcher.nightly import RunRequest, run, verify
from matcher.recording import RecordRequest, record
from matcher.sample import RUN_DATE, write_sample

_HELD, _DECLINED = ("accepted", "started"), ("declined_candidate", "declined_employer")
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Past:
    """What is known when a night begins, kept beside the program: the last status of every pair, and every decline ever."""

    status: dict[Pair, str]
    declines: dict[Pair, dt.date]

    @property
    def busy(self) -> set[Pair]:
        """Who has work, and where."""
        return {pair for pair, status in self.status.items() if status in _HELD}


@dataclass(frozen=True, slots=True, kw_only=True)
class NightReport:
    """One line of the table.

    Attributes
    ----------
    changes, least_changes
        Proposals of the night before that could have stayed and did not, and the fewest there can be.
    given_up
        Points given up so that more of them stay, of ``best``.
    causes
        People for whom something changed since the night before, by family of cause.
    """

    day: dt.date
    people: int
    vacancies: int
    came: int
    went: int
    placed: int
    working: int
    answers: Counter[str]
    status: str
    best: int
    given_up: int
    changes: int
    least_changes: int
    causes: Counter[str]
    seconds: float


def nights(
    folder: Path,
    sample: Path,
    *,
    count: int,
    seed: int = 1,
    chances: Chances = Chances(),  # noqa: B008
    retry_days: int = 4,
    max_loss: str = "0.001",
    workbooks: bool = False,
) -> Iterator[NightReport]:
    """Simulate nights, one day each.

    Parameters
    ----------
    folder
        For bundles, runs and answers; empty.
    sample
        A bundle with everybody who will ever be there.
    retry_days
        Small, so that declines also expire within the nights.
    workbooks
        Agencies fill in the workbook instead of the CSV.

    Raises
    ------
    AssertionError
        A promise was broken: it says which.
    """
    town = Town(sample, seed, chances)
    policy = f"[night]\nretry_days = {retry_days}\n[stability]\nmax_loss = {max_loss}\n"
    past = Past({}, {})
    previous: Path | None = None
    last: Path | None = None
    changed: Difference | None = None
    for number in range(count):
        began, day = time.monotonic(), RUN_DATE + dt.timedelta(days=number)
        came, went = town.turn(past.busy) if number else (0, 0)
        bundle = folder / f"bundle{number:02}"
        town.write(bundle, policy, previous)
        request = RunRequest(
            inputs=InputRequest(bundle=bundle, run_date=day), out=folder / "out", previous_run=last, page=None
        )
        done = run(request)
        verify(read_run(done.folder), bundle)
        plan = _plan(done.folder)
        keep_promises(plan, past, day=day, retry_days=retry_days)
        if last is not None:
            before = folder / f"bundle{number - 1:02}"
            changed = compare(read_run(last), read_run(done.folder), input1=before, input2=bundle)
        answers = _answers(town, plan, past, day)
        returned = _returned(done.folder, folder / f"returned{number:02}", answers, workbooks)
        previous = folder / f"previous{number:02}.parquet"
        report = record(RecordRequest(run=done.folder, files=returned, out=previous, previous=_in(bundle), strict=True))
        assert report.used == len(answers), "every answer counts"
        past = _after(past, plan, answers)
        assert _records(previous) >= {(*pair, status) for pair, status in past.status.items()}, (
            "what was said is on record"
        )
        last = done.folder
        yield _line(
            day,
            done.manifest,
            past,
            answers=answers,
            changed=changed,
            moves=(came, went),
            seconds=time.monotonic() - began,
        )


def keep_promises(plan: Mapping[str, str], past: Past, *, day: dt.date, retry_days: int) -> None:
    """Hold a plan against what was promised: nobody who has work is moved, and no declined pair comes back too soon."""
    for person, job in past.busy:
        assert plan.get(person) == job, f"{person} has work and was moved"
    for (person, job), declined in past.declines.items():
        soon = (day - declined).days < retry_days
        assert not soon or plan.get(person) != job or (person, job) in past.busy, (
            f"{person} declined and was asked again"
        )


def _answers(town: Town, plan: Mapping[str, str], past: Past, day: dt.date) -> dict[Pair, Answered]:
    found: dict[Pair, Answered] = {}
    for pair in sorted(plan.items()):
        status = past.status.get(pair, "proposed")
        said = town.answer(status if status in _HELD else "proposed")
        if said is not None:
            found[pair] = (said, day)
    return found


def _returned(run_folder: Path, target: Path, answers: dict[Pair, Answered], workbooks: bool) -> tuple[Path, ...]:
    target.mkdir()
    files = []
    for folder in [*sorted((run_folder / "agencies").iterdir()), run_folder / "direct"]:
        if folder.is_dir():
            files.append(target / f"{folder.name}{'.xlsx' if workbooks else '.csv'}")
            fill_in(folder, files[-1], answers)
    return tuple(files)


def _after(past: Past, plan: Mapping[str, str], answers: dict[Pair, Answered]) -> Past:
    """The same, told by plain rules: the plan's pairs, changed by their answers; who has work keeps it."""
    status = {pair: (past.status[pair] if pair in past.busy else "proposed") for pair in plan.items()}
    status |= {pair: said for pair, (said, _) in answers.items()}
    declines = past.declines | {pair: day for pair, (said, day) in answers.items() if said in _DECLINED}
    return Past(status, declines)


def _plan(folder: Path) -> dict[str, str]:
    table = pq.read_table(folder / "assignments.parquet", columns=["candidate_id", "vacancy_id"])
    return dict(zip(table["candidate_id"].to_pylist(), table["vacancy_id"].to_pylist(), strict=True))


def _records(path: Path) -> set[tuple[str, str, str]]:
    return {(row["candidate_id"], row["vacancy_id"], row["status"]) for row in pq.read_table(path).to_pylist()}


def _in(bundle: Path) -> Path | None:
    path = bundle / "previous.parquet"
    return path if path.exists() else None


def _line(
    day: dt.date,
    manifest: Mapping[str, Any],
    past: Past,
    *,
    answers: Mapping[Pair, Answered],
    changed: Difference | None,
    moves: tuple[int, int],
    seconds: float,
) -> NightReport:
    steady = manifest["stability"] or {
        "points_given_up": 0,
        "changes": 0,
        "changes_lower_bound": 0,
        "objective": manifest["solver"]["objective"],
    }
    causes = Counter(changed.changes["family"].to_pylist()) if changed else Counter()
    return NightReport(
        day=day,
        people=manifest["counts"]["people"],
        vacancies=manifest["counts"]["vacancies"],
        came=moves[0],
        went=moves[1],
        placed=manifest["counts"]["assigned"],
        working=len(past.busy),
        answers=Counter(said for said, _ in answers.values()),
        status=manifest["solver"]["status"],
        best=steady["objective"],
        given_up=steady["points_given_up"],
        changes=steady["changes"],
        least_changes=steady["changes_lower_bound"],
        causes=causes,
        seconds=seconds,
    )


HEADINGS = (
    "night", "people", "came", "went", "placed", "have work", "accepted", "declined", "started", "ended", "changes", "fewest there can be",
    "points given up", "of the optimum", "moved by answers", "by data", "by others", "s",
)  # fmt: skip


def cells(one: NightReport) -> tuple[str, ...]:
    """A line of the table, as text."""
    said, causes = one.answers, one.causes
    declined = sum(said[name] for name in _DECLINED)
    others = causes["competition"] + causes["day"] + causes["choice"]
    counts = (
        one.people, one.came, one.went, one.placed, one.working, said["accepted"], declined, said["started"], said["ended"],
        one.changes, one.least_changes, one.given_up,
    )  # fmt: skip
    share = f"{one.given_up / max(1, one.best):.4%}"
    return (
        one.day.isoformat(),
        *(f"{count:,}" for count in counts),
        share,
        *(f"{count:,}" for count in (causes["answer"], causes["data"], others)),
        f"{one.seconds:.0f}",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate, and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ten_nights", description=__doc__)
    parser.add_argument("scenario", nargs="?", default="enschede")
    parser.add_argument("--nights", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--max-loss", default="0.001")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="ten-nights-") as folder:
        place = Path(folder)
        write_sample(place / "sample", scenario=options.scenario, seed=options.seed)
        print(f"{machine_line()}\n\n| {' | '.join(HEADINGS)} |\n| --- |{' ---: |' * (len(HEADINGS) - 1)}", flush=True)
        for one in nights(
            place / "nights", place / "sample", count=options.nights, seed=options.seed, max_loss=options.max_loss
        ):
            print(f"| {' | '.join(cells(one))} |", flush=True)
    print(
        "\nNobody who has work was moved, no declined pair was proposed again within retry_days, and every night verified."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
