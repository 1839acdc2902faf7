"""``python -m benchmarks.gap_library [INSTANCE ...]``: published generalised assignment problems, through files, in one table.

Items are people, bins are vacancies with a resource each, and a pair takes as much of it as the item weighs in that bin. A quota asks that
every item is placed. The engine maximises, so a pair is worth the largest cost plus one, minus its own.
"""

import argparse
import csv
import gzip
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from matcher.domain.policy_file import parse_policy
from matcher.io.bundle import read_bundle
from matcher.pipeline import check, claims_of, match_tables

LIBRARY = Path(__file__).parents[2] / "shared" / "data" / "gap"

_POLICY = """[run]
run_date = 2026-11-21
[pairing]
source = "pairs"
[rules.DISTANCE]
enabled = false
[solve]
gap = 0
time_limit_s = {seconds}
[[quota]]
name = "every item"
min = {items}
"""


@dataclass(frozen=True, slots=True)
class Published:
    """An instance with what is known about it.

    Attributes
    ----------
    cost, weight
        int64, shape ``(bins, items)``.
    capacity
        int64, per bin.
    optimum
        Least cost; None where nobody has proven one.
    best_known
        Least cost that anybody has found.
    """

    name: str
    cost: NDArray[np.int64]
    weight: NDArray[np.int64]
    capacity: NDArray[np.int64]
    optimum: int | None
    best_known: int

    @property
    def pairs(self) -> int:
        """Bins times items."""
        return int(self.cost.size)

    @property
    def worth(self) -> int:
        """Points of a pair without cost."""
        return int(self.cost.max()) + 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine made of an instance.

    Attributes
    ----------
    cost
        Of the plan; None where there is none.
    bound
        Proven: no plan costs less.
    seconds
        Wall time of the run without writing the bundle and without the check.
    """

    cost: int | None
    bound: int | None
    status: str
    seconds: float


def published(folder: Path = LIBRARY) -> list[Published]:
    """Read the library."""
    with (folder / "optima.csv").open(encoding="utf-8") as file:
        known = {line["name"]: line for line in csv.DictReader(file)}
    found = []
    with gzip.open(folder / "instances.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            one = json.loads(line)
            about = known[one["name"]]
            found.append(
                Published(
                    name=one["name"],
                    cost=np.array(one["cost"], dtype=np.int64),
                    weight=np.array(one["weight"], dtype=np.int64),
                    capacity=np.array(one["capacity"], dtype=np.int64),
                    optimum=int(about["optimum"]) if about["optimum"] else None,
                    best_known=int(about["best_known"]),
                )
            )
    return found


def write_bundle(one: Published, folder: Path, *, seconds: float) -> Path:
    """Write an instance as a bundle."""
    bins, items = one.cost.shape
    people = [f"k-{item:04d}" for item in range(items)]
    names = [f"b-{number:03d}" for number in range(bins)]
    uses = [
        [{"resource_id": names[number], "amount": int(one.weight[number, item])}]
        for item in range(items)
        for number in range(bins)
    ]
    element = pa.struct([("resource_id", pa.string()), ("amount", pa.int64())])
    tables = {
        "candidates": {"candidate_id": people},
        "vacancies": {"vacancy_id": names, "openings": pa.array([items] * bins, pa.int32())},
        "resources": {"resource_id": names, "capacity": pa.array(one.capacity, pa.int64())},
        "pairs": {
            "candidate_id": np.repeat(people, bins),
            "vacancy_id": np.tile(names, items),
            "value": pa.array((one.worth - one.cost).T.ravel(), pa.int64()),
            "eligible": np.ones(one.pairs, dtype=np.bool_),
            "uses": pa.array(uses, pa.list_(element)),
        },
    }
    for name, table in tables.items():
        pq.write_table(pa.table(table), folder / f"{name}.parquet")
    (folder / "policy.toml").write_text(_POLICY.format(seconds=seconds, items=items), encoding="utf-8")
    return folder


def run(one: Published, folder: Path, *, seconds: float) -> Answer:
    """Write, read, solve and check an instance; raises `CertificateError` where the check finds a fault."""
    write_bundle(one, folder, seconds=seconds)
    began = time.monotonic()
    read = read_bundle(folder)
    policy = parse_policy(read.policy_text or "")
    assert policy.run.run_date is not None
    report = match_tables(read.raw, policy, run_date=policy.run.run_date)
    took = time.monotonic() - began
    result = report.result
    if result.seat_of is None:
        return Answer(None, None, result.status.value, took)
    check(report.case, report.tables, claims_of(report))
    most = one.worth * one.cost.shape[1]
    assert int((result.seat_of >= 0).sum()) == one.cost.shape[1]
    return Answer(most - result.objective, most - result.upper_bound, result.status.value, took)


def table(rows: Iterable[tuple[Published, Answer]]) -> str:
    """Return the figures as a Markdown table."""
    lines = [
        "| instance | pairs | cost | best known | above it | proven bound | status | seconds |",
        "| -------- | ----: | ---: | ---------: | -------: | -----------: | ------ | ------: |",
    ]
    for one, answer in rows:
        cost = "" if answer.cost is None else f"{answer.cost:,}"
        bound = "" if answer.bound is None else f"{answer.bound:,}"
        above = "" if answer.cost is None else f"{answer.cost / one.best_known - 1:.3%}"
        known = f"{one.best_known:,}" + ("" if one.optimum is not None else " (open)")
        lines.append(
            f"| {one.name} | {one.pairs:,} | {cost} | {known} | {above} | {bound} | {answer.status} | {answer.seconds:.1f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the instances asked for, smallest first, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gap_library", description=__doc__)
    parser.add_argument("instances", metavar="INSTANCE", nargs="*", help="parts of names; default: all")
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="SECONDS", help="per instance")
    options = parser.parse_args(arguments)
    if not LIBRARY.exists():
        print(f"The library is not at {LIBRARY}.", file=sys.stderr)
        return 2
    rows = []
    for one in sorted(published(), key=lambda one: one.pairs):
        if not options.instances or any(part in one.name for part in options.instances):
            with tempfile.TemporaryDirectory() as folder:
                rows.append((one, run(one, Path(folder), seconds=options.time_limit)))
            print(table(rows[-1:]).splitlines()[-1], file=sys.stderr, flush=True)
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
