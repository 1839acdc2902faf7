"""From an id that somebody typed to a row, without ever repeating an id that is not there."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from matcher.domain.tables import Codebook
from matcher.errors import InputError


def candidate_row(codebook: Codebook, candidate_id: str) -> int:
    """Row of a person; raises `InputError` where there is no such accepted person."""
    return _row(codebook.candidate_ids, candidate_id, "candidate")


def vacancy_row(codebook: Codebook, vacancy_id: str) -> int:
    """Row of a vacancy; raises `InputError` where there is no such accepted vacancy."""
    return _row(codebook.vacancy_ids, vacancy_id, "vacancy")


def plan_row(table: pa.Table, candidate_id: str) -> dict[str, Any] | None:
    """Return one person's row of an output table, None where it has none."""
    found: list[dict[str, Any]] = table.filter(pc.equal(table["candidate_id"], candidate_id)).to_pylist()
    return found[0] if found else None


def _row(ids: Sequence[str], asked: str, what: str) -> int:
    try:
        return list(ids).index(asked.strip())
    except ValueError:
        raise InputError(
            f"No accepted {what} of this run has this id. Hint: rejected rows stand in rejected.parquet."
        ) from None
