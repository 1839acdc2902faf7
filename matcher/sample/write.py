"""write_sample: the whole of making a sample, from a scenario to a folder of Parquet."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matcher.sample.candidates import audit_block, candidates_block, sensitive_block
from matcher.sample.columns import Columns, named, values
from matcher.sample.draws import stream
from matcher.sample.esco import esco_catalogue
from matcher.sample.geography import Places, packaged_places, read_places
from matcher.sample.jobs import Employers, Jobs, draw_jobs
from matcher.sample.limits import (
    agency_limits, candidate_limits, coach_count, coaches_table, employer_limits, pair_limits, resources_table,
)  # fmt: skip
from matcher.sample.occupations import Catalogue, packaged_catalogue
from matcher.sample.organisations import agencies_table, agency_ids, employers_table
from matcher.sample.pairs import draw_pairs, pairs_block
from matcher.sample.population import People, draw_people
from matcher.sample.scenario import LANES, Scenario, find_scenario
from matcher.sample.schema import tables
from matcher.sample.vacancies import vacancies_block

RUN_DATE: Final = date(2026, 11, 21)
BLOCK: Final = 50_000  # rows drawn, held and written at once; even, so that twin rows stay together
MARK: Final = b"matcher.sample"  # file metadata by which a later call knows that a file may be replaced
BUNDLE_FILES: Final = (
    "candidates", "vacancies", "pairs", "places", "employers", "agencies", "coaches", "resources", "previous", "sensitive", "audit",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What was written."""

    directory: Path
    scenario: str
    seed: int
    run_date: date
    rows: Mapping[str, int]  # by file name without .parquet
    openings: Mapping[str, int]  # by lane


