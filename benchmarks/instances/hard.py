"""Hard spots: what makes a solver crawl, a table explode or a sum overflow."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.instance import BundleInstance, ListedInstance
from benchmarks.listed import Ints64, edges_of
from matcher.model.edges import Edges

_TOWN = "7511"
_ESCO_SKILLS = 13_939  # concepts of ESCO 1.2


def _drawn(rows: int, seats: int, per_row: int, points: Callable[[int], Ints64], openings: int) -> tuple[Edges, Ints64]:
    rng = np.random.default_rng(1)
    row = np.repeat(np.arange(rows), per_row)
    seat = rng.integers(0, seats, row.size)
    return edges_of(row, seat, points(row.size), rows), np.full(seats, openings, dtype=np.int64)


def total_ties() -> tuple[Edges, Ints64]:
    """Every pair is worth the same, and there is too little for all."""
    return _drawn(20_000, 5_000, 30, lambda size: np.full(size, 500_000, dtype=np.int64), 2)


def one_large_vacancy() -> tuple[Edges, Ints64]:
    """One vacancy with 100,000 openings that everybody may take, beside 5,000 of one opening each."""
    people, rng = 200_000, np.random.default_rng(1)
    small, _ = _drawn(people, 5_000, 4, lambda size: rng.integers(1, 1_000_000, size), 1)
    row = np.concatenate([small.row_of(), np.arange(people)])
    seat = np.concatenate([small.seat + 1, np.zeros(people, dtype=np.int32)])
    points = np.concatenate([small.points, rng.integers(1, 1_000_000, people)])
    openings = np.ones(5_001, dtype=np.int64)
    openings[0] = 100_000
    return edges_of(row, seat, points, people), openings


def one_open_person() -> tuple[Edges, Ints64]:
    """One person may go to each of 100,000 vacancies, 50,000 others to a few."""
    rng = np.random.default_rng(1)
    few, openings = _drawn(50_000, 100_000, 8, lambda size: rng.integers(1, 1_000_000, size), 1)
    row = np.concatenate([few.row_of(), np.full(100_000, 50_000)])
    seat = np.concatenate([few.seat, np.arange(100_000, dtype=np.int32)])
    points = np.concatenate([few.points, rng.integers(1, 1_000_000, 100_000)])
    return edges_of(row, seat, points, 50_001), openings


def too_many_points() -> tuple[Edges, Ints64]:
    """Points at the edge of int64: sums of them do not fit, so the only right answer is no answer."""
    return _drawn(50, 20, 5, lambda size: np.full(size, 2**63 - 1, dtype=np.int64), 1)


def live_in_one_town(folder: Path) -> None:
    """Give every person and every vacancy one and the same postcode, so that distance rules nobody out."""
    for name, empty in (("candidates", ()), ("vacancies", ("lat", "lon"))):
        table = pq.read_table(folder / f"{name}.parquet")
        columns: dict[str, pa.Array] = {"pc4": pa.array([_TOWN] * len(table), pa.string())}
        columns |= {column: pa.nulls(len(table), pa.float64()) for column in empty}
        _replace(folder / f"{name}.parquet", table, columns)


def know_all_skills(folder: Path) -> None:
    """Let the vocabulary have as many skills as ESCO: ten more per person, three more useful ones per vacancy, no more required."""
    rng = np.random.default_rng(1)
    for name, column, more in (("candidates", "skills", 10), ("vacancies", "skills_optional", 3)):
        table = pq.read_table(folder / f"{name}.parquet")
        drawn = rng.integers(0, _ESCO_SKILLS, (len(table), more))
        if name == "vacancies":
            # Each of them occurs at least once where there is room for all.
            drawn.flat[: min(drawn.size, _ESCO_SKILLS)] = np.arange(_ESCO_SKILLS)[: drawn.size]
        held = table[column].to_pylist()
        lists = [
            None if known is None else known + [f"esco-{code:05d}" for code in sorted(set(extra))]
            for known, extra in zip(held, drawn.tolist(), strict=True)
        ]
        _replace(folder / f"{name}.parquet", table, {column: pa.array(lists, pa.list_(pa.string()))})


def _replace(path: Path, table: pa.Table, columns: dict[str, pa.Array]) -> None:
    for name, column in columns.items():
        at = table.column_names.index(name)
        table = table.set_column(at, table.schema.field(at), column.cast(table.schema.field(at).type))
    pq.write_table(table, path)


_listed = partial(ListedInstance, family="hard")
_bundle = partial(BundleInstance, family="hard")

HARD = (
    _listed(name="hard-ties", about="20,000 x 5,000, every pair worth the same", draw=total_ties),
    _listed(name="hard-one-vacancy", about="one vacancy with 100,000 openings, 200,000 people", draw=one_large_vacancy),
    _listed(name="hard-one-person", about="one person eligible for all of 100,000 vacancies", draw=one_open_person),
    _listed(name="hard-int64", about="points at the edge of int64", draw=too_many_points, refused=True),
    _bundle(name="hard-one-town", about="twente, all in one postcode", scenario="twente", change=live_in_one_town),
    _bundle(name="hard-skills", about="enschede with 13,939 skills", scenario="enschede", change=know_all_skills),
)
