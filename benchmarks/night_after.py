"""``python -m benchmarks.night_after [SCENARIO]``: the night after, from scratch and from last night.

1 % of people and vacancies are others by then. Every run is a process of its own. Both must reach the same optimum; what is compared is the solve phase, and the whole run beside it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.machine import machine_line
from matcher.sample import RUN_DATE

REPLACED = 0.01


def night_after(first: Path, other: Path, second: Path) -> None:
    """Write a bundle in which every hundredth person and vacancy is one of another sample."""
    second.mkdir()
    replaced = {"candidates", "vacancies"}
    for file in sorted(first.glob("*.parquet"), key=lambda file: (file.stem not in replaced, file.stem)):
        table = pq.read_table(file)
        if file.stem in replaced:
            table = _replaced(table, pq.read_table(other / file.name))
        elif {"candidate_id", "vacancy_id"} & set(table.column_names):
            known = set(pq.read_table(second / "candidates.parquet", columns=["candidate_id"])[0].to_pylist())
            table = table.filter(pa.array([one in known for one in table["candidate_id"].to_pylist()]))
            if "vacancy_id" in table.column_names:
                jobs = _replaced_ids(first / "vacancies.parquet")
                table = table.filter(pa.array([one not in jobs for one in table["vacancy_id"].to_pylist()]))
        pq.write_table(table, second / file.name)


def _rows(size: int) -> range:
    return range(0, size, round(1 / REPLACED))


def _replaced_ids(file: Path) -> set[str]:
    ids = pq.read_table(file, columns=["vacancy_id"])[0].to_pylist()
    return {ids[row] for row in _rows(len(ids))}


def _replaced(table: pa.Table, other: pa.Table) -> pa.Table:
    key, out = table.column_names[0], list(_rows(table.num_rows))
    new = other.take(out).select(table.column_names).cast(table.schema)
    fresh = pa.array([f"{one}-new" for one in new[key].to_pylist()], table.schema.field(key).type)
    stays = table.filter(pa.array([row % round(1 / REPLACED) != 0 for row in range(table.num_rows)]))
    return pa.concat_tables([stays, new.set_column(0, key, fresh)])


def _matcher(*arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "matcher", *arguments, "--json"], capture_output=True, text=True, check=True
    )
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def _run(bundle: Path, out: Path, *more: str) -> tuple[Path, dict[str, Any]]:
    _matcher("run", str(bundle), "--out", str(out), "--run-date", RUN_DATE.isoformat(), *more)
    folder = (out / "latest").resolve()
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return folder, manifest


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.night_after", description=__doc__)
    parser.add_argument("scenario", nargs="?", default="region")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="night-after-") as folder:
        place = Path(folder)
        _matcher("sample", str(place / "first"), "--scenario", options.scenario)
        _matcher("sample", str(place / "other"), "--scenario", options.scenario, "--seed", "2")
        night_after(place / "first", place / "other", place / "second")
        last, _ = _run(place / "first", place / "out")
        _, cold = _run(place / "second", place / "cold")
        _, warm = _run(place / "second", place / "warm", "--previous-run", str(last))
    print(machine_line())
    print(
        "| night after | solve s | all phases s | rounds | value | status |\n| --- | ---: | ---: | ---: | ---: | --- |"
    )
    for name, manifest in (("from scratch", cold), ("from last night", warm)):
        solver = manifest["solver"]
        seconds = solver["seconds"]
        print(
            f"| {name} | {seconds['solve']:.2f} | {sum(seconds.values()):.1f} | {solver['rounds']} | {solver['objective']:,} | "
            f"{solver['status']} |"
        )
    faster = cold["solver"]["seconds"]["solve"] / warm["solver"]["seconds"]["solve"]
    print(
        f"\nSolve phase: {faster:.1f} times faster. Same value: {cold['solver']['objective'] == warm['solver']['objective']}."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