@dataclass(frozen=True, slots=True)
class _Sample:
    scenario: Scenario
    places: Places
    catalogue: Catalogue
    people: People
    jobs: Jobs
    employers: Employers
    agencies: tuple[str, ...]
    seed: int
    run_date: date
    limits: bool


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
    people, vacancies
        Other sizes than the scenario's own; shares stay those of the scenario.
    limits
        Adds coaches, resources and caps, minimum sizes, and the same job offered twice.
    esco
        Folder with the ESCO tables occupations, skills and occupation_skills: their URIs take the place of codes and words.
    places
        Table with pc4, lat, lon and, if there, inwoners and arbeidsmarktregio: real areas in place of the packaged ones.
    run_date
        The day around which starts, closing dates and availability lie.

    Raises
    ------
    ValueError
        When the scenario is unknown, a size or the seed is negative, a given table lacks something, or the directory holds a
        bundle that no sample wrote.
    """
    if seed < 0:
        raise ValueError(f"The seed cannot be negative; got {seed}. Use 0 or more.")
    setting = find_scenario(scenario, people=people, vacancies=vacancies)
    area = packaged_places(setting) if places is None else read_places(places, setting)
    catalogue = packaged_catalogue() if esco is None else esco_catalogue(esco)
    folk = draw_people(setting, area, catalogue, seed)
    jobs, employers = draw_jobs(setting, area, catalogue, seed, twins=limits)
    sample = _Sample(setting, area, catalogue, folk, jobs, employers, agency_ids(setting.agencies), seed, run_date, limits)
    directory.mkdir(parents=True, exist_ok=True)
    _clear(directory)
    rows = {name: _write(directory / f"{name}.parquet", schema, blocks, sample) for name, schema, blocks in _files(sample)}
    openings = np.bincount(jobs.lane, weights=jobs.openings, minlength=len(LANES))
    by_lane = {lane: int(count) for lane, count in zip(LANES, openings, strict=True)}
    return SampleSummary(directory, setting.name, seed, run_date, MappingProxyType(rows), MappingProxyType(by_lane))


def _files(sample: _Sample) -> Iterator[tuple[str, pa.Schema, Iterator[Columns]]]:
    schemas = tables(sample.limits)
    writers: dict[str, Callable[[_Sample], Iterator[Columns]]] = {
        "candidates": _candidates, "sensitive": _sensitive, "audit": _audit, "vacancies": _vacancies, "pairs": _pairs, "places": _places,
        "employers": _employers, "agencies": _agencies, "coaches": _coaches, "resources": _resources,
    }  # fmt: skip
    for name, schema in schemas.items():
        yield name, schema, writers[name](sample)


def _candidates(sample: _Sample) -> Iterator[Columns]:
    coaches = coach_count(sample.people.size)
    for block, start in _blocks(sample.people.size):
        rng, people = stream(sample.seed, "candidates", block), sample.people.rows(start, start + BLOCK)
        columns = candidates_block(people, sample.scenario, sample.places, sample.catalogue, sample.agencies, rng, sample.run_date)
        yield columns | candidate_limits(people, coaches, rng) if sample.limits else columns


def _sensitive(sample: _Sample) -> Iterator[Columns]:
    for block, start in _blocks(sample.people.size):
        yield sensitive_block(sample.people.rows(start, start + BLOCK), stream(sample.seed, "sensitive", block))


def _audit(sample: _Sample) -> Iterator[Columns]:
    for block, start in _blocks(sample.people.size):
        yield audit_block(sample.people.rows(start, start + BLOCK), stream(sample.seed, "audit", block))


def _vacancies(sample: _Sample) -> Iterator[Columns]:
    for block, start in _blocks(sample.jobs.size):
        jobs, rng = sample.jobs.rows(start, start + BLOCK), stream(sample.seed, "vacancies", block)
        yield vacancies_block(
            jobs, sample.employers, sample.catalogue, sample.places, sample.agencies, rng, sample.run_date, limits=sample.limits
        )


def _pairs(sample: _Sample) -> Iterator[Columns]:
    who, what = draw_pairs(sample.people, sample.jobs, stream(sample.seed, "pairs"))
    for block, start in _blocks(who.size):
        rng, rows = stream(sample.seed, "pairs", block + 1), slice(start, start + BLOCK)
        columns = pairs_block(who[rows], what[rows], sample.people, sample.jobs, sample.places, rng)
        yield columns | pair_limits(who[rows].size, rng) if sample.limits else columns


def _places(sample: _Sample) -> Iterator[Columns]:
    used = np.unique(np.concatenate([sample.people.place, sample.jobs.place]))
    lat, lon = (values(axis[used], pa.float64()) for axis in (sample.places.lat, sample.places.lon))
    yield {"pc4": named(used, sample.places.pc4), "lat": lat, "lon": lon}


def _employers(sample: _Sample) -> Iterator[Columns]:
    columns = employers_table(sample.employers, sorted(set(sample.catalogue.section)), sample.seed)
    yield columns | employer_limits(sample.employers.section.size, sample.seed) if sample.limits else columns


def _agencies(sample: _Sample) -> Iterator[Columns]:
    columns = agencies_table(sample.agencies, sample.seed, sample.run_date)
    yield columns | agency_limits(len(sample.agencies), sample.people.size, sample.seed) if sample.limits else columns


def _coaches(sample: _Sample) -> Iterator[Columns]:
    yield coaches_table(sample.people.size, sample.seed)


def _resources(sample: _Sample) -> Iterator[Columns]:
    yield resources_table(sample.people.size, sample.jobs.size)


def _blocks(total: int) -> Iterator[tuple[int, int]]:
    """Block number and first row of every block."""
    return enumerate(range(0, total, BLOCK))


def _write(path: Path, schema: pa.Schema, blocks: Iterator[Columns], sample: _Sample) -> int:
    """Write one file, a row group per block, and put it in place only when it is whole; returns its number of rows."""
    part, rows = path.with_suffix(".partial"), 0
    marked = schema.with_metadata({MARK: f"{sample.scenario.name} seed={sample.seed}".encode()})
    with pq.ParquetWriter(part, marked, compression="zstd") as writer:
        for columns in blocks:
            batch = pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=marked)
            writer.write_batch(batch, row_group_size=BLOCK)
            rows += batch.num_rows
    os.replace(part, path)
    return rows


def _clear(directory: Path) -> None:
    """Remove an earlier sample, so that none of its files ends up in this one; refuse to touch anything else."""
    present = [path for name in BUNDLE_FILES if (path := directory / f"{name}.parquet").exists()]
    for path in present:
        if MARK not in (pq.read_schema(path).metadata or {}):
            raise ValueError(f"{path.name} in {directory.name} was not written by a sample and would be lost. Choose an empty directory.")
    for path in present:
        path.unlink()
