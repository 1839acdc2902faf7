"""The file about vacancies, one block at a time."""

import pyarrow as pa

from matcher.sample.columns import Columns
from matcher.sample.demands import demands
from matcher.sample.draws import Rng
from matcher.sample.jobs import Employers, Jobs
from matcher.sample.limits import vacancy_limits
from matcher.sample.offers import offers
from matcher.sample.world import World

# What differs between twin rows: the same job, offered through somebody else.
_OWN_TO_A_ROW = ("vacancy_id", "agency_id")


def vacancies_block(jobs: Jobs, employers: Employers, world: World, rng: Rng, *, limits: bool) -> Columns:
    """One block of vacancies.parquet; with limits, twins repeat every column of their source but who offers it."""
    columns = offers(jobs, employers, world, rng) | demands(jobs, world.catalogue, rng)
    if not limits:
        return columns
    under_contract = columns["sroi_contract_id"].is_valid().to_numpy(zero_copy_only=False)
    columns |= vacancy_limits(jobs, rng, under_contract)
    rows = pa.array(jobs.source - jobs.number[0] if jobs.size else jobs.source)
    return {name: column if name in _OWN_TO_A_ROW else column.take(rows) for name, column in columns.items()}
