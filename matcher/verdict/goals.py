"""What quotas asked and got, and what one unit more of a limit would bring; from limits_report, as plain data for the manifest.

The prices are those of a linear relaxation: estimates. A durable placement is 1,000,000 points.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from matcher.domain.limits_policy import QuotaPolicy
from matcher.domain.policy import Policy
from matcher.model.limits import CUT

PLACEMENT = 1_000_000
"""Points of one durable placement."""


def goals(policy: Policy, limits: pa.Table, assigned: int) -> list[dict[str, Any]]:
    """Return one object per bound of every quota, in the order of limits_report.

    Parameters
    ----------
    limits
        limits_report.
    assigned
        Number of assigned people.

    Returns
    -------
    name, sense, soft
        As in policy and report.
    share
        True: `asked` and `reached` are shares of all assigned people; `reached` is null where nobody is assigned.
    short_by
        People missing or too many against what was asked; 0 where the goal is reached.
    penalty
        Points lost on that.
    cost_at_most
        Estimate of the durable placements that the minimum costs, from above: its price times what it asks. Null for a maximum.
    """
    rows = [row for row in limits.to_pylist() if row["kind"] == "quota"]
    stated = [bound for quota in policy.quota for bound in _bounds(quota)]
    return [_goal(row, *bound, assigned) for row, bound in zip(rows, stated, strict=True)]


def scarce(limits: pa.Table) -> list[dict[str, Any]]:
    """Return the limits of which one unit more would bring something, in the order of limits_report; cuts are no limits of people.

    Returns
    -------
    name, kind, id, sense, bound, used, price
        As in the report; the price is 0 where it stands in a cut of the limit.
    placements_per_unit
        Durable placements that one unit more (of a minimum: less) would bring, estimated.
    estimate
        True: the price comes from a linear relaxation.
    """
    return [
        {
            **{key: row[key] for key in ("name", "kind", "id", "sense", "bound", "used", "price")},
            "placements_per_unit": abs(row["one_more"]) / PLACEMENT,
            "estimate": True,
        }
        for row in limits.to_pylist()
        if row["one_more"]
    ]


def step_of(limit: Mapping[str, Any]) -> tuple[str, int]:
    """Return the name of one step of a limit in `limit_unit`, and how many units that is; 0 where a step means nothing to people.

    Parameters
    ----------
    limit
        `kind` and `id` as in limits_report.
    """
    if limit["kind"] in {"durable_share", CUT}:
        return str(limit["kind"]), 0
    if limit["kind"] != "budget":
        return str(limit["kind"]), 1
    if limit["id"] == "lks_eur_month":
        return "lks_eur_month", 1000
    return (str(limit["id"]) if limit["id"] in {"coach_hours", "placements"} else "resource"), 1


_Bound = tuple[QuotaPolicy, Decimal | int, bool]


def _bounds(quota: QuotaPolicy) -> Sequence[_Bound]:
    """The bounds of a quota in the order of its rows: each with whether it is a share."""
    stated = ((quota.min, False), (quota.min_share, True), (quota.max, False), (quota.max_share, True))
    return [(quota, bound, share) for bound, share in stated if bound is not None]


def _goal(
    row: Mapping[str, Any], quota: QuotaPolicy, asked: Decimal | int, share: bool, assigned: int
) -> dict[str, Any]:
    minimum = row["sense"] == ">="
    # The row of a share counts from what the share of everybody would be. Where a bound gave way, the goal is still the one asked for.
    bound = 0.0 if share else float(asked)
    missed = max(0.0, bound - row["used"] if minimum else row["used"] - bound)
    people = float(asked) * assigned if share else float(asked)
    reached = row["used"] + (people if share else 0.0)
    weight = quota.weight if quota.soft and quota.weight else 0
    return {
        "name": row["name"],
        "sense": row["sense"],
        "soft": quota.soft,
        "share": share,
        "asked": float(asked),
        "reached": (round(reached) / assigned if assigned else None) if share else reached,
        "short_by": missed,
        "penalty": weight * _units(missed),
        "cost_at_most": abs(row["price"]) * people / PLACEMENT if minimum else None,
    }


def _units(missed: float) -> int:
    """Whole people, a part of one counted as one; the report holds millionths of people at most."""
    return -(-round(missed * 1_000_000) // 1_000_000)
