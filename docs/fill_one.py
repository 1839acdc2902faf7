"""Copies a bundle and fills one cell of candidates: ``fill_one.py BUNDLE COPY CANDIDATE COLUMN VALUE``. For the tutorial."""

import shutil
import sys
from pathlib import Path

import pyarrow.parquet as pq


def fill_one(bundle: Path, copy: Path, candidate: str, column: str, value: str) -> None:
    """Write ``value`` into one cell of a copy; the copy is made anew each time."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(bundle, copy)
    people = pq.read_table(copy / "candidates.parquet")
    field = people.schema.field(column)
    cells = people[column].to_pylist()
    cells[people["candidate_id"].to_pylist().index(candidate)] = value
    place = people.schema.get_field_index(column)
    filled = people.set_column(place, field, [cells])
    pq.write_table(filled, copy / "candidates.parquet")


if __name__ == "__main__":
    _, bundle, copy, candidate, column, value = sys.argv
    fill_one(Path(bundle), Path(copy), candidate, column, value)
