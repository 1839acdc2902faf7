"""What stands in every file of a sample, as a stream of blocks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa

from matcher.sample.candidates import audit_block, candidates_block, sensitive_block
from matcher.sample.columns import Columns, named, values
from matcher.sample.draws import stream
from matcher.sample.jobs import Employers, Jobs
from matcher.sample.limits import (
    agency_limits,
    candidate_limits,
    coach_count,
    coaches_table,
    employer_limits,
    pair_limits,
    resources_table,
)
from matcher.sample.organisations import agencies_table, employers_table
from matcher.sample.pairs import draw_pairs, pairs_block
from matcher.sample.population import People
from matcher.sample.vacancies import vacancies_block
from matcher.sample.world import World

BLOCK: Final = 50_000  # rows drawn, held and written at once; even, so that twin rows stay together


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Everything that was drawn for the whole file at once; the rest follows from it and the seed, block by block."""

    world: World
    people: People
    jobs: Jobs
    employers: Employers
    seed: int
    limits: bool


def _candidates(sample: Sample) -> Iterator[Columns]:
    coaches = coach_count(sample.people.size)
    for block, rows in _blocks(sample.people.size):
        rng, people = stream(sample.seed, "candidates", block), sample.people.take(rows)
        columns = candidates_block(people, sample.world, rng)
        yield columns | candidate_limits(people, coaches, rng) if sample.limits else columns


def _sensitive(sample: Sample) -> Iterator[Columns]:
    for block, rows in _blocks(sample.people.size):
        yield sensitive_block(sample.people.take(rows), stream(sample.seed, "sensitive", block))


def _audit(sample: Sample) -> Iterator[Columns]:
    for block, rows in _blocks(sample.people.size):
        yield audit_block(sample.people.take(rows), stream(sample.seed, "audit", block))


def _vacancies(sample: Sample) -> Iterator[Columns]:
    for block, rows in _blocks(sample.jobs.size):
        rng = stream(sample.seed, "vacancies", block)
        yield vacancies_block(sample.jobs.take(rows), sample.employers, sample.world, rng, limits=sample.limits)


def _pairs(sample: Sample) -> Iterator[Columns]:
    who, what = draw_pairs(sample.people, sample.jobs, stream(sample.seed, "pairs"))
    for block, rows in _blocks(who.size):
        rng = stream(sample.seed, "pairs", block + 1)
        columns = pairs_block(sample.people.take(who[rows]), sample.jobs.take(what[rows]), sample.world.places, rng)
        yield columns | pair_limits(who[rows].size, rng) if sample.limits else columns


def _places(sample: Sample) -> Iterator[Columns]:
    used, places = np.unique(np.concatenate([sample.people.place, sample.jobs.place])), sample.world.places
    lat, lon = (values(axis[used], pa.float64()) for axis in (places.lat, places.lon))
    yield {"pc4": named(used, places.pc4), "lat": lat, "lon": lon}


def _employers(sample: Sample) -> Iterator[Columns]:
    columns = employers_table(sample.employers, sorted(set(sample.world.catalogue.section)), sample.seed)
    yield columns | employer_limits(sample.employers.section.size, sample.seed) if sample.limits else columns


def _agencies(sample: Sample) -> Iterator[Columns]:
    agencies = sample.world.agencies
    columns = agencies_table(agencies, sample.seed, sample.world.run_date)
    yield columns | agency_limits(len(agencies), sample.people.size, sample.seed) if sample.limits else columns


def _coaches(sample: Sample) -> Iterator[Columns]:
    yield coaches_table(sample.people.size, sample.seed)


def _resources(sample: Sample) -> Iterator[Columns]:
    yield resources_table(sample.people.size, sample.jobs.size)


CONTENTS: Final[Mapping[str, Callable[[Sample], Iterator[Columns]]]] = MappingProxyType(
    {
        "candidates": _candidates,
        "sensitive": _sensitive,
        "audit": _audit,
        "vacancies": _vacancies,
        "pairs": _pairs,
        "places": _places,
        "employers": _employers,
        "agencies": _agencies,
        "coaches": _coaches,
        "resources": _resources,
    }
)


def _blocks(total: int) -> Iterator[tuple[int, slice]]:
    """Number and rows of every block."""
    return ((block, slice(start, start + BLOCK)) for block, start in enumerate(range(0, total, BLOCK)))
