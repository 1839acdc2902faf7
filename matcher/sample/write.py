"""write_sample: the whole of making a sample, from a scenario to a folder of Parquet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matcher.sample.columns import Columns
from matcher.sample.contents import BLOCK, CONTENTS, Sample
from matcher.sample.esco import esco_catalogue
from matcher.sample.geography import packaged_places, read_places
from matcher.sample.jobs import draw_jobs
from matcher.sample.occupations import packaged_catalogue
from matcher.sample.organisations import agency_ids
from matcher.sample.population import draw_people
from matcher.sample.scenario import LANES, find_scenario
from matcher.sample.schema import tables
from matcher.sample.world import World

RUN_DATE: Final = date(2026, 11, 21)
MARK: Final = b"matcher.sample"  # file metadata by which a later call knows that a file may be replaced
BUNDLE_FILES: Final = (*CONTENTS, "previous")


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What was written."""

    directory: Path
    scenario: str
    seed: int
    run_date: date
    rows: Mapping[str, int]  # by file name without .parquet
    openings: Mapping[str, int]  # by lane


def write_sample(
    directory: Path,
    *,
    scenario: str = "enschede",
    seed: int = 1,
    people: int | None = None,
    vacancies: int | None = None,
    limits: bool = False,
    esco: Path | None = None,
    places: Path | None = None,
    run_date: date = RUN_DATE,
) -> SampleSummary:
    """Write a believable input bundle; the same arguments give the same bytes.

    Parameters
    ----------
    directory
        Made when absent. Files of an earlier sample in it are replaced.
    scenario
        pilot, enschede, twente, region or nation.
    seed
        0 or more.
    people, vacancies
        Other sizes than the scenario's own; shares stay those of the scenario.
    limits
        Adds coaches, resources and caps, and the same job offered twice.
    esco
        Folder with the ESCO tables occupations, skills and occupation_skills: URIs replace codes and words.
    places
        Table with pc4, lat, lon and, if there, inwoners and arbeidsmarktregio: real areas replace the packaged ones.
    run_date
        The day around which starts, closing dates and availability lie.

    Raises
    ------
    ValueError
        When the scenario is unknown, a size or the seed is negative, a given table lacks something, or the directory
        holds a bundle that no sample wrote.
    """
    if seed < 0:
        raise ValueError(f"The seed cannot be negative; got {seed}. Use 0 or more.")
    setting = find_scenario(scenario, people=people, vacancies=vacancies)
    area = packaged_places(setting) if places is None else read_places(places, setting)
    catalogue = packaged_catalogue() if esco is None else esco_catalogue(esco)
    world = World(setting, area, catalogue, agency_ids(setting.agencies), run_date)
    folk = draw_people(setting, area, catalogue, seed)
    jobs, employers = draw_jobs(setting, area, catalogue, seed, twins=limits)
    sample = Sample(world=world, people=folk, jobs=jobs, employers=employers, seed=seed, limits=limits)
    directory.mkdir(parents=True, exist_ok=True)
    _clear(directory)
    label = f"{setting.name} seed={seed}".encode()
    rows: dict[str, int] = {}
    for name, schema in tables(limits).items():
        marked = schema.with_metadata({MARK: label})
        rows[name] = _write(directory / f"{name}.parquet", marked, CONTENTS[name](sample))
    openings = np.bincount(jobs.lane, weights=jobs.openings, minlength=len(LANES))
    by_lane = {lane: int(count) for lane, count in zip(LANES, openings, strict=True)}
    return SampleSummary(directory, setting.name, seed, run_date, MappingProxyType(rows), MappingProxyType(by_lane))


def _write(path: Path, schema: pa.Schema, blocks: Iterator[Columns]) -> int:
    """Write one file, a row group per block, and put it in place only when it is whole; returns its number of rows."""
    part, rows = path.with_suffix(".partial"), 0
    with pq.ParquetWriter(part, schema, compression="zstd") as writer:
        for columns in blocks:
            batch = pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)
            writer.write_batch(batch, row_group_size=BLOCK)
            rows += batch.num_rows
    part.replace(path)
    return rows


def _clear(directory: Path) -> None:
    """Remove an earlier sample, so that none of its files ends up in this one; refuse to touch anything else."""
    present = [path for name in BUNDLE_FILES if (path := directory / f"{name}.parquet").exists()]
    for path in present:
        if MARK not in (pq.read_schema(path).metadata or {}):
            raise ValueError(
                f"{path.name} in {directory.name} was not written by a sample and would be lost. "
                "Choose an empty directory."
            )
    for path in present:
        path.unlink()
