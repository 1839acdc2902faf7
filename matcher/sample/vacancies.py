"""The file about vacancies, one block at a time."""

from datetime import date

import pyarrow as pa

from matcher.sample.columns import Columns
from matcher.sample.demands import demands
from matcher.sample.draws import Rng
from matcher.sample.geography import Places
from matcher.sample.jobs import Employers, Jobs
from matcher.sample.limits import vacancy_limits
from matcher.sample.occupations import Catalogue
from matcher.sample.offers import offers

# What differs between twin rows: the same job, offered through somebody else.
_OWN_TO_A_ROW = ("vacancy_id", "agency_id")


def vacancies_block(jobs: Jobs, employers: Employers, catalogue: Catalogue, places: Places, agencies: tuple[str, ...], rng: Rng,
                    run_date: date, *, limits: bool) -> Columns:  # fmt: skip
    """One block of vacancies.parquet; with limits, twins repeat every column of their source but who offers it."""
    columns = offers(jobs, employers, catalogue, places, agencies, rng, run_date) | demands(jobs, catalogue, rng)
    if not limits:
        return columns
    columns |= vacancy_limits(jobs, rng)
    rows = pa.array(jobs.source - jobs.number[0] if jobs.size else jobs.source)
    return {name: column if name in _OWN_TO_A_ROW else column.take(rows) for name, column in columns.items()}
