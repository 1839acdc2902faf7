"""Published optima, through files: the engine knows nothing of where the numbers come from."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher.domain.policy_file import parse_policy
from matcher.io.bundle import read_bundle
from matcher.pipeline import check, claims_of, match_tables

SHARED = Path(__file__).parents[2] / "shared" / "data"
LAP = SHARED / "lap-orlib"
ONLY_PAIRS = '[run]\nrun_date = 2026-11-21\n[pairing]\nsource = "pairs"\n[rules.DISTANCE]\nenabled = false\n'


def bundle(folder: Path, value: np.ndarray, openings: int) -> Path:
    rows, columns = value.shape
    people = [f"k-{row:04d}" for row in range(rows)]
    jobs = [f"v-{column:04d}" for column in range(columns)]
    tables = {
        "candidates": {"candidate_id": people},
        "vacancies": {"vacancy_id": jobs, "openings": pa.array([openings] * columns, pa.int32())},
        "pairs": {
            "candidate_id": np.repeat(people, columns),
            "vacancy_id": np.tile(jobs, rows),
            "value": pa.array(value.ravel(), pa.int64()),
            "eligible": np.ones(value.size, dtype=np.bool_),
        },
    }
    for name, table in tables.items():
        pq.write_table(pa.table(table), folder / f"{name}.parquet")
    (folder / "policy.toml").write_text(ONLY_PAIRS)
    return folder


def solved(folder: Path) -> tuple[int, int, str, int]:
    read = read_bundle(folder)
    policy = parse_policy(read.policy_text or "")
    assert policy.run.run_date is not None
    report = match_tables(read.raw, policy, run_date=policy.run.run_date)
    check(report.case, report.tables, claims_of(report))
    return (
        report.result.objective,
        report.result.upper_bound,
        report.result.status.value,
        report.tables["assignments"].num_rows,
    )


def read_square(path: Path) -> np.ndarray:
    with gzip.open(path, "rt") as file:
        return np.array([[int(cell) for cell in line] for line in csv.reader(file)], dtype=np.int64)


@pytest.mark.skipif(not LAP.exists(), reason="the OR-Library instances are not beside this checkout")
@pytest.mark.parametrize("name", ["assign100", "assign300", "assign500", "assign700"])
def test_linear_assignment_optima_are_reached_exactly(name: str, tmp_path: Path) -> None:
    with (LAP / "optima.csv").open() as file:
        optimum = {line["file"]: int(line["optimum"]) for line in csv.DictReader(file)}
    cost = read_square(LAP / f"{name}.csv.gz")
    # Everybody can be placed and a placement always outweighs any cost, so the best plan is the cheapest full one.
    constant = 1_000_000
    objective, bound, status, placed = solved(bundle(tmp_path, constant - cost, 1))
    known = next(value for key, value in optimum.items() if key.startswith(name))
    assert placed == len(cost)
    assert constant * placed - objective == known
    assert (status, bound) == ("OPTIMAL", objective)
