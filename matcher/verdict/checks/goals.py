"""Do goals and prices, as the manifest tells them to people, follow from the plan?"""

from collections.abc import Iterator
from typing import Any

from matcher.model.limits import PRICE_BITS, Sense
from matcher.verdict.checks.check import Check, require_claim
from matcher.verdict.checks.evidence import Evidence
from matcher.verdict.claims import Claims

_MILLION = 1_000_000


def check_goals(e: Evidence, claims: Claims) -> Iterator[Check]:
    """Count again what quotas reached, and put the prices of limits in durable placements again."""
    yield require_claim("goals", claims.goals, _goals(e))
    yield require_claim("limits", claims.limits, _priced(e))


def _goals(e: Evidence) -> list[dict[str, Any]]:
    quotas = {quota.name: quota for quota in e.ctx.policy.quota}
    assigned, told = len(e.person), []
    for number, row in enumerate(e.limits.rows):
        if row.kind != "quota":
            continue
        quota, minimum, share = quotas[row.name], row.sense is Sense.AT_LEAST, row.scale == _MILLION
        count, part = (quota.min, quota.min_share) if minimum else (quota.max, quota.max_share)
        asked = float((part if share else count) or 0)
        used = e.used[number]
        matched = (used + round(asked * _MILLION) * assigned) // _MILLION if share else used
        missed = max(0, ((0 if share else int(count or 0)) - used) * (1 if minimum else -1))
        price = abs(int(e.row_price[number]) * row.scale) / 2**PRICE_BITS
        told.append(
            {
                "name": row.name,
                "sense": row.sense.value,
                "soft": row.soft is not None,
                "share": share,
                "asked": asked,
                "reached": (matched / assigned if assigned else None) if share else float(matched),
                "short_by": missed / row.scale,
                "penalty": row.soft.weight * -(-missed // row.scale) if row.soft else 0,
                "cost_at_most": price * (asked * assigned if share else asked) / _MILLION if minimum else None,
            }
        )
    return told


def _priced(e: Evidence) -> list[dict[str, Any]]:
    told = []
    more = e.column("limits_report", "one_more")  # checked by now
    for row, used, y, gain in zip(e.limits.rows, e.used, e.row_price.tolist(), more, strict=False):
        if gain:
            price = y * row.scale / 2**PRICE_BITS
            told.append(
                {
                    "name": row.name,
                    "kind": row.kind,
                    "id": row.id,
                    "sense": row.sense.value,
                    "bound": row.bound / row.scale,
                    "used": used / row.scale,
                    "price": price,
                    "placements_per_unit": abs(gain) / _MILLION,
                    "estimate": True,
                }
            )
    return told
