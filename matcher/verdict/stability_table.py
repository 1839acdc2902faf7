"""What a night did so that earlier proposals stay, as manifest and stability.parquet tell it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from matcher.model.stability import Stability
from matcher.verdict.schemas import STABILITY


def stability_facts(found: Stability | None, objective: int) -> dict[str, Any] | None:
    """Return what the manifest says; None where nothing was proposed before that is still eligible.

    Parameters
    ----------
    objective
        Of the published plan.
    """
    if found is None:
        return None
    return {
        "objective": found.objective,
        "upper_bound": found.upper_bound,
        "gap": found.gap,
        "least": found.least,
        "points_given_up": max(0, found.objective - objective),
        "proposed": found.proposed,
        "kept": found.kept,
        "changes": found.changes,
        "changes_lower_bound": found.changes_lower_bound,
        "weight_points": found.weight_points,
        "weight_kept": found.weight_kept,
    }


def stability_tables(found: Stability | None, vacancy_ids: Sequence[str]) -> Mapping[str, pa.Table]:
    """Return stability.parquet, the prices that prove `changes_lower_bound`; nothing where no price is needed."""
    if found is None:
        return {}
    seats = np.flatnonzero(found.prices)
    none = np.zeros(0, dtype=np.int64)
    charges = none if found.row_prices is None else found.row_prices
    rows = np.flatnonzero(charges)
    columns: dict[str, list[Any]] = {
        "vacancy_id": [vacancy_ids[seat] for seat in seats.tolist()] + [None] * rows.size,
        "row": [None] * seats.size + (rows + 1).tolist(),
        "price": found.prices[seats].tolist() + charges[rows].tolist(),
    }
    if not columns["price"]:
        return {}
    return {"stability": pa.table([pa.array(columns[one.name], type=one.type) for one in STABILITY], schema=STABILITY)}
